"""One check in, one observation out: the wrapper around every probe, and the engine's only `except Exception`."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kontum_netcheck.model import (
    CannotMeasure,
    Cause,
    Check,
    Failure,
    Measurement,
    Observation,
    Outcome,
    Stage,
)
from kontum_netcheck.net.network import Network
from kontum_netcheck.net.stalls import Stalls
from kontum_netcheck.own.side import OwnSide
from kontum_netcheck.probes import PROBES

_STALLED = 0.5
"""Who stood still for that share of a question's timeout cannot tell silence from an answer not yet read."""
_SURE_OF_SILENCE = frozenset({"ping", "dns", "http", "tcp"})
"""They look at what came, and when, before they speak of a timeout; looking a name up does not.

`sip` is none of them: it looks, too, but who stood still has not repeated its question over UDP, nor read what came
by TCP and TLS. Of a call's silence nothing hangs on it: that is the trunk's, and never the line's.
"""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a run is to be made, and by whom."""

    vantage: str = ""
    operator: str = ""
    lab: bool = False
    rate_per_s: float = 1000.0  # new probes a second; 0: no limit
    deadline_s: float | None = None
    own: OwnSide = field(default_factory=OwnSide)
    most_open_count: int = 500  # questions under way at once: each may hold a socket


class Observer:
    """Asks one check at a time of the network, and never fails: our own faults are observations too."""

    def __init__(self, network: Network, conditions: Conditions, stalls: Stalls, backstop_s: float) -> None:
        self._network = network
        self._conditions = conditions
        self._stalls = stalls
        self._backstop_s = backstop_s  # how much longer than its declared cost a probe may take
        self.ended_by: Cause | None = None
        """Why the run ends before all is asked; set before its tasks are cancelled."""

    async def observe(self, check: Check) -> Observation:
        """Ask it. Where the run is broken off meanwhile: CancelledError, but of a turn what came of it so far."""
        started_at, started_s = datetime.now(UTC), time.perf_counter()
        try:
            outcome, measurement = await self._measure(check, started_s)
        except asyncio.CancelledError:
            if check.turn is None:
                raise
            outcome, measurement = self._broken_off(Measurement())
        took_ms = (time.perf_counter() - started_s) * 1000
        return self._observation(check, outcome, started_at, took_ms, measurement)

    def skipped(self, check: Check, failure: Failure) -> Observation:
        """It is not asked, and the failure says why."""
        return self._observation(check, Outcome.SKIPPED, datetime.now(UTC), 0.0, Measurement(failure=failure))

    async def _measure(self, check: Check, started_s: float) -> tuple[Outcome, Measurement]:
        """The deadline, and whose fault it is that there is no good answer."""
        run, task = PROBES[check.probe].run, asyncio.current_task()
        assert run is not None, f"{check.id} is not skipped, and no machine can ask it"
        try:
            async with asyncio.timeout(2 * check.cost.duration_s + self._backstop_s):
                measurement = await run(check.params, self._network)
            if task is not None and task.cancelling():
                return self._broken_off(measurement)
            failure = measurement.failure
            if failure is None:
                return Outcome.MEASURED, measurement
            ours = self._conditions.own.fault(check, failure) or _stall(
                check, failure, self._stalls.longest_s(started_s)
            )
            return (Outcome.ERROR if ours else Outcome.FAILED), Measurement(
                measurement.metrics, ours or failure
            )
        except CannotMeasure as fault:
            return Outcome.ERROR, Measurement(fault.metrics, fault.failure)
        except Exception as bug:  # the only one: a bug of ours must not take the other checks with it
            detail = f"{type(bug).__name__}: {bug}"[:200]
            return Outcome.ERROR, Measurement(failure=Failure(Stage.INTERNAL, Cause.BUG, detail))

    def _broken_off(self, measurement: Measurement) -> tuple[Outcome, Measurement]:
        """It had begun: somebody's telephone may have rung, bytes were used. Its stage is not `plan`, so it is kept."""
        stage = measurement.failure.stage if measurement.failure else Stage.REQUEST
        failure = Failure(stage, self.ended_by or Cause.INTERRUPTED)
        return Outcome.SKIPPED, Measurement(measurement.metrics, failure)

    def _observation(
        self, check: Check, outcome: Outcome, started_at: datetime, took_ms: float, measurement: Measurement
    ) -> Observation:
        return Observation(
            check_id=check.id,
            probe=check.probe,
            target=check.target,
            outcome=outcome,
            started_at=started_at,
            duration_ms=took_ms,
            metrics=measurement.metrics,
            failure=measurement.failure,
            vantage=self._conditions.vantage,
            operator=self._conditions.operator,
            lab=self._conditions.lab,
        )


def _stall(check: Check, failure: Failure, stalled_s: float) -> Failure | None:
    """Our own standing still that explains a silence; None: it is the target's."""
    if failure.cause is not Cause.TIMEOUT or not stalled_s:
        return None
    if check.probe in _SURE_OF_SILENCE and failure.stage is not Stage.RESOLVE:
        return None
    if stalled_s < _STALLED * getattr(check.params, "timeout_s", check.cost.duration_s):
        return None
    return Failure(
        failure.stage, Cause.OVERLOADED, f"this program stood still for {stalled_s:.1f} s meanwhile"
    )
