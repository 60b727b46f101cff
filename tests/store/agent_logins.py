"""A store that is ready for agents, with two of them: each logs in with a password of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kontum_netcheck.store.store import Store
from tests.store.facts import LIMITS, RUN, seen
from tests.store.postgresql import new_database

if TYPE_CHECKING:
    from psycopg import Connection

PASSWORD = "mật-khẩu"
_TEMPLATE = "ready_for_agents"


@dataclass(frozen=True, slots=True)
class Place:
    """The owner's way in; and the agents', each by its login."""

    url: str

    def of(self, login: str) -> str:
        """The URL of a login; all have one password."""
        return self.url.replace("//netcheck@", f"//{login}:{PASSWORD}@")

    @property
    def dak_to(self) -> str:
        """The way in of the agent at dak-to."""
        return self.of("agent_dak_to")

    @property
    def noc(self) -> str:
        """The way in of the agent at noc."""
        return self.of("agent_noc")


def make_login(owner: "Connection[Any]", login: str, rights: str = "") -> None:
    """Make a login, anew where a test before had made it."""
    owner.execute(f"DROP ROLE IF EXISTS {login}")
    owner.execute(f"CREATE ROLE {login} LOGIN PASSWORD '{PASSWORD}' {rights}")


@pytest.fixture(scope="session")
def ready(postgresql_folder: Path) -> str:
    """The name of a database to copy: a run, its limits, what `noc` saw in it, and a job in each queue."""
    psycopg = pytest.importorskip("psycopg", reason="needs psycopg (extra postgres)")
    pytest.importorskip("procrastinate", reason="needs procrastinate (extra agent)")
    from kontum_netcheck.store.upgrade import upgrade

    url = new_database(postgresql_folder, _TEMPLATE)
    with Store.open(url) as store:
        store.keep([RUN, LIMITS, seen(vantage="noc")])
    upgrade(url)
    with psycopg.connect(url, autocommit=True) as owner:
        for login, vantage in (("agent_dak_to", "dak-to"), ("agent_noc", "noc")):
            make_login(owner, login)
            owner.execute("SELECT agent_grant(%s, %s)", [login, vantage])
        for queue in ("vantage:dak-to", "vantage:noc", "any"):
            owner.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES (%s, 'greet', %s)",
                [queue, f'{{"queue": "{queue}"}}'],
            )
    return _TEMPLATE


@pytest.fixture
def place(postgresql_folder: Path, ready: str) -> Place:
    """A store with agents, of a test's own."""
    return Place(new_database(postgresql_folder, template=ready))


@pytest.fixture
def owner(place: Place) -> "Iterator[Connection[Any]]":
    """The owner's connection."""
    import psycopg

    with psycopg.connect(place.url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def agent(place: Place) -> "Iterator[Connection[Any]]":
    """The connection of the agent at dak-to, by its own password."""
    import psycopg

    with psycopg.connect(place.dak_to, autocommit=True) as connection:
        yield connection
