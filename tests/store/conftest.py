"""Stores to test with: each test that asks for one runs on SQLite and on PostgreSQL."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from kontum_netcheck.store.store import Store
from tests.store import postgresql

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgresql_folder() -> Iterator[Path]:
    """The folder of a running server's socket."""
    if postgresql.programs() is None:
        pytest.skip("needs a PostgreSQL server (package postgresql)")
    pytest.importorskip("psycopg", reason="needs psycopg (extra postgres)")
    with postgresql.server() as folder:
        yield folder


@pytest.fixture
def elsewhere(where: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Where a second store is to be made: on the other kind of database."""
    if where.startswith("postgresql"):
        return str(tmp_path / "elsewhere.sqlite")
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def postgresql_url(postgresql_folder: Path) -> str:
    """The URL of an empty database of its own."""
    import psycopg

    name = f"evidence_{next(_NUMBERS)}"
    with psycopg.connect(
        f"host={postgresql_folder} user=netcheck dbname=postgres", autocommit=True
    ) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql://netcheck@/{name}?host={postgresql_folder}"


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store is to be made."""
    if request.param == "sqlite":
        return str(tmp_path / "evidence.sqlite")
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    """An empty store."""
    with Store.open(where) as opened:
        yield opened
