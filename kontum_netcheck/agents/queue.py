"""Procrastinate's queues: one for each vantage, one for whoever has time; and the two ends of them."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.connector import BaseAsyncConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as QueuedJob
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from kontum_netcheck.model import WrongValue, message

TASK = "kontum_netcheck.measure"
"""The one task; its one argument, `job`, is a Job as JSON."""
ANY = "any"
"""The queue that every agent listens to."""
_LONGEST_CHANNEL_BYTES = 63
_CHANNEL = "procrastinate_queue_v1#"


def queue_of(vantage: str | None) -> str:
    """The queue of a vantage; None: of any. WrongValue where its name is too long for PostgreSQL's notices."""
    if not vantage:
        return ANY
    queue = f"vantage:{vantage}"
    if len(f"{_CHANNEL}{queue}".encode()) > _LONGEST_CHANNEL_BYTES:
        most_count = _LONGEST_CHANNEL_BYTES - len(f"{_CHANNEL}vantage:")
        raise WrongValue(
            message(
                "The vantage {name} has too long a name: at most {most} letters.",
                name=vantage,
                most=most_count,
            )
        )
    return queue


def sending_app(conninfo: str) -> App:
    """The sender's end: `app.configure_task(TASK, queue=…).defer_async(job=…)`. Open it (`app.open_async()`)."""
    return App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=2))


def taking_app(
    connector: BaseAsyncConnector,
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

    def __init__(self, connector: BaseAsyncConnector, may_take: Callable[[], Awaitable[bool]]) -> None:
        super().__init__(connector)
        self._may_take = may_take

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> QueuedJob | None:
        """The next job, when it is wanted; None: there is none, or no more is taken."""
        return await super().fetch_job(queues, worker_id) if await self._may_take() else None

    async def finish_job(self, job: QueuedJob, status: Status, delete_job: bool) -> None:
        """Say how it ended; to a job that its sender has taken back meanwhile it makes no difference."""
        try:
            await super().finish_job(job, status, delete_job)
        except ConnectorException as fault:
            if getattr(fault.__cause__, "sqlstate", None) != "P0001":  # what procrastinate's functions raise
                raise
