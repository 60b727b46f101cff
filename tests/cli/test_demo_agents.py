"""`demo --agents`: a killed agent and a database that is cut off cost no answer, and nothing is left behind."""

import contextlib
import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kontum_netcheck.agents.waiting import Question
from kontum_netcheck.cli.demo_agents import demo_agents
from kontum_netcheck.cli.demo_counts import Counts
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.wanted import Wanted
from kontum_netcheck.lab import database
from kontum_netcheck.model import Cause, Failure, KeptObservation, Observation, Outcome, Stage
from kontum_netcheck.probes import PROBES
from kontum_netcheck.store.fault import StoreError
from tests.agents.world import check_of
from tests.cli.process import environment
from tests.store.postgresql import programs

needs_server = pytest.mark.skipif(programs() is None, reason="needs a PostgreSQL server (package postgresql)")


def checks_of(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    services = [*report["portals"], *(service for site in report["sites"] for service in site["services"])]
    return {check["id"]: check for service in services for check in service["checks"]}


@needs_server
def test_an_agent_dies_and_the_database_is_cut_off_and_nothing_is_lost(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w+") as out, (tmp_path / "err").open("w+") as err:
        wanted = Wanted(format_name="json", vantage="lab", operator="Lab")
        code = demo_agents(Shell("en", out, err), wanted, cut_s=1.0)
    told = (tmp_path / "err").read_text()
    assert "Asked: 132. Answered once: 132, twice: 0, lost: 0." in told.splitlines()[-1], told
    assert [line[0] for line in told.splitlines() if line[:3].rstrip()[1:] == "."] == list("123456")
    checks = checks_of(json.loads((tmp_path / "out").read_text()))
    assert code == 2  # the lab's faults, as they were scripted
    assert checks["portal/results/http"]["reason"].startswith("down from dak-to, up from noc, ngoc-hoi")
    assert checks["thcs-thpt-lien-viet/ftth/ping"]["reason"].startswith("down from noc, dak-to")
    assert checks["thpt-tran-quoc-tuan/ftth/http"]["readiness"] == "ready"


@needs_server
def test_ctrl_c_ends_agents_and_server_and_removes_their_files(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "kontum_netcheck", "demo", "--agents", "-q", "--lang", "en"],
        env=environment(TMPDIR=str(tmp_path)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("3."):
                process.send_signal(signal.SIGINT)
        code = process.wait(timeout=30)
    assert code == 130
    assert list(tmp_path.iterdir()) == []
    assert started_in(tmp_path) == []


def started_in(folder: Path) -> list[str]:
    """The processes that have this folder for their temporary files, and so do their children."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"TMPDIR={folder}\0".encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text())
    return found


def test_who_has_no_postgresql_is_told_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(database, "_DEBIAN", tmp_path)
    with pytest.raises(StoreError, match="apt install postgresql"):
        database.programs()


def answer(check_id: str, number: int = 0, outcome: Outcome = Outcome.MEASURED) -> Observation:
    """What an agent at noc says of a check."""
    moment = datetime(2024, 6, 26, 7, number, tzinfo=UTC)
    unasked = Failure(Stage.PLAN, Cause.NO_AGENT) if outcome is Outcome.SKIPPED else None
    return Observation(check_id, "tcp", "192.0.2.1:443", outcome, moment, 1.0, {}, unasked, "noc")


def test_an_answer_that_is_missing_or_counts_twice_is_counted() -> None:
    checks = [check_of(PROBES["tcp"].params(tcp="192.0.2.1:443"), number) for number in range(4)]
    once, twice, unasked, unkept = (check.id for check in checks)
    reported = [answer(once), answer(twice), answer(twice, 1), answer(unkept)]
    kept = [KeptObservation("run", "", each) for each in (answer(once), answer(once, 1), answer(twice))]
    counts = Counts.of(
        [Question(check, "") for check in checks],
        [*reported, answer(unasked, outcome=Outcome.SKIPPED)],
        kept,
    )
    assert counts == Counts(asked_count=4, once_count=1, twice_count=1, lost_count=2, again_count=1)
