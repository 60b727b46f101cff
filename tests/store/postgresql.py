"""A temporary PostgreSQL server of Debian's package: its own folder, a unix socket, an unprivileged user."""

import contextlib
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_NUMBERS = itertools.count()


def programs() -> Path | None:
    """The folder of the newest server that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    anywhere = shutil.which("initdb")
    return Path(anywhere).parent if anywhere else None


@contextlib.contextmanager
def server() -> Iterator[Path]:
    """A server, by its socket's folder; gone afterwards.

    Its user is `netcheck`; `guarded` and agents log in by a password.
    """
    bin_folder = programs()
    assert bin_folder is not None
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as name:  # a socket's path must be short
        folder = Path(name)
        as_user = _as_nobody(folder)
        data = str(folder / "data")
        _run([*as_user, str(bin_folder / "initdb"), "-D", data, "-U", "netcheck", "-A", "trust", "--no-sync"])
        rules = folder / "data" / "pg_hba.conf"
        with_password = "local all guarded,+kontum_agent scram-sha-256\n"
        rules.write_text(with_password + rules.read_text())
        options = f"-c listen_addresses='' -k {folder} -c fsync=off -c max_connections=30"
        control = [*as_user, str(bin_folder / "pg_ctl"), "-D", data, "-w"]
        _run([*control, "-o", options, "-l", str(folder / "log"), "start"])
        try:
            yield folder
        finally:
            _run([*control, "-m", "immediate", "stop"])


def _as_nobody(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]


def _run(command: list[str]) -> None:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, cwd="/", check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def postgresql_folder() -> Iterator[Path]:
    """The folder of a running server's socket."""
    if programs() is None:
        pytest.skip("needs a PostgreSQL server (package postgresql)")
    pytest.importorskip("psycopg", reason="needs psycopg (extra postgres)")
    with server() as folder:
        yield folder


def new_database(folder: Path, name: str = "", template: str = "template1") -> str:
    """The URL of a new database, empty or a copy."""
    import psycopg

    name = name or f"evidence_{next(_NUMBERS)}"
    with psycopg.connect(f"host={folder} user=netcheck dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return f"postgresql://netcheck@/{name}?host={folder}"


@pytest.fixture
def postgresql_url(postgresql_folder: Path) -> str:
    """The URL of an empty database of its own."""
    return new_database(postgresql_folder)
