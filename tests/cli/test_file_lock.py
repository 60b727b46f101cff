"""One program at a time: who comes second, and that a killed holder blocks nobody."""

import subprocess
import sys
from pathlib import Path

import pytest

from kontum_netcheck.cli.file_lock import Busy, locked

HOLD = """\
import sys
from pathlib import Path
from kontum_netcheck.cli.file_lock import locked
with locked(Path(sys.argv[1]), "process 1, of a test"):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(file: Path) -> "subprocess.Popen[str]":
    """A process that holds the lock until its stdin is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_who_comes_second_is_told_who_holds_it(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "lock"
    with holder(file) as other:
        with pytest.raises(Busy) as busy, locked(file, "me"):
            pass
        assert busy.value.holder == "process 1, of a test"
        other.communicate("")
    with locked(file, "me"):
        assert file.read_text() == "me"
    assert file.read_text() == ""


def test_a_killed_holder_blocks_nobody(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    with holder(file) as other:
        other.kill()
        other.wait()
    with locked(file, "me"):
        assert file.read_text() == "me"


def test_a_place_where_nothing_can_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"), locked(tmp_path / "file" / "lock", "me"):
        pass
