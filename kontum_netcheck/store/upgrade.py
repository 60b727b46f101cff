"""Bringing a store up to date; on PostgreSQL also what agents need: procrastinate's tables, and ours in `sql/`.

Whoever does it owns the tables. Agents have logins of their own, which may do what `sql/agent_rights.sql` says.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from kontum_netcheck.model import Cause, Outcome, Readiness, ServiceKind, Stage
from kontum_netcheck.store.agents import AGENTS_VERSION, connect, refuse_newer_agents, sentences
from kontum_netcheck.store.connection import engine_of, transaction
from kontum_netcheck.store.migrations import MIGRATIONS, ONE_AT_A_TIME, refuse_newer, version_of
from kontum_netcheck.store.place import Place, place_of
from kontum_netcheck.store.queue_schema import apply_queue
from kontum_netcheck.store.store import Store

if TYPE_CHECKING:
    from psycopg import Connection

_PARTS = ("agent_queue", "agents", "agent_bodies", "agent_kinds", "agent_hand_in", "agent_role")
_WORDS = {"stage": Stage, "cause": Cause, "outcome": Outcome, "kind": ServiceKind}


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """What a store is ready for."""

    place: Place
    version: int  # of its tables; 0: it is empty or not there
    agents_version: int = 0  # of what agents need; 0: agents can't work with it
    has_group: bool = False  # the group that gives agents their rights
    logins: tuple[tuple[str, str], ...] = ()  # who may log in as an agent, and of which vantage

    @property
    def newest(self) -> bool:
        """Whether its tables are of this program's version."""
        return self.version == len(MIGRATIONS)


def upgrade(where: str | None) -> StoreStatus:
    """Migrate the store, and make it ready for agents where it is on a server and procrastinate is installed.

    StoreError where it is newer than this program, of another one, or where the rights are missing.
    """
    Store.open(where).close()
    place = place_of(where)
    if place.file is None and find_spec("procrastinate") is not None:
        with _one_at_a_time(place) as connection:
            refuse_newer_agents(_agents_version(connection), place)
            apply_queue(connection, place)
            _apply_agents(connection)
    return status(where)


def status(where: str | None) -> StoreStatus:
    """How the store stands; nothing is changed. StoreError where nothing can be read, or it is newer."""
    place = place_of(where)
    if place.file is not None and not place.file.exists():
        return StoreStatus(place, 0)
    engine = engine_of(place, writable=False)
    try:
        with transaction(engine, place) as reading:
            version = version_of(reading, place.shown)
            refuse_newer(version, place.shown)
    finally:
        engine.dispose()
    if place.file is not None or version == 0:
        return StoreStatus(place, version)
    with sentences(place), connect(place.url) as connection:
        agents_version = _agents_version(connection)
        refuse_newer_agents(agents_version, place)
        logins = []
        if agents_version:
            logins = connection.execute(
                "SELECT role::text, vantage FROM agent_roles ORDER BY 2, 1"
            ).fetchall()
        return StoreStatus(place, version, agents_version, _has_group(connection), tuple(logins))


@contextmanager
def _one_at_a_time(place: Place) -> Iterator["Connection[Any]"]:
    """A connection that nobody else upgrades beside; without a transaction of its own."""
    with sentences(place), connect(place.url) as connection:
        connection.autocommit = True
        connection.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        yield connection


def _apply_agents(connection: "Connection[Any]") -> None:
    """All of `sql/`, in one transaction. Rights are given where the group of agents is there or can be made."""
    from psycopg.sql import SQL, Identifier

    with connection.transaction():
        schema = Identifier(_one(connection, "SELECT current_schema()"))
        connection.execute(SQL("SET LOCAL search_path = {}, pg_temp").format(schema))
        for part in _PARTS:
            connection.execute(_text(part))
        words = [(name, word.value) for name, words in _WORDS.items() for word in words]
        words += [("readiness", readiness.key) for readiness in Readiness]
        connection.cursor().executemany(
            "INSERT INTO agent_words VALUES (%s, %s) ON CONFLICT DO NOTHING", words
        )
        if _has_group(connection):
            rights = _text("agent_rights").replace(":schema", schema.as_string(connection))
            connection.execute(rights)
        connection.execute(
            "INSERT INTO agent_schema VALUES (%s, clock_timestamp()) ON CONFLICT DO NOTHING", [AGENTS_VERSION]
        )


def _text(part: str) -> str:
    file = resources.files("kontum_netcheck.store") / "sql" / f"{part}.sql"
    return file.read_text(encoding="utf-8")


def _agents_version(connection: "Connection[Any]") -> int:
    if not _one(connection, "SELECT to_regclass('agent_schema') IS NOT NULL"):
        return 0
    return int(_one(connection, "SELECT max(version) FROM agent_schema") or 0)


def _has_group(connection: "Connection[Any]") -> bool:
    return bool(_one(connection, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kontum_agent')"))


def _one(connection: "Connection[Any]", query: str) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None
