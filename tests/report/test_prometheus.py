"""The textfile of Prometheus: checked by promtool, read back by a reader of the exposition format."""

import re
import shutil
import subprocess
from dataclasses import replace
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from kontum_netcheck.locale.language import Language
from kontum_netcheck.probes import PROBES
from kontum_netcheck.report import FORMATS
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.exposition import base_unit, escaped
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.safe import visible
from tests.report.province import HOSTILE, INVENTORY, REPORT, hostile_report

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]
_LINE = re.compile(r"([a-z_]+)(?:\{(.*)\})? (-?[0-9.e+-]+)")
_LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\["\\n])*)"(?:,|$)')
_UNESCAPED = {r"\\": "\\", r"\"": '"', r"\n": "\n"}

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="needs promtool (Debian: prometheus)"
)


def _text(report: Report = REPORT, code: Literal["vi", "en"] = "en") -> str:
    rendered = FORMATS["prometheus"].render(report, Options(Language(code), zone=INVENTORY.zone))
    assert isinstance(rendered, str)
    return rendered


def read(text: str) -> Series:
    """Every series; AssertionError where the format allows no such line, or one stands twice or apart."""
    found: Series = {}
    families: list[str] = []
    for line in text.removesuffix("\n").split("\n"):
        if line.startswith("# HELP "):
            families.append(line.split(" ")[2])
            assert families.count(families[-1]) == 1
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {families[-1]} gauge"
        else:
            match = _LINE.fullmatch(line)
            assert match is not None and match[1] == families[-1], line
            labels = [(each[1], _value(each[2])) for each in _LABEL.finditer(match[2] or "")]
            assert "".join(each[0] for each in _LABEL.finditer(match[2] or "")) == (match[2] or "")
            key = (match[1].removeprefix("kontum_netcheck_"), frozenset(labels))
            assert key not in found
            found[key] = float(match[3])
    return found


def _value(text: str) -> str:
    return re.sub(r"\\.", lambda match: _UNESCAPED[match[0]], text)


def _of(found: Series, name: str, **labels: str) -> float | None:
    values = [v for (n, told), v in found.items() if n == name and set(labels.items()) <= told]
    assert len(values) <= 1
    return values[0] if values else None


def test_looks_as_it_did(snapshot: SnapshotAssertion) -> None:
    assert _text() == snapshot


def test_is_the_same_in_every_language() -> None:
    assert _text(code="vi") == _text(code="en")


@needs_promtool
@pytest.mark.parametrize("report", [REPORT, hostile_report(HOSTILE)], ids=["real", "hostile"])
def test_promtool_finds_nothing_to_say(report: Report) -> None:
    done = subprocess.run(["promtool", "check", "metrics"], input=_text(report).encode(), capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_verdicts_are_numbers_in_the_order_of_the_program() -> None:
    found = read(_text())
    assert _of(found, "readiness") == 3
    assert _of(found, "site_readiness", site="lien-viet") == 1
    assert _of(found, "site_readiness", site="tu-mo-rong") == 2
    assert _of(found, "district_readiness", district="613") is None  # it has no site
    assert _of(found, "district_sites", district="608", readiness="not_ready") == 1


def test_what_was_not_asked_has_no_series() -> None:
    found = read(_text())
    assert _of(found, "check_success", check="tu-mo-rong/phone/call") is None
    assert _of(found, "check_readiness", check="tu-mo-rong/phone/call") == 2
    assert _of(found, "check_success", check="thpt-kon-tum/ftth/http") == 0


def test_values_are_in_base_units() -> None:
    found = read(_text())
    assert _of(found, "ping_rtt_avg_seconds", site="duy-tan") == pytest.approx(0.0123456789)
    assert _of(found, "ping_loss_ratio", site="duy-tan") == 0
    assert _of(found, "http_certificate_left_seconds", site="portal/results") == -177 * 86_400


@pytest.mark.parametrize(
    ("metric", "name", "factor"),
    [
        ("rtt_avg_ms", "rtt_avg_seconds", 0.001),
        ("loss_pct", "loss_ratio", 0.01),
        ("down_mbit_per_s", "down_bytes_per_second", 125_000.0),
        ("age_h", "age_seconds", 3600.0),
        ("sent_count", "sent", 1.0),
        ("body_bytes", "body_bytes", 1.0),
        ("mos", "mos", 1.0),
    ],
)
def test_a_metric_s_name_tells_its_base_unit(metric: str, name: str, factor: float) -> None:
    unit = base_unit(metric)
    assert (unit.name, unit.factor) == (name, factor)


def test_no_two_metrics_of_a_probe_get_one_name() -> None:
    for probe in PROBES.values():
        names = [base_unit(metric.name).name for metric in probe.metrics]
        assert len(names) == len(set(names))


def test_a_value_that_is_no_number_is_left_out() -> None:
    rows = [replace(row) for row in REPORT.checks]
    seen = rows[0].verdict.observation
    assert seen is not None
    bad = replace(
        rows[0].verdict, observation=replace(seen, metrics={"rtt_avg_ms": float("nan"), "mos": 4.0})
    )
    report = replace(REPORT, checks=(replace(rows[0], verdict=bad),))
    found = read(_text(report))
    assert not [name for name, _ in found if name == "ping_rtt_avg_seconds"]
    assert _of(found, "ping_mos") == 4.0


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_a_label_s_value_comes_back_as_it_is_shown(text: str) -> None:
    assert _value(escaped(text)) == visible(text)
    assert "\n" not in escaped(text)


@pytest.mark.parametrize("text", [HOSTILE, '"} 1\nfake 2', "\\", "🎓" * 200])
def test_no_name_makes_a_series(text: str) -> None:
    found = read(_text(hostile_report(text)))
    assert {name for name, _ in found} <= {name for name, _ in read(_text())} | {"site_info"}
