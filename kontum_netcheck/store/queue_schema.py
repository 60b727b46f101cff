"""procrastinate's own tables: made, and brought up to the version that is installed, by its own files.

It keeps no account of its migrations, so we do.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kontum_netcheck.model import message
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.place import Place

if TYPE_CHECKING:
    from psycopg import Connection

_ACCOUNT = "CREATE TABLE IF NOT EXISTS queue_migrations (name text PRIMARY KEY, at timestamptz NOT NULL)"


def apply_queue(connection: "Connection[Any]", place: Place) -> None:
    """Make procrastinate's tables, or run its migrations that are missing, each in a transaction of its own.

    StoreError where tables of an unknown version are there.
    """
    from procrastinate.schema import SchemaManager

    connection.execute(_ACCOUNT)
    files = {file.name: file for file in sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))}
    known = _last(connection)
    if known is None:
        made_by_hand = _is_there(connection)
        if made_by_hand and _missing_functions(connection):
            raise StoreError(
                message(
                    "{store} has tables of procrastinate of an unknown version; bring them up to date by"
                    " procrastinate's own instructions first.",
                    store=place.shown,
                )
            )
        with connection.transaction():
            if not made_by_hand:
                connection.execute(SchemaManager.get_schema())
            _note(connection, max(files))
        return
    for name, file in files.items():
        if name > known:
            with connection.transaction():
                connection.execute(file.read_text(encoding="utf-8"))
                _note(connection, name)


def _last(connection: "Connection[Any]") -> str | None:
    row = connection.execute('SELECT max(name COLLATE "C") FROM queue_migrations').fetchone()
    return row[0] if row else None


def _note(connection: "Connection[Any]", name: str) -> None:
    connection.execute("INSERT INTO queue_migrations VALUES (%s, clock_timestamp())", [name])


def _is_there(connection: "Connection[Any]") -> bool:
    row = connection.execute("SELECT to_regclass('procrastinate_jobs') IS NOT NULL").fetchone()
    return bool(row and row[0])


def _missing_functions(connection: "Connection[Any]") -> set[str]:
    """Which of the functions that the installed procrastinate calls are not there."""
    from procrastinate.sql import queries

    wanted = set(re.findall(r"procrastinate_\w+_v\d+(?=\()", " ".join(queries.values())))
    rows = connection.execute("SELECT proname FROM pg_proc WHERE proname = ANY(%s)", [sorted(wanted)])
    return wanted - {name for (name,) in rows}
