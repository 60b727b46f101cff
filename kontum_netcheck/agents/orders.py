"""The dispatcher's side of the queues: jobs sent, watched, called off and cleared away. One connection, opened anew
where it broke; every method may raise StoreError, `Unreachable` where nobody answers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from kontum_netcheck.agents.arrivals import Arrivals
from kontum_netcheck.agents.job import Job
from kontum_netcheck.agents.server import connect, conninfo_of, queues_of
from kontum_netcheck.model import KeptObservation
from kontum_netcheck.store import agents
from kontum_netcheck.store.agents import AgentSeen, JobRefusal
from kontum_netcheck.store.fault import StoreError

if TYPE_CHECKING:
    from psycopg import Connection

T = TypeVar("T")
GONE_AFTER_S = 30.0
"""Three reports of an agent missed: nothing is expected of it any more."""
_FREE = "SELECT id FROM procrastinate_jobs WHERE id = ANY(%s) FOR UPDATE SKIP LOCKED"
"""Not those that somebody has under a lock at this moment: who looks at jobs must not hold up who sends them."""
_CALL_OFF = f"SELECT procrastinate_cancel_job_v1(id, true, false) FROM ({_FREE}) AS free"
_WRITE_OFF = f"""
UPDATE procrastinate_jobs SET status = 'failed', abort_requested = false, attempts = attempts + 1
WHERE id IN ({_FREE}) AND status = 'doing'
"""
_CLEAR = """
DELETE FROM procrastinate_jobs WHERE id IN (
  SELECT job.id FROM procrastinate_jobs AS job
  LEFT JOIN procrastinate_workers AS worker
    ON worker.id = job.worker_id AND last_heartbeat > now() - interval '1 hour'
  WHERE status NOT IN ('todo', 'doing') AND job.id = ANY(%s)
    OR status = 'doing' AND task_name = 'kontum_netcheck.dispatch' AND worker.id IS NULL
    OR (status <> 'doing' OR worker.id IS NULL) AND task_name = 'kontum_netcheck.measure' AND NOT EXISTS (
      SELECT FROM procrastinate_events AS event
      WHERE job_id = job.id AND at > now() - CASE status WHEN 'todo' THEN interval '1 day' ELSE interval '1 hour' END)
  FOR UPDATE OF job SKIP LOCKED)
"""
_NOTICE_DEATH = """
SELECT set_config('tcp_keepalives_idle', '15', false), set_config('tcp_keepalives_interval', '5', false),
  set_config('tcp_keepalives_count', '3', false)
"""
"""The server lets go of a machine that lost its power after half a minute, and not after two hours."""
_CLAIM = """
INSERT INTO dispatchers AS claim
SELECT %s, pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()
ON CONFLICT (series) DO UPDATE SET (pid, backend_start) = (excluded.pid, excluded.backend_start)
WHERE NOT EXISTS (
  SELECT FROM pg_stat_activity AS other
  WHERE other.pid = claim.pid AND other.pid <> pg_backend_pid()
    AND coalesce(other.backend_start = claim.backend_start, true))
RETURNING true
"""
"""A connection that is gone holds nothing. Of another user's one does not see since when it is there."""
_RELEASE = "DELETE FROM dispatchers WHERE series = %s AND pid = pg_backend_pid()"
_URGENT = 1
"""What was lost with its agent goes before what nobody took yet."""


class JobState(Enum):
    """As the dispatcher sees a job that it sent."""

    WAITING = "waiting"  # nobody took it
    RUNNING = "running"
    LOST = "lost"  # who took it says nothing any more
    OVER = "over"  # done, failed, called off or cleared away


@dataclass(frozen=True, slots=True)
class Look:
    """What the database knows at one moment."""

    alive: tuple[AgentSeen, ...]
    states: Mapping[int, JobState]
    refusals: tuple[JobRefusal, ...]
    arrived: tuple[KeptObservation, ...]


class Orders:
    """Jobs on the queues of a store on PostgreSQL, for its owner. Threads take turns at its one connection."""

    def __init__(self, where: str, *, gone_after_s: float = GONE_AFTER_S) -> None:
        self.place = queues_of(where)
        self.where = where
        self.shown = self.place.shown
        self.conninfo = conninfo_of(self.place, "kontum-netcheck dispatch")
        self._gone_after_s = gone_after_s
        self._connection: Connection[Any] | None = None
        self._was_connected = False
        self._one_at_a_time = Lock()

    def alive(self) -> tuple[AgentSeen, ...]:
        """The agents that have reported of late."""
        return self._do(self._alive)

    def now(self) -> datetime:
        """The time by the database's clock."""
        now: datetime = self._do(lambda connection: _one(connection, "SELECT clock_timestamp()"))
        return now

    def all_agents(self) -> tuple[tuple[AgentSeen, ...], Mapping[str, int]]:
        """All agents that the store knows, and how many jobs wait in each queue."""
        return self._do(
            lambda connection: (
                tuple(agents.agents(connection)),
                {each.queue: each.waiting_count for each in agents.queues(connection)},
            )
        )

    def send(self, jobs: Sequence[Job], urgent: bool = False) -> list[int]:
        """Put them on the queue of their vantage; their numbers, in the same order."""
        from procrastinate import SyncPsycopgConnector
        from procrastinate import jobs as queued
        from procrastinate.manager import JobManager

        from kontum_netcheck.agents.queue import TASK, queue_of

        manager = JobManager(SyncPsycopgConnector())
        rows = [
            queued.Job(
                queue=queue_of(job.vantage),
                lock=None,
                queueing_lock=None,
                task_name=TASK,
                task_kwargs={"job": job.as_json()},
                priority=_URGENT if urgent else queued.DEFAULT_PRIORITY,
            )
            for job in jobs
        ]
        sent = self._do(lambda connection: manager.batch_defer_jobs(rows, connection=connection))
        return [row.id for row in sent if row.id is not None]

    def arrivals(self, run_id: str) -> Arrivals:
        """What will arrive of a run; asked before anything of it is sent."""
        last_no = "SELECT coalesce(max(no), 0) FROM observations"
        return Arrivals(run_id, self._do(lambda connection: _one(connection, last_no)))

    def look(self, arrivals: Arrivals, job_ids: Sequence[int]) -> Look:
        """What has become of these jobs, and which observations of the run arrived."""

        def look(connection: "Connection[Any]") -> Look:
            states = self._states(
                connection, job_ids
            )  # before what arrived: a job is over after its last answer
            return Look(
                self._alive(connection),
                states,
                tuple(agents.refusals(connection, job_ids)),
                tuple(arrivals.next(connection)),
            )

        return self._do(look)

    def call_off(self, job_ids: Sequence[int]) -> None:
        """What nobody took is cancelled; who has one is asked to leave it."""
        self._run(_CALL_OFF, job_ids)

    def write_off(self, job_ids: Sequence[int]) -> None:
        """Their agents are gone: nobody holds them any more."""
        self._run(_WRITE_OFF, job_ids)

    def clear(self, job_ids: Sequence[int]) -> None:
        """Take those that are over off the tables: the evidence tells what they brought.

        With them goes what other dispatches left there, an hour after its end or its agent's, or a day untaken.
        """
        self._run(_CLEAR, job_ids)

    def claim(self, series: str) -> bool:
        """Take the series for this dispatcher until `release`, or until it is gone; False: another one has it."""

        def claim(connection: "Connection[Any]") -> bool:
            connection.execute(_NOTICE_DEATH)
            return connection.execute(_CLAIM, [series]).fetchone() is not None

        return self._do(claim)

    def release(self, series: str) -> None:
        """Let others have it."""
        self._do(lambda connection: connection.execute(_RELEASE, [series]))

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> "Orders":
        """Itself, to be closed at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up."""
        self.close()

    def _alive(self, connection: "Connection[Any]") -> tuple[AgentSeen, ...]:
        return tuple(each for each in agents.agents(connection) if each.silent_s <= self._gone_after_s)

    def _states(self, connection: "Connection[Any]", job_ids: Sequence[int]) -> dict[int, JobState]:
        rows = connection.execute(
            "SELECT job.id, job.status::text, worker.id IS NULL OR"
            "  worker.last_heartbeat < clock_timestamp() - make_interval(secs => %s)"
            " FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id"
            " WHERE job.id = ANY(%s)",
            [self._gone_after_s, list(job_ids)],
        )
        found = dict.fromkeys(job_ids, JobState.OVER)
        found.update((job_id, _state(status, is_lost)) for job_id, status, is_lost in rows)
        return found

    def _run(self, statement: Any, job_ids: Iterable[int]) -> None:
        ids = list(job_ids)
        if ids:
            self._do(lambda connection: connection.execute(statement, [ids]))

    def _do(self, work: "Callable[[Connection[Any]], T]") -> T:
        with self._one_at_a_time:
            if self._connection is None or self._connection.broken or self._connection.closed:
                self.close()
                self._connection = self._connected()
                self._was_connected = True
            with agents.sentences(self.place, connected=True), self._connection.transaction():
                return work(self._connection)

    def _connected(self) -> "Connection[Any]":
        connection = connect(self.place, self.conninfo, again=self._was_connected)
        try:
            with agents.sentences(self.place, connected=True):
                found = _one(connection, "SELECT max(version) FROM agent_schema")
            agents.refuse_newer_agents(found or 0, self.place)
        except StoreError:
            connection.close()
            raise
        return connection


def _one(connection: "Connection[Any]", question: Any, *values: object) -> Any:
    row = connection.execute(question, values).fetchone()
    return None if row is None else row[0]


def _state(status: str, is_lost: bool) -> JobState:
    if status == "todo":
        return JobState.WAITING
    if status == "doing":
        return JobState.LOST if is_lost else JobState.RUNNING
    return JobState.OVER
