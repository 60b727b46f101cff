"""xlsx and nagios as a user asks for them: files, pipes, terminals, and who reads them."""

import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook  # type: ignore[import-untyped]

from tests.cli.process import Port, Program
from tests.cli.terminal import Terminal
from tests.report.perfdata import read


def _book(file: Path) -> Any:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparkline Group")
        return load_workbook(file)


def test_a_workbook_shows_what_the_store_knows_of_earlier(
    program: Program, inventory: Callable[..., Path], listening: Port, tmp_path: Path
) -> None:
    inventory(f"{{tcp: {listening}}}")
    for _ in range(2):
        assert program("check", "-q").code == 0
    assert program("check", "-q", "-o", "now.xlsx", "--lang", "en").code == 0
    assert program("report", "-q", "-o", "then.xlsx", "--lang", "en").code == 0
    assert program("check", "-q", "-o", "alone.xlsx", "--no-store", "--lang", "en").code == 0
    for name in ("now.xlsx", "then.xlsx"):
        row = [cell.value for cell in _book(tmp_path / name)["History"][3]]
        assert row[:3] == ["Trường THPT A", "ftth", "time to connect (ms)"]
        assert len(row) == 8 and all(isinstance(value, float | int) for value in row[5:])
    assert "History" not in _book(tmp_path / "alone.xlsx").sheetnames


def test_the_hash_of_a_workbook_is_that_of_the_lines_beside_it(
    program: Program, inventory: Callable[..., Path], listening: Port, tmp_path: Path
) -> None:
    from hashlib import sha256

    inventory(f"{{tcp: {listening}}}")
    assert program("check", "-q", "-o", "x.xlsx", "-o", "x.jsonl", "--no-store").code == 0
    found = sha256((tmp_path / "x.jsonl").read_bytes()).hexdigest()
    values = [cell.value for row in _book(tmp_path / "x.xlsx")["Legend"].iter_rows() for cell in row]
    assert found in values


def test_a_workbook_never_goes_to_a_terminal(inventory: Callable[..., Path], tmp_path: Path) -> None:
    inventory("127.0.0.1")
    with Terminal(["check", "--format", "xlsx", "--lang", "en"], tmp_path) as terminal:
        assert terminal.end() == 3
    assert "Write it to a file: -o report.xlsx" in " ".join(terminal.screen.split())


def test_a_workbook_goes_through_a_pipe(
    inventory: Callable[..., Path], refusing: str, tmp_path: Path
) -> None:
    import sys

    from tests.cli.process import environment

    inventory(f"{{tcp: {refusing}}}")
    command = [sys.executable, "-m", "kontum_netcheck", "check", "--format", "xlsx"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, timeout=60)
    assert (done.returncode, done.stdout[:4]) == (2, b"PK\x03\x04")


def test_nagios_gets_its_line_and_its_exit_code(
    program: Program, inventory: Callable[..., Path], refusing: str
) -> None:
    inventory(f"{{tcp: {refusing}}}")
    done = program("check", "--format", "nagios", "--no-store", "--lang", "en")
    assert (done.code, read(done.out).status) == (2, "CRITICAL")
