"""CSV for Excel in Vietnamese and English, and for programs."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest

from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Cause, Readiness, ServiceKind, Verdicts, message
from kontum_netcheck.probes import PROBES
from kontum_netcheck.report import FORMATS, By
from kontum_netcheck.report.build import Report, build
from kontum_netcheck.report.columns import COLUMNS, METRIC_NAMES
from kontum_netcheck.report.options import Options
from tests.report.columns_page import PAGE, page
from tests.report.province import (
    INVENTORY,
    LAB_REPORT,
    REFUSED,
    REPORT,
    RUN,
    WHEN,
    check,
    cut_off,
    district,
    hostile_report,
    judged_site,
    line,
    service,
    skipped,
)

ZONE = INVENTORY.zone
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def _render(report: Report, code: str, by: By | None = None, csv_keys: bool = False) -> bytes:
    language = Language("vi" if code == "vi" else "en")
    rendered = FORMATS["csv"].render(report, Options(language, by, ZONE, csv_keys=csv_keys))
    assert isinstance(rendered, bytes)
    return rendered


def _rows(rendered: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    text = io.StringIO(rendered.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=delimiter, strict=True))


def _two_broken() -> Verdicts:
    no = message("{word}", word="no")
    broken = [
        check(f"duy-tan/ftth/{probe}", ServiceKind.INTERNET, Readiness.NOT_READY, no, {}, REFUSED, target)
        for probe, target in (("ping", "192.0.2.1"), ("tcp", "192.0.2.2"))
    ]
    place = district("608", "", judged_site(service("ftth", "ftth", *broken)))
    return Verdicts((place,), (), Readiness.NOT_READY)


def test_vietnamese_is_what_excel_in_vietnam_opens() -> None:
    rendered = _render(REPORT, "vi", "check")
    assert rendered.startswith(BYTE_ORDER_MARK + "Mã huyện;Huyện/TP;".encode())
    row = _rows(rendered, ";")[0]
    assert (row["Kết luận"], row["Thời gian kiểm tra"], row["Thời gian đo (ms)"]) == (
        "Cần lưu ý",
        "26/06/2024 14:05",
        "1234,568",
    )


def test_english_has_commas_between_fields_and_points_in_numbers() -> None:
    row = _rows(_render(REPORT, "en", "check"))[0]
    assert (row["Conclusion"], row["Checked at"], row["Took (ms)"]) == (
        "Degraded",
        "2024-06-26 14:05",
        "1234.568",
    )


@pytest.mark.parametrize("by", ["site", "district"])
def test_with_machine_keys_only_reasons_are_of_a_language(by: By) -> None:
    vietnamese, english = (_rows(_render(REPORT, code, by, csv_keys=True)) for code in ("vi", "en"))
    for ours, theirs in zip(vietnamese, english, strict=True):
        assert {**ours, "reasons": ""} == {**theirs, "reasons": ""}


def test_roles_and_remarks_have_machine_keys() -> None:
    assert [row["role"] for row in _rows(_render(REPORT, "vi", csv_keys=True))][2:] == [
        "reserve",
        "main",
        "main",
        "portal",
    ]
    assert [row["remarks"] for row in _rows(_render(REPORT, "vi", "district", csv_keys=True))] == [
        "thpt-kon-tum",
        "no_site",
        "tu-mo-rong",
        "",
    ]


def test_machine_keys_and_values_are_the_same_in_every_language() -> None:
    vietnamese, english = (_rows(_render(REPORT, code, "check", csv_keys=True)) for code in ("vi", "en"))
    assert list(vietnamese[0]) == [column.key for column in COLUMNS["check"]]
    for ours, theirs in zip(vietnamese, english, strict=True):
        assert {**ours, "reason": ""} == {**theirs, "reason": ""}
    assert english[1]["readiness"] == "not_ready"
    assert (english[1]["failure_stage"], english[1]["failure_cause"]) == ("tls", "timeout")
    assert english[1]["started_at"] == "2024-06-26T07:05:09.250Z"
    assert (english[0]["rtt_avg_ms"], english[0]["lab"]) == ("12.345679", "false")


def test_lines_end_as_rfc_4180_says() -> None:
    rendered = _render(REPORT, "en")
    assert rendered.endswith(b"\r\n")
    assert rendered.count(b"\n") == rendered.count(b"\r\n") == 1 + len(REPORT.sites) + len(REPORT.portals)


def test_what_was_not_measured_is_empty() -> None:
    row = _rows(_render(REPORT, "en", "check", csv_keys=True))[1]
    assert row["connect_ms"] == row["status"] == row["loss_pct"] == ""


def test_zero_is_not_empty() -> None:
    assert _rows(_render(REPORT, "en", "check", csv_keys=True))[0]["loss_pct"] == "0"


def test_a_phone_number_keeps_its_zero_and_its_spaces() -> None:
    row = _rows(_render(REPORT, "vi"), ";")[0]
    assert row["Số điện thoại"] == "0260 3000 002; 0260 3000 012 máy lẻ 12"
    assert (row["Số fax"], row["Điện thoại đầu mối"]) == ("0260 3000 003", "0260 3000 001")


def test_the_paper_columns_of_a_site_are_filled() -> None:
    row = _rows(_render(REPORT, "en"))[0]
    assert (row["Rooms"], row["Loudspeaker"], row["Role"]) == ("24", "yes", "main")
    assert row["Lines (carrier, committed speed)"] == "ftth (VNPT Kon Tum, 100/50 Mbit/s)"
    assert row["Backup lines"] == "lte (VNPT Kon Tum)"
    assert (row["Internet"], row["Phone"], row["Fax"]) == ("Not ready", "Ready", "")


def test_a_line_without_carrier_has_no_empty_brackets() -> None:
    lines = [{"id": "ftth"}, {"id": "vsat", "committed_mbit_per_s": {"down": 8, "up": 2}}]
    sites = [{"id": "duy-tan", "name": "Duy Tân", "district": "608", "internet": lines}]
    inventory = Inventory.model_validate({**INVENTORY.model_dump(), "sites": sites})
    report = build(
        Verdicts((district("608", "", judged_site(line("duy-tan", "ftth"))),), (), Readiness.READY),
        RUN,
        inventory,
    )
    assert _rows(_render(report, "en"))[0]["Lines (carrier, committed speed)"] == "ftth; vsat (8/2 Mbit/s)"


def test_all_reasons_stand_in_the_cell() -> None:
    row = _rows(_render(build(_two_broken(), RUN, INVENTORY), "en"))[0]
    assert row["Reasons"] == "Internet ftth: ping 192.0.2.1: no; Internet ftth: tcp 192.0.2.2: no"


def test_the_oldest_answer_dates_the_site_and_what_was_skipped_does_not() -> None:
    aged = line("duy-tan", "ftth").checks[0]
    assert aged.observation is not None
    old = replace(aged, observation=replace(aged.observation, started_at=WHEN - timedelta(days=9)))
    never = skipped(aged, Cause.DEADLINE)
    assert never.observation is not None
    never = replace(never, observation=replace(never.observation, started_at=WHEN - timedelta(days=30)))
    checked = judged_site(service("ftth", "ftth", aged, old, never))
    report = build(Verdicts((district("608", "", checked),), (), Readiness.NOT_CHECKED), RUN, INVENTORY)
    assert _rows(_render(report, "en", csv_keys=True))[0]["oldest_evidence_at"] == "2024-06-17T07:05:09.250Z"


def test_what_was_skipped_has_neither_time_nor_failure() -> None:
    row = _rows(_render(build(cut_off(Cause.QUIET), RUN, INVENTORY), "en", "check", csv_keys=True))[0]
    assert (row["outcome"], row["reason"]) == ("skipped", "quiet hours")
    assert row["started_at"] == row["duration_ms"] == row["failure_stage"] == row["failure_cause"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
@pytest.mark.parametrize("by", ["site", "check"])
@pytest.mark.parametrize("csv_keys", [True, False])
def test_what_looks_like_a_formula_is_neutralised(start: str, by: By, csv_keys: bool) -> None:
    rendered = _render(hostile_report(start + "cmd|'/c calc'!A1"), "vi", by, csv_keys)
    for row in _rows(rendered, "," if csv_keys else ";"):
        assert not any(value.startswith(start) for value in row.values())
        assert row["site" if csv_keys else "Tên điểm thi"].startswith("'")


def test_a_negative_number_stays_a_number() -> None:
    assert _rows(_render(REPORT, "en", "check", csv_keys=True))[-1]["certificate_days_left"] == "-177"


def test_a_field_with_delimiter_quote_and_newline_is_one_field() -> None:
    rendered = _render(hostile_report('a;b,"c"\nd'), "vi", "check")
    assert _rows(rendered, ";")[0]["Tên điểm thi"] == r'a;b,"c"\nd'


def test_lab_and_sample_stand_in_every_row() -> None:
    for by in COLUMNS:
        assert {(row["lab"], row["sample"]) for row in _rows(_render(LAB_REPORT, "en", by, True))} == {
            ("true", "true")
        }


def test_every_declared_metric_has_a_column() -> None:
    declared = {metric.name for probe in PROBES.values() for metric in probe.metrics}
    assert declared == set(METRIC_NAMES) <= {column.key for column in COLUMNS["check"]}


@pytest.mark.parametrize("by", list(COLUMNS))
def test_keys_are_unique(by: By) -> None:
    keys = [column.key for column in COLUMNS[by]]
    assert len(keys) == len(set(keys))


def test_the_page_of_the_columns_is_true() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.report.columns_page"


def test_how_long_a_person_took_nobody_knows() -> None:
    tried = {row["probe"]: row["duration_ms"] for row in _rows(_render(REPORT, "en", "check", csv_keys=True))}
    assert tried["call"] == "" and float(tried["ping"]) > 0


def test_what_people_try_is_called_in_words_and_for_programs_by_its_key() -> None:
    words = {row["Phép đo"] for row in _rows(_render(REPORT, "vi", "check"), ";")}
    keys = {row["probe"] for row in _rows(_render(REPORT, "vi", "check", csv_keys=True))}
    assert "gọi thử" in words and "call" not in words
    assert "call" in keys
