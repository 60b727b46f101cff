"""A database that is ready for agents: made once, copied for each test."""

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


@pytest.fixture
def database(postgresql_folder: Path, agents_template: str) -> Iterator[Database]:
    """A store of the test's own."""
    name, server = f"agents_{next(_NUMBERS)}", f"host={postgresql_folder} user=netcheck"
    with psycopg.connect(f"{server} dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {agents_template}")
    with (
        psycopg.connect(f"{server} dbname={name}", autocommit=True) as connection,
        Store.open(f"postgresql://netcheck@/{name}?host={postgresql_folder}") as store,
    ):
        yield Database(postgresql_folder, name, store, connection)
