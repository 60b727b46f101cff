"""Whatever happens to the disk, the file or the program: nothing committed is lost, and there is one clear sentence."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kontum_netcheck.model import Message, RunEnd
from kontum_netcheck.store.entries import encode
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.recording import Recording
from kontum_netcheck.store.store import Store
from tests.store.facts import LIMITS, RUN, seen

ROOT = Path(__file__).parents[2]
needs_mounts = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("unshare") is None,
    reason="mounting needs root and the unshare command (package util-linux)",
)


def _program(where: Path | str, run_id: str = "a", count: int = 10_000) -> list[str]:
    return [sys.executable, "-m", "tests.store.writing_program", str(where), run_id, str(count)]


def _reading_program(where: Path) -> list[str]:
    code = (
        "import sys; from kontum_netcheck.store.store import Store\n"
        "with Store.open(sys.argv[1], writable=False) as store: print(len(store.of_run('a1b2')))"
    )
    return [sys.executable, "-c", code, str(where)]


def _output(command: list[str]) -> list[str]:
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def _in_mounts(script: str, folder: Path, *command: str) -> list[str]:
    """Run a shell script with mounts of its own; $0 is the folder, $@ a command."""
    return _output(["unshare", "-m", "sh", "-ec", script, str(folder), *command])


@needs_mounts
def test_a_full_disk_ends_it_with_a_sentence_and_keeps_what_was_committed(tmp_path: Path) -> None:
    script = 'mount -t tmpfs -o size=1m none "$0"; "$@"; python3 -c "print()"; cp "$0"/* "$0.saved"'
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk.saved").mkdir()
    *counts, sentence, _ = _in_mounts(
        script, tmp_path / "disk", *_program(tmp_path / "disk" / "evidence.sqlite")
    )
    assert sentence.endswith("the disk is full. What was kept before is safe; make room and run again.")
    with Store.open(tmp_path / "disk.saved" / "evidence.sqlite") as store:
        assert len(store.of_run("a")) == int(counts[-1]) > 0


@needs_mounts
def test_a_new_store_on_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    script = 'mount -t tmpfs -o size=4k none "$0"; cat /dev/zero >"$0/full" 2>/dev/null || true; "$@"'
    (sentence,) = _in_mounts(script, tmp_path, *_program(tmp_path / "evidence.sqlite"))
    assert "the disk is full" in sentence


_FILLED = (
    'mount -t tmpfs -o size=1m none "$0/disk"; cp "$0/evidence.sqlite" "$0/disk"; '
    'cat /dev/zero >"$0/disk/full" 2>/dev/null || true; "$@"'
)


@needs_mounts
def test_a_store_on_a_disk_that_was_full_before_is_read_and_not_called_broken(tmp_path: Path) -> None:
    with Store.open(tmp_path / "evidence.sqlite") as store:
        store.keep([RUN, LIMITS, seen()])
    (tmp_path / "disk").mkdir()
    file = tmp_path / "disk" / "evidence.sqlite"
    assert _in_mounts(_FILLED, tmp_path, *_reading_program(file)) == ["1"]
    (sentence,) = _in_mounts(_FILLED, tmp_path, *_program(file))
    assert "the disk is full" in sentence


READ_ONLY = 'mount --bind "$0" "$0"; mount -o remount,ro,bind "$0"; "$@"'


@needs_mounts
def test_a_read_only_folder_is_one_sentence(tmp_path: Path) -> None:
    (sentence,) = _in_mounts(READ_ONLY, tmp_path, *_program(tmp_path / "evidence.sqlite"))
    assert "can't be opened: it or its folder is missing or can't be written to; give --store" in sentence


@needs_mounts
def test_a_read_only_store_is_one_sentence(tmp_path: Path) -> None:
    Store.open(tmp_path / "evidence.sqlite").close()
    (sentence,) = _in_mounts(READ_ONLY, tmp_path, *_program(tmp_path / "evidence.sqlite"))
    assert "can't be written to; give --store another place, or --no-store" in sentence


@needs_mounts
def test_a_store_in_a_read_only_folder_can_be_read(tmp_path: Path) -> None:
    with Store.open(tmp_path / "evidence.sqlite") as store:
        store.keep([RUN, LIMITS, seen()])
    assert _in_mounts(READ_ONLY, tmp_path, *_reading_program(tmp_path / "evidence.sqlite")) == ["1"]


@pytest.mark.parametrize("writable", [True, False])
def test_what_is_no_database_is_told_and_left_as_it_is(tmp_path: Path, writable: bool) -> None:
    file = tmp_path / "evidence.sqlite"
    file.write_bytes(b"version: 1\nsites: []\n" * 1000)
    with pytest.raises(StoreError, match="is damaged or no evidence store; keep it as it is"):
        Store.open(file, writable=writable)
    assert file.read_bytes() == b"version: 1\nsites: []\n" * 1000


def test_a_damaged_page_is_told(tmp_path: Path) -> None:
    file = tmp_path / "evidence.sqlite"
    with Store.open(file) as store:
        store.keep([RUN, LIMITS, *(seen(minute, note="x" * 300) for minute in range(1000))])
    content = bytearray(file.read_bytes())
    content[len(content) // 4 : -4096] = b"\xff" * len(content[len(content) // 4 : -4096])
    file.write_bytes(content)
    with pytest.raises(StoreError, match="is damaged"), Store.open(file) as store:
        list(store.entries())


def test_a_body_that_was_changed_behind_our_back_is_not_exported(tmp_path: Path) -> None:
    with Store.open(tmp_path / "evidence.sqlite") as store:
        store.keep([RUN, LIMITS, seen()])
        connection = sqlite3.connect(tmp_path / "evidence.sqlite")
        connection.executescript(
            "DROP TRIGGER observations_no_update;"
            """UPDATE observations SET body = replace(body, '"An"', '"Bo"');"""
        )
        connection.close()
        with pytest.raises(StoreError, match="was changed: its hash is another"):
            list(store.entries())


def test_a_store_that_another_program_holds_is_waited_for_and_then_told(tmp_path: Path) -> None:
    file = tmp_path / "evidence.sqlite"
    with Store.open(file, busy_s=0.05) as store:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="is locked by another program; nothing was lost"):
            store.keep([RUN])
        other.execute("ROLLBACK")
        other.close()
        assert store.keep([RUN]).new_count == 1


def test_who_is_told_waits_for_a_long_writer_and_loses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "evidence.sqlite"
    Store.open(file).close()
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    said: list[Message] = []

    def told(sentence: Message) -> None:
        said.append(sentence)
        other.execute("COMMIT")

    with Store.open(file, busy_s=0.05, told=told) as store, Recording(store, RUN, []) as recording:
        other.execute("BEGIN IMMEDIATE")
        for minute in range(3):
            recording.keep(seen(minute).observation)
        recording.end(RunEnd(RUN.id, RUN.started_at))
        assert len(store.of_run(RUN.id)) == 3
    other.close()
    assert [sentence.values["minutes"] for sentence in said] == [15]


def test_reading_goes_on_while_another_program_writes(tmp_path: Path) -> None:
    file = tmp_path / "evidence.sqlite"
    with Store.open(file) as store:
        store.keep([RUN, LIMITS, seen()])
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with Store.open(file, writable=False) as reader:
            assert len(reader.of_run(RUN.id)) == 1
        other.close()


@contextmanager
def _running(*commands: list[str]) -> Iterator[list["subprocess.Popen[str]"]]:
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) for command in commands]
    try:
        yield running
    finally:
        for program in running:
            program.kill()
            program.communicate()


def test_many_runs_at_once_make_one_new_store_and_lose_nothing(where: str) -> None:
    names = [f"run-{number}" for number in range(4)]
    with _running(*(_program(where, name, 200) for name in names)) as running:
        outputs = [program.communicate(timeout=100)[0].splitlines() for program in running]
    assert [lines[-1] for lines in outputs] == ["done"] * 4
    with Store.open(where) as store:
        assert {past.begun.id: past.observations_count for past in store.runs()} == dict.fromkeys(names, 200)


@pytest.mark.parametrize("lines_count", [0, 1, 3, 8, 21])
def test_a_kill_loses_no_commit(where: str, lines_count: int) -> None:
    committed = None
    with _running(_program(where)) as (program,):
        assert program.stdout is not None
        for _line in range(lines_count):
            committed = int(program.stdout.readline())
        program.kill()
        committed = max((int(line) for line in program.stdout), default=committed)
    with Store.open(where) as store:
        found = len(store.of_run("a"))
        assert found % 20 == 0, "half a batch"
        assert found >= (committed or 0)
        assert all(encode(kept).id == kept.id for kept in store.of_run("a"))
