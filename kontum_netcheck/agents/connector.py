"""Procrastinate's way to the database, through outages: a question is asked again until it is answered."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import psycopg
from procrastinate.connector import BaseAsyncConnector, Notify
from procrastinate.exceptions import ConnectorException, NoResult
from psycopg.rows import DictRow, dict_row
from psycopg.sql import SQL, Identifier

ANSWER_S = 20.0
"""A question that is not answered in this time has no connection any more, whatever the socket says."""
_AGAIN_S, _AGAIN_MOST_S = 1.0, 8.0
"""Between two attempts, at first and at most; half of it is chance, so that not all agents come at once."""
_LISTEN_S = 30.0
_GONE = (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError)

Cursor = psycopg.AsyncCursor[DictRow]


class PatientConnector(BaseAsyncConnector):
    """One connection for questions and one to listen, opened again whenever they break.

    The worker above never sees an outage: what it asks is answered later. Once `give_up` is called, a question
    that can't be asked raises ConnectorException. `on_outage` is called whenever one was not answered.
    """

    def __init__(
        self, conninfo: str, on_outage: Callable[[], None] = lambda: None, *, answer_s: float = ANSWER_S
    ) -> None:
        self._conninfo = conninfo
        self._on_outage = on_outage
        self._answer_s = answer_s
        self._lock = asyncio.Lock()
        self._connection: psycopg.AsyncConnection[DictRow] | None = None
        self._given_up = asyncio.Event()
        self.outages_count = 0
        """How often a question was not answered: whether the database has done what it asked, nobody knows."""

    def give_up(self) -> None:
        """From now on nobody waits for a database that is gone."""
        self._given_up.set()

    @property
    def is_given_up(self) -> bool:
        """Whether nobody waits any more."""
        return self._given_up.is_set()

    def get_sync_connector(self) -> BaseAsyncConnector:
        """Itself."""
        return self

    async def open_async(self, pool: Any = None) -> None:
        """Nothing: who asks first connects."""

    async def close_async(self) -> None:
        """Hang up."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def execute_query_async(self, query: str, **arguments: Any) -> None:
        """Do it, once."""

        async def nothing(_cursor: Cursor) -> None:
            return None

        await self._ask(query, arguments, nothing)

    async def execute_query_one_async(self, query: str, **arguments: Any) -> dict[str, Any]:
        """The first row."""
        row: dict[str, Any] | None = await self._ask(query, arguments, lambda cursor: cursor.fetchone())
        if row is None:
            raise NoResult
        return row

    async def execute_query_all_async(self, query: str, **arguments: Any) -> list[dict[str, Any]]:
        """All rows."""
        rows: list[dict[str, Any]] = await self._ask(query, arguments, lambda cursor: cursor.fetchall())
        return rows

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Tell of every notice on the channels, until cancelled."""
        channels, failures_count = list(channels), 0
        while True:
            try:
                async with await self._connect() as connection:
                    for channel in channels:
                        await connection.execute(SQL("LISTEN {}").format(Identifier(channel)))
                    await on_notification(channel="", payload='{"type": "job_inserted", "job_id": 0}')
                    failures_count = 0
                    await self._tell(connection, on_notification)
            except _GONE:
                self._on_outage()
                await asyncio.sleep(_again_s(failures_count))
                failures_count += 1

    async def _tell(self, connection: psycopg.AsyncConnection[DictRow], on_notification: Notify) -> None:
        while True:
            async for notice in connection.notifies(timeout=_LISTEN_S):
                await on_notification(channel=notice.channel, payload=notice.payload)
            async with asyncio.timeout(self._answer_s):
                await connection.execute("SELECT 1")

    async def _connect(self) -> psycopg.AsyncConnection[DictRow]:
        return await psycopg.AsyncConnection[DictRow].connect(
            self._conninfo, autocommit=True, row_factory=dict_row
        )

    async def _ask(
        self, query: str, arguments: dict[str, Any], take: Callable[[Cursor], Awaitable[Any]]
    ) -> Any:
        failures_count = 0
        async with self._lock:
            while True:
                try:
                    async with asyncio.timeout(self._answer_s):
                        if self._connection is None:
                            self._connection = await self._connect()
                        async with self._connection.cursor() as cursor:
                            await cursor.execute(query.encode(), arguments)
                            return await take(cursor)
                except _GONE as fault:
                    self.outages_count += 1
                    self._on_outage()
                    await self._hang_up()
                    if await self._waited(_again_s(failures_count)):
                        raise ConnectorException from fault
                    failures_count += 1
                except psycopg.Error as fault:
                    raise ConnectorException from fault

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _waited(self, long_s: float) -> bool:
        """Wait until it is time to try again; True: there is no point any more."""
        try:
            async with asyncio.timeout(long_s):
                await self._given_up.wait()
        except TimeoutError:
            return False
        return True


def _again_s(failures_count: int) -> float:
    return min(_AGAIN_MOST_S, _AGAIN_S * 2.0 ** min(failures_count, 10)) * random.uniform(0.5, 1.0)
