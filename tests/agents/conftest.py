"""A database that is ready for agents: made once and emptied after each test; copied for a test that changes it."""

import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kontum_netcheck.store.store import Store
from kontum_netcheck.store.upgrade import upgrade
from tests.agents.world import PASSWORD, Database
from tests.cli.process import inventory, listening, prepared, program, refusing

__all__ = ["inventory", "listening", "prepared", "program", "refusing"]

_NUMBERS = itertools.count()
_EMPTIED = (
    *(
        "observations",
        "run_ends",
        "agent_runs",
        "runs",
        "limits",
        "inventories",
        "checks",
        "countersignatures",
    ),
    *(
        "pruned",
        "agents",
        "dispatchers",
        "job_refusals",
        "procrastinate_periodic_defers",
        "procrastinate_events",
    ),
    *("procrastinate_jobs", "procrastinate_workers"),
)


@pytest.fixture(scope="session")
def agents_template(postgresql_folder: Path) -> str:
    """The name of a database that stays as it is: an empty store with logins for agents of dak-to and noc."""
    server = f"host={postgresql_folder} user=netcheck"
    with psycopg.connect(f"{server} dbname=postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE agents_template")
    upgrade(f"postgresql://netcheck@/agents_template?host={postgresql_folder}")
    with psycopg.connect(f"{server} dbname=agents_template", autocommit=True) as connection:
        for vantage in ("dak-to", "noc"):
            login = f"agent_{vantage.replace('-', '_')}"
            connection.execute(f"CREATE ROLE {login} LOGIN PASSWORD '{PASSWORD}'")
            connection.execute("SELECT agent_grant(%s, %s)", [login, vantage])
    return "agents_template"


@pytest.fixture(scope="session")
def agents_database(postgresql_folder: Path, agents_template: str) -> str:
    """The name of the database that tests use one after the other."""
    return _copied(postgresql_folder, agents_template)


@pytest.fixture
def database(postgresql_folder: Path, agents_database: str) -> Iterator[Database]:
    """An empty store; only rows may be changed in it."""
    with _opened(postgresql_folder, agents_database) as opened:
        yield opened
        with opened.connection.transaction():
            opened.connection.execute(
                "SET LOCAL session_replication_role = replica"
            )  # evidence is append-only
            for table in _EMPTIED:
                opened.connection.execute(f"DELETE FROM {table}")


@pytest.fixture
def own_database(postgresql_folder: Path, agents_template: str) -> Iterator[Database]:
    """An empty store of the test's own, in which logins and versions may be changed."""
    with _opened(postgresql_folder, _copied(postgresql_folder, agents_template)) as opened:
        yield opened


def _copied(folder: Path, template: str) -> str:
    name = f"agents_{next(_NUMBERS)}"
    with psycopg.connect(f"host={folder} user=netcheck dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return name


@contextlib.contextmanager
def _opened(folder: Path, name: str) -> Iterator[Database]:
    with (
        psycopg.connect(f"host={folder} user=netcheck dbname={name}", autocommit=True) as connection,
        Store.open(f"postgresql://netcheck@/{name}?host={folder}") as store,
    ):
        yield Database(folder, name, store, connection)
