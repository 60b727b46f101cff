"""The checks of a report that nobody asked, by why. Pure."""

from kontum_netcheck.model import Cause, Outcome
from kontum_netcheck.report.build import CheckRow, Report


def unasked(report: Report, *causes: Cause) -> tuple[CheckRow, ...]:
    """The checks that stand without an answer because of one of `causes`."""
    return tuple(row for row in report.checks if _why_unasked(row) in causes)


def _why_unasked(row: CheckRow) -> Cause | None:
    observation = row.verdict.observation
    if observation is None:
        skip = row.verdict.check.skip
        return None if skip is None else skip.cause
    if observation.outcome is Outcome.SKIPPED and observation.failure is not None:
        return observation.failure.cause
    return None
