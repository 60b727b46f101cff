"""JSON and JSON lines: strict, versioned, as docs/report.schema.json says."""

import json
import math
from dataclasses import replace
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator

from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import (
    Cause,
    CheckVerdict,
    Failure,
    Outcome,
    Readiness,
    ServiceKind,
    Stage,
    Verdicts,
)
from kontum_netcheck.report import FORMATS
from kontum_netcheck.report.build import Report, build
from kontum_netcheck.report.facts import reason_code, rounded
from kontum_netcheck.report.options import Options
from tests.json_schemas import closed, schema
from tests.report import province
from tests.report.province import HOSTILE, INVENTORY, LAB_REPORT, REPORT, RUN, hostile_report

SCHEMA = schema("report")
EMPTY = build(Verdicts((), (), Readiness.NOT_CHECKED), RUN, INVENTORY)


def _text(report: Report, name: str = "json", code: str = "en") -> str:
    rendered = FORMATS[name].render(report, Options(Language("vi" if code == "vi" else "en")))
    assert isinstance(rendered, str)
    return rendered


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


@pytest.mark.parametrize("report", [REPORT, LAB_REPORT, EMPTY, hostile_report(HOSTILE)])
@pytest.mark.parametrize("code", ["vi", "en"])
def test_the_document_is_what_the_schema_says_and_no_more(report: Report, code: str) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    document = json.loads(_text(report, code=code), parse_constant=_refuse)
    Draft202012Validator(closed(SCHEMA)).validate(document)


def test_the_schema_names_the_closed_lists_of_the_model() -> None:
    definitions = SCHEMA["$defs"]
    failure = definitions["failure"]["properties"]
    assert failure["stage"]["enum"] == [stage.value for stage in Stage]
    assert failure["cause"]["enum"] == [cause.value for cause in Cause]
    assert definitions["readiness"]["enum"] == [readiness.key for readiness in Readiness]
    assert definitions["check"]["properties"]["outcome"]["enum"] == [*(o.value for o in Outcome), None]
    assert definitions["service"]["properties"]["kind"]["enum"] == [kind.value for kind in ServiceKind]


def test_only_sentences_depend_on_the_language() -> None:
    vietnamese, english = json.loads(_text(REPORT, code="vi")), json.loads(_text(REPORT, code="en"))
    first = [d["sites"][0]["services"][0]["checks"][1] for d in (vietnamese, english)]
    assert first[0]["reason"] != first[1]["reason"]
    assert {**first[0], "reason": ""} == {**first[1], "reason": ""}


def test_lab_and_sample_are_said() -> None:
    document = json.loads(_text(LAB_REPORT))
    assert document["lab"] is document["sample"] is True
    assert all(json.loads(line)["lab"] is True for line in _text(LAB_REPORT, "jsonl").splitlines())


def test_a_district_without_site_has_no_readiness() -> None:
    readiness = {d["code"]: d["readiness"] for d in json.loads(_text(REPORT))["districts"]}
    assert readiness == {"608": "not_ready", "613": None, "617": "not_checked", "618": "ready"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (222.34224600015295, 222.342),
        (0.015345678912, 0.0153457),
        (123456.789123, 123456.789),
        (20.0, 20.0),
        (0.0, 0.0),
        (-0.00000123456789, -0.00000123457),
        (12345678901, 12345678901),
    ],
)
def test_a_number_ends_where_it_stops_meaning_anything(value: float, shown: float) -> None:
    assert rounded(value) == shown
    assert type(rounded(value)) is type(value)


def test_what_was_skipped_was_not_asked_at_any_time() -> None:
    document = json.loads(_text(build(province.cut_off(Cause.OWN_LINK_DOWN), RUN, INVENTORY)))
    check = document["sites"][0]["services"][0]["checks"][0]
    assert (check["outcome"], check["started_at"], check["duration_ms"]) == ("skipped", None, None)
    assert check["failure"]["cause"] == "own_link_down"


def test_the_run_says_how_it_was_made() -> None:
    run = replace(RUN, at="duy-tan", deadline=True, partial=True, late_ms=12.3456789)
    told = json.loads(_text(build(province.VERDICTS, run, INVENTORY)))["run"]
    assert (told["at"], told["deadline"], told["partial"], told["late_ms"]) == (
        "duy-tan",
        True,
        True,
        12.3457,
    )


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_what_is_no_number_is_null(value: float, name: str) -> None:
    odd = province.check("a/b/ping", ServiceKind.PORTAL, Readiness.READY, province.OK, {"rtt_avg_ms": value})
    verdicts = Verdicts((), (province.service("b", "b", odd),), Readiness.READY)
    text = _text(build(verdicts, RUN, INVENTORY), name)
    json.loads(text.splitlines()[0] if name == "jsonl" else text, parse_constant=_refuse)
    assert '"rtt_avg_ms": null' in text


def test_a_line_is_complete_in_itself() -> None:
    lines = [json.loads(line, parse_constant=_refuse) for line in _text(REPORT, "jsonl").splitlines()]
    assert len(lines) == len(REPORT.checks)
    assert {line["format"] for line in lines} == {"kontum-netcheck/check"}
    assert (lines[0]["site"], lines[0]["district_name"], lines[0]["id"]) == (
        "thpt-kon-tum",
        "Thành phố Kon Tum",
        "thpt-kon-tum/ftth/ping",
    )
    assert (lines[-1]["site"], lines[-1]["district"]) == ("portal/results", None)


def _verdict(readiness: Readiness, failure: Failure | None = None, seen: bool = True) -> CheckVerdict:
    metrics = {"loss_pct": 1.0} if seen else None
    return province.check("a/b/ping", ServiceKind.INTERNET, readiness, province.OK, metrics, failure)


def _dated(shift: timedelta) -> CheckVerdict:
    verdict = _verdict(Readiness.NOT_CHECKED)
    assert verdict.observation is not None
    moment = verdict.observation.started_at + shift
    return replace(verdict, observation=replace(verdict.observation, started_at=moment))


def _late(verdict: CheckVerdict) -> CheckVerdict:
    assert verdict.observation is not None
    metrics = {**verdict.observation.metrics, "late_ms": 40.0}
    return replace(verdict, observation=replace(verdict.observation, metrics=metrics))


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (_verdict(Readiness.READY), "in_order"),
        (_verdict(Readiness.DEGRADED), "beyond_limit"),
        (_verdict(Readiness.NOT_READY, Failure(Stage.CONNECT, Cause.REFUSED)), "refused"),
        (_verdict(Readiness.NOT_CHECKED), "not_measured"),
        (_late(_verdict(Readiness.NOT_CHECKED)), "own_lateness"),
        (_dated(timedelta(days=-9)), "too_old"),
        (_dated(timedelta(days=1)), "from_the_future"),
        (_verdict(Readiness.NOT_CHECKED, seen=False), "not_asked"),
    ],
)
def test_a_reason_has_a_code_of_no_language(verdict: CheckVerdict, code: str) -> None:
    assert reason_code(verdict, RUN.finished_at) == code
