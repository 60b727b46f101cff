"""`demo`: the shipped province against the lab, as a newcomer runs it."""

import csv
import io
import json
from typing import Any

import pytest

from tests.cli.process import Program

pytestmark = pytest.mark.xdist_group("demo")  # one worker: what they read is made once


@pytest.fixture(scope="module")
def report(program_anywhere: Program) -> dict[str, Any]:
    """The demo's report as JSON, run once for all tests that only read it."""
    done = program_anywhere("demo", "--format", "json")
    assert (done.code, done.err) == (2, "")
    loaded: dict[str, Any] = json.loads(done.out)
    return loaded


def reasons(report: dict[str, Any]) -> dict[str, str]:
    services = [*report["portals"], *(service for site in report["sites"] for service in site["services"])]
    checks = [check for service in services for check in service["checks"]]
    return {check["id"]: check["reason"] for check in checks if check["readiness"] != "ready"}


def test_all_four_verdicts_appear(report: dict[str, Any]) -> None:
    assert {site["readiness"] for site in report["sites"]} == {
        "ready",
        "degraded",
        "not_checked",
        "not_ready",
    }


def test_at_least_eight_different_reasons_appear(report: dict[str, Any]) -> None:
    kinds = {reason.split(":")[0] for reason in reasons(report).values()}
    assert len(kinds) >= 8, kinds


def test_all_ten_districts_show_and_three_have_no_site(report: dict[str, Any]) -> None:
    by_code = {district["code"]: district["readiness"] for district in report["districts"]}
    assert len(by_code) == 10
    assert [code for code, readiness in by_code.items() if readiness is None] == ["613", "617", "618"]


def test_the_scripted_faults_are_found_and_nothing_else(report: dict[str, Any]) -> None:
    assert set(reasons(report)) == {
        "portal/results/dns",
        "portal/department/http",
        "portal/exam-management/http",
        "thcs-thpt-lien-viet/ftth/ping",
        "thcs-thpt-lien-viet/ftth/dns",
        "thcs-thpt-lien-viet/ftth/http",
        "thcs-thpt-lien-viet/ftth/tcp",
        "ptdtnt-tinh/ftth/http",
        "thpt-duy-tan/phone-1/call",
        "thpt-truong-chinh/ftth/ping",
        "so-gddt/duty-roster/manual",
        "thpt-luong-the-vinh/fax-1/fax",
        "thpt-nguyen-trai/4g/http",
        "thpt-chu-van-an/ftth/ping",
        "thpt-tran-quoc-tuan/ftth/dns",
        "thpt-nguyen-du/ftth/http",
        "thpt-nguyen-du/ftth/tcp",
        "thpt-quang-trung/ftth/dns",
    }


def test_the_lost_and_the_foreign_echo_are_counted_exactly(report: dict[str, Any]) -> None:
    site = next(site for site in report["sites"] if site["id"] == "thpt-chu-van-an")
    metrics = next(
        check["metrics"]
        for service in site["services"]
        for check in service["checks"]
        if check["id"] == "thpt-chu-van-an/ftth/ping"
    )
    # three echoes lost, and one answered from a foreign address, which is no answer
    assert (metrics["sent_count"], metrics["received_count"], metrics["loss_pct"]) == (20, 16, 20.0)
    assert metrics["foreign_count"] == 1
    assert metrics["method"] == "lab-udp"


def test_a_truncated_answer_is_asked_again_over_tcp(report: dict[str, Any]) -> None:
    site = next(site for site in report["sites"] if site["id"] == "thpt-nguyen-van-cu")
    checks = {check["id"]: check for service in site["services"] for check in service["checks"]}
    assert checks["thpt-nguyen-van-cu/ftth/dns"]["metrics"]["transport"] == "tcp"


@pytest.fixture(scope="module", params=["vi", "en"])
def every_format(
    request: pytest.FixtureRequest, program_anywhere: Program, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, dict[str, str]]:
    """The language, and what one demo gave in each format."""
    folder = tmp_path_factory.mktemp("formats")
    files = [folder / f"demo{suffix}" for suffix in (".txt", ".md", ".csv", ".json", ".jsonl")]
    options = [word for file in files for word in ("-o", str(file))]
    table = program_anywhere("demo", "--lang", request.param, *options).out
    found = {file.suffix: file.read_text(encoding="utf-8-sig") for file in files}
    return request.param, {"table": table, **found}


@pytest.mark.parametrize("name", ["table", ".txt", ".md"])
def test_what_people_read_says_that_these_are_lab_results(
    every_format: tuple[str, dict[str, str]], name: str
) -> None:
    language, formats = every_format
    assert ("KẾT QUẢ THỬ" if language == "vi" else "LAB RESULTS") in formats[name]


def test_json_says_that_these_are_lab_results(every_format: tuple[str, dict[str, str]]) -> None:
    _, formats = every_format
    assert json.loads(formats[".json"])["lab"] is True
    assert all(json.loads(line)["lab"] is True for line in formats[".jsonl"].splitlines())


def test_every_row_of_csv_says_that_these_are_lab_results(every_format: tuple[str, dict[str, str]]) -> None:
    language, formats = every_format
    rows = list(csv.reader(io.StringIO(formats[".csv"]), delimiter=";" if language == "vi" else ","))
    column = rows[0].index("Phòng thử" if language == "vi" else "Lab")
    assert len(rows) > 13
    assert {row[column] for row in rows[1:]} == {"có" if language == "vi" else "yes"}
