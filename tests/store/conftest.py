"""Stores to test with: each test that asks for one runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kontum_netcheck.store.store import Store
from tests.store.agent_logins import agent, owner, place, ready

__all__ = ["agent", "owner", "place", "ready"]


@pytest.fixture
def elsewhere(where: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Where a second store is to be made: on the other kind of database."""
    if where.startswith("postgresql"):
        return str(tmp_path / "elsewhere.sqlite")
    return str(request.getfixturevalue("postgresql_url"))


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
