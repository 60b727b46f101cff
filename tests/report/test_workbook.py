"""The workbook: read back by openpyxl, as parts of XML, and with names that want to be formulas."""

import io
import re
import warnings
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook  # type: ignore[import-untyped]
from syrupy.assertion import SnapshotAssertion

from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Readiness, Verdicts, message
from kontum_netcheck.report import FORMATS
from kontum_netcheck.report.build import Report, build
from kontum_netcheck.report.check_lines import fingerprint
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.past import Earlier, Followed, Past
from kontum_netcheck.report.workbook.table import height
from kontum_netcheck.report.workbook.widths import lines_count, width
from tests.report.province import HOSTILE, INVENTORY, LAB_REPORT, REPORT, RUN, WHEN, hostile_report

Code = Literal["vi", "en"]
ZONE = INVENTORY.zone
SHEETS = ["Huyện", "Điểm thi", "Dịch vụ", "Phép đo", "Nhật ký gọi", "Chú giải"]
PAST = Past(
    followed={
        "lien-viet/ftth/ping": Followed(
            "rtt_avg_ms",
            tuple(
                Earlier(WHEN - timedelta(hours=hours), None if hours == 2 else 10.5 + hours)
                for hours in (3, 2, 1)
            ),
        )
    }
)
BAD_NAMES = [
    HOSTILE,
    "=1+1",
    "+84260",
    "-1",
    "@SUM(A1)",
    "a\"b'c",
    "<b>&amp;",
    "\u200fمدرسة",
    "🎓" * 100,
    "x" * 200,
    "a\nb",
    "_x0041_",
    " lead and trail ",
    "\ufffe\uffff",
]


def _render(report: Report = REPORT, code: Code = "vi") -> bytes:
    rendered = FORMATS["xlsx"].render(report, Options(Language(code), zone=ZONE))
    assert isinstance(rendered, bytes)
    return rendered


def _book(report: Report = REPORT, code: Code = "vi") -> Any:
    return _usual(code) if report is REPORT else _read(_render(report, code))


@cache
def _usual(code: Code) -> Any:
    return _read(_render(code=code))


def _read(rendered: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparkline Group")  # openpyxl doesn't know them
        return load_workbook(io.BytesIO(rendered))


def _rows(sheet: Any) -> list[dict[str, Any]]:
    """The rows under the header, by its labels; the header is the first row of the filter."""
    first, last = re.findall(r"\d+", sheet.auto_filter.ref)
    header, *rows = sheet.iter_rows(min_row=int(first), max_row=int(last))
    labels = [cell.value for cell in header]
    return [dict(zip(labels, row, strict=True)) for row in rows]


def test_has_a_sheet_for_each_view_the_calls_and_the_legend() -> None:
    assert _book().sheetnames == SHEETS


@pytest.mark.parametrize("code", ["vi", "en"])
def test_holds_what_it_held(code: Code, snapshot: SnapshotAssertion) -> None:
    book = _book(replace(REPORT, past=PAST), code)
    lines = []
    for sheet in book:
        lines.append(f"# {sheet.title} {sheet.auto_filter.ref} {sheet.freeze_panes}")
        for row in sheet.iter_rows():
            lines.append(
                " | ".join("" if cell.value is None else str(cell.value) for cell in row).rstrip(" |")
            )
    assert "\n".join(lines) == snapshot


def test_the_same_report_gives_the_same_bytes() -> None:
    assert _render() == _render()


def test_every_part_is_well_formed_and_named_by_the_package() -> None:
    with zipfile.ZipFile(io.BytesIO(_render(replace(REPORT, past=PAST)))) as parts:
        assert parts.testzip() is None
        types = ElementTree.fromstring(parts.read("[Content_Types].xml"))
        named = {each.get("PartName", "").lstrip("/") for each in types} - {""}
        assert named <= set(parts.namelist())
        for name in parts.namelist():
            ElementTree.fromstring(parts.read(name))


def test_a_phone_number_is_text_and_a_count_is_a_number() -> None:
    row = _rows(_book()["Điểm thi"])[0]
    assert (row["Số điện thoại"].value, row["Số điện thoại"].data_type) == (
        "0260 3000 002; 0260 3000 012 máy lẻ 12",
        "s",
    )
    assert row["Số điện thoại"].number_format == "@"
    assert (row["Số phòng"].value, row["Số phòng"].data_type) == (24, "n")


@pytest.mark.parametrize(
    ("code", "label", "day"),
    [
        ("vi", "Thời gian kiểm tra", "[$-42A]dd/mm/yyyy hh:mm"),
        ("en", "Checked at", "[$-409]yyyy-mm-dd hh:mm"),
    ],
)
def test_a_moment_is_a_moment_in_local_time(code: Code, label: str, day: str) -> None:
    cell = _rows(_book(code=code)[_book(code=code).sheetnames[3]])[0][label]
    assert cell.is_date
    assert cell.value == datetime(2024, 6, 26, 14, 5, 9)  # noqa: DTZ001 - a sheet's time has no zone
    assert cell.number_format == day


def test_a_measured_value_keeps_its_precision_and_shows_three_digits() -> None:
    found = [row for row in _rows(_book(code="en")["All checks"]) if row["mean round trip (ms)"].value]
    assert found[0]["mean round trip (ms)"].value == 12.3456789
    assert found[0]["mean round trip (ms)"].number_format == "[$-409]0.0"


def test_what_was_not_measured_is_an_empty_cell() -> None:
    rows = _rows(_book(code="en")["All checks"])
    assert rows[1]["mean round trip (ms)"].value is None
    assert rows[0]["packet loss (%)"].value == 0


def test_a_verdict_has_a_word_and_a_colour_of_its_own() -> None:
    cells = [row["Kết luận"] for row in _rows(_book()["Điểm thi"])]
    words = {cell.value: cell.fill.start_color.rgb for cell in cells}
    assert set(words) == {"Chưa sẵn sàng", "Cần lưu ý", "Sẵn sàng", "Chưa kiểm tra"}
    assert len(set(words.values())) == 4


def test_one_of_two_has_the_colour_of_the_other_and_its_word() -> None:
    district = REPORT.verdicts.districts[0]
    kon_tum, lien_viet, *_ = district.sites
    both = replace(
        kon_tum, services=(*lien_viet.services, *REPORT.verdicts.districts[2].sites[0].services[:1])
    )
    verdicts = Verdicts((replace(district, sites=(both,)),), (), Readiness.DEGRADED)
    cell = _rows(_book(build(verdicts, RUN, INVENTORY), "en")["Sites"])[0]["Internet"]
    assert (cell.value, cell.fill.start_color.rgb) == ("Degraded (1 of 2 ready)", "FFFFEFBF")


@pytest.mark.parametrize("name", SHEETS)
def test_every_sheet_is_set_up_for_a4_landscape_with_page_and_hash(name: str) -> None:
    sheet = _book()[name]
    digest = fingerprint(REPORT, Options(Language("vi"), zone=ZONE))
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter.center.text is None  # a long title would run into it
    assert (sheet.oddFooter.right.text or "").strip() == f"Trang &P/&N · SHA-256 {digest[:16]}…"


@pytest.mark.parametrize("name", SHEETS[:-1])
def test_tables_have_a_frozen_header_on_each_page_and_filters(name: str) -> None:
    sheet = _book()[name]
    header = int(re.findall(r"\d+", sheet.auto_filter.ref)[0])
    assert sheet.freeze_panes.endswith(str(header + 1))
    assert sheet.print_title_rows.replace("$", "") == f"{header}:{header}"
    assert sheet.print_area


def test_the_lab_says_so_at_the_top_of_every_sheet() -> None:
    for sheet in _book(LAB_REPORT, "en"):
        top = [cell.value for row in sheet.iter_rows(max_row=4) for cell in row if cell.value]
        assert top[1].startswith("LAB RESULTS")
        assert top[2].startswith("SAMPLE INVENTORY")


@pytest.mark.parametrize("text", BAD_NAMES, ids=range(len(BAD_NAMES)))
def test_no_name_becomes_a_formula_or_breaks_a_part(text: str) -> None:
    book = _book(hostile_report(text))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "d", "inlineStr"}
    assert len(_rows(book["Điểm thi"])) == 2


@settings(max_examples=12, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_name_comes_back_as_it_is_shown(text: str) -> None:
    options = Options(Language("en"), zone=ZONE)
    row = _rows(_book(hostile_report(text), "en")["Sites"])[0]
    shown = options.text(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
    assert row["Site"].value == shown


def test_a_cell_is_cut_before_it_is_longer_than_excel_takes() -> None:
    cell = _rows(_book(hostile_report("🎓" * 40_000), "en")["Sites"])[0]["Site"].value
    assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    assert cell.endswith("…")


def test_sparklines_show_the_last_answers_with_a_gap_where_there_was_none() -> None:
    rendered = _render(replace(REPORT, past=PAST), "en")
    values = _rows(_read(rendered)["History"])[0]
    assert [values[str(at)].value for at in (1, 2, 3)] == [13.5, None, 11.5]
    with zipfile.ZipFile(io.BytesIO(rendered)) as parts:
        services = parts.read("xl/worksheets/sheet3.xml").decode()
    found = re.findall(r"<xm:f>(.*?)</xm:f><xm:sqref>(.*?)</xm:sqref>", services)
    assert found == [("History!F3:H3", "O5")]
    assert _rows(_read(rendered)["Services"])[2]["Answered lately"].value == "2 of 3"


def test_without_a_past_there_is_no_sheet_for_it() -> None:
    assert "History" not in _book(code="en").sheetnames


def test_the_legend_names_each_limit_with_its_source() -> None:
    values = [[cell.value for cell in row] for row in _book(code="en")["Legend"].iter_rows()]
    assert ["ping", "mean round trip (ms)", "≤ 50", "≤ 150", "QCVN 34:2019", 5] in values


def test_an_empty_report_is_a_workbook_that_says_so() -> None:
    report = build(Verdicts((), (), Readiness.NOT_CHECKED), replace(RUN, partial=True), INVENTORY)
    sheet = _book(report, "en")["Sites"]
    assert sheet["A2"].value == "Nothing of the inventory is selected by these options."


def test_widths_count_marks_as_nothing_and_east_asian_signs_as_two() -> None:
    assert (width("Đăk Hà"), width("Đa\u0306k Ha\u0300"), width("学校")) == (6, 6, 4)


@given(st.text(alphabet="ab ệ", max_size=120), st.integers(5, 30))
def test_lines_are_as_many_as_words_one_after_another_take(text: str, room: int) -> None:
    marked = f"\u0323{text.strip(' ')}"  # a mark: counted word by word
    assert lines_count(text, room) == lines_count(marked, room)


@given(st.text(alphabet="ab ệ学", max_size=80), st.integers(5, 30))
def test_a_narrower_column_never_takes_fewer_lines(text: str, room: int) -> None:
    assert lines_count(text, room) >= lines_count(text, room * 2) >= 1


def test_the_heads_of_the_legend_have_room() -> None:
    sheet = _book(code="vi")["Chú giải"]
    heads = next(row for row in sheet.iter_rows() if row[0].value == "Phép đo")
    assert sheet.row_dimensions[heads[0].row].height >= 26  # two lines


def test_a_verdict_in_a_narrow_column_has_two_lines() -> None:
    assert height([Readiness.NOT_READY], [9]) == height(["a b"], [1])
    assert height([Readiness.NOT_READY], [14]) is None


def test_a_long_note_takes_as_many_rows_as_the_paper_asks_and_loses_no_word() -> None:
    long = " ".join(f"word{number}" for number in range(60))
    report = replace(REPORT, run=replace(RUN, notes=(message("{word}", word=long),)))
    sheet = _book(report, "en")["Districts"]
    first = next(at for at in range(1, 20) if str(sheet.cell(at, 1).value).startswith("word0 "))
    rows = [sheet.cell(at, 1).value for at in range(first, int(sheet.freeze_panes[1:]) - 1)]
    assert " ".join(rows) == long and max(map(len, rows)) < 150


def test_many_notes_leave_room_for_the_table_and_are_all_in_the_legend() -> None:
    notes = tuple(message("{word} happened", word=f"note-{number}") for number in range(30))
    book = _book(replace(REPORT, run=replace(RUN, notes=notes)), "en")
    assert int(book["Sites"].freeze_panes[1:]) < 10
    top = [row[0].value for row in book["Sites"].iter_rows(max_row=10)]
    assert "and 27 more notes: see the last sheet" in top
    legend = [row[0].value for row in book["Legend"].iter_rows(max_row=40)]
    assert [f"note-{number} happened" in legend for number in range(30)] == [True] * 30
