"""Checks in, observations out: admission, deadlines, and what must be asked one after the other.

A new probe is started at its planned time and only while the event loop is not late, so that the run never
measures itself. How many wait for the network at the same time is limited only by the sockets there are.
What has a turn (calls, loads) comes after all that has none.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kontum_netcheck.engine.admission import Admission, Admitting
from kontum_netcheck.engine.observing import Conditions, Observer
from kontum_netcheck.engine.turns import TurnRules, take_turns
from kontum_netcheck.model import Cause, Check, Failure, Observation, Stage
from kontum_netcheck.net.network import Network
from kontum_netcheck.net.stalls import Stalls
from kontum_netcheck.plan import echoes_count

_POLITE_PER_S = 250.0
"""As few questions a second an engine may send to one server that is slow (DNS over TLS)."""
_BACKSTOP_S = 30.0
"""How much longer than its declared cost a probe may take before we call it our own fault."""


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
    turns: TurnRules | None = None,
    admission: Admitting | None = None,
) -> Asked:
    """Ask every check once; the answer holds one observation for each, in the order of `checks`.

    When `stop` is set or the deadline passes, what is measured stays and the rest is `skipped` with that cause.
    Without `turns` nothing that has a turn is asked. Who asks several runs at a time gives each the same `admission`,
    in place of the rate and the most open ones of `conditions`.
    """
    checks = tuple(checks)
    answers: dict[str, Observation] = {}

    def keep(observation: Observation) -> None:
        answers[observation.check_id] = observation
        on_observation(observation)

    admission = admission or Admission(conditions.rate_per_s, conditions.most_open_count)
    stalls = Stalls()
    observer = Observer(network, conditions, stalls, _BACKSTOP_S + _pacing_s(checks, network))
    asking = asyncio.create_task(_ask_all(checks, conditions, admission, observer, keep, turns))
    watching = asyncio.create_task(stalls.watch())
    stopping = asyncio.create_task((stop or asyncio.Event()).wait())
    done, _ = await asyncio.wait(
        {asking, stopping}, timeout=conditions.deadline_s, return_when=asyncio.FIRST_COMPLETED
    )
    interrupted = stopping in done
    cause = Cause.INTERRUPTED if interrupted else Cause.DEADLINE
    observer.ended_by = cause
    for task in (asking, stopping, watching):
        task.cancel()
    await asyncio.gather(asking, stopping, watching, return_exceptions=True)
    if asking in done:
        asking.result()
    for check in checks:
        if check.id not in answers:
            keep(observer.skipped(check, check.skip or Failure(Stage.PLAN, cause)))
    observations = tuple(answers[check.id] for check in checks)
    late_s = max(admission.latest_s, stalls.longest_s())
    return Asked(observations, late_s * 1000, interrupted, not done)


async def _ask_all(
    checks: Sequence[Check],
    conditions: Conditions,
    admission: Admitting,
    observer: Observer,
    keep: Callable[[Observation], None],
    turns: TurnRules | None,
) -> None:
    """First what may be asked side by side, then what has a turn."""

    async def ask(check: Check) -> None:
        keep(await observer.observe(check))

    def ended(_asking: asyncio.Task[None]) -> None:  # also of a task that is cancelled before it began
        admission.ended()

    in_turn = []
    async with asyncio.TaskGroup() as group:
        for check in checks:
            skip = check.skip or _link_failure(check, conditions)
            if check.turn is not None and turns is None:
                skip = skip or Failure(Stage.PLAN, Cause.NOT_ASKED_FOR)
            if skip is not None:
                keep(observer.skipped(check, skip))
            elif check.turn is not None:
                in_turn.append(check)
            else:
                await admission.next()
                group.create_task(ask(check)).add_done_callback(ended)
    if turns is not None:
        await take_turns(
            in_turn, turns, ask=ask, leave_out=lambda check, why: keep(observer.skipped(check, why))
        )


def _pacing_s(checks: Sequence[Check], network: Network) -> float:
    """How long engines may hold questions back to be polite: echoes to all hosts, other questions to one server."""
    limit = network.options.max_pps
    return (echoes_count(checks) / limit if limit else 0.0) + len(checks) / _POLITE_PER_S


def _link_failure(check: Check, conditions: Conditions) -> Failure | None:
    """Our own link's failure, unless all that the check talks to is this machine."""
    if conditions.own.down is None or (check.params is not None and check.params.stays_on_this_machine):
        return None
    return conditions.own.down
