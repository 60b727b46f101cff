"""What each place sees: a row for each check and vantage, and the places one after the other. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kontum_netcheck.model import Cause, CheckVerdict, Message, Outcome, Readiness, View, count, message
from kontum_netcheck.report.build import CheckRow, Report


@dataclass(frozen=True, slots=True)
class ViewRow(CheckRow):
    """A check as one place sees it; its verdict is that place's alone."""

    vantage: str = ""  # "": it names no place, and nobody has asked


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """What one place sees."""

    vantage: str
    rows: tuple[ViewRow, ...]

    @property
    def counts(self) -> Mapping[Readiness, int]:
        """Its views per readiness."""
        return count(row.verdict.readiness for row in self.rows)

    @property
    def newest_at(self) -> datetime | None:
        """When it asked last."""
        seen = (observation for row in self.rows for observation in row.verdict.evidence)
        return max((one.started_at for one in seen if one.outcome is not Outcome.SKIPPED), default=None)


def has_views(report: Report) -> bool:
    """Whether any check names the places that it is asked from."""
    return any(row.verdict.views for row in report.checks)


def places(report: Report) -> tuple[PlaceRow, ...]:
    """The places in the order of the inventory, then those that asked what names none; last what nobody has asked."""
    named = dict.fromkeys(view.vantage for row in report.checks for view in row.verdict.views)
    found: dict[str, list[ViewRow]] = {name: [] for name in named}
    for row in report.checks:
        for view in _views(row):
            found.setdefault(view.vantage, []).append(view)
    return tuple(PlaceRow(name, tuple(found[name])) for name in sorted(found, key=lambda name: not name))


def view_rows(report: Report) -> tuple[ViewRow, ...]:
    """A row for each check and place, place by place. A check that names none has one, of whoever asked last."""
    return tuple(row for place in places(report) for row in place.rows)


def alone(verdict: CheckVerdict, view: View) -> CheckVerdict:
    """The check by that view alone. That another machine left it to that place is no matter of the place."""
    check = verdict.check
    if check.skip is not None and check.skip.cause is Cause.OTHER_VANTAGE:
        check = replace(check, skip=None)
    return CheckVerdict(check, view.readiness, view.reason, view.observation)


def in_words(verdict: CheckVerdict) -> tuple[Message, ...]:
    """How each place sees the check: `noc: Ready`; nothing where it names none."""
    return tuple(
        message("{vantage}: {readiness}", vantage=view.vantage, readiness=view.readiness)
        for view in verdict.views
    )


def in_keys(verdict: CheckVerdict) -> tuple[str, ...]:
    """The same for programs: `noc=ready`."""
    return tuple(f"{view.vantage}={view.readiness.key}" for view in verdict.views)


def _views(row: CheckRow) -> Iterator[ViewRow]:
    seen = row.verdict.observation
    if not row.verdict.views:
        yield ViewRow(row.site, row.service, row.verdict, row.origin, "" if seen is None else seen.vantage)
    for view in row.verdict.views:
        yield ViewRow(row.site, row.service, alone(row.verdict, view), row.origin, view.vantage)
