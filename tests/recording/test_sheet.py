"""A sheet that a district has filled in, as Excel saves it: what is understood, and what is told with its place."""

import io
from collections.abc import Callable
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.model import Message, Observation, WrongValue
from kontum_netcheck.recording import Attachment
from kontum_netcheck.recording.sheet import empty_rows
from kontum_netcheck.recording.sheet_columns import SHEET_COLUMNS, key_of
from kontum_netcheck.recording.sheet_reading import ReadSheet, read_sheet
from kontum_netcheck.recording.sheet_row import Defaults
from kontum_netcheck.recording.sheet_text import rows_of
from tests.recording.known import INVENTORY, NOW, THINGS

HEAD = "Mã điểm thi;Mã dịch vụ;Kết quả;Chất lượng thoại;Số trang nhận được;Ghi chú;Người thử;Thời gian thử\n"
WHO = "Nguyễn Thị Lan"


def no_file(name: str) -> Attachment:
    raise WrongValue(Message("no such file"))


def read(text: str | bytes, defaults: Defaults | None = None) -> ReadSheet:
    content = text.encode() if isinstance(text, str) else text
    return read_sheet(rows_of(content), INVENTORY, THINGS, NOW, defaults or Defaults(), no_file)


def only(sheet: ReadSheet) -> Observation:
    assert sheet.problems == ()
    (found,) = sheet.observations
    return found


def problems(sheet: ReadSheet) -> list[tuple[int, str | None, str]]:
    """Row, column and sentence of each."""
    return [
        (p.row, p.column.text if p.column else None, p.problem.text.format(**p.problem.values))
        for p in sheet.problems
    ]


ROW = f"thpt-a;phone-1;tốt;4;;nghe rõ;{WHO};27/6/2024 9:30\n"


def test_a_row_is_an_observation() -> None:
    found = only(read(HEAD + ROW))
    assert found.check_id == "thpt-a/phone-1/call"
    assert found.operator == WHO
    assert found.started_at.isoformat() == "2024-06-27T02:30:00+00:00"
    assert found.metrics == {"result": "ok", "voice_quality": 4, "note": "nghe rõ"}


def test_the_same_row_is_the_same_observation() -> None:
    assert read(HEAD + ROW) == read(HEAD + ROW)


@pytest.mark.parametrize(
    "save",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace(";", "\t").encode("utf-16"),
        lambda text: text.replace(";", ",").encode(),
        lambda text: text.replace(";", "\t").encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: ("sep=;\n" + text).encode(),
        lambda text: ("BIÊN BẢN KIỂM TRA\n\nHuyện: Kon Tum\n" + text).encode(),
    ],
)
def test_a_sheet_is_read_as_any_office_saves_it(save: Callable[[str], bytes]) -> None:
    assert only(read(save(HEAD + ROW))) == only(read(HEAD + ROW))


def test_windows_1258_writes_marks_behind_their_letters() -> None:
    text = "site id;line;result;operator;at\nthpt-a;phone-1;ok;Lê Thị Hà;27/6/2024 9:30\n"
    written = text.replace("ị", "i\u0323").encode("cp1258")
    assert b"i\xf2" in written
    assert only(read(written)).operator == "Lê Thị Hà"


@pytest.mark.parametrize(
    "head",
    [
        "site_id;line;result;operator;at",
        "SITE ID; Line ;RESULT *;Tested by;Tested at",
        "Ma diem thi;Ma dich vu;Ket qua;Nguoi thu;Thoi gian thu",
        "Mã điểm thi;Số điện thoại;Kết quả thử;Cán bộ;Ngày giờ",
        "Tên điểm thi;Số máy;Kết quả (1-9);Họ tên;Thời gian",
    ],
)
def test_headings_are_read_loosely(head: str) -> None:
    site = "Trường THPT A" if head.startswith("Tên") else "thpt-a"
    line = "0260 3 000 002" if "Số" in head else "phone-1"
    assert only(read(f"{head}\n{site};{line};1;{WHO};27/6/2024 9:30\n")).check_id == "thpt-a/phone-1/call"


def test_day_and_time_may_be_two_columns() -> None:
    sheet = read(
        f"Mã điểm thi;Số máy;Kết quả;Người thử;Ngày;Giờ\nthpt-a;2603000002;ok;{WHO};27/6/2024;9h30\n"
    )
    assert only(sheet).started_at.isoformat() == "2024-06-27T02:30:00+00:00"


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("Ngày;Giờ", "27/6/2024;9:30 SA"),
        ("Ngày;Giờ", "27/6/2024;09:30:00 SA"),
        ("Ngày;Giờ", "45470;0.3958333333"),
        ("Ngày;Giờ", "45470,0;,395833333333333"),
        ("Thời gian", "45470.3958333333"),
        ("Thời gian", "45470,39583"),
    ],
)
def test_times_are_read_as_excel_writes_or_counts_them(head: str, cells: str) -> None:
    sheet = read(f"Mã điểm thi;Số máy;Kết quả;Người thử;{head}\nthpt-a;2603000002;ok;{WHO};{cells}\n")
    assert only(sheet).started_at.isoformat() == "2024-06-27T02:30:00+00:00"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("27/6/2024;0,25", "“0,25” may be a time, or a part of a day as spreadsheets count it."),
        ("45470;", "“2024-06-27” has no time of day."),
        ("44008;0.5", "2020-06-26 12:00:00 is more than a year before what this inventory is for."),
    ],
)
def test_a_number_that_may_be_no_such_time_is_refused_with_what_it_is(cells: str, said: str) -> None:
    sheet = read(f"Mã điểm thi;Số máy;Kết quả;Người thử;Ngày;Giờ\nthpt-a;2603000002;ok;{WHO};{cells}\n")
    assert problems(sheet) == [(2, "Day", said)]


def test_numbers_and_decimals_are_read_as_spreadsheets_leave_them() -> None:
    sheet = read(
        "Mã điểm thi;Số máy;Kết quả;Chất lượng;Số trang;Người thử;Thời gian\n"
        f"thpt-a;2603000002;1;4,0;;{WHO};27/6/2024 9:30\n"
        f"thpt-a;'0260.3000.003;8;;2.0;{WHO};27/6/2024 9:30\n"
    )
    assert [o.metrics for o in sheet.observations] == [
        {"result": "ok", "voice_quality": 4},
        {"result": "page_received", "pages_count": 2},
    ]


def test_a_damaged_number_beside_the_lines_id_does_no_harm() -> None:
    head = "Mã điểm thi;Mã dịch vụ;Số máy;Kết quả;Người thử;Thời gian\n"
    assert only(read(f"{head}thpt-a;phone-1;2,6E+09;ok;{WHO};27/6/2024 9:30\n"))
    wrong = read(f"{head}thpt-a;phone-1;0260 3000 003;ok;{WHO};27/6/2024 9:30\n")
    assert problems(wrong) == [(2, "Line", "0260 3000 003 is not phone-1 but fax-1.")]


def test_merged_cells_take_what_stands_above_and_it_is_told() -> None:
    sheet = read(HEAD + ROW + ";fax-1;8;;2;;;\n;generator;tốt;;;;Trần Văn Minh;\n")
    assert [(o.check_id, o.operator) for o in sheet.observations] == [
        ("thpt-a/phone-1/call", WHO),
        ("thpt-a/fax-1/fax", WHO),
        ("thpt-a/generator/manual", "Trần Văn Minh"),
    ]
    assert [notice.values for notice in sheet.notices] == [{"rows": "3-4"}]


def test_a_line_is_never_taken_from_above() -> None:
    assert problems(read(HEAD + ROW + ";;busy;;;;;\n")) == [
        (3, "Number or item", "Which line is it? Neither its id nor its number is there.")
    ]


def test_rows_without_an_answer_are_counted_and_left_alone() -> None:
    sheet = read(HEAD + ROW + "thpt-a;fax-1;;;;;;\n\nthpt-b;phone-1;;;;;;\n")
    assert len(sheet.observations) == 1
    assert sheet.unanswered_count == 2


def test_everything_wrong_is_told_at_once_with_its_place() -> None:
    sheet = read(
        HEAD
        + f"thpt-x;phone-1;ok;;;;{WHO};27/6/2024 9:30\n"
        + f"thpt-a;phone-9;okk;;;;{WHO};27/6/2024 9:30\n"
        + "thpt-a;phone-1;good?;x;;;123;27/6/2034 9:30\n"
        + f"thpt-a;060 3000 002;ok;;;;{WHO};9:30\n"
        + f"thpt-a;phone-1;busy;5;;;{WHO};27/6/2024 9:30\n"
    )
    assert [(row, column) for row, column, _ in problems(sheet)] == [
        (2, "Site id"),
        (3, "Line"),
        (4, "Result"),
        (4, "Voice quality, 1 to 5"),
        (4, "Tested by"),
        (4, "Tested at"),
        (5, "Line"),
        (5, "Tested at"),
        (6, "Voice quality, 1 to 5"),
    ]
    assert sheet.observations == ()


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("thpt-a;phone-1;ok;9;;", "Voice quality, 1 to 5"),
        ("thpt-a;phone-1;noisy;4;;", "Voice quality, 1 to 5"),
        ("thpt-a;fax-1;8;;0;", "Pages received"),
        ("thpt-a;fax-1;8;;;", "Pages received"),
        ("thpt-a;generator;ok;;2;", "Pages received"),
    ],
)
def test_what_does_not_go_with_the_answer_is_told_with_its_column(cells: str, column: str) -> None:
    found = problems(read(f"{HEAD}{cells};{WHO};27/6/2034 9:30\n"))
    assert [(row, where) for row, where, _ in found] == [(2, column), (2, "Tested at")]


def test_wrong_columns_are_named_with_the_nearest_that_is_there() -> None:
    sheet = read("Mã điểm thi;Máy;Kết qủa thửu;Người thử;Thời gian\nthpt-a;phone-1;ok;Lan;27/6/2024 9:30\n")
    assert all("is missing" in text for _, _, text in problems(sheet))
    assert any(p.hint and p.hint.values["column"] == "Kết qủa thửu" for p in sheet.problems)


def test_one_heading_twice_is_refused() -> None:
    assert "twice" in problems(read("Mã điểm thi;Số máy;Kết quả;Result;Người thử;Thời gian\n"))[0][2]


def test_a_file_without_headings_is_told_how_to_get_some() -> None:
    sheet = read("phone-1;ok\nphone-2;busy\n")
    assert sheet.problems[0].hint and "--sheet" in sheet.problems[0].hint.text


def test_columns_that_are_not_known_are_left_out_and_named() -> None:
    sheet = read(
        f"Mã điểm thi;Số máy;Kết quả;Thời tiết;Người thử;Thời gian\nthpt-a;phone-1;ok;mưa;{WHO};27/6/2024 9:30\n"
    )
    assert only(sheet)
    assert [notice.values for notice in sheet.notices] == [{"names": "Thời tiết"}]


def test_what_the_command_line_tells_fills_what_is_empty() -> None:
    defaults = Defaults(operator="Lan", at=NOW, vantage="so-gddt", purpose="lần 2", site_id="thpt-a")
    found = only(read("Số máy;Kết quả\nphone-1;ok\n", defaults))
    assert (found.operator, found.started_at, found.vantage) == ("Lan", NOW, "so-gddt")


def test_a_file_that_is_named_must_be_there() -> None:
    assert problems(read(HEAD.strip() + ";Ảnh hoặc tệp\n" + ROW.strip() + ";a.jpg\n")) == [
        (2, "Photo or file", "no such file")
    ]


@pytest.mark.parametrize(
    "content",
    [b"\xd0\xcf\x11\xe0old workbook", b"\x00\x01\x02", b"a;b\n" * 100_001, b"x" * 10_000_001],
    ids=["xls", "binary", "too many rows", "too large"],
)
def test_what_is_no_sheet_is_refused(content: bytes) -> None:
    with pytest.raises(WrongValue):
        rows_of(content)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_rows_or_refused(content: bytes) -> None:
    try:
        sheet = read_sheet(rows_of(content), INVENTORY, THINGS, NOW, Defaults(), no_file)
    except WrongValue:
        return
    assert sheet.problems or not sheet.observations


@given(st.lists(st.text(max_size=12), min_size=8, max_size=8))
def test_any_cells_under_right_headings_are_read_or_told(cells: list[str]) -> None:
    keys = ("site_id", "line", "result", "voice_quality", "pages_count", "note", "operator", "at")
    rows = [keys, cells]
    sheet = read_sheet(rows, INVENTORY, THINGS, NOW, Defaults(), no_file)
    assert len(sheet.observations) + bool(sheet.problems) + sheet.unanswered_count <= 1


def test_the_empty_sheet_has_a_row_for_each_thing_to_try() -> None:
    rows = list(empty_rows(THINGS))
    assert [(row["site_id"], row["line"]) for row in rows] == [
        (item.site.id, item.check.service_id) for item in THINGS
    ]
    assert all(row["answers"] and row["task"] for row in rows)
    assert not any(key in row for row in rows for key in ("result", "operator", "at"))


def test_every_printed_heading_is_understood_when_it_comes_back() -> None:
    from kontum_netcheck.locale.language import Language

    for column in SHEET_COLUMNS:
        for language in (Language("vi"), Language("en")):
            assert key_of(language.say(column.label)) == column.key


def workbook(*rows: list[object]) -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_is_read_with_its_types() -> None:
    from kontum_netcheck.recording.workbook import is_workbook, rows_of_workbook

    head: list[object] = ["Mã điểm thi", "Số máy", "Kết quả", "Chất lượng", "Người thử", "Thời gian thử"]
    content = workbook(
        head,
        ["thpt-a", 2603000002, "tốt", 4.0, WHO, datetime(2024, 6, 27, 9, 30)],  # noqa: DTZ001
        [None, "fax-1", 7, None, None, None],
        ["thpt-b", "phone-1", 1, None, WHO, date(2024, 6, 27)],
    )
    assert is_workbook(content)
    sheet = read_sheet(rows_of_workbook(content), INVENTORY, THINGS, NOW, Defaults(), no_file)
    assert [o.check_id for o in sheet.observations] == ["thpt-a/phone-1/call", "thpt-a/fax-1/fax"]
    assert [(row, column) for row, column, _ in problems(sheet)] == [(4, "Tested at")]


def test_a_broken_workbook_is_refused() -> None:
    from kontum_netcheck.recording.workbook import rows_of_workbook

    with pytest.raises(WrongValue):
        rows_of_workbook(workbook(["a"])[:500])
