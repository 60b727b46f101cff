"""Connections that keep what they promise: what was committed stays, and nobody waits for ever."""

import contextlib
import math
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url

from kontum_netcheck.model import Message, message
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.place import Place
from kontum_netcheck.store.refusals import NO_ROOM_FOR_LOCKS, is_busy, refusal

BUSY_S = 30.0
"""How long to wait for another program that is writing, before anybody is told."""
PATIENCE_S = 900.0
"""How long to wait for it once somebody was told: an import of a million observations takes minutes (project)."""
Told = Callable[[Message], object]
"""Tells a person why nothing happens."""
_CACHE_KB = 65_536
"""As much of the file as SQLite may keep in memory: ids are random, so adding touches pages everywhere."""
_WRITES = "kontum_netcheck_writes"
_APPLICATION_ID = 0x4B4E4331
"""What `file` and SQLite know this program's databases by."""


def engine_of(place: Place, *, writable: bool, busy_s: float = BUSY_S, told: Told | None = None) -> Engine:
    """An engine for the place; nothing is opened yet. StoreError where a driver is missing or the URL is wrong.

    Who wants to write waits `busy_s` for another writer, and with `told`, who is told then, `PATIENCE_S` more.
    """
    if place.file is None:
        return _server_engine(place)
    way = {"mode": "rwc"} if writable else {"mode": "ro"}
    if not writable and _is_complete(place.file) and _no_lock_can_be_made(place.file):
        way = {"immutable": "1"}
    url = URL.create("sqlite", database=place.file.absolute().as_uri(), query={**way, "uri": "true"})
    engine = create_engine(url, connect_args={"timeout": busy_s, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say
        if writable and connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a commit survives the power, not only a kill
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get(_WRITES, False):
            _begin_writing(connection, place, told)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _begin_writing(connection: Connection, place: Place, told: Told | None) -> None:
    """Wait for the one lock that SQLite has for writers; each attempt waits as long as the connection does."""
    until_s = None
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        except exc.OperationalError as fault:
            if told is None or not is_busy(fault.orig) or time.monotonic() >= (until_s or math.inf):
                raise
        if until_s is None:
            until_s = time.monotonic() + PATIENCE_S
            told(
                message(
                    "{store} is in use by another program, maybe a large import; waiting for it, at most"
                    " {minutes} min.",
                    store=place.shown,
                    minutes=round(PATIENCE_S / 60),
                )
            )


def _is_complete(file: Path) -> bool:
    """Whether all that was committed is in the one file, and nothing of it in a log beside it."""
    log = file.with_name(f"{file.name}-wal")
    return not (log.exists() and log.stat().st_size)


def _no_lock_can_be_made(file: Path) -> bool:
    """Whether SQLite must read without a lock, for the folder is read-only, or the disk full to the last page.

    Nobody can write then, so nothing changes meanwhile.
    """
    if not os.access(file.parent, os.W_OK):
        return True
    try:
        with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as trial:
            trial.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.Error as fault:
        return getattr(fault, "sqlite_errorname", "") == NO_ROOM_FOR_LOCKS
    return False


def _server_engine(place: Place) -> Engine:
    try:
        import psycopg  # noqa: F401 — the extra
    except ImportError:
        raise StoreError(
            message("PostgreSQL needs one more package: pip install 'kontum-netcheck[postgres]'.")
        ) from None
    try:
        url = make_url(place.url)
        engine = create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    except (exc.ArgumentError, ValueError):
        raise StoreError(
            message("{store} is no URL of PostgreSQL: postgresql://user@host/database.", store=place.shown)
        ) from None

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")  # compiling a question takes ten times as long as its answer
        connection.commit()

    return engine


@contextlib.contextmanager
def transaction(engine: Engine, place: Place, *, writes: bool = False) -> Iterator[Connection]:
    """One transaction: committed where the block ends, undone where it raises. StoreError for the database's own."""
    with sentences(place), engine.connect() as connection:
        if writes:
            connection = connection.execution_options(**{_WRITES: True})
        with connection.begin():
            yield connection


@contextlib.contextmanager
def sentences(place: Place) -> Iterator[None]:
    """Turn the database's errors into StoreError."""
    try:
        yield
    except exc.DBAPIError as fault:
        raise StoreError(refusal(place, fault.orig)) from fault
    except sqlite3.Error as fault:
        raise StoreError(refusal(place, fault)) from fault


def claim(connection: Connection) -> None:
    """Mark the file as this program's. StoreError where it is another's."""
    if connection.dialect.name != "sqlite":
        return
    connection.exec_driver_sql(f"PRAGMA application_id = {_APPLICATION_ID}")
