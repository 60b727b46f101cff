"""A database for agents, a way into it that can be cut, and a server whose answers can be held back, on loopback."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from procrastinate import SyncPsycopgConnector
from procrastinate import jobs as queued
from procrastinate.manager import JobManager

from kontum_netcheck import __version__
from kontum_netcheck.agents.agent import Agent, Settings
from kontum_netcheck.agents.job import job_of
from kontum_netcheck.agents.queue import TASK, queue_of
from kontum_netcheck.model import Check, KeptObservation, LimitsInForce, Message, Run, RunBegun, ServiceKind
from kontum_netcheck.probes import PROBES
from kontum_netcheck.probes.declaration import ProbeParams, merged_limits
from kontum_netcheck.store.agents import AgentSeen, JobRefusal, agents, refusals
from kontum_netcheck.store.store import Store

_PATIENCE_S = 20.0
PASSWORD = "s3cret"


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for what another process or thread does. Fails the test after 20 s."""
    async with asyncio.timeout(_PATIENCE_S):
        while not is_so():  # noqa: ASYNC110 — nothing of this process knows when
            await asyncio.sleep(0.01)


def check_of(params: ProbeParams, number: int = 1) -> Check:
    """A planned question of a line."""
    probe = PROBES[params.probe]
    return Check(
        id=f"thpt-a/ftth/{params.probe}/{number}",
        site_id="thpt-a",
        service_id="ftth",
        kind=ServiceKind.INTERNET,
        probe=params.probe,
        target=params.target,
        params=params,
        limits=merged_limits(probe, params.limits),
        valid_for=probe.valid_for,
        cost=probe.cost(params),
    )


def run_of(name: str) -> Run:
    """A run that begins now."""
    now = datetime.now(UTC)
    return Run(name, now, now, __version__, "sites.yaml", "ab" * 32, "", "lan")


@dataclass
class Database:
    """A store on PostgreSQL that is ready for agents, as its owner sees it."""

    folder: Path  # of the server's socket
    name: str
    store: Store
    connection: "psycopg.Connection[Any]"

    def url(self, login: str = "netcheck", host: str = "") -> str:
        """The way in for a login, by the server's socket or at `host:port`."""
        user = login if login == "netcheck" else f"{login}:{PASSWORD}"
        return f"postgresql://{user}@{host}/{self.name}" + ("" if host else f"?host={self.folder}")

    @property
    def socket(self) -> Path:
        """The server's socket."""
        return self.folder / ".s.PGSQL.5432"

    def send(self, run: Run, checks: Sequence[Check], vantage: str | None = "dak-to", **more: Any) -> int:
        """Keep the run, and put one job on the queue; its number."""
        self.store.keep([RunBegun.of(run), *{LimitsInForce.of(check) for check in checks}])
        return self.put(vantage, job_of(run, checks, vantage, **more).as_json())

    def put(self, vantage: str | None, argument: Any) -> int:
        """Put anything on a queue."""
        row = queued.Job(
            queue=queue_of(vantage),
            lock=None,
            queueing_lock=None,
            task_name=TASK,
            task_kwargs={"job": argument},
        )
        [sent] = JobManager(SyncPsycopgConnector()).batch_defer_jobs([row], connection=self.connection)
        assert sent.id is not None
        return sent.id

    def state(self, job_id: int) -> str:
        """How the queue sees a job."""
        [(status,)] = self.connection.execute(
            "SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job_id]
        ).fetchall()
        return str(status)

    def of_run(self, run: Run) -> list[KeptObservation]:
        """What was observed for a run."""
        return self.store.of_run(run.id)

    def agents(self) -> list[AgentSeen]:
        """Who has reported."""
        return agents(self.connection)

    def refusals(self, job_id: int) -> list[JobRefusal]:
        """Who would not do a job, and why."""
        return refusals(self.connection, [job_id])


@dataclass
class Working:
    """An agent in this very process."""

    told: list[Message]
    stop: asyncio.Event
    task: "asyncio.Task[None]"
    spool_file: Path

    async def end(self) -> None:
        """As SIGTERM does it."""
        self.stop.set()
        await self.task

    def has_told(self, words: str) -> bool:
        """Whether a person was told so."""
        return any(words in each.text.format(**each.values) for each in self.told)


@contextlib.asynccontextmanager
async def working(database: Database, tmp_path: Path, **changed: Any) -> AsyncIterator[Working]:
    """An agent of dak-to that takes jobs; it is ended with the block."""
    settings = Settings(
        store=database.url("agent_dak_to"),
        vantage="dak-to",
        name="one",
        spool_file=tmp_path / "agent-one.db",
        again_s=(0.1, 0.1),
        alone_after_s=0.0,
        patience_s=0.0,
    )
    told, stop = list[Message](), asyncio.Event()
    settings = replace(settings, **changed)
    task = asyncio.create_task(Agent(settings, told.append).run(stop))
    agent = Working(told, stop, task, settings.spool_file)
    try:
        await until(lambda: bool(told) or task.done())
        yield agent
    finally:
        stop.set()
        await task


@dataclass
class Door:
    """The way to the database through this process: it can be shut, and lose what the database says."""

    host: str  # and its port
    shut: bool = False
    loses: bytes = b""  # what holds this does not get through, and ends the connection; once
    tls: ssl.SSLContext | None = None
    flows: asyncio.Event = field(
        default_factory=asyncio.Event
    )  # not set: nothing gets through, and nothing ends
    _lines: set["asyncio.Task[None]"] = field(default_factory=set)

    async def cut(self) -> None:
        """End every connection, and let nobody in."""
        self.shut = True
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    def mend(self) -> None:
        """Let everybody in again."""
        self.shut = False


_WANTS_TLS = bytes.fromhex("0000000804d2162f")


@contextlib.asynccontextmanager
async def door(socket: Path, tls: ssl.SSLContext | None = None) -> AsyncIterator[Door]:
    """A TCP port that leads to the server's socket; with `tls`, it speaks TLS to who wants it."""

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if way.shut:
            writer.transport.abort()
            return
        line = asyncio.create_task(_through(reader, writer, socket, way))
        way._lines.add(line)
        line.add_done_callback(way._lines.discard)

    server = await asyncio.start_server(lead, "127.0.0.1", 0)
    way = Door("{}:{}".format(*server.sockets[0].getsockname()), tls=tls)
    way.flows.set()
    try:
        yield way
    finally:
        server.close()
        await way.cut()
        await server.wait_closed()


async def _through(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, socket: Path, way: Door
) -> None:
    inner_reader, inner_writer = await asyncio.open_unix_connection(str(socket))
    try:
        first = await reader.read(1 << 16)
        await way.flows.wait()
        if first == _WANTS_TLS and way.tls is not None:
            writer.write(b"S")
            await writer.start_tls(way.tls)
            first = b""
        inner_writer.write(first)
        pumps = {
            asyncio.create_task(_pump(reader, inner_writer, way, loses=False)),
            asyncio.create_task(_pump(inner_reader, writer, way, loses=True)),
        }
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
    except (OSError, ssl.SSLError):
        pass
    finally:
        for each in (writer, inner_writer):
            each.transport.abort()


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Door, *, loses: bool
) -> None:
    while data := await reader.read(1 << 16):
        if loses and way.loses and way.loses in data:
            way.loses = b""
            return
        await way.flows.wait()
        writer.write(data)
        await writer.drain()


@dataclass
class Banner:
    """A server that greets whoever connects, when it may."""

    port: int
    may: asyncio.Event
    asked_count: int = 0

    def checks(self, count: int = 1) -> list[Check]:
        """So many questions to it."""
        params = PROBES["tcp"].params(tcp=f"127.0.0.1:{self.port}", timeout_s="60", expect={"banner": "220"})
        return [check_of(params, number) for number in range(1, count + 1)]


@contextlib.asynccontextmanager
async def banner(*, held: bool = False) -> AsyncIterator[Banner]:
    """The server; `held`: it says nothing until it may."""
    may, open_ones = asyncio.Event(), set["asyncio.Task[None]"]()

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greeter.asked_count += 1
        task = asyncio.current_task()
        assert task is not None
        open_ones.add(task)
        try:
            await may.wait()
            writer.write(b"220 ready\r\n")
            await reader.read()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            open_ones.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    greeter = Banner(server.sockets[0].getsockname()[1], may)
    if not held:
        may.set()
    try:
        yield greeter
    finally:
        server.close()
        for each in tuple(open_ones):
            each.cancel()
        await server.wait_closed()
