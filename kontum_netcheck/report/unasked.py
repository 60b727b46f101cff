"""The checks of a report that nobody asked, by why. Pure."""

from kontum_netcheck.model import Cause, Outcome
from kontum_netcheck.report.build import CheckRow, Report


def unasked(report: Report, *causes: Cause) -> tuple[CheckRow, ...]:
    """The checks that stand without an answer because of one of `causes`."""
    return tuple(row for row in report.checks if not _whys(row).isdisjoint(causes))


def _whys(row: CheckRow) -> frozenset[Cause]:
    """Why nobody asked; of a check that several places ask why each of them didn't."""
    verdict = row.verdict
    if not verdict.evidence:
        return frozenset() if verdict.check.skip is None else frozenset({verdict.check.skip.cause})
    skipped = (seen.failure for seen in verdict.evidence if seen.outcome is Outcome.SKIPPED)
    return frozenset(failure.cause for failure in skipped if failure is not None)
