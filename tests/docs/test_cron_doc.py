"""docs/cron.md: its crontab is run as cron runs it, and its units are read by systemd."""

import configparser
import re
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.process import FRAME

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="cron and systemd are Unix's")

PAGE = (Path(__file__).parents[2] / "docs" / "cron.md").read_text(encoding="utf-8")
OPT, SRV = "/opt/kontum-netcheck/bin/kontum-netcheck", "/srv/exam"
PROGRAM = Path(sys.executable).with_name("kontum-netcheck")
FIELD = re.compile(r"(\*|\d+)(/\d+)?")


def crontab() -> list[str]:
    """The commands, of which each has five fields of time before it."""
    (block,) = re.findall(r"```cron\n(.*?)```", PAGE, re.DOTALL)
    commands = []
    for line in block.splitlines():
        if not re.match(r"[A-Z]+=", line):
            *fields, command = line.split(maxsplit=5)
            assert all(map(FIELD.fullmatch, fields)), line
            assert "%" not in command, "cron makes a line break of it"
            commands.append(command)
    return commands


def run_by_cron(command: str, home: Path) -> tuple[int, str]:
    """Exit code, and what would be mailed: as cron runs it, and with an empty PATH besides."""
    done = subprocess.run(
        [
            "/bin/sh",
            "-c",
            command.replace(OPT, shlex.quote(str(PROGRAM))).replace(SRV, shlex.quote(str(home))),
        ],
        cwd=home,
        env={"HOME": str(home), "PATH": "", "LANG": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    return done.returncode, (done.stdout + done.stderr).decode("utf-8")


def test_the_crontab_and_the_service_run_with_next_to_no_environment(tmp_path: Path) -> None:
    check, report = crontab()
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        endpoint = f"{{tcp: '127.0.0.1:{taken.getsockname()[1]}'}}"
        (tmp_path / "sites.yaml").write_text(FRAME.format(endpoints=endpoint), encoding="utf-8")
        code, mail = run_by_cron(check, tmp_path)
        assert code == 2
        assert "Chưa kiểm tra → Chưa sẵn sàng" in mail
        assert run_by_cron(check, tmp_path) == (2, "")
        (service,) = re.findall(r"^ExecStart=(.*)$", PAGE, re.MULTILINE)
        assert run_by_cron(service, tmp_path)[0] == 2
    code, mail = run_by_cron(report, tmp_path)
    assert code == 2
    assert "Trường THPT A" in mail
    names = {file.name for file in tmp_path.iterdir()}
    assert names >= {"bang.html", "bang.csv", "bang.xlsx", "check.log", "check.lock", "evidence.sqlite"}


def test_the_units_are_such_as_systemd_reads(tmp_path: Path) -> None:
    service, timer = re.findall(r"```ini\n(.*?)```", PAGE, re.DOTALL)
    for name, text in (("service", service), ("timer", timer)):
        unit = configparser.RawConfigParser(strict=True)
        unit.optionxform = str  # type: ignore[assignment, method-assign]
        unit.read_string(text)
        text = text.replace(OPT, str(PROGRAM)).replace("User=kontum\n", "User=root\n")
        (tmp_path / f"kontum-netcheck.{name}").write_text(text)
    assert service.count(f"ExecStart={OPT} check ") == 1
    if analyze := shutil.which("systemd-analyze"):
        words = [analyze, "verify", "--man=no", "--generators=no", "kontum-netcheck.timer"]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
