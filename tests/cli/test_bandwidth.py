"""`check --bandwidth` within its budgets, `plan --bandwidth`, and `evidence take-speed`."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import Program, with_own_store
from tests.cli.test_file_lock import holder
from tests.speed_server import Behaviour, speed_server

SITES = """\
version: 1
province: {{code: "62", name: Kon Tum}}
districts: [{{code: "608", name: Thành phố Kon Tum}}]
speed_server: {url}
sites:
  - id: a
    name: Trường A
    district: "608"
    internet:
      - id: ftth
        budget: {{per_day: 1500kB}}
        endpoints: [{{bandwidth: "{url}", direction: down, max_bytes: 1MB, max_s: 1, limits: {{down_mbit_per_s: 1}}}}]
        onsite: [bandwidth]
"""
RESULT = """\
time;down_mbit_per_s;up_mbit_per_s;ping_ms
2024-06-26 09:30;94,2;47,5;8,1
"""


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with speed_server(Behaviour(rate_bytes_per_s=200_000)) as (url, _):
        (tmp_path / "sites.yaml").write_text(SITES.format(url=url), encoding="utf-8")
        yield url


def the_check(program: Program, *more: str) -> dict[str, Any]:
    done = program("check", "--bandwidth", "--format", "json", *more, KONTUM_NETCHECK_STORE="kept.sqlite")
    document = json.loads(done.out)
    found: dict[str, Any] = document["sites"][0]["services"][0]["checks"][0]
    return found | {"stderr": done.err}


def test_a_line_is_filled_where_asked_and_no_more_than_its_day_allows(program: Program, url: str) -> None:
    first = the_check(program)
    assert (first["outcome"], first["readiness"]) == ("measured", "ready")
    assert 0 < first["metrics"]["transferred_bytes"] <= 1_000_000
    assert f"Bandwidth test 1 of 1: Trường A (ftth), against {url}, at most 1 MB" in first["stderr"]
    second = the_check(program, "--site", "a")
    assert "Bandwidth test" not in second["stderr"]
    assert "No bandwidth test: Trường A (ftth): the byte budget is used up: per line" in second["stderr"]
    assert second["metrics"] == first["metrics"]  # the fresh evidence still counts


def test_two_programs_fill_no_line_at_once(url: str, tmp_path: Path) -> None:
    del url
    command = [
        sys.executable,
        "-m",
        "kontum_netcheck",
        "check",
        "--bandwidth",
        "--no-store",
        "--format",
        "json",
    ]
    with (
        holder(tmp_path / "state" / "kontum-netcheck" / "bandwidth.lock") as other,
        subprocess.Popen(
            [*command, "--lang", "en"],
            cwd=tmp_path,
            env=with_own_store(tmp_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as second,
    ):
        assert second.stderr is not None
        assert "(process 1, of a test): waiting until it is done" in second.stderr.readline()
        other.communicate("")
        out, _ = second.communicate(timeout=60)
    assert json.loads(out)["sites"][0]["services"][0]["checks"][0]["outcome"] == "measured"


def test_the_plan_shows_what_a_test_may_use(program: Program, url: str) -> None:
    done = program("plan", "--bandwidth", "--format", "json")
    check = json.loads(done.out)["checks"][0]
    assert (check["bytes_count"], check["skipped"]) == (1_000_000, None)
    unasked = json.loads(program("plan", "--format", "json").out)["checks"][0]
    assert (unasked["bytes_count"], unasked["skipped"]["cause"]) == (0, "not_asked_for")


def test_foreign_results_become_evidence_marked_as_such_once(
    program: Program, url: str, tmp_path: Path
) -> None:
    (tmp_path / "i-speed.csv").write_text(RESULT, encoding="utf-8")
    take = ("evidence", "take-speed", "a", "ftth", "i-speed.csv")
    assert ": 1; there already: 0" in program(*take, KONTUM_NETCHECK_STORE="kept.sqlite").out
    assert ": 0; there already: 1" in program(*take, KONTUM_NETCHECK_STORE="kept.sqlite").out
    report = program(
        "report", "--as-of", "2024-06-26 10:00", "--format", "json", KONTUM_NETCHECK_STORE="kept.sqlite"
    )
    check = json.loads(report.out)["sites"][0]["services"][0]["checks"][1]
    assert (check["readiness"], check["metrics"]["method"]) == ("ready", "i-speed")
    assert len(check["metrics"]["file_sha256"]) == 64


@pytest.mark.parametrize(
    ("line", "text", "says"),
    [
        ("nix", RESULT, "has no line nix that is measured from the site"),
        ("ftth", "hello", "The first line lacks the column time"),
        ("ftth", RESULT.replace("2024", "2224"), "dated in the future"),
    ],
)
def test_what_cannot_be_taken_over_ends_with_a_sentence(
    program: Program, url: str, tmp_path: Path, line: str, text: str, says: str
) -> None:
    (tmp_path / "results").write_text(text, encoding="utf-8")
    done = program("evidence", "take-speed", "a", line, "results", KONTUM_NETCHECK_STORE="kept.sqlite")
    assert done.code == 3
    assert says in done.err
