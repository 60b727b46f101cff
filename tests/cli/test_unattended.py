"""Runs that nobody watches: the lock, silence unless something changed, and the log."""

import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kontum_netcheck.cli.file_lock import locked
from kontum_netcheck.cli.run_log import RunLog
from tests.cli.process import Port, Program

Inventory = Callable[..., Path]
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d \[\d+\] "


def test_a_run_that_finds_another_at_work_says_so_and_asks_nothing(
    program: Program, inventory: Inventory, listening: Port, tmp_path: Path
) -> None:
    inventory(f"{{tcp: '{listening}'}}")
    with locked(tmp_path / "run.lock", "PID 4711"):
        done = program("check", "--lock", "run.lock", "--lang", "en")
    assert (done.code, done.out, listening.peers) == (3, "", [])
    assert done.err == "Another run is still under way (PID 4711, run.lock): this one asks nothing.\n"


def test_the_lock_of_a_run_that_was_killed_blocks_nobody(
    program: Program, inventory: Inventory, listening: Port, tmp_path: Path
) -> None:
    inventory(f"{{tcp: '{listening}'}}")
    (tmp_path / "run.lock").write_text("PID 4711")
    assert program("check", "--lock", "run.lock", "-q").code == 0
    assert (tmp_path / "run.lock").read_text() == ""


def test_a_file_with_content_is_never_taken_for_a_lock(program: Program, inventory: Inventory) -> None:
    file = inventory("192.0.2.1")
    before = file.read_bytes()
    done = program("check", "--lock", "sites.yaml", "--lang", "en")
    assert (done.code, file.read_bytes()) == (3, before)
    assert done.err == "--lock: sites.yaml is no lock, but a file with content. Name another.\n"


@pytest.fixture
def mute() -> Iterator[socket.socket]:
    """A port that refuses everybody until it listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken


def target(port: socket.socket) -> str:
    return f"{{tcp: '127.0.0.1:{port.getsockname()[1]}'}}"


def test_only_what_changed_is_printed_and_the_exit_code_stays(
    program: Program, inventory: Inventory, mute: socket.socket
) -> None:
    inventory(target(mute))
    first, second = (program("check", "--only-changes", "--lang", "en") for _ in range(2))
    assert (first.code, second.code) == (2, 2)
    assert "Not checked → Not ready: the connection was refused" in first.out
    assert (second.out, second.err) == ("", "")
    mute.listen()
    third = program("check", "--only-changes", "--lang", "en", "--format", "csv", "--csv-keys")
    assert third.code == 0
    assert [row.split(",")[0] for row in third.out.splitlines()] == ["change", "better"]


def test_another_question_in_between_takes_no_change_away(
    program: Program, inventory: Inventory, mute: socket.socket
) -> None:
    inventory(target(mute))
    assert program("check", "--only-changes", "-q").code == 2
    mute.listen()
    assert program("check", "--site", "thpt-a", "-q").code == 0
    assert "Not ready → Ready" in program("check", "--only-changes", "--lang", "en").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "html"], "--only-changes prints as table, plain, csv, json, not as html."),
        (["--no-store"], "--only-changes compares with what is kept: it can't go with --no-store."),
        (
            ["--log-size", "much", "--log", "x"],
            "--log-size: “much” is not a size. Write it as in 500kB, 25MB.",
        ),
        (["--log", "missing/x"], "--log: missing/x: there is no such file or folder."),
        (["--lock", "sites.yaml/x"], "--lock: sites.yaml/x: a file of that name is in the way."),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_asked(
    program: Program, inventory: Inventory, words: list[str], said: str
) -> None:
    inventory("192.0.2.1")
    done = program("check", "--only-changes", *words, "--lang", "en")
    assert (done.code, done.out, done.err) == (3, "", said + "\n")


def test_the_log_tells_of_each_run_and_of_one_that_could_not_be(
    program: Program, inventory: Inventory, refusing: str, tmp_path: Path
) -> None:
    inventory(f"{{tcp: '{refusing}'}}")
    assert program("check", "-q", "--log", "run.log", "--lang", "en").code == 2
    with locked(tmp_path / "run.lock", "PID 4711"):
        program("check", "-q", "--log", "run.log", "--lock", "run.lock", "--lang", "en")
    lines = (tmp_path / "run.log").read_text().splitlines()
    expected = [
        r"The run begins\.",
        r"Run [0-9a-f]{12}: Not ready\. Sites not ready: 1, not checked: 0, degraded: 0, ready: 0\.",
        r"The run ends with exit code 2, after .*\.",
        r"The run begins\.",
        r"Another run is still under way \(PID 4711, run\.lock\): this one asks nothing\.",
        r"The run ends with exit code 3, after .*\.",
    ]
    assert len(lines) == len(expected)
    for line, pattern in zip(lines, expected, strict=True):
        assert re.fullmatch(STAMP + pattern, line), line


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_log_on_a_full_disk_ends_no_run_and_is_told(
    program: Program, inventory: Inventory, listening: Port
) -> None:
    inventory(f"{{tcp: '{listening}'}}")
    done = program("check", "-q", "--log", "/dev/full", "--lang", "en")
    assert done.code == 0
    assert done.err == "Lines of this run are missing in the log /dev/full: the disk is full.\n"


def test_a_log_that_is_too_large_is_moved_and_so_many_are_kept(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "run.log", most_bytes=10, kept_count=2)
    for number in range(5):
        log.rotate()
        log.write(f"run {number}")
    kept = {file.name: file.read_text()[-6:-1] for file in tmp_path.iterdir()}
    assert kept == {"run.log": "run 4", "run.log.1": "run 3", "run.log.2": "run 2"}


def test_a_log_below_its_size_stays(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "run.log", most_bytes=1000)
    for number in range(3):
        log.rotate()
        log.write(f"run {number}")
    assert len((tmp_path / "run.log").read_text().splitlines()) == 3


def test_after_logrotate_the_next_line_makes_a_new_log(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "run.log")
    log.write("before")
    log.file.replace(tmp_path / "run.log-20240627")
    log.write("after")
    assert log.file.read_text().endswith("after\n")
    assert (tmp_path / "run.log-20240627").read_text().endswith("before\n")
