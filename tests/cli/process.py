"""The program as a user starts it: a process, its output, its exit code."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.prepared import Prepared, suits

FRAME = """\
version: 1
province: {{code: "62", name: Kon Tum}}
carriers: [{{id: vnpt, name: VNPT Kon Tum}}]
districts: [{{code: "608", name: Thành phố Kon Tum}}, {{code: "618", name: Ia H'Drai}}]
sites:
  - id: thpt-a
    name: Trường THPT A
    district: "608"
    internet:
      - id: ftth
        carrier: vnpt
        endpoints: [{endpoints}]
"""


@dataclass(frozen=True)
class Done:
    """What a run left behind."""

    code: int
    out: str
    err: str


Program = Callable[..., Done]


def environment(**more: str) -> dict[str, str]:
    """What a process of a test sees: nothing of the tester's own settings, and no store of anybody's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KONTUM", "LC_"))}
    plain = {"LANGUAGE": "", "LANG": "C.UTF-8", "COLUMNS": "80", "NO_COLOR": "1"}
    return kept | plain | {"XDG_DATA_HOME": "/nowhere", "KONTUM_NETCHECK_NO_STORE": "1"} | more


def with_own_store(folder: Path, **more: str) -> dict[str, str]:
    """The same, with a user's own store in that folder."""
    own = {"XDG_DATA_HOME": str(folder / "data"), "XDG_STATE_HOME": str(folder / "state")}
    variables = environment(**own | more)
    if "KONTUM_NETCHECK_NO_STORE" not in more:
        del variables["KONTUM_NETCHECK_NO_STORE"]
    return variables


@pytest.fixture(scope="session")
def prepared() -> Iterator[Prepared]:
    """What starts the program hundreds of times."""
    process = Prepared()
    yield process
    process.close()


@pytest.fixture
def program(tmp_path: Path, prepared: Prepared) -> Program:
    """Run the program in an empty folder. Output that isn't UTF-8 fails the test."""
    return program_in(tmp_path, prepared)


@pytest.fixture(scope="module")
def program_anywhere(tmp_path_factory: pytest.TempPathFactory, prepared: Prepared) -> Program:
    """Run the program in a folder that the tests of a file share."""
    return program_in(tmp_path_factory.mktemp("anywhere"), prepared)


def program_in(folder: Path, prepared: Prepared) -> Program:
    """What runs the program in that folder unless told otherwise."""

    def run(*arguments: str, cwd: Path = folder, typed: str | None = None, **variables: str) -> Done:
        env, keys = with_own_store(folder, **variables), None if typed is None else typed.encode()
        if suits(variables):
            code, out, err = prepared.run(arguments, cwd=cwd, env=env, typed=keys)
        else:
            done = subprocess.run(
                [sys.executable, "-m", "kontum_netcheck", *arguments],
                cwd=cwd,
                env=env,
                capture_output=True,
                input=keys,
                timeout=60,
            )
            code, out, err = done.returncode, done.stdout, done.stderr
        assert b"Traceback" not in err, err.decode()
        return Done(code, out.decode("utf-8"), err.decode("utf-8"))

    return run


@pytest.fixture
def inventory(tmp_path: Path) -> Callable[..., Path]:
    """Write ./sites.yaml with one site whose line has these end points."""

    def write(*endpoints: str) -> Path:
        file = tmp_path / "sites.yaml"
        file.write_text(FRAME.format(endpoints=", ".join(endpoints)), encoding="utf-8")
        return file

    return write


@dataclass(frozen=True)
class Port:
    """A port on loopback and the connections that it has accepted."""

    target: str
    accepted: list[socket.socket]
    peers: list[str]  # the addresses that they came from

    def __str__(self) -> str:
        return self.target


@pytest.fixture
def listening() -> Iterator[Port]:
    """A port that accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []
        peers: list[str] = []

        def accept() -> None:
            while True:
                try:
                    connection, peer = server.accept()
                    peers.append(peer[0])
                    held.append(connection)
                except OSError:
                    return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield Port(f"127.0.0.1:{server.getsockname()[1]}", held, peers)
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        for connection in held:
            connection.close()


@pytest.fixture
def refusing() -> Iterator[str]:
    """A port on which nobody listens, and which nobody else can take meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


def interrupt_when(process: subprocess.Popen[str], ready: Callable[[], bool]) -> None:
    """Send SIGINT as soon as `ready` says so."""
    pause = threading.Event()
    while not ready():
        assert process.poll() is None, "it ended too early"
        pause.wait(0.02)
    process.send_signal(signal.SIGINT)
