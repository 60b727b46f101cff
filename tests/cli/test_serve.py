"""`serve` as a person starts it: where it says that it can be reached, what it refuses, how it ends."""

import contextlib
import io
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
import typer

from kontum_netcheck.cli.serve_log import LogFile
from kontum_netcheck.cli.serve_places import places_of
from kontum_netcheck.cli.serve_run import run_server
from kontum_netcheck.cli.serve_wanted import limits_or_stop, tls_or_stop, token_or_stop
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.inventory.loader import load
from kontum_netcheck.probes.bandwidth import BandwidthParams
from kontum_netcheck.serving import Server, Settings
from tests.cli.process import environment

TYPED = {
    "tests_per_hour": 1,
    "clients": 1,
    "connections": 8,
    "connections_per_client": 1,
    "transfer_s": 1.0,
}


@pytest.fixture
def shell() -> Shell:
    return Shell("en", io.StringIO(), io.StringIO())


@contextlib.contextmanager
def stops(shell: Shell, *said: str) -> Iterator[None]:
    """The block ends the program with code 3 and one sentence that says all this."""
    with pytest.raises(typer.Exit) as stopped:
        yield
    assert stopped.value.exit_code == 3
    assert isinstance(shell.stderr, io.StringIO)
    sentence = shell.stderr.getvalue()
    assert len(sentence.splitlines()) == 1
    assert all(word in sentence for word in said), sentence


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for speed.example, and its key."""
    issued = trustme.CA().issue_cert("speed.example", "*.wild.example", "192.0.2.1")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    return chain, key


def test_a_certificate_tells_the_names_that_it_is_good_for(
    shell: Shell, certificate: tuple[Path, Path]
) -> None:
    identity = tls_or_stop(shell, *certificate)
    assert identity is not None
    assert identity.names == ("speed.example",)
    identity.reload()


def test_a_certificate_that_is_none_is_refused(
    shell: Shell, tmp_path: Path, certificate: tuple[Path, Path]
) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    with stops(shell, "empty.pem", "PEM"):
        tls_or_stop(shell, empty, certificate[1])


def test_a_key_of_another_certificate_is_refused(
    shell: Shell, tmp_path: Path, certificate: tuple[Path, Path]
) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(trustme.CA().issue_cert("b.example").private_key_pem.bytes())
    with stops(shell, "other.pem", "not that of the certificate"):
        tls_or_stop(shell, certificate[0], other)


def test_a_file_that_is_not_there_is_named(shell: Shell, tmp_path: Path) -> None:
    with stops(shell, "nowhere.pem", "no such file"):
        tls_or_stop(shell, tmp_path / "nowhere.pem", None)


def test_a_key_alone_is_of_no_use(shell: Shell, tmp_path: Path) -> None:
    with stops(shell, "--certificate"):
        tls_or_stop(shell, None, tmp_path / "key.pem")


def test_a_token_comes_from_the_environment_or_a_file(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "0123456789abcdef"
    monkeypatch.setenv("MEASURING_TOKEN", token)
    file = tmp_path / "token"
    file.write_text(f"{token}\nand more\n", encoding="utf-8")
    assert token_or_stop(shell, "MEASURING_TOKEN", None) == token
    assert token_or_stop(shell, None, file) == token
    assert token_or_stop(shell, None, None) is None


@pytest.mark.parametrize("weak", ["short", "mật khẩu của chúng tôi", "0123456789 abcdef"])
def test_a_weak_token_is_refused_and_not_shown(shell: Shell, tmp_path: Path, weak: str) -> None:
    file = tmp_path / "token"
    file.write_text(weak, encoding="utf-8")
    with stops(shell, str(file), "16"):
        token_or_stop(shell, None, file)
    assert weak not in shell.stderr.getvalue()  # type: ignore[attr-defined]


def test_a_variable_that_is_not_set_is_named(shell: Shell) -> None:
    with stops(shell, "NO_SUCH_TOKEN"):
        token_or_stop(shell, "NO_SUCH_TOKEN", None)


def test_sizes_are_read_as_people_write_them(shell: Shell) -> None:
    assert limits_or_stop(shell, bytes_per_hour="1.5GB", **TYPED).bytes_per_hour == 1_500_000_000  # type: ignore[arg-type]
    with stops(shell, "--max-bytes-per-hour", "“much”"):
        limits_or_stop(shell, bytes_per_hour="much", **TYPED)  # type: ignore[arg-type]


def test_a_port_that_is_taken_is_3(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = run_server(shell, Settings("127.0.0.1", port), None, None, quiet=True)
    assert code == 3
    assert f"Port {port} is in use." in shell.stderr.getvalue()  # type: ignore[attr-defined]


def test_an_address_that_is_not_ours_is_3(shell: Shell) -> None:
    assert run_server(shell, Settings("192.0.2.77", 0), None, None, quiet=True) == 3
    assert "192.0.2.77:0" in shell.stderr.getvalue()  # type: ignore[attr-defined]


def test_a_log_that_cannot_be_written_is_3(shell: Shell, tmp_path: Path) -> None:
    with stops(shell, "access.log"):
        run_server(shell, Settings("127.0.0.1", 0), None, tmp_path / "no" / "access.log", quiet=True)


def test_the_log_goes_on_in_a_fresh_file_after_the_old_one_was_moved(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "access.log")
    log.write("one")
    (tmp_path / "access.log").rename(tmp_path / "access.log.1")
    log.reopen()
    log.write("two")
    log.close()
    assert (tmp_path / "access.log").read_text(encoding="utf-8") == "two\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_ends_no_server() -> None:
    log = LogFile(Path("/dev/full"))
    for _ in range(1_000):
        log.write("a line")
    log.close()


def test_the_line_for_the_inventory_is_loaded_by_it(
    shell: Shell, certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    def server_in(line: str) -> BandwidthParams | None:
        file = tmp_path / "sites.yaml"
        file.write_text(
            f'version: 1\nprovince: {{code: "62", name: A}}\n{line.strip()}\nsites: []\n', "utf-8"
        )
        return load(file).inventory.speed_server

    server = Server(Settings())
    server.port = 8080
    for host, shown in (("192.0.2.1", "192.0.2.1"), ("2001:db8::1", "[2001:db8::1]")):
        settings = Settings(host)
        said = [shell.language.say(line) for line in places_of(server, settings, None)]
        found = server_in(said[-1])
        assert found and found.bandwidth == f"http://{shown}:8080/"
    identity = tls_or_stop(shell, *certificate)
    said = [shell.language.say(line) for line in places_of(server, Settings("192.0.2.1"), identity)]
    assert said[-1] == "  speed_server: https://speed.example:8080/"
    settings = Settings("2001:db8::1", token="0123456789abcdef")
    found = server_in([shell.language.say(line) for line in places_of(server, settings, None)][-1])
    assert found and found.token and found.bandwidth == "http://[2001:db8::1]:8080/"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_sigterm_ends_it_in_the_middle_of_an_upload(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    command = ["serve", "--host", "127.0.0.1", "--port", "0", "--log", str(log), "--lang", "en"]
    with subprocess.Popen(
        [sys.executable, "-m", "kontum_netcheck", *command],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stderr
        line = ""
        while "speed_server:" not in line:
            line = process.stdout.readline()
            assert line, process.stderr.read()
        found = re.search(r"speed_server: http://127\.0\.0\.1:(\d+)/", line)
        assert found
        with socket.create_connection(("127.0.0.1", int(found[1])), timeout=20) as client:
            client.sendall(
                b"POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\nfour"
            )
            client.recv(1)  # it has begun
            os.kill(process.pid, signal.SIGTERM)
            client.sendall(b"-five")
            answer = b""
            while piece := client.recv(4096):
                answer += piece
        assert process.wait(20) == 0
        assert process.stderr.read() == ""
    assert b'"received_bytes":9' in answer
    assert " POST /upload 200 sent=0 received=9 " in log.read_text(encoding="utf-8")
