"""Turns of `dispatch --every`: a periodic task of procrastinate, whose worker is this process.

The database sees to it that each turn is made once, by whichever dispatcher of the same series comes first; of turns
that come due while one goes on, none is piled up.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from procrastinate import App
from procrastinate.exceptions import ConnectorException, UniqueViolation
from psycopg import Error
from psycopg.errors import UniqueViolation as Collision
from psycopg.types.json import Jsonb

from kontum_netcheck.agents.connector import PatientConnector
from kontum_netcheck.agents.every import Every
from kontum_netcheck.store.agent_refusals import agent_refusal
from kontum_netcheck.store.place import Place

_TASK = "kontum_netcheck.dispatch"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STARTED_AGAIN_S = 1.0


def series_of(inventory: Path, selection: Sequence[str]) -> str:
    """The name of what is asked again and again: the same for each dispatcher of this inventory and selection."""
    words = "\0".join([str(inventory.absolute()), *selection])
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Turns:
    """What is made of each turn; both get the moment (aware, UTC) for which it was planned."""

    take: Callable[[datetime], Awaitable[None]]
    missed: Callable[[datetime, int], None]
    """Called when another turn comes due while that one goes on, with how many have by now: they are left out."""


async def take_turns(
    place: Place, conninfo: str, every: Every, series: str, turns: Turns, stop: asyncio.Event
) -> None:
    """Make each turn at its time until `stop`; the first at once, unless that of this moment was made already.

    What `take` raises ends it, and what the database refuses: StoreError. An outage is waited for.
    """
    connector = _Connector(conninfo)
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    app = _app(connector, every, series, _Keeper(every, turns, ended))
    stopping = asyncio.create_task(stop.wait())
    working = asyncio.create_task(_work(app, series, connector, place))
    try:
        waited_for: list[asyncio.Future[Any]] = [stopping, working, ended]
        await asyncio.wait(waited_for, return_when=asyncio.FIRST_COMPLETED)
    finally:
        connector.give_up()
        stopping.cancel()
        working.cancel()
        await asyncio.gather(stopping, working, return_exceptions=True)
        await connector.close_async()
    for over in (ended, working):
        if over.done() and not over.cancelled():
            over.result()
    ended.cancel()


async def _work(app: App, series: str, connector: "_Connector", place: Place) -> None:
    """A worker for the turns; where it fell to an outage, another takes its place."""
    while True:
        with contextlib.suppress(ConnectorException):
            await app.run_worker_async(
                queues=[_queue(series)],
                concurrency=1,
                delete_jobs="always",
                install_signal_handlers=False,
            )
        if connector.fault is not None:
            raise agent_refusal(place, connector.fault)
        await asyncio.sleep(_STARTED_AGAIN_S)


class _Keeper:
    """Keeps the turns in order: one at a time, and what came due meanwhile is missed."""

    def __init__(self, every: Every, turns: Turns, ended: "asyncio.Future[None]") -> None:
        self._span = every.span
        self._turns = turns
        self._ended = ended
        self._free_at = _EPOCH

    async def turn(self, planned_at: datetime) -> None:
        if planned_at < self._free_at:
            return  # it was told already that this one is left out
        taking = asyncio.ensure_future(self._turns.take(planned_at))
        begun_at = datetime.now(UTC)
        due_at = planned_at + ((begun_at - planned_at) // self._span + 1) * self._span
        left_out_count = 0
        while not (await asyncio.wait({taking}, timeout=_until_s(due_at)))[0]:
            count = (
                datetime.now(UTC) - due_at
            ) // self._span + 1  # more than one after a sleep of the machine
            due_at += count * self._span
            left_out_count += count
            if count:
                self._turns.missed(planned_at, left_out_count)
        if (fault := taking.exception()) is None:
            self._free_at = datetime.now(UTC)
        elif not self._ended.done():
            self._ended.set_exception(fault)  # for whoever waits for the turns, not for procrastinate's log


def _until_s(moment: datetime) -> float:
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _app(connector: "_Connector", every: Every, series: str, keeper: _Keeper) -> App:
    app = App(connector=connector, periodic_defaults={"max_delay": every.span.total_seconds()})

    @app.periodic(cron=every.cron, periodic_id=series)
    @app.task(name=_TASK, queue=_queue(series), queueing_lock=_queue(series))
    async def _turn(timestamp: int) -> None:
        await keeper.turn(datetime.fromtimestamp(timestamp, UTC))

    return app


def _queue(series: str) -> str:
    return f"dispatch:{series}"


class _Connector(PatientConnector):
    """Puts turns on the queue too, and tells procrastinate of a queueing lock that is taken as it wants to be told."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        self.fault: Error | None = None
        """What the database refused, and will refuse again."""

    async def execute_query_one_async(self, query: str, **arguments: Any) -> dict[str, Any]:
        """The first row."""
        ready = {
            name: Jsonb(value) if isinstance(value, dict) else value for name, value in arguments.items()
        }
        try:
            return await super().execute_query_one_async(query, **ready)
        except ConnectorException as fault:
            cause = fault.__cause__
            if isinstance(cause, Collision):
                raise UniqueViolation(
                    constraint_name=cause.diag.constraint_name, queueing_lock=arguments.get("queueing_lock")
                ) from fault
            if isinstance(cause, Error):
                self.fault = cause
            raise
