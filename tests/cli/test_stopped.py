"""`check` that is stopped in the middle, as by a machine that has no time for it: no target is blamed for that."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.cli.process import FRAME, environment

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="Windows has no SIGSTOP")
STOPPED_S = 2.5
TIMEOUT_S = 1.0


def stop_on_first_connection(server: socket.socket, process: "subprocess.Popen[str]") -> None:
    """Stop the program as soon as it has connected, greet it meanwhile, and let it go on much later."""
    connection, _peer = server.accept()
    with connection:
        os.kill(process.pid, signal.SIGSTOP)
        connection.sendall(b"hello")
        threading.Event().wait(STOPPED_S)
        os.kill(process.pid, signal.SIGCONT)
        with contextlib.suppress(ConnectionResetError):
            connection.recv(1)  # until it has gone


def test_nobody_is_blamed_for_answers_that_we_could_not_read(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as greeter,
        socket.create_server(("127.0.0.1", 0)) as quiet,  # connects, and never says a word
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf,  # a name server that never answers
    ):
        deaf.bind(("127.0.0.1", 0))
        ports = [sock.getsockname()[1] for sock in (quiet, deaf, greeter)]
        late = f"timeout_s: {TIMEOUT_S}"
        endpoints = (
            f'{{tcp: "127.0.0.1:{ports[0]}", expect: {{banner: x}}, {late}}}',
            f'{{dns: a.example, server: "127.0.0.1:{ports[1]}", {late}}}',
            f'{{tcp: "127.0.0.1:{ports[2]}", expect: {{banner: hello}}, {late}}}',
            "{ping: 127.0.0.1, count: 10, interval_s: 0.05}",
        )
        file = tmp_path / "sites.yaml"
        file.write_text(FRAME.format(endpoints=", ".join(endpoints)), encoding="utf-8")
        command = [sys.executable, "-m", "kontum_netcheck", "check", str(file), "--format", "json"]
        with subprocess.Popen(
            [*command, "--lang", "en"],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            stopping = threading.Thread(target=stop_on_first_connection, args=(greeter, process))
            stopping.start()
            out, err = process.communicate(timeout=60)
            stopping.join()
    report = json.loads(out)
    checks = report["sites"][0]["services"][0]["checks"]
    found = {check["target"]: (check["outcome"], (check["failure"] or {}).get("cause")) for check in checks}
    silent, unanswered, greeting, ping = found.values()
    # What these had said would lie in their sockets: it was looked at again.
    assert silent == unanswered == ("failed", "timeout"), err
    assert greeting in (("measured", None), ("error", "overloaded"))
    assert ping == ("measured", None)
    assert report["run"]["late_ms"] > 1000 * TIMEOUT_S
    assert any("was busy" in note for note in report["run"]["notes"])
