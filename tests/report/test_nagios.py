"""The format of the monitoring plugins, read back by a strict reader of their guidelines."""

import math
from dataclasses import replace
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Cause, Limit, Readiness, Verdicts
from kontum_netcheck.report import FORMATS
from kontum_netcheck.report.build import Report, build
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.perfdata import datum
from tests.report.perfdata import Output, alerts, read
from tests.report.province import HOSTILE, INVENTORY, LAB_REPORT, REPORT, RUN, cut_off, hostile_report

Code = Literal["vi", "en"]


def _text(report: Report = REPORT, code: Code = "en") -> str:
    rendered = FORMATS["nagios"].render(report, Options(Language(code), zone=INVENTORY.zone))
    assert isinstance(rendered, str)
    return rendered


def _read(report: Report = REPORT, code: Code = "en") -> Output:
    return read(_text(report, code))


@pytest.mark.parametrize("code", ["vi", "en"])
def test_looks_as_it_did(code: Code, snapshot: SnapshotAssertion) -> None:
    assert _text(code=code) == snapshot


@pytest.mark.parametrize(
    ("readiness", "status"),
    [
        (Readiness.READY, "OK"),
        (Readiness.DEGRADED, "WARNING"),
        (Readiness.NOT_CHECKED, "UNKNOWN"),
        (Readiness.NOT_READY, "CRITICAL"),
    ],
)
def test_the_first_word_says_what_the_exit_code_says(readiness: Readiness, status: str) -> None:
    report = replace(REPORT, verdicts=replace(REPORT.verdicts, readiness=readiness))
    assert _read(report).status == status


def test_the_first_line_counts_sites_and_names_the_worst() -> None:
    first = _read().first
    assert "Sites: 5 (2 ready, 1 degraded, 1 not checked, 1 not ready)" in first
    assert first.endswith("Not ready: Trường THPT Kon Tum, Tra cứu điểm thi")


def test_perfdata_has_the_counts_then_each_limited_value_with_its_ranges() -> None:
    data = _read().data
    assert [name for name in data if name.startswith("sites_")] == [
        f"sites_{readiness.key}" for readiness in Readiness
    ]
    found = data["thpt-kon-tum/ftth/ping/rtt_avg_ms"]
    assert (found["value"], found["unit"], found["warn"], found["crit"], found["min"]) == (
        "12.345679",
        "ms",
        "~:50",
        "~:150",
        "0",
    )


@pytest.mark.parametrize("lower_is_better", [True, False])
@given(value=st.integers(-1000, 1000), bounds=st.tuples(st.integers(-900, 900), st.integers(-900, 900)))
def test_a_range_alerts_exactly_where_the_limit_judges_so(
    lower_is_better: bool, value: int, bounds: tuple[int, int]
) -> None:
    ready, degraded = sorted(bounds, reverse=not lower_is_better)
    limit = Limit("mos", float(ready), float(degraded), lower_is_better, "test")
    made = datum("x", "mos", float(value), limit)
    assert alerts(value, made.warning) is (limit.judge(value) is not Readiness.READY)
    assert alerts(value, made.critical) is (limit.judge(value) is Readiness.NOT_READY)


def test_a_limit_that_never_blocks_has_no_critical_range() -> None:
    limit = Limit("total_ms", 3000.0, math.inf, True, "test")
    assert str(datum("x", "total_ms", 12.5, limit)) == "'x'=12.5ms;~:3000;;0"


def test_a_percentage_lies_between_0_and_100() -> None:
    limit = Limit("loss_pct", 1.0, 3.0, True, "test")
    assert str(datum("x", "loss_pct", 0.5, limit)) == "'x'=0.5%;~:1;~:3;0;100"


@pytest.mark.parametrize("text", [HOSTILE, "a|b", "it's", "a=b", "x\n'y'=1", "🎓" * 200, "x" * 200])
def test_no_name_makes_a_line_or_a_value(text: str) -> None:
    output = _read(hostile_report(text))
    assert [name for name in output.data if not name.startswith("sites_")] == []
    assert len(output.long) == 4  # title, note, site and portal


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_label_is_read_back(label: str) -> None:
    made = str(datum(label, "rtt_avg_ms", 1.5, None))
    output = read(f"X OK: y | {made}\n")
    assert len(output.data) == 1


def test_a_country_of_broken_sites_fits_and_says_how_many_have_no_room() -> None:
    report = build(cut_off(Cause.QUIET, *(f"site-{number:04}" for number in range(2323))), RUN, INVENTORY)
    output = _read(report)
    assert output.long[-1].endswith("more.")
    assert len(output.first.encode()) <= 1_000


def test_the_lab_says_so() -> None:
    assert any(line.startswith("LAB RESULTS") for line in _read(LAB_REPORT).long)


def test_an_empty_selection_is_unknown_and_says_why() -> None:
    report = build(Verdicts((), (), Readiness.NOT_CHECKED), replace(RUN, partial=True), INVENTORY)
    output = _read(report)
    assert output.status == "UNKNOWN"
    assert output.first.endswith("Nothing of the inventory is selected by these options.")
