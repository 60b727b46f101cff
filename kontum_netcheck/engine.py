"""Checks in, observations out: admission, deadlines, and the only `except Exception`.

A new probe is started at its planned time and only while the event loop is not late, so that the run never
measures itself. How many wait for the network at the same time is limited only by the sockets there are.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
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
from kontum_netcheck.own_side import OwnSide
from kontum_netcheck.plan import echoes_count
from kontum_netcheck.probes import PROBES

_LATE_S = 0.005
"""A turn of the event loop that takes longer means that we are too busy to start another probe."""
_POLITE_PER_S = 250.0
"""As few questions a second an engine may send to one server that is slow (DNS over TLS)."""
_STALLED = 0.5
"""Who stood still for that share of a question's timeout cannot tell silence from an answer not yet read."""
_SURE_OF_SILENCE = frozenset({"ping", "http", "tcp"})
"""They look at what came, and when, before they speak of a timeout; DNS does so over UDP only, and no look-up does."""
_BACKSTOP_S = 30.0
"""How much longer than its declared cost a probe may take before we call it our own fault."""


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


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run brought home, and how it went."""

    observations: tuple[Observation, ...]
    late_ms: float  # how late the event loop was at worst: a busy machine measures badly
    interrupted: bool
    deadline: bool  # the run's deadline ended it


async def run_checks(
    checks: Iterable[Check],
    network: Network,
    conditions: Conditions,
    *,
    stop: asyncio.Event | None = None,
    on_observation: Callable[[Observation], None] = lambda _: None,
) -> Asked:
    """Ask every check once; the answer holds one observation for each, in the order of `checks`.

    When `stop` is set or the deadline passes, what is measured stays and the rest is `skipped` with that cause.
    """
    checks = tuple(checks)
    answers: dict[str, Observation] = {}

    def keep(observation: Observation) -> None:
        answers[observation.check_id] = observation
        on_observation(observation)

    admission, stalls = Admission(conditions.rate_per_s, conditions.most_open_count), Stalls()
    asking = asyncio.create_task(_ask_all(checks, network, conditions, admission, stalls, keep))
    watching = asyncio.create_task(stalls.watch())
    stopping = asyncio.create_task((stop or asyncio.Event()).wait())
    done, _ = await asyncio.wait(
        {asking, stopping}, timeout=conditions.deadline_s, return_when=asyncio.FIRST_COMPLETED
    )
    for task in (asking, stopping, watching):
        task.cancel()
    await asyncio.gather(asking, stopping, watching, return_exceptions=True)
    if asking in done:
        asking.result()
    interrupted = stopping in done
    cause = Cause.INTERRUPTED if interrupted else Cause.DEADLINE
    for check in checks:
        if check.id not in answers:
            keep(_skipped(check, conditions, check.skip or Failure(Stage.PLAN, cause)))
    observations = tuple(answers[check.id] for check in checks)
    late_s = max(admission.latest_s, stalls.longest_s())
    return Asked(observations, late_s * 1000, interrupted, not done)


async def _ask_all(
    checks: Sequence[Check],
    network: Network,
    conditions: Conditions,
    admission: "Admission",
    stalls: Stalls,
    keep: Callable[[Observation], None],
) -> None:
    backstop_s = _BACKSTOP_S + _pacing_s(checks, network)

    async def ask(check: Check) -> None:
        try:
            keep(await _observe(check, network, conditions, stalls, backstop_s))
        finally:
            admission.ended()

    async with asyncio.TaskGroup() as group:
        for check in checks:
            skip = check.skip or _link_failure(check, conditions)
            if skip is not None:
                keep(_skipped(check, conditions, skip))
                continue
            await admission.next()
            group.create_task(ask(check))


class Admission:
    """Lets probes start at a steady rate, and waits while the event loop is late or too much is open."""

    def __init__(self, rate_per_s: float, most_open_count: int) -> None:
        self._gap_s = 1.0 / rate_per_s if rate_per_s else 0.0
        self._planned_s = time.perf_counter()
        self._places = asyncio.Semaphore(most_open_count)
        self.latest_s = 0.0

    async def next(self) -> None:
        """Return when the next probe may start. What lateness cost is not caught up with by a burst."""
        await self._places.acquire()
        while (turn_s := await self._turn()) > _LATE_S:
            self.latest_s = max(self.latest_s, turn_s)
        now_s = time.perf_counter()
        if self._planned_s > now_s:
            await asyncio.sleep(self._planned_s - now_s)
        self._planned_s = max(self._planned_s, now_s - _LATE_S) + self._gap_s

    def ended(self) -> None:
        """A probe that was let in has ended."""
        self._places.release()

    @staticmethod
    async def _turn() -> float:
        started_s = time.perf_counter()
        await asyncio.sleep(0)
        return time.perf_counter() - started_s


def _pacing_s(checks: Sequence[Check], network: Network) -> float:
    """How long engines may hold questions back to be polite: echoes to all hosts, other questions to one server."""
    limit = network.options.max_pps
    return (echoes_count(checks) / limit if limit else 0.0) + len(checks) / _POLITE_PER_S


async def _observe(
    check: Check, network: Network, conditions: Conditions, stalls: Stalls, backstop_s: float
) -> Observation:
    """The one wrapper around every probe: the clock, the backstop, and our own faults."""
    run = PROBES[check.probe].run
    assert run is not None, f"{check.id} is not skipped, and no machine can ask it"
    started_at, started_s = datetime.now(UTC), time.perf_counter()
    try:
        async with asyncio.timeout(2 * check.cost.duration_s + backstop_s):
            measurement = await run(check.params, network)
        outcome = Outcome.FAILED if measurement.failure else Outcome.MEASURED
        ours = measurement.failure and (
            conditions.own.fault(check, measurement.failure)
            or _stall(check, measurement.failure, stalls.longest_s(started_s))
        )
        if ours:
            measurement, outcome = Measurement(measurement.metrics, ours), Outcome.ERROR
    except CannotMeasure as fault:
        measurement, outcome = Measurement({}, fault.failure), Outcome.ERROR
    except Exception as bug:  # the only one: a bug of ours must not take the other checks with it
        detail = f"{type(bug).__name__}: {bug}"[:200]
        measurement, outcome = Measurement({}, Failure(Stage.INTERNAL, Cause.BUG, detail)), Outcome.ERROR
    return Observation(
        check_id=check.id,
        probe=check.probe,
        target=check.target,
        outcome=outcome,
        started_at=started_at,
        duration_ms=(time.perf_counter() - started_s) * 1000,
        metrics=measurement.metrics,
        failure=measurement.failure,
        vantage=conditions.vantage,
        operator=conditions.operator,
        lab=conditions.lab,
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


def _link_failure(check: Check, conditions: Conditions) -> Failure | None:
    """Our own link's failure, unless all that the check talks to is this machine."""
    if conditions.own.down is None or (check.params is not None and check.params.stays_on_this_machine):
        return None
    return conditions.own.down


def _skipped(check: Check, conditions: Conditions, failure: Failure) -> Observation:
    return Observation(
        check_id=check.id,
        probe=check.probe,
        target=check.target,
        outcome=Outcome.SKIPPED,
        started_at=datetime.now(UTC),
        duration_ms=0.0,
        failure=failure,
        vantage=conditions.vantage,
        operator=conditions.operator,
        lab=conditions.lab,
    )
