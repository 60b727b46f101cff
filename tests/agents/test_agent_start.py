"""What keeps an agent from beginning: one sentence, exit code 3, and no password in it."""

import asyncio
import ssl
from pathlib import Path

import pytest
import trustme

from kontum_netcheck.agents.server import conninfo_of
from kontum_netcheck.store.place import place_of
from tests.agents.world import PASSWORD, Database, door, until, working
from tests.cli.process import Program, prepared, program

__all__ = ["prepared", "program"]


def refusal(program: Program, *arguments: str) -> str:
    """The one sentence that the program says."""
    done = program("agent", *arguments, "--lang", "en")
    assert (done.code, done.out, done.err.count("\n")) == (3, "", 1), done
    return done.err


def to(store: str, *more: str, vantage: str = "dak-to") -> tuple[str, ...]:
    """The command line of an agent."""
    return ("--store", store, "--vantage", vantage, *more)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--store postgresql://user@host/database"),
        (("--store", "postgresql://db.example/evidence"), "--vantage dak-to"),
        (to("evidence.sqlite"), "agents need a store on PostgreSQL"),
        (to("mysql://db.example/evidence"), "mysql:// is neither"),
        (to("postgresql://db.example/evidence", vantage="Đắk Tô"), "Đắk Tô"),
        (to("postgresql://db.example/evidence", vantage="x" * 33), "at most 32 letters"),
        (to("postgresql://db.example/evidence?colour=red"), "is no URL of PostgreSQL"),
        (to("postgresql://127.0.0.1:1/evidence"), "no PostgreSQL server answers there"),
        (to("postgresql://127.0.0.1/evidence", "--rate", "nan"), "--rate"),
        (to("postgresql://127.0.0.1/evidence", "--name", "a\nb"), "--name"),
    ],
)
def test_what_is_typed_wrongly_is_said(program: Program, arguments: tuple[str, ...], words: str) -> None:
    assert words in refusal(program, *arguments)


def test_a_wrong_password_is_said_and_not_repeated(program: Program, database: Database) -> None:
    url = database.url("agent_dak_to").replace(PASSWORD, "guessed")
    said = refusal(program, *to(url))
    assert "the server refuses to let you in" in said
    assert "guessed" not in said


def test_a_login_speaks_for_its_own_vantage_only(program: Program, database: Database) -> None:
    said = refusal(program, *to(database.url("agent_noc")))
    assert "may not speak for another vantage" in said


def test_a_login_that_is_no_agents_is_sent_to_the_administrator(program: Program, database: Database) -> None:
    database.connection.execute("DELETE FROM agent_roles WHERE role = 'agent_dak_to'")
    assert "agent_grant" in refusal(program, *to(database.url("agent_dak_to")))


def test_a_database_that_is_not_ready_for_agents_is_said(program: Program, postgresql_url: str) -> None:
    assert "store upgrade" in refusal(program, *to(postgresql_url))


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


def test_a_database_of_a_newer_version_is_said(program: Program, database: Database) -> None:
    database.connection.execute("INSERT INTO schema_versions VALUES (99, 0, '9.9')")
    assert "has version 99" in refusal(program, *to(database.url("agent_dak_to")))


async def test_a_server_without_tls_is_not_talked_to_where_tls_is_wanted(
    program: Program, database: Database
) -> None:
    async with door(database.socket) as way:
        asked = to(f"{database.url('agent_dak_to', way.host)}?sslmode=require")
        said = await asyncio.to_thread(refusal, program, *asked)
    assert "no TLS with this server" in said
