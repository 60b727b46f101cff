"""A PostgreSQL server for a demonstration: in a folder of its own, on a socket there, gone afterwards."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kontum_netcheck.model import message
from kontum_netcheck.store.fault import StoreError

_DEBIAN = Path("/usr/lib/postgresql")
_LONGEST_S = 60
_PORT = 5432  # part of the socket's name; no port is opened


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """A server that runs. Nobody gets in without a password, not even its owner."""

    socket: Path
    password: str
    owner: str = "netcheck"  # who may do anything there

    def url(self, login: str = "", at: str = "") -> str:
        """The store, for a login; all have one password. `at`: by way of that host and port, else by the socket."""
        place = f"{at}/postgres" if at else f"/postgres?host={self.socket.parent}"
        return f"postgresql://{login or self.owner}:{self.password}@{place}"

    def grant(self, places: Mapping[str, str]) -> None:
        """Make a login for each agent, and give it its vantage. The store must be ready for agents."""
        import psycopg
        from psycopg.sql import SQL, Identifier, Literal

        make = SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        with psycopg.connect(self.url()) as connection:
            for login, vantage in places.items():
                connection.execute(make.format(Identifier(login), Literal(self.password)))
                connection.execute("SELECT agent_grant(%s, %s)", [login, vantage])


def programs() -> Path:
    """The folder of `initdb` and `pg_ctl`: on the PATH, else the newest of Debian's. StoreError where there is none."""
    anywhere = shutil.which("initdb")
    if anywhere and (folder := Path(anywhere).resolve().parent).joinpath("pg_ctl").exists():
        return folder
    found = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    raise StoreError(
        message(
            "There is no PostgreSQL server on this machine: apt install postgresql, dnf install postgresql-server,"
            " or brew install postgresql."
        )
    )


@contextmanager
def database_server(owner: str = "netcheck", *, is_durable: bool = False) -> Iterator[DatabaseServer]:
    """Start a server, and stop it with the block. StoreError where there is none, or it does not start.

    `is_durable`: it waits for the disk at each commit, as a server does whose data matter.
    """
    bin_folder = programs()
    with tempfile.TemporaryDirectory(prefix="netcheck-", dir="/tmp") as name:  # a socket's path must be short
        folder, password = Path(name), secrets.token_urlsafe(24)
        (folder / "password").write_text(password)
        user = _unprivileged(folder)
        control = [str(bin_folder / "pg_ctl"), "-D", f"{folder}/data", "-w"]
        _run(
            [
                *(str(bin_folder / "initdb"), "-D", f"{folder}/data", "-U", owner, "-A", "scram-sha-256"),
                *(f"--pwfile={folder}/password", "-E", "UTF8", "--no-locale", "--no-sync"),
            ],
            user,
        )
        options = (
            f"-c listen_addresses='' -c port={_PORT} -k {folder} -c fsync={'on' if is_durable else 'off'}"
        )
        try:
            _run([*control, "-o", options, "-l", f"{folder}/log", "start"], user)
            yield DatabaseServer(folder / f".s.PGSQL.{_PORT}", password, owner)
        finally:
            with suppress(StoreError):
                _run([*control, "-m", "immediate", "stop"], user)


def _unprivileged(folder: Path) -> str | None:
    """Whose server it is: root's would not start, so it is one of `postgres` or `nobody`."""
    if os.geteuid() != 0:
        return None
    import pwd

    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            for path in (folder, folder / "password"):
                os.chown(path, user.pw_uid, user.pw_gid)
            return name
    raise StoreError(
        message("PostgreSQL does not run as root, and there is no user nobody: start it as a user.")
    )


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def _run(command: list[str], user: str | None) -> None:
    """Run one of the server's programs to its end. StoreError with its last words where it fails."""
    as_user: dict[str, Any] = {}
    if user is not None:
        as_user = {"user": user, "group": _group_of(user), "extra_groups": []}
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C"},
            cwd="/",
            timeout=_LONGEST_S,
            **as_user,
        )
        why = "" if done.returncode == 0 else done.stderr.decode(errors="replace").strip() or "?"
    except (OSError, subprocess.TimeoutExpired) as fault:
        why = str(fault)
    if why:
        raise StoreError(
            message(
                "The temporary PostgreSQL does not start: {reason}",
                reason=why.splitlines()[-1][:300],
            )
        )
