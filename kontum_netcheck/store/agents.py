"""Agents and the store on PostgreSQL: what one may do there, and what its owner sees of them.

An agent's password opens four functions and its own queues, and no table of the evidence (`sql/`). Connections are
psycopg's own, one a thread; whose connection breaks opens another.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from types import TracebackType
from typing import TYPE_CHECKING, Any

from kontum_netcheck.model import KeptObservation, message
from kontum_netcheck.store.adding import Added
from kontum_netcheck.store.agent_refusals import agent_refusal
from kontum_netcheck.store.entries import Entry
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.place import Place, place_of
from kontum_netcheck.store.rows import kept_observation

if TYPE_CHECKING:
    from psycopg import Connection

AGENTS_VERSION = 1
"""Of what `sql/` makes. A database of a newer one is left alone."""
MOST_ENTRIES_COUNT = 2000
"""How many entries are taken at once; the database refuses more."""
_CONNECT_S = 10


@dataclass(frozen=True, slots=True)
class AgentReport:
    """What an agent says of itself."""

    id: str  # of this process: two agents of one name have two
    vantage: str
    name: str
    host: str
    tool_version: str
    job_version: int
    started_at: datetime  # aware, UTC, by its own clock
    clock_offset_s: float | None = None  # the database's time minus its own; None: not measured
    status: Mapping[str, Any] = field(default_factory=dict)  # plain JSON: rate, what runs, the last run


@dataclass(frozen=True, slots=True)
class Said:
    """What the database answers to a report."""

    now: datetime  # aware; the database's clock
    schema: int  # version of the store's schema
    agents: int  # version of what `sql/` makes


@dataclass(frozen=True, slots=True)
class AgentSeen:
    """An agent as the store's owner sees it."""

    id: str
    role: str  # who it logged in as
    vantage: str
    name: str
    host: str
    tool_version: str
    job_version: int
    started_at: datetime  # aware, by the agent's clock
    last_seen_at: datetime  # aware, by the database's
    silent_s: float  # since then, by the database's
    clock_offset_s: float | None
    status: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class JobRefusal:
    """An agent would not do a job."""

    job_id: int
    agent_id: str
    why: str
    at: datetime  # aware, by the database's clock


@dataclass(frozen=True, slots=True)
class QueueLength:
    """Jobs that are not over."""

    queue: str
    waiting_count: int
    running_count: int


class AgentDesk:
    """An agent's connection: report, hand in, refuse. Every method may raise StoreError.

    `Unreachable` where the connection is gone: open another, and hand in the same again. Each call is a transaction.
    """

    def __init__(self, connection: "Connection[Any]", place: Place) -> None:
        self.connection = connection
        self.place = place

    @classmethod
    def open(cls, where: str) -> "AgentDesk":
        """Connect to the server of a postgresql:// URL. StoreError."""
        return cls(connect(where), place_of(where))

    def close(self) -> None:
        """Hang up."""
        self.connection.close()

    def __enter__(self) -> "AgentDesk":
        """Itself, to be closed at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up."""
        self.close()

    def vantage(self) -> str | None:
        """The vantage that this login stands for; None: the owner's, who may stand for any."""
        found: str | None = self._call("SELECT agent_vantage()")
        return found

    def report(self, report: AgentReport) -> Said:
        """Say who is alive; the answer has the database's clock, as it was when it answered."""
        said = self._call(
            "SELECT agent_report(%s::jsonb)",
            {
                "id": report.id,
                "vantage": report.vantage,
                "name": report.name,
                "host": report.host,
                "tool_version": report.tool_version,
                "job_version": report.job_version,
                "started_at": report.started_at.isoformat(),
                "clock_offset_s": report.clock_offset_s,
                "status": dict(report.status),
            },
        )
        return Said(datetime.fromisoformat(said["now"]), said["schema"], said.get("agents", 0))

    def hand_in(self, entries: Iterable[Entry]) -> Added:
        """Add limits, runs, their ends and observations, all or none; what is known is counted and left alone.

        The entries that others refer to come with or before them; at most `MOST_ENTRIES_COUNT` at once.
        """
        handed = [{"kind": entry.kind, "id": entry.id, "body": entry.body.decode()} for entry in entries]
        added = self._call("SELECT agent_hand_in(%s::jsonb)", handed)
        return Added(added["new"], added["known"])

    def refuse(self, job_id: int, agent_id: str, why: str) -> None:
        """Leave word why a job that this agent has taken is not done."""
        self._call("SELECT agent_refuse(%s, %s, %s)", job_id, agent_id, why)

    def _call(self, query: str, *values: Any) -> Any:
        from psycopg.types.json import Jsonb

        ready = [Jsonb(value) if isinstance(value, dict | list) else value for value in values]
        with sentences(self.place, connected=True), self.connection.transaction():
            row = self.connection.execute(query, ready).fetchone()
        return None if row is None else row[0]


def server_of(where: str) -> Place:
    """The place of a postgresql:// URL. StoreError where it is none, or psycopg is missing."""
    place = place_of(where)
    if place.file is not None:
        raise StoreError(
            message("{store} is a file; agents need a store on PostgreSQL: postgresql://…", store=place.shown)
        )
    if find_spec("psycopg") is None:
        raise lacks_packages()
    return place


def lacks_packages() -> StoreError:
    """What agents need is not installed."""
    return StoreError(message("Agents need more packages: pip install 'kontum-netcheck[agent]'."))


def connect(where: str) -> "Connection[Any]":
    """A connection to the server of a postgresql:// URL. StoreError, `Unreachable` where none answers."""
    place = server_of(where)
    import psycopg

    with sentences(place):
        return psycopg.connect(place.url.replace("+psycopg", "", 1), connect_timeout=_CONNECT_S)


def refuse_newer_agents(found: int, place: Place) -> None:
    """StoreError where a newer program made what agents need there."""
    if found > AGENTS_VERSION:
        raise StoreError(
            message(
                "{store} has version {found} for agents, and this kontum-netcheck knows up to {known}: install a"
                " newer one.",
                store=place.shown,
                found=found,
                known=AGENTS_VERSION,
            )
        )


@contextmanager
def sentences(place: Place, *, connected: bool = False) -> Iterator[None]:
    """Turn the database's errors into StoreError.

    `connected`: who works beside it must not be held up, so a line that broke is not looked into.
    """
    import psycopg

    try:
        yield
    except psycopg.Error as fault:
        raise agent_refusal(place, fault, connected=connected) from fault


# what the store's owner sees


def agents(connection: "Connection[Any]") -> list[AgentSeen]:
    """All agents that ever reported and were not forgotten, by vantage, name and start."""
    rows = connection.execute(
        "SELECT id, role::text, vantage, name, host, tool_version, job_version, started_at, last_seen_at,"
        " extract(epoch FROM clock_timestamp() - last_seen_at)::float8, clock_offset_s, status"
        " FROM agents ORDER BY vantage, name, started_at, id"
    )
    return [AgentSeen(*row) for row in rows]


def refusals(connection: "Connection[Any]", job_ids: Sequence[int]) -> list[JobRefusal]:
    """Which of these jobs agents would not do, and why."""
    rows = connection.execute(
        "SELECT job_id, agent_id, why, at FROM job_refusals WHERE job_id = ANY(%s) ORDER BY at, job_id",
        [list(job_ids)],
    )
    return [JobRefusal(*row) for row in rows]


def queues(connection: "Connection[Any]") -> list[QueueLength]:
    """Queues with jobs that wait or run, by name."""
    rows = connection.execute(
        "SELECT queue_name, count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing')"
        " FROM procrastinate_jobs WHERE status IN ('todo', 'doing') GROUP BY queue_name ORDER BY queue_name"
    )
    return [QueueLength(*row) for row in rows]


def observations_since(
    connection: "Connection[Any]", run_id: str, after_no: int, most_count: int = 5000
) -> list[tuple[int, KeptObservation]]:
    """Of a run, the next observations by their number in the store, above `after_no`.

    Numbers can commit out of order: one that is lower than what was seen may appear later. `Arrivals` minds that.
    """
    rows = connection.execute(
        "SELECT no, id, body FROM observations WHERE no > %s AND run_no = (SELECT no FROM runs WHERE run_id = %s)"
        " ORDER BY no LIMIT %s",
        [after_no, run_id, most_count],
    )
    return [(no, kept_observation(identity, body)) for no, identity, body in rows]
