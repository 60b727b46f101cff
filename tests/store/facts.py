"""Facts to keep, short to write down."""

from datetime import UTC, datetime, timedelta

from kontum_netcheck.model import (
    Cause,
    Failure,
    KeptObservation,
    Limit,
    LimitsInForce,
    MetricValue,
    Observation,
    Outcome,
    RunBegun,
    Stage,
)
from kontum_netcheck.store.entries import encode

NOON = datetime(2024, 6, 26, 5, 0, tzinfo=UTC)
LIMITS = LimitsInForce((Limit("loss_pct", 1.0, 3.0, True, "QCVN 34"),), timedelta(hours=24))
RUN = RunBegun("a1b2", NOON, "1.0", "sites.yaml", "", vantage="Kon Tum", operator="An")
PING = "thpt-kon-tum/ftth/ping"


def at(minutes: float) -> datetime:
    """So many minutes after noon in Kon Tum on the day before the exam."""
    return NOON + timedelta(minutes=minutes)


def seen(
    minutes: float = 0,
    check_id: str = PING,
    outcome: Outcome = Outcome.MEASURED,
    run_id: str = RUN.id,
    vantage: str = RUN.vantage,
    **metrics: MetricValue,
) -> KeptObservation:
    """An observation at that minute."""
    failure = None if outcome is Outcome.MEASURED else Failure(Stage.REPLY, Cause.TIMEOUT)
    observation = Observation(
        check_id=check_id,
        probe=check_id.split("/")[2],
        target="192.0.2.10",
        outcome=outcome,
        started_at=at(minutes),
        duration_ms=12.5,
        metrics=metrics,
        failure=failure,
        vantage=vantage,
        operator="An",
    )
    return KeptObservation(run_id, encode(LIMITS).id, observation)
