"""The schema, as the ordered list of the steps that make it. A step is never changed once it was released."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, inspect, select

from kontum_netcheck.model import message
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.schema_1 import version_1
from kontum_netcheck.store.schema_2 import version_2
from kontum_netcheck.store.tables import SCHEMA_VERSIONS

ONE_AT_A_TIME = 4982712
"""The advisory lock of whoever changes the schema on a server."""

Step = Callable[[Connection], None]

MIGRATIONS: tuple[Step, ...] = (version_1, version_2)
"""Step n makes version n of version n - 1."""


def version_of(connection: Connection, store: str) -> int:
    """The version of the schema; 0: it is empty. StoreError, which names `store`, where other tables stand there."""
    names = set(inspect(connection).get_table_names())
    if SCHEMA_VERSIONS.name in names:
        return connection.execute(select(func.max(SCHEMA_VERSIONS.c.version))).scalar_one() or 0
    if names:
        raise StoreError(
            message(
                "{store} holds tables of another program ({tables}); give --store a file or a database of its own.",
                store=store,
                tables=", ".join(sorted(names)[:3]),
            )
        )
    return 0


def refuse_newer(version: int, store: str, known: int = 0) -> None:
    """StoreError where a newer program made the store, which nobody here can read. `known`: else this program's."""
    known = known or len(MIGRATIONS)
    if version > known:
        raise StoreError(
            message(
                "{store} has version {found}, and this kontum-netcheck knows up to {known}: install a newer"
                " one, or give --store another place.",
                store=store,
                found=version,
                known=known,
            )
        )


def migrate(
    connection: Connection, store: str, tool_version: str, steps: tuple[Step, ...] = MIGRATIONS
) -> None:
    """Bring the schema to the newest version, in the transaction of `connection`. StoreError where it is newer."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})")
    version = version_of(connection, store)
    refuse_newer(version, store, len(steps))
    for number, step in enumerate(steps[version:], version + 1):
        step(connection)
        connection.execute(
            insert(SCHEMA_VERSIONS).values(version=number, at=datetime.now(UTC), tool_version=tool_version)
        )
