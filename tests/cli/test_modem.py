"""`modem list` and `modem test`, in the process of the test and once as a user starts them."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hayes import hayes_modem

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo terminals")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process: exit code, stdout, stderr."""
    monkeypatch.setenv("LANGUAGE", "")  # which a command sets for itself
    from kontum_netcheck.cli.start import start

    def started(*words: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = start(words)
        out, err = capfd.readouterr()
        return code, out, err

    return started


def test_a_modem_that_can_do_everything_is_fine(run: Run) -> None:
    with hayes_modem("test_fine") as played:
        code, out, err = run("modem", "test", "--device", played.device, "--lang", "en")
    assert (code, err) == (0, "")
    lines = [line.split(maxsplit=1) for line in out.splitlines()]
    assert [line[0] for line in lines] == ["✓"] * 5
    assert "CX93001" in out
    assert "Class 1" in out


def test_no_dial_tone_is_a_problem_and_says_where_to_look(run: Run) -> None:
    with hayes_modem("test_no_dial_tone") as played:
        code, out, _ = run("modem", "test", "--device", played.device, "--lang", "vi")
    assert code == 2
    assert "LINE" in out
    assert "âm mời quay số" in out


def test_json_has_machine_keys_and_null_for_what_was_not_asked(run: Run) -> None:
    with hayes_modem("identity") as played:
        code, out, _ = run(
            "modem", "test", "-d", played.device, "--no-dial-tone", "--format", "json", "--lang", "en"
        )
    assert code == 0
    told = json.loads(out)
    assert (told["format"], told["fax_class"], told["dial_tone"]) == ("kontum-netcheck/modem", "1", None)


def test_a_name_that_does_not_exist_is_answered_with_the_ports_that_do(run: Run) -> None:
    code, out, err = run("modem", "test", "--device", "/dev/ttyNOWHERE", "--lang", "en")
    assert (code, out) == (3, "")
    assert err.startswith("There is no serial port /dev/ttyNOWHERE")
    assert err.count("\n") == 1


def test_a_port_that_another_program_uses_is_called_busy(run: Run) -> None:
    import serial

    controller, follower = os.openpty()
    device = os.ttyname(follower)
    with serial.Serial(device, exclusive=True):
        code, _, err = run("modem", "test", "--device", device, "--lang", "en")
    os.close(controller)
    os.close(follower)
    assert code == 3
    assert err.startswith(f"Another program uses {device}")


def test_a_file_is_no_serial_port(run: Run, tmp_path: Path) -> None:
    (tmp_path / "modem").write_text("", encoding="utf-8")
    code, _, err = run("modem", "test", "--device", str(tmp_path / "modem"), "--lang", "en")
    assert code == 3
    assert "can't be used as a serial port" in err


def test_ports_are_listed_for_people_and_machines(run: Run) -> None:
    code, _, err = run("modem", "list", "--lang", "en")
    assert (code, err) == (0, "")
    code, out, _ = run("modem", "list", "--format", "json", "--lang", "en")
    assert code == 0
    assert json.loads(out)["format"] == "kontum-netcheck/modems"
