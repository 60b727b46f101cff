"""What changed, for people, spreadsheets and programs."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from kontum_netcheck.history import Change, CheckChange, Difference, Moment, SiteChange
from kontum_netcheck.model import CheckVerdict, Message, Readiness, message
from kontum_netcheck.probes.by_hand import is_by_hand
from kontum_netcheck.report.blocks import SIGNS
from kontum_netcheck.report.columns import Column
from kontum_netcheck.report.comma_separated import table
from kontum_netcheck.report.facts import instant, reason_code
from kontum_netcheck.report.history import words
from kontum_netcheck.report.history.lines import STYLES, UNBROKEN, Line
from kontum_netcheck.report.json_layout import laid_out
from kontum_netcheck.report.options import Options

CHANGE_WORDS: Mapping[Change, Message] = MappingProxyType(
    {
        Change.WORSE: message("worse"),
        Change.BETTER: message("better"),
        Change.NEW: message("new"),
        Change.GONE: message("gone"),
        Change.SAME: message("unchanged"),
    }
)
_SHOWN_ID = 12


def page(found: Difference, options: Options) -> Iterator[Line]:
    """Counts, then site by site each check that changed, with the reason."""
    title = message("What changed: {before} → {after}", before=_side(found.before), after=_side(found.after))
    yield Line.of(options.text(title), "bold", hang=2)
    yield Line.of(options.text(message("Both sides are judged by the limits of today's inventory.")))
    yield Line.of(_counts(found, options))
    for site in found.sites:
        yield Line.of("")
        yield from _site(site, options)
    yield Line.of("")
    if found.counts[Change.NEW] or found.counts[Change.GONE]:
        meaning = message("new: known now, not known before; gone: known before, not known now.")
        yield Line.of(options.text(meaning), "dim")


def _side(moment: Moment) -> Message:
    if not moment.run_id:
        return message("{moment}", moment=moment.at)
    return message("{moment} (run {id})", moment=moment.at, id=moment.run_id[:_SHOWN_ID])


def _counts(found: Difference, options: Options) -> str:
    shown = [
        f"{options.text(word)}:{UNBROKEN}{found.counts[change]}" for change, word in CHANGE_WORDS.items()
    ]
    stand = [
        f"{sign}{UNBROKEN}{found.same[verdict]}" for verdict, sign in SIGNS.items() if found.same[verdict]
    ]
    return "   ".join(shown) + (f"{UNBROKEN}({f',{UNBROKEN}'.join(stand)})" if stand else "")


def _site(site: SiteChange, options: Options) -> Iterator[Line]:
    place = (site.name, site.district) if site.district else (site.name,)
    yield Line.of(
        f"{words.joined(place, options)}: {options.text(_from_to(site.before, site.after))}", "bold", hang=2
    )
    for check in site.checks:
        name = words.joined(words.named(check.after.check), options)
        verdict = check.after.readiness
        how = f"{SIGNS[verdict]} {options.text(CHANGE_WORDS[check.change])}"
        yield Line(((how, STYLES[verdict]), (f"  {name}", "")), indent=2)
        told = message(
            "{change}: {reason}",
            change=_from_to(check.before.readiness, check.after.readiness),
            reason=_reason(check),
        )
        yield Line.of(options.text(told), indent=4, hang=2)
        seen = check.after.observation
        if seen is not None and seen.operator and is_by_hand(seen):
            by = message("by {operator} on {moment}", operator=seen.operator, moment=seen.started_at)
            yield Line.of(options.text(by), indent=4)


def _from_to(before: Readiness, after: Readiness) -> Message:
    if before is after:
        return message("still {verdict}", verdict=after)
    return message("{before} → {after}", before=before, after=after)


def _reason(check: CheckChange) -> Message:
    if check.change is Change.BETTER:
        return message("before: {reason}", reason=check.reason)
    return check.reason


def as_json(found: Difference, options: Options) -> str:
    """`kontum-netcheck/diff`, version 1."""
    document = {
        "format": "kontum-netcheck/diff",
        "version": 1,
        "judged_by": "limits of today's inventory",
        "before": _moment(found.before),
        "after": _moment(found.after),
        "counts": {change.value: number for change, number in found.counts.items()},
        "unchanged": {readiness.key: number for readiness, number in found.same.items()},
        "worst": found.worst.key,
        "sites": [
            {
                "id": site.id,
                "name": site.name,
                "district": site.district or None,
                "before": site.before.key,
                "after": site.after.key,
                "checks": [_check(check, found, options) for check in site.checks],
            }
            for site in found.sites
        ],
    }
    return laid_out(document, levels=2)


def _moment(moment: Moment) -> dict[str, object]:
    return {"at": instant(moment.at), "run": moment.run_id or None}


def _check(changed: CheckChange, found: Difference, options: Options) -> dict[str, object]:
    check = changed.after.check
    return {
        "id": check.id,
        "service": check.service_id,
        "kind": check.kind.value,
        "probe": check.probe,
        "target": check.target,
        "change": changed.change.value,
        "before": _verdict(changed.before, found.before, options),
        "after": _verdict(changed.after, found.after, options),
    }


def _verdict(verdict: CheckVerdict, moment: Moment, options: Options) -> dict[str, object]:
    seen = verdict.observation
    return {
        "readiness": verdict.readiness.key,
        "reason": options.language.say(verdict.reason, options.zone),
        "reason_code": reason_code(verdict, moment.at),
        "started_at": seen and instant(seen.started_at),
        "operator": seen and seen.operator,
        "vantage": seen and seen.vantage,
    }


def _seen_at(verdict: CheckVerdict) -> object:
    return verdict.observation and verdict.observation.started_at


_COLUMNS: tuple[Column[Any], ...] = (
    Column(
        "change",
        message("Change"),
        lambda pair: CHANGE_WORDS[pair[1].change],
        machine=lambda pair: pair[1].change.value,
    ),
    Column("district", message("District"), lambda pair: pair[0].district or None),
    Column("site_id", message("Site id"), lambda pair: pair[0].id),
    Column("site", message("Site"), lambda pair: pair[0].name),
    Column("check_id", message("Check id"), lambda pair: pair[1].after.check.id),
    Column("probe", message("Probe"), lambda pair: pair[1].after.check.probe),
    Column("target", message("Target"), lambda pair: words.target(pair[1].after.check)),
    Column("before", message("Before"), lambda pair: pair[1].before.readiness),
    Column("after", message("After"), lambda pair: pair[1].after.readiness),
    Column("reason_before", message("Reason before"), lambda pair: pair[1].before.reason, prose=True),
    Column("reason_after", message("Reason after"), lambda pair: pair[1].after.reason, prose=True),
    Column("checked_before_at", message("Checked at, before"), lambda pair: _seen_at(pair[1].before)),
    Column("checked_after_at", message("Checked at, after"), lambda pair: _seen_at(pair[1].after)),
    Column("site_before", message("Site before"), lambda pair: pair[0].before),
    Column("site_after", message("Site after"), lambda pair: pair[0].after),
)


def as_csv(found: Difference, options: Options) -> bytes:
    """A row for each check that changed."""
    return table(_COLUMNS, [(site, check) for site in found.sites for check in site.checks], options)
