"""What several places see, in every format; and that a report without named places says nothing of places."""

import csv
import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from html import unescape

import pytest
from jsonschema import Draft202012Validator
from openpyxl import load_workbook  # type: ignore[import-untyped]
from syrupy.assertion import SnapshotAssertion

from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Cause, Failure, Outcome, Stage
from kontum_netcheck.plan import plan
from kontum_netcheck.report import FORMATS, By
from kontum_netcheck.report.blackbox.exported import export
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.cells import oldest_evidence_at
from kontum_netcheck.report.columns import COLUMNS
from kontum_netcheck.report.next_step import Command, next_step
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.unasked import unasked
from tests.json_schemas import closed, schema
from tests.report import province
from tests.report.seen import (
    DNS,
    HTTP,
    INVENTORY,
    NOW,
    OBSERVATIONS,
    PING,
    REPORT,
    TCP,
    TIMEOUT,
    report_of,
    seen,
)


def rendered(name: str, report: Report = REPORT, by: By | None = None, csv_keys: bool = False) -> str | bytes:
    options = Options(Language("en"), by=by, zone=INVENTORY.zone, width=100, csv_keys=csv_keys)
    return FORMATS[name].render(report, options)


def text(name: str, report: Report = REPORT, by: By | None = None) -> str:
    found = rendered(name, report, by)
    assert isinstance(found, str)
    return found


def csv_rows(report: Report, by: By) -> list[dict[str, str]]:
    found = rendered("csv", report, by, csv_keys=True)
    assert isinstance(found, bytes)
    return list(csv.DictReader(io.StringIO(found.decode())))


@pytest.mark.parametrize("by", [None, "check", "vantage"])
@pytest.mark.parametrize("name", ["table", "plain", "markdown"])
def test_people_read_from_where_it_is_up_and_from_where_down(
    name: str, by: By | None, snapshot: SnapshotAssertion
) -> None:
    assert text(name, by=by) == snapshot


def test_json_is_what_the_schema_says_and_no_more() -> None:
    document = json.loads(text("json"))
    Draft202012Validator(closed(schema("report"))).validate(document)
    checks = {check["id"]: check for check in document["sites"][0]["services"][0]["checks"]}
    assert checks[PING]["see"] == "all"
    assert [(view["vantage"], view["readiness"], view["outcome"]) for view in checks[PING]["views"]] == [
        ("noc", "ready", "measured"),
        ("dak-to", "not_ready", "failed"),
    ]
    assert checks[PING]["views"][0]["metrics"]["rtt_avg_ms"] == 12.0
    assert checks[PING]["views"][1]["failure"]["cause"] == "timeout"
    assert "views" not in checks[DNS]
    (http,) = document["portals"][0]["checks"]
    assert (http["outcome"], http["readiness"]) == (None, "not_checked")
    assert http["views"][1] == {
        "vantage": "dak-to", "readiness": "not_checked", "reason": "not asked yet", "reason_code": "not_asked",
        "outcome": None, "started_at": None, "duration_ms": None, "metrics": {}, "failure": None, "operator": None,
    }  # fmt: skip


def test_json_counts_what_each_place_sees() -> None:
    places = {place["vantage"]: place for place in json.loads(text("json"))["vantages"]}
    assert list(places) == ["noc", "dak-to", "laptop"]
    assert places["dak-to"]["counts"] == {"ready": 1, "degraded": 0, "not_checked": 1, "not_ready": 1}
    assert places["laptop"]["checks_count"] == 1


def test_json_tells_apart_what_nobody_has_asked() -> None:
    places = json.loads(text("json", report_of()))["vantages"]
    assert [(place["vantage"], place["newest_at"]) for place in places] == [
        ("noc", None), ("dak-to", None), (None, None),
    ]  # fmt: skip


def test_a_line_of_jsonl_has_its_views() -> None:
    lines = [json.loads(line) for line in text("jsonl").splitlines()]
    assert [len(line.get("views", ())) for line in lines] == [2, 2, 0, 2]


def test_csv_by_vantage_has_a_row_for_each_check_and_place() -> None:
    rows = csv_rows(REPORT, "vantage")
    assert [(row["vantage"], row["check_id"], row["readiness"]) for row in rows] == [
        ("noc", PING, "ready"),
        ("noc", TCP, "ready"),
        ("noc", HTTP, "ready"),
        ("dak-to", PING, "not_ready"),
        ("dak-to", TCP, "ready"),
        ("dak-to", HTTP, "not_checked"),
        ("laptop", DNS, "ready"),
    ]
    assert [row["connect_ms"] for row in rows if row["check_id"] == TCP] == ["20", "9"]


def test_csv_by_check_ends_with_the_views() -> None:
    rows = csv_rows(REPORT, "check")
    assert list(rows[0])[:-1] == [column.key for column in COLUMNS["check"]]
    assert {row["check_id"]: row["views"] for row in rows} == {
        PING: "noc=ready; dak-to=not_ready",
        TCP: "dak-to=ready; noc=ready",
        DNS: "",
        HTTP: "noc=ready; dak-to=not_checked",
    }


def test_prometheus_has_series_of_each_view_beside_those_of_the_check() -> None:
    lines = text("prometheus").splitlines()
    of_ping = 'site="dak-to",service="ftth",kind="internet",probe="ping",check="dak-to/ftth/ping"'
    assert f"kontum_netcheck_check_readiness{{{of_ping}}} 3" in lines
    assert f'kontum_netcheck_view_readiness{{{of_ping},vantage="noc"}} 0' in lines
    assert f'kontum_netcheck_view_readiness{{{of_ping},vantage="dak-to"}} 3' in lines
    assert f'kontum_netcheck_view_success{{{of_ping},vantage="dak-to"}} 0' in lines
    assert f'kontum_netcheck_view_ping_rtt_avg_seconds{{{of_ping},vantage="noc"}} 0.012' in lines
    assert not any("view_" in line and "/dns" in line for line in lines)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool (Debian: prometheus)")
def test_promtool_finds_nothing_to_say_about_views() -> None:
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=text("prometheus").encode(), capture_output=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_nagios_has_the_values_of_each_place() -> None:
    said = text("nagios")
    assert "down from dak-to, up from noc: no answer in time" in said
    assert "'dak-to/ftth/tcp/connect_ms'=9ms" in said
    assert "'dak-to/ftth/tcp/connect_ms@noc'=20ms" in said


def test_the_page_has_a_line_for_each_place() -> None:
    said = unescape(re.sub(r"<br>", "\n", text("html")))
    assert "dak-to: Ready; time to connect 9 ms\nnoc: Ready; time to connect 20 ms" in said


def test_the_workbook_has_a_sheet_for_the_places() -> None:
    book = rendered("xlsx")
    assert isinstance(book, bytes)
    sheets = load_workbook(io.BytesIO(book))
    assert "By vantage" in sheets.sheetnames
    cells = [[cell for cell in row if cell] for row in sheets["By vantage"].iter_rows(values_only=True)]
    assert sum(row[:1] == ["dak-to"] for row in cells) == 3


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("by", [None, "check"])
def test_a_report_without_named_places_says_nothing_of_views(name: str, by: By | None) -> None:
    options = Options(Language("en"), by=by, csv_keys=True)
    found = FORMATS[name].render(province.REPORT, options)
    plain = found if isinstance(found, str) else found.decode("utf-8", "replace")
    assert not re.search(r"view_|\"views\"|,views\b|As seen from|By vantage|@noc", plain)
    if name == "xlsx":
        assert isinstance(found, bytes)
        assert "By vantage" not in load_workbook(io.BytesIO(found)).sheetnames


def test_by_vantage_shows_a_report_without_named_places_by_who_asked() -> None:
    rows = csv_rows(province.REPORT, "vantage")
    assert {row["check_id"] for row in rows} == {
        row["check_id"] for row in csv_rows(province.REPORT, "check")
    }


def test_the_oldest_evidence_is_that_of_the_oldest_view() -> None:
    (site,) = REPORT.sites
    oldest = min(each.started_at for each in OBSERVATIONS if each.check_id == PING)
    assert oldest_evidence_at(site) == oldest < NOW


def test_a_view_that_the_deadline_left_unasked_counts_as_unasked() -> None:
    late = Failure(Stage.PLAN, Cause.DEADLINE)
    left = replace(seen(PING, "noc"), outcome=Outcome.SKIPPED, failure=late)
    report = report_of(left, seen(PING, "dak-to", failure=TIMEOUT))
    assert [row.verdict.check.id for row in unasked(report, Cause.DEADLINE)] == [PING]


def test_lab_answers_of_any_view_make_it_a_lab_report() -> None:
    from_lab = replace(seen(TCP, "noc", {"connect_ms": 20.0}), lab=True)
    assert report_of(from_lab, seen(TCP, "dak-to", {"connect_ms": 9.0})).origin.lab


def test_the_next_step_asks_again_from_the_same_place() -> None:
    commands = [step.text for step in next_step(REPORT) if isinstance(step, Command)]
    assert commands[0] == "kontum-netcheck check --vantage noc --site dak-to"


def test_blackbox_is_told_to_ask_from_one_place_only() -> None:
    exported = export(INVENTORY, plan(INVENTORY).checks)
    told = {check_id: Language("en").say(what) for check_id, what in exported.weaker}
    assert told[PING] == "asked from Prometheus' place only, not from noc, dak-to"
    assert DNS not in told
