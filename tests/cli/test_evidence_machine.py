"""Bundles where the machine does not play along: a full disk, a read-only folder, Ctrl-C in the middle."""

import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from kontum_netcheck.store.store import Store
from tests.bundles.made import bundle, call, kept
from tests.cli.process import environment, interrupt_when

MANY = bundle(kept(*(call(minute, note=f"{minute}" * 40) for minute in range(12_000))), None)[0]


def with_mount(folder: Path, mount: str, command: str) -> subprocess.CompletedProcess[str]:
    """Run the program after a mount that only it sees."""
    enter = ["unshare", "--map-root-user", "--mount", "--", "sh", "-c"]
    try:
        probe = subprocess.run([*enter, mount], cwd=folder, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("needs unshare (util-linux)")
    if probe.returncode:
        pytest.skip(f"needs the right to mount in a namespace: {probe.stderr}")
    program = f"{shlex.quote(sys.executable)} -m kontum_netcheck {command}"
    return subprocess.run(
        [*enter, f"{mount} && {program}; status=$?; ls -A small >&2; exit $status"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a store, a bundle of much, and a place to mount at."""
    (tmp_path / "small").mkdir()
    (tmp_path / "many.knc.zip").write_bytes(MANY)
    with Store.open(tmp_path / "evidence.sqlite") as store:
        store.keep(kept(*(call(minute, note=f"{minute}" * 200) for minute in range(500))))
    return tmp_path


FULL = "mount -t tmpfs -o size=4k none small"
READ_ONLY = "mount -t tmpfs -o ro none small"


def test_a_full_disk_leaves_no_half_bundle(folder: Path) -> None:
    done = with_mount(
        folder, FULL, "evidence export -o small/a.knc.zip --unsigned --store evidence.sqlite --lang en"
    )
    assert done.returncode == 3
    assert done.stderr.splitlines() == ["The system refused small/a.knc.zip: the disk is full."]


def test_a_read_only_folder_is_told_by_its_whole_name_before_anything_is_read(folder: Path) -> None:
    done = with_mount(
        folder,
        f"{READ_ONLY} && cd small",
        "evidence export -o a.knc.zip --unsigned --store ../evidence.sqlite",
    )
    assert done.returncode == 3
    assert f"a.knc.zip: the folder {folder / 'small'} can't be written to." in done.stderr


def test_a_full_disk_under_the_store_takes_nothing(folder: Path) -> None:
    done = with_mount(
        folder,
        "mount -t tmpfs -o size=1m none small",
        "evidence import many.knc.zip --accept-unsigned --store small/evidence.sqlite",
    )
    assert done.returncode == 3
    assert "the disk is full" in done.stdout
    assert "refused, nothing of it was kept" in done.stdout


def is_written_to(file: Path) -> bool:
    """Whether another program is in the middle of a transaction."""
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        connection.execute("ROLLBACK")
        return False


def test_ctrl_c_in_the_middle_takes_nothing(folder: Path) -> None:
    file = folder / "evidence.sqlite"
    with Store.open(file) as store:
        before = list(store.entries())
    command = ["evidence", "import", "many.knc.zip", "--accept-unsigned", "--store", str(file)]
    process = subprocess.Popen(
        [sys.executable, "-m", "kontum_netcheck", *command],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    interrupt_when(process, lambda: is_written_to(file))
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.startswith("Interrupted: many.knc.zip is in the store wholly or not at all")
    with Store.open(file) as store:
        assert list(store.entries()) == before
