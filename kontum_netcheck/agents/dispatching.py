"""Sending a run's checks to the agents, and waiting until each is answered or nobody is left to answer it."""

import asyncio
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from kontum_netcheck.agents.arrivals import Arrivals
from kontum_netcheck.agents.following import Follower
from kontum_netcheck.agents.job import Job, batches, job_of
from kontum_netcheck.agents.orders import GONE_AFTER_S, Look, Orders
from kontum_netcheck.agents.waiting import Question, Tally, Waiting, questions_of
from kontum_netcheck.model import Cause, Check, Message, Observation, Run, message
from kontum_netcheck.probes.declaration import ProbeParams
from kontum_netcheck.store.agents import AgentSeen
from kontum_netcheck.store.fault import StoreError, Unreachable

T = TypeVar("T")
_LOOK_EVERY_S = 0.25
_TRY_AGAIN_S = 1.0
_HAND_IN_S = 3.0
"""After the deadline: until what was measured in time has been handed in."""


@dataclass(frozen=True, slots=True)
class Order:
    """A run as it is sent to the agents."""

    run: Run
    checks: tuple[Check, ...]
    reference: ProbeParams | None = None
    deadline_s: float | None = None  # from the run's beginning
    every_s: float | None = None
    series: str = ""
    rate_per_s: float = 1000.0
    max_pps: int = 1000
    clock_offset_s: float = 0.0  # the database's time minus ours
    wait_for_agents_s: float = 0.0  # that none is at a vantage is believed after this time
    patience_s: float = GONE_AFTER_S  # after an outage; until then nobody is gone for being silent

    def left_s(self) -> float:
        """Until the deadline, by this machine's clock; infinite where there is none."""
        if self.deadline_s is None:
            return math.inf
        return self.deadline_s - (datetime.now(UTC) - self.run.started_at).total_seconds()

    def job(self, questions: Sequence[Question]) -> Job:
        """The job of these questions, all for one vantage."""
        ends_at = None
        if self.deadline_s is not None:
            ends_at = self.run.started_at + timedelta(seconds=self.deadline_s + self.clock_offset_s)
        return job_of(
            self.run,
            [question.check for question in questions],
            questions[0].vantage or None,
            deadline_at=ends_at,
            every_s=self.every_s,
            series=self.series,
            rate_per_s=self.rate_per_s,
            max_pps=self.max_pps,
            reference=self.reference,
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is."""

    tallies: tuple[Tally, ...]
    alive: tuple[AgentSeen, ...]


@dataclass(frozen=True, slots=True)
class Brought:
    """What came back, and how it went."""

    observations: tuple[Observation, ...]
    interrupted: bool
    deadline: bool
    notes: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told meanwhile; quick, and raises nothing."""

    on_observation: Callable[[Check, Observation], None] = lambda _check, _observation: None
    on_progress: Callable[[Progress], None] = lambda _progress: None
    tell: Callable[[Message], None] = lambda _sentence: None


async def dispatch(
    order: Order, orders: Orders, stop: asyncio.Event, watcher: Watcher | None = None
) -> Brought:
    """Send all checks that can be sent and wait for the answers. StoreError where they can't be sent.

    `stop` and the deadline call the rest off. While the database is away it waits, as the agents do.
    """
    return await _Dispatch(order, orders, stop, watcher or Watcher()).run()


class _Dispatch:
    """One run on its way."""

    def __init__(self, order: Order, orders: Orders, stop: asyncio.Event, watcher: Watcher) -> None:
        self._order = order
        self._orders = orders
        self._stop = stop
        self._watcher = watcher
        self._waiting = Waiting(questions_of(order.checks))
        self._follower = Follower(self._waiting)
        self._job_ids: list[int] = []
        self._arrivals = Arrivals(order.run.id)
        self._is_away = False
        self._ends_s = time.perf_counter() + order.left_s()
        self._patient_until_s = time.perf_counter() + order.wait_for_agents_s

    async def run(self) -> Brought:
        """Send, wait, and leave nothing on the queues."""
        self._arrivals = await asyncio.to_thread(self._orders.arrivals, self._order.run.id)
        try:
            alive = await asyncio.to_thread(self._orders.alive)
            asked = self._waiting.open
            await self._send(asked if self._is_patient else self._follower.with_agent(asked, alive))
            self._watcher.on_progress(Progress(tuple(self._waiting.tallies()), alive))
            await self._wait()
        finally:
            await self._tidy()
        interrupted = self._stop.is_set() and not self._waiting.is_over
        deadline = not (interrupted or self._waiting.is_over)
        self._waiting.give_up(self._waiting.open, Cause.INTERRUPTED if interrupted else Cause.DEADLINE)
        observations = self._waiting.observations(datetime.now(UTC), self._order.run.operator)
        return Brought(observations, interrupted, deadline, tuple(self._follower.notes()))

    async def _wait(self) -> None:
        while not self._is_enough():
            job_ids = self._waiting.jobs()
            look = await self._patiently(partial(self._orders.look, self._arrivals, job_ids))
            if look is not None:
                await self._follow(look)
            if not self._is_enough():
                await self._pause(_LOOK_EVERY_S)

    async def _patiently(self, work: Callable[[], T]) -> T | None:
        """What the database says; while it is away, that is said once. None: nothing is waited for any more."""
        while True:
            try:
                said = await asyncio.to_thread(work)
            except Unreachable as fault:
                if not self._is_away:
                    self._watcher.tell(fault.problem)
                self._is_away = True
                self._arrivals.rewind()  # what the last look has seen may never have got here
                if self._is_enough():
                    return None
                await self._pause(_TRY_AGAIN_S)
                continue
            if self._is_away:
                self._watcher.tell(message("The database is back."))
                self._patient_until_s = (
                    time.perf_counter() + self._order.patience_s
                )  # nobody could report meanwhile
            self._is_away = False
            return said

    async def _follow(self, look: Look) -> None:
        """Take what arrived, and do what is to be done."""
        self._take(look)
        steps = self._follower.follow(look, patient=self._is_patient, now_s=time.perf_counter())
        await self._patiently(partial(self._orders.write_off, steps.write_off))
        await self._send(steps.send, urgent=True)
        self._watcher.on_progress(Progress(tuple(self._waiting.tallies()), look.alive))
        if steps.look_at_all:
            self._arrivals.rewind()

    async def _send(self, questions: Iterable[Question], *, urgent: bool = False) -> None:
        by_vantage: dict[str, list[Question]] = {}
        for question in questions:
            by_vantage.setdefault(question.vantage, []).append(question)
        parts = [part for asked in by_vantage.values() for part in batches(asked)]
        if not parts:
            return
        jobs = [self._order.job(part) for part in parts]
        sent = await self._patiently(partial(self._orders.send, jobs, urgent))
        if sent is not None:
            for job_id, part in zip(sent, parts, strict=True):
                self._waiting.sent(job_id, part)
            self._job_ids += sent

    @property
    def _is_patient(self) -> bool:
        """Whether agents that are silent may have had no chance to speak yet."""
        return time.perf_counter() < self._patient_until_s

    def _is_enough(self) -> bool:
        """Whether all is answered, or stopped, or late: then what an agent is at work on may still be handed in."""
        if self._waiting.is_over or self._stop.is_set():
            return True
        return time.perf_counter() >= self._ends_s + (_HAND_IN_S if self._follower.is_running else 0.0)

    async def _pause(self, longest_s: float) -> None:
        try:
            async with asyncio.timeout(longest_s):
                await self._stop.wait()
        except TimeoutError:
            pass

    def _take(self, look: Look) -> None:
        for kept in look.arrived:
            if (check := self._waiting.take(kept.observation)) is not None:
                self._watcher.on_observation(check, kept.observation)

    async def _tidy(self) -> None:
        """Call off what is left, take what has arrived meanwhile, and what is over off the tables.

        Where the database is away, it stays there.
        """
        left = self._waiting.jobs()
        try:
            if left:
                await asyncio.to_thread(self._orders.call_off, left)
                self._take(await asyncio.to_thread(self._orders.look, self._arrivals, left))
            await asyncio.to_thread(self._orders.clear, self._job_ids)
        except StoreError as fault:
            self._watcher.tell(fault.problem)
