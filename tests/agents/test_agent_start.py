"""What keeps an agent from beginning: one sentence, exit code 3, and no password in it."""

import asyncio
import io
import ssl
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme
import typer

from kontum_netcheck.agents.agent import Agent, Settings
from kontum_netcheck.agents.orders import Orders
from kontum_netcheck.agents.server import conninfo_of
from kontum_netcheck.cli.agent_run import settings_or_stop
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.place import place_of
from tests.agents.world import PASSWORD, Database, door, until, working
from tests.cli.process import Program


def refusal(program: Program, *arguments: str) -> str:
    """The one sentence that the program says."""
    done = program("agent", *arguments, "--lang", "en")
    assert (done.code, done.out, done.err.count("\n")) == (3, "", 1), done
    return done.err


def to(store: str) -> tuple[str, ...]:
    """The command line of an agent of dak-to."""
    return ("--store", store, "--vantage", "dak-to")


def settings(store: str | None, tmp_path: Path | None = None, **typed: Any) -> tuple[Settings | None, str]:
    """What comes of a command line: settings, or a sentence."""
    errors = io.StringIO()
    plain: dict[str, Any] = {"vantage": "dak-to", "name": "one", "rate": 9.0, "max_pps": 9, "source": None}
    try:
        made = settings_or_stop(Shell("en", io.StringIO(), errors), store=store, **(plain | typed))
    except typer.Exit as ended:
        assert ended.exit_code == 3
        return None, errors.getvalue()
    return replace(made, spool_file=(tmp_path or made.spool_file.parent) / "agent.db"), ""


@pytest.mark.parametrize(
    ("store", "typed", "words"),
    [
        (None, {}, "--store postgresql://user@host/database"),
        ("postgresql://db.example/evidence", {"vantage": None}, "--vantage dak-to"),
        ("evidence.sqlite", {}, "agents need a store on PostgreSQL"),
        ("mysql://db.example/evidence", {}, "mysql:// is neither"),
        ("postgresql://db.example/evidence", {"vantage": "Đắk Tô"}, "Đắk Tô"),
        ("postgresql://db.example/evidence", {"vantage": "x" * 33}, "at most 32 of them"),
        ("postgresql://127.0.0.1/evidence", {"rate": float("nan")}, "--rate"),
        ("postgresql://127.0.0.1/evidence", {"name": "a\nb"}, "--name"),
        ("postgresql://127.0.0.1/evidence", {"name": "x" * 101}, "--name"),
    ],
)
def test_what_is_typed_wrongly_is_said(store: str | None, typed: dict[str, Any], words: str) -> None:
    made, said = settings(store, **typed)
    assert made is None
    assert words in said
    assert said.count("\n") == 1


async def refused(store: str, tmp_path: Path) -> str:
    """What an agent says that can't begin."""
    made, _ = settings(store, tmp_path)
    assert made is not None
    with pytest.raises(StoreError) as refusal:
        await Agent(made, lambda _: None).run(asyncio.Event())
    assert PASSWORD not in str(refusal.value)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("store", "words"),
    [
        ("postgresql://db.example/evidence?colour=red", "is no URL of PostgreSQL"),
        ("postgresql://127.0.0.1:1/evidence", "no PostgreSQL server answers there"),
    ],
)
async def test_a_server_that_is_not_there_is_said(tmp_path: Path, store: str, words: str) -> None:
    assert words in await refused(store, tmp_path)


def test_a_wrong_password_ends_it_with_3_and_is_not_repeated(program: Program, database: Database) -> None:
    url = database.url("agent_dak_to").replace(PASSWORD, "guessed")
    said = refusal(program, *to(url))
    assert "the server refuses to let you in" in said
    assert "guessed" not in said


async def test_a_login_speaks_for_its_own_vantage_only(database: Database, tmp_path: Path) -> None:
    said = await refused(database.url("agent_noc"), tmp_path)
    assert "may not speak for another vantage" in said


async def test_a_login_that_is_no_agents_is_sent_to_the_administrator(
    own_database: Database, tmp_path: Path
) -> None:
    own_database.connection.execute("DELETE FROM agent_roles WHERE role = 'agent_dak_to'")
    assert "agent_grant" in await refused(own_database.url("agent_dak_to"), tmp_path)


async def test_a_database_that_is_not_ready_for_agents_is_said(postgresql_url: str, tmp_path: Path) -> None:
    assert "store upgrade" in await refused(postgresql_url, tmp_path)


async def test_a_database_of_a_newer_version_is_said(own_database: Database, tmp_path: Path) -> None:
    own_database.connection.execute("INSERT INTO schema_versions VALUES (99, 0, '9.9')")
    assert "has version 99" in await refused(own_database.url("agent_dak_to"), tmp_path)


async def test_a_newer_part_for_agents_is_said_to_agents_and_to_dispatchers(
    own_database: Database, tmp_path: Path
) -> None:
    own_database.connection.execute("INSERT INTO agent_schema VALUES (99, now())")
    assert "has version 99 for agents" in await refused(own_database.url("agent_dak_to"), tmp_path)
    with Orders(own_database.url()) as orders, pytest.raises(StoreError, match="has version 99 for agents"):
        orders.alive()


async def test_a_server_whose_certificate_is_not_trusted_is_not_talked_to(
    program: Program, database: Database, tmp_path: Path
) -> None:
    context, trusted = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), tmp_path / "ca.pem"
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    trustme.CA().cert_pem.write_to_path(trusted)
    async with door(database.socket, context) as way:
        url = database.url("agent_dak_to", way.host)
        asked = to(f"{url}?sslmode=verify-full&sslrootcert={trusted}")
        said = await asyncio.to_thread(refusal, program, *asked)
    assert "its certificate is not to be trusted" in said
    assert PASSWORD not in said


async def test_a_server_whose_certificate_is_trusted_is_talked_to_by_tls(
    database: Database, tmp_path: Path
) -> None:
    context, trusted, authority = (
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH),
        tmp_path / "ca.pem",
        trustme.CA(),
    )
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(trusted)
    async with door(database.socket, context) as way:
        url = f"{database.url('agent_dak_to', way.host)}?sslmode=verify-full&sslrootcert={trusted}"
        async with working(database, tmp_path, store=url):
            await until(lambda: len(database.agents()) == 1)


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("postgresql://db.example/evidence", "sslmode=require"),
        ("postgresql://db.example/evidence?sslmode=verify-full", "sslmode=verify-full"),
        ("postgresql://db.example/evidence?sslmode=disable", "sslmode=disable"),
        ("postgresql://localhost/evidence", ""),
        ("postgresql://127.0.0.1:5433/evidence", ""),
        ("postgresql://[::1]/evidence", ""),
        ("postgresql:///evidence?host=/run/postgresql", ""),
    ],
)
def test_beyond_this_machine_tls_is_wanted_unless_the_url_says_otherwise(url: str, mode: str) -> None:
    words = [word for word in conninfo_of(place_of(url), "agent").split() if word.startswith("sslmode")]
    assert words == ([mode] if mode else [])


async def test_a_server_without_tls_is_not_talked_to_where_tls_is_wanted(
    program: Program, database: Database
) -> None:
    async with door(database.socket) as way:
        asked = to(f"{database.url('agent_dak_to', way.host)}?sslmode=require")
        said = await asyncio.to_thread(refusal, program, *asked)
    assert "no TLS with this server" in said
