"""`watch` as a process: its start, its lines, its screen, its end by a signal."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kontum_netcheck.store.store import Store
from tests.cli.process import FRAME, Port, Program, environment
from tests.cli.terminal import Terminal
from tests.watch.post import hook

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and terminals")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--every", "often"], "--every: “often” is not a length of time. Write it as in 30s, 5m or 1h."),
        (["--every", "2d"], "--every: write from 1 s to 1 d."),
        (["--jitter", "10m"], "--jitter: at most as long as --every, 5 min."),
        (["--html", "status.txt"], "--html: status.txt must end in .html."),
        (["--html", "nowhere/status.html"], "nowhere/status.html: there is no folder nowhere."),
        (["--confirm", "0"], "--confirm: this is no right value; write NUMBER ≥ 1."),
        (["--site", "thpt-b"], "There is no site thpt-b in the inventory. Did you mean thpt-a?"),
        (["--test-notice"], "--test-notice: name an address with --notify."),
    ],
)
def test_what_is_wrong_is_said_at_the_start(
    program: Program, inventory: object, arguments: list[str], said: str
) -> None:
    inventory("127.0.0.1")  # type: ignore[operator]
    done = program("watch", *arguments, "--lang", "en", KONTUM_NETCHECK_NO_STORE="1")
    assert (done.code, done.out) == (3, "")
    assert said in done.err


def test_a_wrong_address_is_said_at_the_start_and_keeps_its_secret(
    program: Program, inventory: object
) -> None:
    inventory("127.0.0.1")  # type: ignore[operator]
    variable = {"KONTUM_NETCHECK_NOTIFY": "json://127.0.0.1/x tgram://sesame"}
    done = program("watch", "--lang", "vi", KONTUM_NETCHECK_NO_STORE="1", **variable)
    assert (done.code, done.out) == (3, "")
    assert "địa chỉ thứ 2 (tgram://***)" in done.err
    assert "sesame" not in done.err


def test_the_plain_address_of_a_webhook_is_answered_with_how_it_is_written(
    program: Program, inventory: object
) -> None:
    inventory("127.0.0.1")  # type: ignore[operator]
    done = program(
        "watch", "--notify", "https://127.0.0.1/sesame", "--lang", "en", KONTUM_NETCHECK_NO_STORE="1"
    )
    assert done.code == 3
    assert "A webhook is written json://" in done.err
    assert "sesame" not in done.err


def test_a_test_notice_is_sent_to_each_address(program: Program, inventory: object) -> None:
    inventory("127.0.0.1")  # type: ignore[operator]
    with hook() as taken, hook(500) as failing:
        done = program(
            "watch", "--test-notice", "--notify", taken.url, "--notify", failing.url, "--lang", "en"
        )
    assert done.code == 3
    lines = done.out.splitlines()
    assert lines[0] == "json://127.0.0.1 #1: the test notice was taken."
    assert lines[1].startswith("json://127.0.0.1 #2: not delivered: ")
    assert taken.came[0]["title"] == "Kon Tum: test notice"


def test_changes_are_lines_and_all_else_is_on_stderr(
    program: Program, inventory: object, listening: Port, refusing: str
) -> None:
    inventory(f'{{tcp: "{listening}"}}', f'{{tcp: "{refusing}"}}')  # type: ignore[operator]
    done = program("watch", "--turns", "2", "--every", "1s", "--lang", "en", "-o", "report.json")
    assert (done.code, done.out) == (2, "")
    assert "turns: 2." in done.err


def test_a_terminal_shows_the_whole_screen_and_ctrl_c_ends_it(tmp_path: Path, listening: Port) -> None:
    file = tmp_path / "sites.yaml"
    file.write_text(FRAME.format(endpoints=f'{{tcp: "{listening}"}}'), encoding="utf-8")
    with Terminal(["watch", str(file), "--lang", "vi"], tmp_path, TERM="xterm") as terminal:
        terminal.until("\x1b[?1049h")  # the alternate screen
        terminal.until("Mức sẵn sàng: Kon Tum")
        terminal.until("lượt tới sau")
        terminal.press("\x03")
        terminal.until("\x1b[?1049l")
        terminal.until("Đã theo dõi")
        assert terminal.end() == 130


def test_sigterm_ends_a_turn_in_good_order(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = f'{{tcp: "127.0.0.1:{server.getsockname()[1]}", expect: {{banner: never}}, timeout_s: 60}}'
        (tmp_path / "sites.yaml").write_text(FRAME.format(endpoints=endpoint), encoding="utf-8")
        variables = environment()
        del variables["KONTUM_NETCHECK_NO_STORE"]
        command = ["watch", "--store", "e.sqlite", "--html", "s.html", "-q", "--lang", "en"]
        with subprocess.Popen(
            [sys.executable, "-m", "kontum_netcheck", *command], cwd=tmp_path, env=variables
        ) as process:
            connection, _ = server.accept()
            with connection:
                process.send_signal(signal.SIGTERM)
                assert process.wait(30) == 0
    with Store.open(tmp_path / "e.sqlite") as store:
        (run,) = store.runs()
    assert run.end is not None
    assert run.end.interrupted
    page = (tmp_path / "s.html").read_text(encoding="utf-8")
    assert "INTERRUPTED" in page
    assert "The watch has ended." in page


def test_other_files_are_kept_current_too(
    program: Program, inventory: object, listening: Port, tmp_path: Path
) -> None:
    inventory(f'{{tcp: "{listening}"}}')  # type: ignore[operator]
    done = program("watch", "--turns", "1", "-q", "--lang", "en", "-o", "report.json", "-o", "netcheck.prom")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["summary"]
    assert "kontum_netcheck" in (tmp_path / "netcheck.prom").read_text("utf-8")
