"""`diff`: what changed between two runs or since a moment, and the exit code of the worst that came."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kontum_netcheck.model import Cause, Outcome
from kontum_netcheck.store.store import Store
from tests.cli.process import Done, Program
from tests.cli.remembered import CALL, SITES, START, STORE, TCP, bad, good, keep, seen

Diff = Callable[..., Done]


@pytest.fixture
def diff(program: Program, tmp_path: Path) -> Diff:
    """Run `diff` with an inventory and a store of its own."""
    (tmp_path / "sites.yaml").write_text(SITES, encoding="utf-8")

    def run(*arguments: str) -> Done:
        return program("diff", *arguments, KONTUM_NETCHECK_STORE=str(tmp_path / STORE))

    return run


def tcp(minutes: float, connect_ms: float = 9.0) -> object:
    return seen(minutes, TCP, connect_ms=connect_ms)


def changes(done: Done) -> dict[str, str]:
    """Check id → change."""
    sites = json.loads(done.out)["sites"]
    return {check["id"]: check["change"] for site in sites for check in site["checks"]}


def test_worse_better_new_and_gone_with_their_reasons(diff: Diff, tmp_path: Path) -> None:
    keep(tmp_path, "a1", [good(0), bad(0, TCP), seen(0, CALL, operator="Lan", result="ok")])
    keep(tmp_path, "b1", [bad(60 * 24 * 8), seen(60 * 24 * 8, TCP, connect_ms=9.0)])
    keep(tmp_path, "b2", [seen(60 * 24 * 8, "portal/results/http", total_ms=90.0)])
    done = diff("a1", "b2")
    assert done.code == 2
    assert "worse: 1   better: 1   new: 1   gone: 1   unchanged: 1 (? 1)" in done.out
    assert "✗ worse  Internet ftth · ping · 192.0.2.1\n    Ready → Not ready: no answer in time" in done.out
    assert (
        "✓ better  Internet ftth · tcp · 192.0.2.1:443\n    Not ready → Ready: before: no answer in time"
        in done.out
    )
    assert "? gone  Phone phone-1 · 0260 3000 002\n    Ready → Not checked: last checked 8 d ago" in done.out
    assert "✓ new  Portal results" in done.out
    assert "Trường THPT A · Thành phố Kon Tum: still Not ready" in done.out


def test_without_words_the_last_two_runs_are_compared_and_what_people_recorded_is_no_run(
    diff: Diff, tmp_path: Path
) -> None:
    keep(tmp_path, "a1", [good(0)])
    keep(tmp_path, "b1", [good(10, rtt_avg_ms=90.0)])
    keep(
        tmp_path,
        "c1",
        [seen(20, CALL, Outcome.FAILED, cause=Cause.BUSY, operator="Lan", result="busy")],
        partial=True,
    )
    done = diff("--format", "json")
    assert (done.code, changes(done)) == (1, {"thpt-a/ftth/ping": "worse"})
    assert json.loads(done.out)["before"]["run"] == "a1"


def test_a_check_from_a_site_is_a_run(diff: Diff, tmp_path: Path) -> None:
    keep(tmp_path, "a1", [good(0)], partial=True, at="thpt-a")
    keep(tmp_path, "b1", [bad(10)], partial=True, at="thpt-a")
    done = diff("--format", "json")
    assert (done.code, changes(done)) == (2, {"thpt-a/ftth/ping": "worse"})


def test_since_a_moment_the_evidence_of_now_is_compared(diff: Diff, tmp_path: Path) -> None:
    minutes = (datetime.now(UTC) - START).total_seconds() / 60
    keep(tmp_path, "a1", [good(minutes - 120)])
    keep(tmp_path, "b1", [bad(minutes - 1)])
    done = diff("--since", "1h", "--format", "json")
    assert (done.code, changes(done)) == (2, {"thpt-a/ftth/ping": "worse"})


@pytest.mark.parametrize(
    ("after", "code"),
    [(good(10), 0), (good(10, rtt_avg_ms=90.0), 1), (bad(10), 2), (good(60 * 25, check_id=TCP), 3)],
)
def test_the_exit_code_is_that_of_the_worst_state_that_came(
    diff: Diff, tmp_path: Path, after: object, code: int
) -> None:
    keep(tmp_path, "a1", [good(0)])
    keep(tmp_path, "b1", [after])  # type: ignore[list-item]
    assert diff().code == code
    assert diff("--exit-zero").code == 0


def test_what_was_bad_and_stays_bad_is_no_change(diff: Diff, tmp_path: Path) -> None:
    keep(tmp_path, "a1", [bad(0)])
    keep(tmp_path, "b1", [bad(10)])
    done = diff()
    assert done.code == 0
    assert "unchanged: 5 (? 4, ✗ 1)" in done.out


def test_both_sides_are_judged_by_todays_limits(diff: Diff, tmp_path: Path) -> None:
    keep(tmp_path, "a1", [good(0, rtt_avg_ms=60.0)])
    keep(tmp_path, "b1", [good(10, rtt_avg_ms=70.0)])
    assert diff().code == 0
    strict = SITES.replace("{ping: 192.0.2.1}", "{ping: 192.0.2.1, limits: {rtt_avg_ms: [20, 65]}}")
    (tmp_path / "sites.yaml").write_text(strict, encoding="utf-8")
    done = diff()
    assert done.code == 2
    assert "mean round trip (ms): 70, should be at most 65" in done.out


def test_a_check_that_left_the_inventory_is_gone(diff: Diff, tmp_path: Path) -> None:
    keep(tmp_path, "a1", [good(0), good(0, check_id="thpt-old/ftth/ping")])
    keep(tmp_path, "b1", [good(10)])
    done = diff()
    assert done.code == 3
    assert "thpt-old: Ready → Not checked" in done.out
    assert "Ready → Not checked: no longer in the inventory" in done.out


def test_csv_has_a_row_for_each_change(diff: Diff, tmp_path: Path) -> None:
    keep(tmp_path, "a1", [good(0)])
    keep(tmp_path, "b1", [bad(10)])
    (row,) = csv.DictReader(io.StringIO(diff("--format", "csv", "--csv-keys").out))
    assert (row["change"], row["before"], row["after"], row["reason_after"]) == (
        "worse",
        "ready",
        "not_ready",
        "no answer in time",
    )


def test_vietnamese(diff: Diff, tmp_path: Path) -> None:
    keep(tmp_path, "a1", [good(0)])
    keep(tmp_path, "b1", [bad(10)])
    assert "Sẵn sàng → Chưa sẵn sàng: không có trả lời trong thời hạn" in diff("--lang", "vi").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run-1", "last"], "run-1 is the beginning of 2 runs: run-12, run-11. Write more of it."),
        (["zz", "last"], "no run whose id begins with zz. Runs: kontum-netcheck history"),
        (["last"], "Write two runs"),
        (["a", "b", "c"], "Write two runs"),
        (["last", "previous", "--since", "1h"], "Write two runs or --since, not both."),
        (["--since", "2999-01-01"], "has not come yet"),
        (["", "last"], "no run whose id begins with"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(
    diff: Diff, tmp_path: Path, words: list[str], said: str
) -> None:
    keep(tmp_path, "run-11", [good(0)])
    keep(tmp_path, "run-12", [good(10)])
    done = diff(*words)
    assert (done.code, done.out) == (3, "")
    assert said in done.err
    assert len(done.err.splitlines()) == 1


def test_a_store_with_one_run_or_none(diff: Diff, tmp_path: Path) -> None:
    assert "There is no store" in diff().err
    Store.open(tmp_path / STORE).close()
    assert "has no run of check yet" in diff().err
    keep(tmp_path, "a1", [good(0)])
    assert "has only one run of check" in diff().err
    assert diff().code == 3
