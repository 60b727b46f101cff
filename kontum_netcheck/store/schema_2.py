"""Version 2 of the schema: an observation's vantage stands in a column, and finds the newest of each vantage."""

import json
import sqlite3
from typing import cast

from sqlalchemy import Connection

from kontum_netcheck.store.schema_1 import UNIQUE_1, refuse_in_file, refuse_replacing

_INDEX = "CREATE INDEX observations_by_vantage ON observations (check_no, vantage, answered, started_at)"


def version_2(connection: Connection) -> None:
    """Add the column and fill it, of all rows that there are, from their bodies."""
    connection.exec_driver_sql("ALTER TABLE observations ADD COLUMN vantage TEXT NOT NULL DEFAULT ''")
    if connection.dialect.name == "sqlite":
        _fill_in_file(connection)
    else:
        _fill_on_server(connection)
    connection.exec_driver_sql(_INDEX)


def _fill_in_file(connection: Connection) -> None:
    """The triggers are made anew: one of them names all columns."""
    file = cast(sqlite3.Connection, connection.connection.driver_connection)
    file.create_function("vantage_in", 1, _vantage_in, deterministic=True)
    connection.exec_driver_sql("DROP TRIGGER observations_no_update")
    connection.exec_driver_sql("DROP TRIGGER observations_no_replace")
    connection.exec_driver_sql(
        """UPDATE observations SET vantage = vantage_in(body) WHERE body LIKE '%,"vantage":"%'"""
    )
    refuse_in_file(connection, "observations", "UPDATE", "")
    refuse_replacing(connection, "observations", UNIQUE_1.get("observations", ("no", "id")))


def _vantage_in(body: str) -> str:
    """As a column takes it: what can't be printed is U+FFFD."""
    try:
        said = json.loads(body).get("vantage", "")
    except (AttributeError, ValueError, RecursionError):  # damaged: told where it is read
        return ""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in str(said))


def _fill_on_server(connection: Connection) -> None:
    """A body's keys are sorted, so that its vantage is its last; half a surrogate pair is no text there."""
    connection.exec_driver_sql("ALTER TABLE observations DISABLE TRIGGER observations_no_update")
    connection.exec_driver_sql(
        r"""
        UPDATE observations SET vantage = regexp_replace(
          regexp_replace(substring(body FROM ',"vantage":("(?:[^"\\]|\\.)*")\}$'),
                         '(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})', '\1' || U&'\FFFD', 'g')::json #>> '{}',
          '[[:cntrl:]]', U&'\FFFD', 'g')
        WHERE body ~ ',"vantage":"(?:[^"\\]|\\.)*"\}$'
        """
    )
    connection.exec_driver_sql("ALTER TABLE observations ENABLE TRIGGER observations_no_update")
