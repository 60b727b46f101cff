"""The lab's persons: what they have recorded of phones, faxes and checklist items. Scripted, and marked as lab."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from kontum_netcheck.lab.script import Faults, Said
from kontum_netcheck.model import Cause, Check, Failure, MetricValue, Observation, Outcome, Stage

_PERSON = "Lab"
_IN_ORDER = Said()


def recorded(checks: Iterable[Check], faults: Faults, now: datetime) -> Iterator[Observation]:
    """One observation for each check that only a person can answer, unless the script says that nobody has."""
    for check in checks:
        if not check.is_for_people:
            continue
        said = faults.said.get(check.id, _IN_ORDER)
        if said is not None:
            yield _observation(check, said, now)


def _observation(check: Check, said: Said, now: datetime) -> Observation:
    metrics: dict[str, MetricValue] = {"result": said.result, "age_h": said.age_h, **said.metrics}
    return Observation(
        check_id=check.id,
        probe=check.probe,
        target=check.target,
        outcome=Outcome.MEASURED if said.works else Outcome.FAILED,
        started_at=now - timedelta(hours=said.age_h),
        duration_ms=0.0,
        metrics=metrics,
        failure=None if said.works else Failure(Stage.EXPECTATION, Cause.PERSON_SAID_NO, said.result),
        vantage=check.site_id,
        operator=_PERSON,
        lab=True,
    )
