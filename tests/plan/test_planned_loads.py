"""Which lines are filled, when, within which budgets, and by what their speed is judged."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kontum_netcheck.engine.load_rules import Spent, refusal_of_load, spent_of
from kontum_netcheck.inventory.loader import load
from kontum_netcheck.judge import judge_check
from kontum_netcheck.model import Cause, Check, Observation, Outcome, Readiness, TurnKind
from kontum_netcheck.plan import plan
from kontum_netcheck.plan.loads import OWN_UPLINK, Loads
from kontum_netcheck.plan.selection import Selection

NOW = datetime(2024, 6, 26, 2, 0, tzinfo=UTC)
HERE = Selection(at=frozenset({"a"}))
TEXT = """
version: 1
province: {code: "62", name: Kon Tum}
quiet: [{from: 2024-06-27 07:00, to: 2024-06-27 11:00}]
speed_server: http://192.0.2.10:8080/
budget: {per_run: 100MB, per_day: 150MB}
carriers: [{id: vnpt, name: VNPT, speed_server: {bandwidth: "http://192.0.2.20/", max_bytes: 25MB}}]
districts: [{code: "608", name: Kon Tum}]
sites:
  - id: a
    name: A
    district: "608"
    internet:
      - id: ftth
        carrier: vnpt
        committed_mbit_per_s: {down: 100, up: 50}
        budget: {per_day: 60MB}
        endpoints: [{bandwidth: "http://192.0.2.30/", max_bytes: 25MB}]
        onsite: [bandwidth]
      - {id: radio, onsite: [bandwidth]}
      - {id: 4g, metered: true, endpoints: [{bandwidth: "http://192.0.2.30/"}]}
"""


@pytest.fixture
def inventory(tmp_path: Any) -> Any:
    file = tmp_path / "sites.yaml"
    file.write_text(TEXT, encoding="utf-8")
    return load(file).inventory


def checks(inventory: Any, loads: Loads | None) -> dict[str, Check]:
    return {check.id: check for check in plan(inventory, HERE, loads=loads).checks}


def observed(check: Check, **metrics: Any) -> Observation:
    return Observation(check.id, "bandwidth", check.target, Outcome.MEASURED, NOW, 5_000.0, metrics)


def causes(planned: dict[str, Check]) -> dict[str, Cause | None]:
    return {check.id: check.skip.cause if check.skip else None for check in planned.values()}


def test_nobody_fills_a_line_unless_asked_and_a_metered_one_only_by_name(inventory: Any) -> None:
    assert set(causes(checks(inventory, None)).values()) == {Cause.NOT_ASKED_FOR}
    asked = causes(checks(inventory, Loads()))
    assert asked["a/4g/bandwidth"] is Cause.METERED
    assert [id for id, cause in asked.items() if cause is None] == [
        "a/ftth/bandwidth",
        "a/ftth/bandwidth/onsite.speed",
        "a/radio/bandwidth/onsite.speed",
    ]
    assert set(causes(checks(inventory, Loads(metered=True))).values()) == {None}


def test_loads_take_turns_on_this_machines_uplink_and_on_the_server(inventory: Any) -> None:
    turn = checks(inventory, Loads())["a/ftth/bandwidth"].turn
    assert turn is not None and turn.kind is TurnKind.LOAD
    assert turn.lanes == {OWN_UPLINK, "server 192.0.2.30"}


def test_a_carriers_own_server_goes_before_the_provinces(inventory: Any) -> None:
    planned = checks(inventory, Loads())
    assert planned["a/ftth/bandwidth/onsite.speed"].target == "http://192.0.2.20/"
    assert planned["a/radio/bandwidth/onsite.speed"].target == "http://192.0.2.10:8080/"


@pytest.mark.parametrize(
    ("down", "up", "readiness"),
    [
        (80, 40, Readiness.READY),
        (79, 40, Readiness.DEGRADED),
        (80, 25, Readiness.DEGRADED),
        (49, 40, Readiness.NOT_READY),
        (80, None, Readiness.NOT_CHECKED),
    ],
)
def test_a_committed_speed_is_judged_each_way(
    inventory: Any, down: float, up: float | None, readiness: Readiness
) -> None:
    check = checks(inventory, Loads())["a/ftth/bandwidth"]
    metrics = {"down_mbit_per_s": down} | ({} if up is None else {"up_mbit_per_s": up})
    assert judge_check(check, [observed(check, **metrics)], NOW).readiness is readiness
    assert "QCVN 34:2019" in check.limits[0].source


def test_without_a_commitment_only_the_floor_counts(inventory: Any) -> None:
    check = checks(inventory, Loads())["a/radio/bandwidth/onsite.speed"]
    found = observed(check, down_mbit_per_s=10.0, up_mbit_per_s=10.0)
    assert judge_check(check, [found], NOW).readiness is Readiness.READY
    slow = observed(check, down_mbit_per_s=10.0, up_mbit_per_s=2.9)
    assert judge_check(check, [slow], NOW).readiness is Readiness.NOT_READY


def test_a_speed_that_this_machine_held_back_is_no_verdict_on_the_line(inventory: Any) -> None:
    check = checks(inventory, Loads())["a/ftth/bandwidth"]
    found = observed(check, down_mbit_per_s=30.0, up_mbit_per_s=50.0, down_limited_by="cpu")
    assert judge_check(check, [found], NOW).readiness is Readiness.NOT_CHECKED
    fast = observed(check, down_mbit_per_s=90.0, up_mbit_per_s=50.0, down_limited_by="cpu")
    assert judge_check(check, [fast], NOW).readiness is Readiness.READY


@pytest.mark.parametrize(
    ("down", "error_pct", "readiness"),
    [
        (74, 9.0, Readiness.NOT_CHECKED),  # up to 80.7 of 80
        (74, 2.0, Readiness.DEGRADED),
        (46, 12.0, Readiness.DEGRADED),  # up to 51.5 of 50: at best degraded
        (46, 5.0, Readiness.NOT_READY),
        (81, 9.0, Readiness.READY),
    ],
)
def test_a_line_is_not_called_slower_than_the_interval_of_its_speed_allows(
    inventory: Any, down: float, error_pct: float, readiness: Readiness
) -> None:
    check = checks(inventory, Loads())["a/ftth/bandwidth"]
    found = observed(check, down_mbit_per_s=down, down_error_pct=error_pct, up_mbit_per_s=50.0)
    assert judge_check(check, [found], NOW).readiness is readiness


def test_a_load_begins_only_where_all_it_may_use_still_fits(inventory: Any) -> None:
    check = checks(inventory, Loads())["a/ftth/bandwidth"]
    for spent, refused in (
        (Spent(), False),
        (Spent(run_bytes=75_000_000), False),
        (Spent(run_bytes=75_000_001), True),
        (Spent(day_bytes=125_000_001), True),
        (Spent(by_line={("a", "ftth"): 35_000_001}), True),
        (Spent(by_line={("a", "radio"): 60_000_000}), False),
    ):
        failure = refusal_of_load(inventory, check, NOW, spent)
        assert (failure is not None and failure.cause is Cause.BUDGET_SPENT) is refused


def test_no_load_begins_in_a_quiet_window(inventory: Any) -> None:
    check = checks(inventory, Loads())["a/ftth/bandwidth"]
    failure = refusal_of_load(inventory, check, datetime(2024, 6, 27, 1, 0, tzinfo=UTC), Spent())
    assert failure is not None and failure.cause is Cause.QUIET


def test_no_load_begins_that_a_quiet_window_would_find_under_way(inventory: Any) -> None:
    check = checks(inventory, Loads())["a/ftth/bandwidth"]
    begins = datetime(2024, 6, 27, 0, 0, tzinfo=UTC)
    takes = timedelta(seconds=check.cost.duration_s)
    failure = refusal_of_load(inventory, check, begins - takes, Spent())
    assert failure is not None and failure.cause is Cause.QUIET
    assert refusal_of_load(inventory, check, begins - takes - timedelta(seconds=1), Spent()) is None


def test_what_is_spent_counts_broken_tests_and_not_what_was_taken_over(inventory: Any) -> None:
    check = checks(inventory, Loads())["a/ftth/bandwidth"]
    broken = replace(observed(check, transferred_bytes=7), outcome=Outcome.SKIPPED)
    foreign = observed(check, transferred_bytes=100, file_sha256="00")
    spent = spent_of([observed(check, transferred_bytes=5), broken, foreign])
    assert (spent.day_bytes, spent.run_bytes, spent.by_line) == (12, 0, {("a", "ftth"): 12})
