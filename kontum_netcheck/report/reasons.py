"""Why a site stands as it does, in as many sentences as the reader has room for. Pure.

The judge gives one sentence a service, the first of its reasons with the count of the rest. Here it becomes all
of them, where nothing limits the room, or fewer, where many services were left unasked for one and the same reason.
"""

from collections.abc import Iterator
from typing import NamedTuple

from kontum_netcheck.model import (
    CheckVerdict,
    Message,
    Outcome,
    Readiness,
    ServiceVerdict,
    SiteVerdict,
    message,
)

Reasons = tuple[Message, ...]


class _Group(NamedTuple):
    """Services that were left unasked for one reason."""

    services: list[ServiceVerdict]
    reason: Message

    @property
    def sentence(self) -> Message:
        """Which services, and why."""
        names = tuple(message("{kind} {name}", kind=s.kind, name=s.name) for s in self.services)
        return message("{services}: {reason}", services=names, reason=self.reason)


def all_reasons(site: SiteVerdict) -> Reasons:
    """Every reason of every service, the gravest service first; what is left unasked for one reason once."""
    return tuple(_sentences(site, full=True))


def brief_reasons(site: SiteVerdict) -> Reasons:
    """One sentence a service; one for all that were left unasked for the same reason."""
    return tuple(_sentences(site, full=False))


def portal_reasons(portal: ServiceVerdict) -> Reasons:
    """The reasons of a portal's checks; one where none was asked for the same reason."""
    common = _common_reason(portal)
    return portal.reasons if common is None else (common,)


def _sentences(site: SiteVerdict, full: bool) -> Iterator[Message]:
    groups = list(_groups(site))
    if len(groups) == 1 and len(groups[0].services) == len(site.reasons) > 1:
        yield groups[0].reason  # the same for all that isn't ready: no need to name each
        return
    for reason in site.reasons:
        service = _service_in(reason, site)
        group = next((g for g in groups if service is not None and service in g.services), None)
        if group is None:
            yield from _spelt_out(reason, service) if full and service is not None else (reason,)
        elif service is group.services[0]:
            yield group.sentence


def _groups(site: SiteVerdict) -> Iterator[_Group]:
    groups: list[_Group] = []
    for service in site.services:
        common = _common_reason(service)
        if common is None:
            continue
        group = next((g for g in groups if g.reason == common), None)
        if group is None:
            groups.append(group := _Group([], common))
        group.services.append(service)
    yield from groups


def _common_reason(service: ServiceVerdict) -> Message | None:
    """Why nothing of the service was asked, where that is the same for all of it that isn't ready."""
    open_checks = [check for check in service.checks if check.readiness is not Readiness.READY]
    if not open_checks or not all(_is_unasked(check) for check in open_checks):
        return None
    reason = open_checks[0].reason
    return reason if all(check.reason == reason for check in open_checks) else None


def _is_unasked(verdict: CheckVerdict) -> bool:
    return verdict.observation is None or verdict.observation.outcome is Outcome.SKIPPED


def _service_in(reason: Message, site: SiteVerdict) -> ServiceVerdict | None:
    """The service that one of the judge's sentences is about, however deep it is wrapped in remarks."""
    values = reason.values
    if "kind" in values and "name" in values:
        named = (values["kind"], values["name"])
        return next((s for s in site.services if (s.kind, s.name) == named), None)
    inner = values.get("reason")
    return _service_in(inner, site) if isinstance(inner, Message) else None


def _spelt_out(reason: Message, service: ServiceVerdict) -> Iterator[Message]:
    """The sentence once for each reason of its service, each with the same remarks around it."""
    inner = reason.values.get("reason")
    alternatives: Iterator[Message]
    if "kind" in reason.values:
        alternatives = _unasked_together(service)
    elif isinstance(inner, Message):
        alternatives = _spelt_out(inner, service)
    else:
        alternatives = iter(())
    for alternative in alternatives:
        yield Message(reason.text, {**reason.values, "reason": alternative})


def _unasked_together(service: ServiceVerdict) -> Iterator[Message]:
    """The reasons of the service; checks that were left unasked for the same one share it."""
    unasked = [
        check.reason
        for check in service.checks
        if check.readiness is not Readiness.READY and _is_unasked(check)
    ]
    if len(unasked) < 2:  # nearly always, and comparing sentences costs
        yield from service.reasons
        return
    said: list[object] = []
    for each in service.reasons:
        reason = each.values.get("reason")
        alike = [other for other in service.reasons if other.values.get("reason") == reason]
        if len(alike) == 1 or reason not in unasked:
            yield each
        elif reason not in said:
            said.append(reason)
            asked = tuple(message("{probe} {target}", **_asked(other)) for other in alike)
            yield message("{checks}: {reason}", checks=asked, reason=reason)


def _asked(reason: Message) -> dict[str, object]:
    """What was to be asked, of whom."""
    return {name: reason.values.get(name, "") for name in ("probe", "target")}
