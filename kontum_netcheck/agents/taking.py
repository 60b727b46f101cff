"""Jobs out of the queues: each read, measured, handed in, and only then over. Through procrastinate's own worker."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from procrastinate.exceptions import ConnectorException
from psycopg import Error

from kontum_netcheck.agents.clock import Clock
from kontum_netcheck.agents.connector import PatientConnector
from kontum_netcheck.agents.feed import Feed
from kontum_netcheck.agents.job import Job, read_job
from kontum_netcheck.agents.measuring import Measuring, Work
from kontum_netcheck.agents.presence import Presence
from kontum_netcheck.agents.queue import ANY, queue_of, taking_app
from kontum_netcheck.agents.refusal import JobRefused, refusal_text
from kontum_netcheck.agents.repeating import Repeating
from kontum_netcheck.model import message
from kontum_netcheck.store.agent_refusals import agent_refusal
from kontum_netcheck.store.place import Place

_MOST_JOBS_COUNT = 1000
"""The engine decides how many are under way; this only bounds what waits for the database."""
_AGAIN_S = 5.0

Delivered = Callable[[], Awaitable[None]]
"""Waits until the server has all that was kept until now."""


class NotHandedIn(Exception):
    """The agent ends while the database is gone: the job is not over, and what was found waits on this machine."""


class Taking:
    """Takes jobs while the engine is hungry and the clock is right."""

    def __init__(
        self,
        place: Place,
        connector: PatientConnector,
        presence: Presence,
        clock: Clock,
        feed: Feed,
        measuring: Measuring,
        heartbeat_s: float = 10.0,
    ) -> None:
        self.presence = presence
        self.measuring = measuring
        self.repeating = Repeating()
        self._place = place
        self._clock = clock
        self._feed = feed
        self._heartbeat_s = heartbeat_s
        self._connector = connector
        self._ending = asyncio.Event()
        self._given_up = asyncio.Event()
        self._delivered: Delivered

    async def run(self, stop: asyncio.Event, delivered: Delivered) -> None:
        """Until `stop`, and then until the jobs under way are over. StoreError where the database refuses."""
        self._delivered = delivered
        app = taking_app(self._connector, self._may_take, self._measure)
        stopping = asyncio.create_task(self._stop_with(stop))
        try:
            async with app.open_async():
                while not stop.is_set():
                    working = asyncio.create_task(
                        app.run_worker_async(
                            queues=[queue_of(self.presence.vantage), ANY],
                            name=self.presence.name,
                            concurrency=_MOST_JOBS_COUNT,
                            install_signal_handlers=False,
                            update_heartbeat_interval=self._heartbeat_s,
                        )
                    )
                    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
                    working.cancel()  # which lets it finish what runs
                    with suppress(asyncio.CancelledError):
                        await working
                    if not stop.is_set():  # a notice that it could not read, say
                        await asyncio.sleep(_AGAIN_S)
        except ConnectorException as fault:
            if not self._given_up.is_set():
                self._raise(fault)
        finally:
            stopping.cancel()

    def give_up(self) -> None:
        """The database is gone, and nobody waits for it any more."""
        self._given_up.set()
        self._connector.give_up()

    async def _stop_with(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._ending.set()
        self._feed.wake()

    async def _may_take(self) -> bool:
        while not self._ending.is_set():
            if self._clock.is_right and self._feed.is_hungry:
                return True
            await self._feed.changed()
        return False

    async def _measure(self, job_id: int, argument: object) -> None:
        try:
            job = read_job(argument)
            if job.vantage not in (None, self.presence.vantage):
                raise JobRefused(
                    message(
                        "The job is for {vantage}, and this agent is at {own}.",
                        vantage=job.vantage,
                        own=self.presence.vantage,
                    )
                )
            work = Work.of(job)
        except JobRefused as refused:
            await self._refuse(job_id, refused)
            raise
        left_s = self._left_s(job)
        if left_s is not None and left_s <= 0:
            return
        self.presence.begin(job_id, work)
        try:
            self.repeating.remember(work, time.monotonic())
            await self.measuring.do(work, left_s)
            await self._until_delivered()
        finally:
            self.presence.end(job_id)

    def _left_s(self, job: Job) -> float | None:
        """Until what is answered is not wanted any more, by the database's clock; None: it always is."""
        if job.deadline_at is None:
            return None
        return (job.deadline_at - self._clock.database_now).total_seconds()

    async def _until_delivered(self) -> None:
        delivering, ending = (
            asyncio.ensure_future(self._delivered()),
            asyncio.create_task(self._given_up.wait()),
        )
        try:
            await asyncio.wait({delivering, ending}, return_when=asyncio.FIRST_COMPLETED)
            if not delivering.done():
                raise NotHandedIn
        finally:
            delivering.cancel()
            ending.cancel()

    async def _refuse(self, job_id: int, refused: JobRefused) -> None:
        await self._connector.execute_query_async(
            "SELECT agent_refuse(%(job)s, %(agent)s, %(why)s)",
            job=job_id,
            agent=self.presence.id,
            why=refusal_text(refused.problem),
        )

    def _raise(self, fault: ConnectorException) -> None:
        cause = fault.__cause__
        if isinstance(cause, Error):
            raise agent_refusal(self._place, cause) from fault
        raise fault
