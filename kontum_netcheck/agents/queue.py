"""Procrastinate's queues: one for each vantage, one for whoever has time; and the two ends of them."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as QueuedJob
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from kontum_netcheck.agents.connector import PatientConnector

TASK = "kontum_netcheck.measure"
"""The one task; its one argument, `job`, is a Job as JSON."""
ANY = "any"
"""The queue that every agent listens to."""
_NOT_OURS_ANY_MORE = ("P0001", "42501")
"""What procrastinate's functions raise, and our own guard of the queue."""
_UNKNOWN_WORKER = ("23503", "42501")
"""What the database says of a job for a worker that is not on its list."""


def queue_of(vantage: str | None) -> str:
    """The queue of a vantage; None: of any. No vantage's name is too long for NOTIFY, which has 63 bytes."""
    return f"vantage:{vantage}" if vantage else ANY


def sending_app(conninfo: str) -> App:
    """The sender's end: `app.configure_task(TASK, queue=…).defer_async(job=…)`. Open it (`app.open_async()`)."""
    return App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=2))


def taking_app(
    connector: PatientConnector,
    may_take: Callable[[], Awaitable[bool]],
    measure: Callable[[int, object], Awaitable[None]],
) -> App:
    """The agent's end. `measure` does a job by its number and argument; `may_take` waits until one may be fetched."""
    app = App(connector=connector)
    app.job_manager = _TakenInTime(connector, may_take)

    @app.task(name=TASK, pass_context=True)
    async def _measure(context: JobContext, /, **arguments: Any) -> None:
        assert context.job.id is not None
        await measure(context.job.id, arguments.get("job"))

    return app


class _TakenInTime(JobManager):
    """Fetches a job only when the engine wants one: how much runs at a time is its matter, not the queue's."""

    def __init__(self, connector: PatientConnector, may_take: Callable[[], Awaitable[bool]]) -> None:
        super().__init__(connector)
        self._may_take = may_take
        self._line = connector
        self._held: set[int | None] = set()  # the jobs that were fetched and are not over
        self._outages_count = 0
        self._new_ids: dict[int, int] = {}

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> QueuedJob | None:
        """The next job, when it is wanted; None: there is none, or no more is taken."""
        if not await self._may_take():
            return None
        job = await self._fetched(queues, worker_id) or await self._stray(worker_id)
        if job is not None:
            self._held.add(job.id)
        return job

    async def _fetched(self, queues: Iterable[str] | None, worker_id: int) -> QueuedJob | None:
        try:
            return await super().fetch_job(queues, self._id_of(worker_id))
        except ConnectorException as fault:
            if _state_of(fault) not in _UNKNOWN_WORKER:
                raise
        self._new_ids[worker_id] = await self.register_worker()
        return await super().fetch_job(queues, self._id_of(worker_id))

    async def update_heartbeat(self, worker_id: int) -> None:
        """Say that it is alive."""
        await super().update_heartbeat(self._id_of(worker_id))

    async def unregister_worker(self, worker_id: int) -> None:
        """It ends."""
        await super().unregister_worker(self._id_of(worker_id))

    def _id_of(self, worker_id: int) -> int:
        """Who said nothing for half a minute (an outage, a sleep) is struck off the list, and registers anew."""
        return self._new_ids.get(worker_id, worker_id)

    async def finish_job(self, job: QueuedJob, status: Status, delete_job: bool) -> None:
        """Say how it ended; to a job that its sender has taken back meanwhile it makes no difference."""
        try:
            await super().finish_job(job, status, delete_job)
        except ConnectorException as fault:
            if _state_of(fault) not in _NOT_OURS_ANY_MORE and not self._line.is_given_up:
                raise
        finally:
            self._held.discard(job.id)

    async def _stray(self, worker_id: int) -> QueuedJob | None:
        """A job that the database gave us just when the line broke, so that nobody heard of it."""
        outages_count = self._line.outages_count
        if outages_count == self._outages_count:
            return None
        ours = await self.list_jobs_async(status=Status.DOING.value, worker_id=self._id_of(worker_id))
        stray = next((job for job in ours if job.id not in self._held), None)
        if stray is None:
            self._outages_count = outages_count
        return stray


def _state_of(fault: ConnectorException) -> str:
    """The database's code for what went wrong; empty where it has none."""
    return getattr(fault.__cause__, "sqlstate", None) or ""
