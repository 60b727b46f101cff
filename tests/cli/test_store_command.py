"""`store upgrade` and `store status`, in the process of the test."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kontum_netcheck.store.migrations import MIGRATIONS, migrate
from kontum_netcheck.store.place import place_of

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process: exit code, stdout, stderr."""
    monkeypatch.setenv("LANGUAGE", "")  # which a command sets for itself
    from kontum_netcheck.cli.start import start

    def started(*words: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = start(("store", *words, "--lang", "en"))
        out, err = capfd.readouterr()
        return code, out, err

    return started


@pytest.fixture
def old(tmp_path: Path) -> str:
    """A store of version 1."""
    from kontum_netcheck.store.connection import engine_of

    file = str(tmp_path / "evidence.sqlite")
    engine = engine_of(place_of(file), writable=True)
    with engine.begin() as connection:
        migrate(connection, file, "1.0", MIGRATIONS[:1])
    engine.dispose()
    return file


def test_an_old_store_is_told_and_then_brought_up_to_date(run: Run, old: str) -> None:
    assert run("status", "--store", old) == (
        1,
        f"{old} has version 1: “kontum-netcheck store upgrade” brings it up to date.\n",
        "",
    )
    fine = (0, f"{old} has version 2 and is up to date.\n", "")
    assert run("upgrade", "--store", old) == fine
    assert run("upgrade", "--store", old) == fine
    assert run("status", "--store", old) == fine


def test_a_store_that_is_not_there_is_told_and_not_made(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("status", "--store", str(tmp_path / "none.sqlite"))
    assert (code, "is not there yet, or empty" in out) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_a_server_is_made_ready_for_agents(run: Run, postgresql_url: str) -> None:
    code, out, _ = run("upgrade", "--store", postgresql_url)
    assert (code, out.splitlines()[1]) == (
        0,
        "Agents can work with it. None has a login yet: see docs/store.md.",
    )


def test_json_says_the_same(run: Run, postgresql_url: str) -> None:
    code, out, _ = run("status", "--store", postgresql_url, "--format", "json")
    assert code == 1
    assert json.loads(out) == {
        "format": "kontum-netcheck/store",
        "version": 1,
        "store": postgresql_url.partition("?")[0],
        "schema": 0,
        "up_to_date": False,
        "agents": {"schema": 0, "group": False, "logins": []},
    }


def test_a_newer_store_is_left_alone(run: Run, old: str) -> None:
    import sqlite3

    connection = sqlite3.connect(old)
    connection.execute("INSERT INTO schema_versions VALUES (99, 0, '9.0')")
    connection.commit()
    connection.close()
    for command in ("upgrade", "status"):
        code, out, err = run(command, "--store", old)
        assert (code, out) == (3, "")
        assert err.startswith(
            f"{old} has version 99, and this kontum-netcheck knows up to 2: install a newer"
        )


def test_an_agents_password_is_not_enough(run: Run, postgresql_url: str) -> None:
    import psycopg

    with psycopg.connect(postgresql_url, autocommit=True) as administrator:
        administrator.execute("DROP ROLE IF EXISTS poor")
        administrator.execute("CREATE ROLE poor LOGIN")
        poor = postgresql_url.replace("netcheck@", "poor@")
        assert run("upgrade", "--store", postgresql_url)[0] == 0
        for command in ("upgrade", "status"):
            code, out, err = run(command, "--store", poor)
            assert (code, out, len(err.splitlines())) == (3, "", 1)
            assert "this user has no right to do that: permission denied" in err
        administrator.execute("DROP ROLE poor")
