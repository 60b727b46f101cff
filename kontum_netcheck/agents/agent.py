"""An agent: takes jobs from its queues, measures, hands in what it finds, and goes on alone while it is cut off."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from kontum_netcheck.agents.alone import Alone
from kontum_netcheck.agents.clock import Clock
from kontum_netcheck.agents.connector import ANSWER_S, PatientConnector
from kontum_netcheck.agents.courier import AGAIN_S, HAND_IN_COUNT, REPORT_EVERY_S, Courier
from kontum_netcheck.agents.feed import Feed
from kontum_netcheck.agents.line import Line
from kontum_netcheck.agents.measuring import Measuring
from kontum_netcheck.agents.networks import Networks
from kontum_netcheck.agents.outbox import Outbox
from kontum_netcheck.agents.presence import Presence
from kontum_netcheck.agents.server import connect, conninfo_of, queues_of
from kontum_netcheck.agents.spool import Spool
from kontum_netcheck.agents.taking import Taking
from kontum_netcheck.model import KeptObservation, Message, message
from kontum_netcheck.net.network import NetworkOptions
from kontum_netcheck.store.agents import AgentDesk, refuse_newer_agents
from kontum_netcheck.store.entries import Entry
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.migrations import refuse_newer
from kontum_netcheck.store.place import Place

_LOOK_EVERY_S = 0.5


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Settings:
    """How an agent is to work, and for whom."""

    store: str = field(repr=False)  # postgresql://…, with its password
    vantage: str
    name: str
    spool_file: Path
    rate_per_s: float = 1000.0  # new probes a second; 0: no limit
    most_open_count: int = 500
    network: NetworkOptions = field(default_factory=NetworkOptions)
    report_every_s: float = REPORT_EVERY_S
    answer_s: float = ANSWER_S
    again_s: tuple[float, float] = AGAIN_S
    alone_after_s: float = 5.0  # how long the database must be gone before a series is repeated
    patience_s: float = 10.0  # how long an agent that ends waits for a database that is gone
    now: Callable[[], datetime] = _utc_now


class ClockWrong(Exception):
    """This machine's clock is too far off to date evidence by; `problem` says how far."""

    def __init__(self, problem: Message) -> None:
        super().__init__(problem.text.format(**problem.values))
        self.problem = problem


class Agent:
    """One agent. `run` it once, in an event loop that can watch sockets."""

    def __init__(self, settings: Settings, tell: Callable[[Message], None]) -> None:
        self._settings = settings
        self._tell = tell
        self._clock = Clock(settings.now)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`, finish what runs, hand it in. StoreError or ClockWrong where it can't begin or go on."""
        settings = self._settings
        place = queues_of(settings.store)
        conninfo = conninfo_of(place, f"kontum-netcheck agent {settings.name}")
        feed = Feed(settings.rate_per_s, settings.network.max_pps, settings.most_open_count)
        presence = Presence(settings.vantage, settings.name, settings.now(), feed)
        with closing(Spool(settings.spool_file, place.shown)) as spool:
            line = Line(presence, self._clock, spool, self._tell, feed.wake)

            def desk(again: bool) -> AgentDesk:
                return AgentDesk(connect(place, conninfo, again=again), place)

            courier = Courier(
                spool,
                desk,
                line,
                settings.report_every_s,
                settings.again_s,
                settings.answer_s,
            )
            await asyncio.to_thread(courier.open)
            outbox = Outbox(spool, courier.wake, line.tell, lambda entries: _hand_in(desk(True), entries))
            try:
                self._check(place, line)
                line.has_begun = True
                self._tell_ready(place.shown)
                async with Networks(settings.network) as networks:
                    measuring = Measuring(settings.vantage, feed, networks, _kept_by(outbox, presence))
                    connector = PatientConnector(conninfo, courier.report_soon, answer_s=settings.answer_s)
                    taking = Taking(
                        place, connector, presence, self._clock, feed, measuring, settings.report_every_s
                    )
                    await self._work(stop, taking, outbox, courier, line)
            finally:
                presence.is_ending = True
                await asyncio.to_thread(outbox.close)
                await asyncio.to_thread(courier.close)
                self._tell_left(spool)

    async def _work(
        self, stop: asyncio.Event, taking: Taking, outbox: Outbox, courier: Courier, line: Line
    ) -> None:
        """Take jobs; beside it go on alone where need be, and mind a line that hangs. All end together."""
        over = asyncio.Event()
        alone = Alone(taking.repeating, taking.measuring, taking.presence, self._clock, outbox.keep)
        beside = (
            asyncio.create_task(alone.go_on(lambda: line.cut_off_s, self._settings.alone_after_s, stop)),
            asyncio.create_task(self._watch(stop, over, taking, outbox, courier, line)),
        )
        try:
            await taking.run(stop, lambda: line.delivered(outbox))
        finally:
            stop.set()
            over.set()
            await asyncio.gather(*beside)

    async def _watch(
        self,
        stop: asyncio.Event,
        over: asyncio.Event,
        taking: Taking,
        outbox: Outbox,
        courier: Courier,
        line: Line,
    ) -> None:
        """Mind the threads; who ends does not wait for ever for a database that is gone."""
        ends_s: float | None = None
        try:
            while not over.is_set():
                courier.mind()
                outbox.mind()
                if stop.is_set():
                    if ends_s is None:
                        ends_s = monotonic() + self._settings.patience_s
                        taking.presence.is_ending = True
                        courier.report_soon()
                    if line.cut_off_s is not None and monotonic() >= ends_s:
                        taking.give_up()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_EVERY_S):
                        await over.wait()
        finally:  # a fault of ours in a thread ends all
            stop.set()
            taking.give_up()

    def _check(self, place: Place, line: Line) -> None:
        """What the database said first may be a reason not to begin."""
        refuse_newer(line.schema, place.shown)
        refuse_newer_agents(line.agents_schema, place)
        if not self._clock.is_right:
            raise ClockWrong(self._clock.refusal)

    def _tell_ready(self, store: str) -> None:
        self._tell(
            message(
                "Agent {name} takes jobs for {vantage} from {store}.",
                name=self._settings.name,
                vantage=self._settings.vantage,
                store=store,
            )
        )

    def _tell_left(self, spool: Spool) -> None:
        with suppress(StoreError):
            if count := spool.count():
                self._tell(
                    message(
                        "Entries that are not handed in: {count}. They wait in {file} until this agent runs again.",
                        count=count,
                        file=str(spool.file),
                    )
                )


def _hand_in(desk: AgentDesk, entries: Sequence[Entry]) -> None:
    with desk:
        for start in range(0, len(entries), HAND_IN_COUNT):
            desk.hand_in(entries[start : start + HAND_IN_COUNT])


def _kept_by(outbox: Outbox, presence: Presence) -> Callable[[KeptObservation], None]:
    def keep(kept: KeptObservation) -> None:
        presence.count()
        outbox.keep(kept)

    return keep
