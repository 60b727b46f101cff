"""`demo --agents`: three agents ask the sample province, one is killed, the database is cut off; nothing is lost."""

import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kontum_netcheck.agents.dispatching import Order, Progress, Watcher, dispatch
from kontum_netcheck.agents.orders import Orders
from kontum_netcheck.agents.server import queues_of
from kontum_netcheck.agents.waiting import questions_of
from kontum_netcheck.cli.asking import World, stop_on_signal
from kontum_netcheck.cli.concluding import Found, conclude
from kontum_netcheck.cli.demo_agent import Told, detours_of
from kontum_netcheck.cli.demo_agent_process import AgentProcess
from kontum_netcheck.cli.demo_counts import Counts
from kontum_netcheck.cli.event_loop import run_in_loop
from kontum_netcheck.cli.exits import COULD_NOT_RUN, INTERRUPTED
from kontum_netcheck.cli.inventory import load_or_stop
from kontum_netcheck.cli.keeping import keeping
from kontum_netcheck.cli.run import begun_of
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.silence import silence
from kontum_netcheck.cli.store import store_or_stop
from kontum_netcheck.cli.wanted import Wanted
from kontum_netcheck.inventory.loader import Loaded
from kontum_netcheck.lab import Lab
from kontum_netcheck.lab.database import DatabaseServer, database_server, programs
from kontum_netcheck.lab.places import LOST_PLACE, PLACES, seen_from, write_inventory
from kontum_netcheck.lab.way import Way, way_to
from kontum_netcheck.model import message
from kontum_netcheck.plan import Plan, plan
from kontum_netcheck.plan.selection import Selection
from kontum_netcheck.store.store import Store
from kontum_netcheck.store.upgrade import upgrade

CUT_S = 10.0
_RATE_PER_S = 12.0  # slow enough that an agent can be killed in the midst of its work
_REPORT_EVERY_S = 2.0
_GONE_AFTER_S = 6.0
"""Who says nothing for so long while the database is there is gone; usually that takes half a minute."""
_READY_S = 30.0


def demo_agents(shell: Shell, wanted: Wanted, *, cut_s: float = CUT_S) -> int:
    """Show it, and clean up; the exit code is that of the report, or 3 where an answer was lost."""
    if sys.platform == "win32":
        raise shell.stop(message("demo --agents needs Linux or macOS; agents themselves run on Windows too."))
    silence("procrastinate", "psycopg")
    with store_or_stop(shell), _cleaning_up(), _stage(shell) as stage:
        return run_in_loop(_Story(shell, wanted, stage, cut_s).run())


@contextmanager
def _cleaning_up() -> Iterator[None]:
    """A polite kill, and a terminal that goes away, end it as Ctrl-C does: no server stays behind."""
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, signal.default_int_handler) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(frozen=True, slots=True)
class _Stage:
    """What is there before the agents come."""

    folder: Path
    loaded: Loaded
    plan: Plan
    lab: Lab
    server: DatabaseServer


@contextmanager
def _stage(shell: Shell) -> Iterator[_Stage]:
    """The lab, and a database that is ready for agents. StoreError where anything is missing for that."""
    queues_of("postgresql://localhost/")  # says what is not installed
    programs()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="netcheck-demo-")))
        write_inventory(folder / "sites.yaml")
        loaded = load_or_stop(shell, folder / "sites.yaml")
        shell.tell(
            message(
                "1. A temporary PostgreSQL starts and gets its tables (store upgrade), and a login for each place:"
                " {places}.",
                places=", ".join(PLACES),
            )
        )
        server = stack.enter_context(database_server())
        upgrade(server.url())
        server.grant({_login(place): place for place in PLACES})
        lab = stack.enter_context(Lab(loaded.inventory))
        yield _Stage(folder, loaded, plan(loaded.inventory, Selection()), lab, server)


class _Story:
    """What happens, in its order."""

    def __init__(self, shell: Shell, wanted: Wanted, stage: _Stage, cut_s: float) -> None:
        self._shell = shell
        self._wanted = wanted
        self._stage = stage
        self._cut_s = cut_s
        self._in_the_midst = asyncio.Event()
        self._questions = list(questions_of(stage.plan.checks))

    async def run(self) -> int:
        """From the first agent to the last line."""
        with stop_on_signal() as stop, ExitStack() as stack:
            async with way_to(self._stage.server.socket) as way:
                agents = {place: self._agent(place, way) for place in PLACES}
                for agent in agents.values():
                    stack.callback(agent.end)
                with Orders(self._stage.server.url(at=way.at), gone_after_s=_GONE_AFTER_S) as orders:
                    self._tell_agents()
                    for agent in agents.values():
                        agent.start()
                    if not await self._are_there(orders, len(PLACES), agents.values(), stop):
                        return INTERRUPTED if stop.is_set() else COULD_NOT_RUN
                    code = await self._dispatched(orders, agents[LOST_PLACE], way, stop)
                for agent in agents.values():
                    await asyncio.to_thread(agent.end)
                return code

    def _agent(self, place: str, way: Way) -> AgentProcess:
        network = seen_from(place, self._stage.lab.network)
        told = Told(
            store=self._stage.server.url(_login(place), way.at),
            vantage=place,
            name=place,
            spool_file=str(self._stage.folder / f"agent-{place}.db"),
            language=self._shell.language_code,
            trusted_ca=str(network.trusted_ca),
            name_server=network.detours.name_server,
            detours=detours_of(network),
            report_every_s=_REPORT_EVERY_S,
        )
        return AgentProcess(
            told, lambda words: self._shell.tell(message("{name}: {words}", name=place, words=words))
        )

    async def _are_there(
        self, orders: Orders, count: int, agents: Collection[AgentProcess], stop: asyncio.Event
    ) -> bool:
        """Wait until so many have reported; False where one ended, or it takes too long."""
        until_s = time.monotonic() + _READY_S
        while len(await asyncio.to_thread(orders.alive)) < count:
            if stop.is_set() or time.monotonic() > until_s or any(a.is_over for a in agents):
                return False
            await asyncio.sleep(0.1)
        return True

    async def _dispatched(self, orders: Orders, lost: AgentProcess, way: Way, stop: asyncio.Event) -> int:
        """Send, disturb, wait, judge and count."""
        stage, started_s = self._stage, time.perf_counter()
        world = World(network=stage.lab.network, lab=True)
        begun = replace(begun_of(stage.loaded, Selection(), self._wanted, world), vantage=", ".join(PLACES))
        order = Order(
            begun,
            stage.plan.checks,
            stage.loaded.inventory.reference,
            rate_per_s=_RATE_PER_S,
            patience_s=_GONE_AFTER_S,
        )
        self._tell_sent()
        with keeping(self._shell, stage.server.url(), wanted=True) as kept:
            kept.begin(begun, stage.plan.checks, stage.loaded)
            troubles = asyncio.create_task(self._troubles(orders, lost, way, stop))
            try:
                watcher = Watcher(on_progress=self._look, tell=self._shell.tell)
                brought = await dispatch(order, orders, stop, watcher)
            finally:
                troubles.cancel()
                await asyncio.gather(troubles, return_exceptions=True)
            with Store.open(stage.server.url(), writable=False) as store:
                counts = Counts.of(self._questions, brought.observations, store.of_run(begun.id))
            found = Found(
                stage.plan,
                stage.lab.evidence,
                brought.observations,
                brought.interrupted,
                notes=brought.notes,
            )
            code = conclude(
                self._shell, stage.loaded, Selection(), self._wanted, kept, begun, started_s, found
            )
        if brought.interrupted:
            return code
        self._shell.tell(counts.sentence)
        return code if counts.is_whole else COULD_NOT_RUN

    def _look(self, progress: Progress) -> None:
        """The midst: a part of what the agent was asked has been answered."""
        for tally in progress.tallies:
            if tally.vantage == LOST_PLACE and tally.answered_count:
                self._in_the_midst.set()

    async def _troubles(self, orders: Orders, lost: AgentProcess, way: Way, stop: asyncio.Event) -> None:
        """An agent dies and is started anew; then the database is cut off."""
        await self._in_the_midst.wait()
        self._shell.tell(
            message("4. The agent at {place} is killed, in the midst of its work.", place=LOST_PLACE)
        )
        await asyncio.to_thread(lost.kill)
        self._shell.tell(message("It is started once more, as systemd does it."))
        lost.start()
        await self._are_there(orders, len(PLACES) + 1, (lost,), stop)
        self._tell_cut()
        await way.cut()
        try:
            async with asyncio.timeout(self._cut_s):
                await stop.wait()
        except TimeoutError:
            pass
        way.mend()
        self._tell_mended()

    def _tell_agents(self) -> None:
        self._shell.tell(message("2. At each of them an agent starts, a process of its own."))

    def _tell_sent(self) -> None:
        self._shell.tell(
            message(
                "3. The sample province is sent to them: {count} questions, some to several places, some to whoever has"
                " time.",
                count=len(self._questions),
            )
        )

    def _tell_cut(self) -> None:
        self._shell.tell(
            message(
                "5. The database is cut off for {long} s, from the agents and from who sent the questions.",
                long=round(self._cut_s),
            )
        )

    def _tell_mended(self) -> None:
        self._shell.tell(
            message(
                "6. The database can be reached again: what waited on the agents' disks is handed in, and what the"
                " killed agent owes is asked once more."
            )
        )


def _login(place: str) -> str:
    return f"agent_{place.replace('-', '_')}"
