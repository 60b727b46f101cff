"""Files out: wholly or not at all, and nothing but files is ever replaced."""

import os
import stat
import threading
from pathlib import Path

import pytest

from kontum_netcheck.cli.output import whole, write_whole


def test_a_file_that_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.csv", "before")
    with pytest.raises(KeyError), whole(tmp_path / "a.csv") as out:
        out.write(b"half")
        raise KeyError
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text() == "before"


def test_a_file_that_cannot_be_made_is_told_by_its_own_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as fault:
        write_whole(tmp_path / "none" / "a.csv", "text")
    assert fault.value.filename == str(tmp_path / "none" / "a.csv")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "newest.csv").symlink_to("a.csv")
    write_whole(tmp_path / "newest.csv", "text")
    assert (tmp_path / "newest.csv").is_symlink()
    assert (tmp_path / "a.csv").read_text() == "text"


def test_what_is_no_file_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    write_whole(tmp_path / "pipe", "text")
    reader.join()
    assert read == [b"text"]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
