"""What to do after a report, and the command for it: one that works as it stands. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from shlex import join

from kontum_netcheck.model import Cause, Message, Readiness, message
from kontum_netcheck.report.build import CheckRow, Report
from kontum_netcheck.report.unasked import unasked

_DEFAULT_INVENTORY = "sites.yaml"
_SITES_IN_COMMAND = 3


@dataclass(frozen=True, slots=True)
class Command:
    """A command to type: it stands on a line of its own and is never wrapped."""

    text: str


def next_step(report: Report) -> Iterator[Message | Command]:
    """The one thing to do now; what only persons can do is said besides."""
    if report.origin.lab:
        yield message("Next: this was the lab. Write an inventory of your own sites, then check it:")
        yield Command("kontum-netcheck init")
        return
    yield from _main_step(report)
    yield from _elsewhere(report)
    to_call = next((row.site.verdict.id for row in report.checks if _is_to_be_called(row)), None)
    if to_call is not None:
        yield message("Lines that a machine may call, when nobody is disturbed; their phones ring:")
        yield Command(join(["kontum-netcheck", "lines", "test", *_inventory_word(report), to_call]))
    if any(row.verdict.readiness is Readiness.NOT_CHECKED and _is_by_hand(row) for row in report.checks):
        yield message(
            "Phones, faxes and checklist items need a person to try them, and to record what was found:"
        )
        yield Command(join(["kontum-netcheck", "record", *_inventory_word(report), _first_by_hand(report)]))


def _main_step(report: Report) -> Iterator[Message | Command]:
    rows = (*report.sites, *report.portals)
    worst = max((row.verdict.readiness for row in rows), default=Readiness.NOT_CHECKED)
    broken = [row.verdict.id for row in report.sites if row.verdict.readiness is Readiness.NOT_READY]
    cut_off = unasked(report, Cause.INTERRUPTED, Cause.DEADLINE)
    if cut_off:
        yield message("Next: run again what was not asked:")
        yield from _check_again(report, _sites_of(cut_off, report))
    elif unasked(report, Cause.OWN_LINK_DOWN):
        yield message(
            "Next: mend this machine's own link (“kontum-netcheck doctor” says more), then check again:"
        )
        yield from _check_again(report)
    elif broken:
        yield message("Next: have repaired what is not ready, then check it again:")
        yield from _check_again(report, broken)
    elif worst is Readiness.NOT_READY:
        yield message("Next: have the portals repaired that are not ready, then check again:")
        yield from _check_again(report)
    elif worst is Readiness.NOT_CHECKED:
        yield message("Next: check what is not checked yet; the reasons say what it takes.")
    elif worst is Readiness.DEGRADED:
        yield message("Next: look into what is degraded before the exam.")
    elif report.run.partial:
        yield message("What was selected is ready.")
    else:
        yield message("Everything is ready.")


def _elsewhere(report: Report) -> Iterator[Message | Command]:
    """What this machine could not ask from where it stood: the first of each kind, and where to stand for it."""
    words = ["kontum-netcheck", "check", *_inventory_word(report)]
    at_a_site = _first_unasked(report, Cause.ONLY_ON_SITE, Cause.ANOTHER_LINE)
    if at_a_site is not None:
        verdict = at_a_site.site.verdict
        others = {row.verdict.check.service_id for row in report.checks if _is_asked_at(row, verdict.id)}
        line = f"/{at_a_site.verdict.check.service_id}" if len(others) > 1 else ""
        yield message("What only a machine at a site can ask, asked there:")
        yield Command(join([*words, "--at", f"{verdict.id}{line}"]))
    from_a_place = _first_unasked(report, Cause.OTHER_VANTAGE)
    if from_a_place is not None:
        unseen = [view.vantage for view in from_a_place.verdict.views if view.observation is None]
        place = (unseen or from_a_place.verdict.check.vantages)[0]
        yield message("What is asked from certain places only, asked from one of them:")
        yield Command(join([*words, "--vantage", place]))


def _first_unasked(report: Report, *causes: Cause) -> CheckRow | None:
    found = unasked(report, *causes)
    return next((row for row in found if row.verdict.readiness is Readiness.NOT_CHECKED), None)


def _is_asked_at(row: CheckRow, site_id: str) -> bool:
    return row.site.verdict.id == site_id and row.verdict.check.is_on_site


def _inventory_word(report: Report) -> Sequence[str]:
    return () if report.run.inventory == _DEFAULT_INVENTORY else (report.run.inventory,)


def _first_by_hand(report: Report) -> str:
    """The site whose phones, faxes and items are to be tried first."""
    return next(
        row.site.verdict.id
        for row in report.checks
        if row.verdict.readiness is Readiness.NOT_CHECKED and _is_by_hand(row)
    )


def _is_to_be_called(row: CheckRow) -> bool:
    """Whether a machine may call the line, and it isn't known to be ready: nobody has called it, or in vain."""
    check = row.verdict.check
    may_be = check.turn is not None or (check.skip is not None and check.skip.cause is Cause.NOT_ASKED_FOR)
    return row.verdict.readiness is not Readiness.READY and may_be and check.is_for_people


def _is_by_hand(row: CheckRow) -> bool:
    return row.verdict.check.needs_a_person


def _sites_of(checks: Iterable[CheckRow], report: Report) -> Sequence[str]:
    """The sites to name so that the checks are asked again; none where that takes the whole inventory."""
    site_ids = tuple(dict.fromkeys(row.site.verdict.id for row in checks))
    is_few = report.run.partial or len(site_ids) <= _SITES_IN_COMMAND
    return site_ids if is_few and all(row.site.number is not None for row in checks) else ()


def _check_again(report: Report, site_ids: Sequence[str] = ()) -> Iterator[Message | Command]:
    """`check` of the same inventory from the same place, or `dispatch`; of a few sites by name, and how many more."""
    run = report.run
    words = ["kontum-netcheck", "dispatch" if run.sent else "check", *_inventory_word(report)]
    here = run.at if run.at in site_ids or not site_ids else ""
    named = sorted(site_ids, key=lambda site_id: site_id != here)[:_SITES_IN_COMMAND]
    if here:
        words += ["--at", f"{here}/{run.at_line}" if run.at_line else here]
    if not run.sent and any(run.vantage in row.verdict.check.vantages for row in report.checks):
        words += ["--vantage", run.vantage]
    if run.source:
        words += ["--source", run.source]
    if not site_ids:
        words += run.selection
    if named != [here]:  # being at a site selects it
        words += [word for site_id in named for word in ("--site", site_id)]
    yield Command(join(words))
    if len(site_ids) > len(named):
        yield message("… and {count} more.", count=len(site_ids) - len(named))
