"""Sentences about changes, for lines, the screen, notices and the page. Pure."""

from datetime import timedelta

from kontum_netcheck.model import Message, Readiness, message
from kontum_netcheck.watch.turns import Change, Unit


def place_of(unit: Unit) -> Message:
    """Where: the site and its service, or the portal."""
    if not unit.site_id:
        return message("{portal}", portal=unit.name)
    return message("{site} · {kind} {name}", site=unit.site, kind=unit.kind, name=unit.name)


def what_of(change: Change) -> Message:
    """What became of it, and for how long it was otherwise."""
    span = coarse(change.lasted)
    if change.is_recovery:
        said = message("ready again after {span}", span=span)
        if change.lasted_at_least:
            said = message("ready again after at least {span}", span=span)
    else:
        said = message("{readiness}: {reason}", readiness=change.after.readiness, reason=change.after.reason)
        if change.before.readiness is not Readiness.READY:
            said = message(
                "{said} (was {before} for {span})", said=said, before=change.before.readiness, span=span
            )
    if change.unwatched and change.before.readiness is not Readiness.READY:
        said = message("{said}; nobody looked for {span} of it", said=said, span=coarse(change.unwatched))
    return said


def told_of(change: Change) -> Message:
    """Where and what, and how the whole site stands where that is not the same."""
    said = message("{place}: {what}", place=place_of(change.unit), what=what_of(change))
    if change.unit.site_id and change.site_readiness is not change.after.readiness:
        said = message("{said}. Site: {readiness}", said=said, readiness=change.site_readiness)
    return said


def coarse(span: timedelta) -> timedelta:
    """Without seconds from a minute on: turns are minutes apart."""
    if span < timedelta(minutes=1):
        return timedelta(seconds=round(span.total_seconds()))
    return timedelta(minutes=round(span / timedelta(minutes=1)))
