"""Many starts of the program for the price of one: a process that has loaded the libraries, and forks for each start.

Every start is a process of its own, with its own folder, environment, streams, signals and end; it reads its command
line and declares its commands itself. Only the loading of libraries, most of the time of a short command, is shared.
What a fresh interpreter does with its environment (PYTHON…, another character set) is not repeated: see `suits`.
"""

import gc
import importlib
import io
import json
import locale
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

LIBRARIES = (
    "kontum_netcheck.inventory.loader",
    "kontum_netcheck.probes",
    "kontum_netcheck.plan",
    "kontum_netcheck.engine",
    "kontum_netcheck.own.change",
    "kontum_netcheck.judge",
    "kontum_netcheck.report",
    "kontum_netcheck.report.build",
    "kontum_netcheck.report.table",
    "kontum_netcheck.recording.evidence",
    "kontum_netcheck.recording.workbook",
    "kontum_netcheck.bundles.reading",
    "kontum_netcheck.store.recording",
    "kontum_netcheck.store.store",
    "docxtpl.template",
    "typst",
    "phonenumbers",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "sqlalchemy.dialects.sqlite",
    "rich.table",
    "rich.console",
    "tabulate",
)
"""What no language is bound to: typer, and our commands, take their texts when they are loaded."""

_LONGEST_REQUEST_BYTES = 1 << 18
_TIMEOUT_S = 60
_MAIN_ARGUMENT = "--serve"


def suits(variables: Mapping[str, str]) -> bool:
    """Whether a fork is the same as a fresh interpreter in this environment."""
    return hasattr(os, "fork") and not any(name.startswith(("PYTHON", "LC_", "LANG")) for name in variables)


class Prepared:
    """The process that forks. It ends when its end of the pair of sockets is closed, so also with the tests."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.prepared", _MAIN_ARGUMENT, str(theirs.fileno())],
            cwd=Path(__file__).parents[2],
            pass_fds=(theirs.fileno(),),
        )
        theirs.close()
        self._one_at_a_time = threading.Lock()

    def run(
        self, arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], typed: bytes | None = None
    ) -> tuple[int, bytes, bytes]:
        """Exit code (negative: the signal that ended it), stdout and stderr of the program with these arguments."""
        keyboard = os.open(os.devnull, os.O_RDONLY) if typed is None else _pipe_with(typed)
        request = json.dumps({"arguments": [*arguments], "cwd": str(cwd), "env": dict(env)}).encode()
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        with self._one_at_a_time:
            socket.send_fds(self._socket, [request], [keyboard, out_end, err_end])
            for end in (keyboard, out_end, err_end):
                os.close(end)
            patience = threading.Timer(_TIMEOUT_S, os.kill, (int(self._socket.recv(64)), signal.SIGKILL))
            patience.start()
            said: list[bytes] = []
            complaints = threading.Thread(target=lambda: said.append(_whole(err)))
            complaints.start()
            printed = _whole(out)
            complaints.join()
            code = int(self._socket.recv(64))
            patience.cancel()
            patience.join()
        return code, printed, said[0]

    def close(self) -> None:
        """End it."""
        self._socket.close()
        self._process.wait()


def _pipe_with(content: bytes) -> int:
    """A pipe that ends after `content`, which fits into it."""
    reading, writing = os.pipe()
    assert len(content) < 1 << 16, "more than a pipe holds"
    os.write(writing, content)
    os.close(writing)
    return reading


def _whole(descriptor: int) -> bytes:
    with open(descriptor, "rb") as stream:
        return stream.read()


def serve(requests: socket.socket) -> None:
    """Fork for each request; returns in the child, whose streams, folder and environment are those asked for."""
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # no child looks through what all share, which would copy it
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C stops the tests, and they close this
    while True:
        request, descriptors, _, _ = socket.recv_fds(requests, _LONGEST_REQUEST_BYTES, 3)
        if not request:
            os._exit(0)
        child = os.fork()
        if child == 0:
            requests.close()
            _become(json.loads(request), descriptors)
            return
        for descriptor in descriptors:
            os.close(descriptor)
        requests.send(str(child).encode())
        _, status = os.waitpid(child, 0)
        requests.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(request: dict[str, object], descriptors: Sequence[int]) -> None:
    """What an interpreter finds when it starts."""
    arguments, env = request["arguments"], request["env"]
    assert isinstance(arguments, list) and isinstance(env, dict)
    for stream, descriptor in enumerate(descriptors):
        os.dup2(descriptor, stream)
        os.close(descriptor)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(str(request["cwd"]))
    time.tzset()
    locale.setlocale(locale.LC_CTYPE, "")
    sys.argv = ["kontum_netcheck", *arguments]
    sys.path[0] = str(request["cwd"])
    sys.stdin, sys.stdout = _stream(0, "r", "surrogateescape"), _stream(1, "w", "surrogateescape")
    sys.stderr = _stream(2, "w", "backslashreplace")


def _stream(descriptor: int, mode: str, errors: str) -> io.TextIOWrapper:
    stream = open(descriptor, mode, encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115
    assert isinstance(stream, io.TextIOWrapper)
    return stream


if __name__ == "__main__":
    assert sys.argv[1] == _MAIN_ARGUMENT
    serve(socket.socket(fileno=int(sys.argv[2])))
    runpy.run_module("kontum_netcheck", run_name="__main__", alter_sys=True)
