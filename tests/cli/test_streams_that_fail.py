"""A reader that has gone, and output to a full disk: neither is taken for a verdict, nor ends a watch."""

import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.watch_view import Lines
from kontum_netcheck.model import Readiness, message
from kontum_netcheck.report.live import LiveRow
from kontum_netcheck.report.options import Options
from tests.cli.process import environment

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
PROGRAM = (sys.executable, "-m", "kontum_netcheck")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_reader_that_has_gone_does_not_make_the_result_degraded() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*PROGRAM, "init", "-", "--starter"],
        stdout=writing,
        stderr=subprocess.PIPE,
        env=environment(),
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (3, b"")


@needs_full
def test_a_full_disk_under_stderr_leaves_the_exit_code_what_it_is() -> None:
    with FULL.open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, "validate", "missing.yaml"], stderr=full, env=environment(), check=False
        )
    assert done.returncode == 3


@needs_full
def test_a_full_disk_under_its_lines_ends_no_watch() -> None:
    row = LiveRow(datetime(2024, 6, 27, tzinfo=UTC), Readiness.NOT_READY, message("a"), message("b"))
    with FULL.open("w", encoding="utf-8") as full:
        shell = Shell("en", full, said := io.StringIO())
        Lines(shell, Options(shell.language), quiet=False).changed(row)
    assert said.getvalue() == "The result could not be written to stdout: the disk is full.\n"
