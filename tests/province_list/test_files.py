"""From a file's bytes to its sheets: encodings and separators are told, what can't be told is refused."""

import io
import re
import unicodedata
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook  # type: ignore[import-untyped]

from kontum_netcheck.model import WrongValue
from kontum_netcheck.province_list.cells import CellKind, Sheet
from kontum_netcheck.province_list.legacy_letters import from_tcvn3, from_vni, letters_of
from kontum_netcheck.province_list.separated import sheet_of
from kontum_netcheck.province_list.workbook import is_workbook, sheets_of

ROWS = (
    ("STT", "Huyện", "Tên điểm thi", "Số điện thoại", "Đường truyền"),
    ("1", "Đắk Hà", "Trường PT dân tộc nội trú", "0260 3000 002", "FTTH, VNPT"),
)
TCVN3 = "STT;HuyÖn;Tªn ®iÓm thi;Sè ®iÖn tho¹i;§­êng truyÒn\n1;§¾k Hµ;Tr­êng PT d©n téc néi tró;0260 3000 002;FTTH, VNPT\n"
VNI = (
    "STT;Huyeän;Teân ñieåm thi;Soá ñieän thoaïi;Ñöôøng truyeàn\n"
    "1;Ñaék Haø;Tröôøng PT daân toäc noäi truù;0260 3000 002;FTTH, VNPT\n"
)


def csv_text(separator: str) -> str:
    return "".join(separator.join(f'"{cell}"' for cell in row) + "\r\n" for row in ROWS)


def texts(sheet: Sheet) -> list[tuple[str, ...]]:
    return [tuple(cell.text for cell in row) for row in sheet.rows]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_with_any_separator(encoding: str, separator: str) -> None:
    sheet, told = sheet_of(csv_text(separator).encode(encoding), "ds.csv")
    assert texts(sheet) == list(ROWS)
    assert not told


def windows_1258(text: str) -> bytes:
    """As Excel saves it in Vietnam: the tone behind its letter where there is no letter with it."""
    parts = unicodedata.normalize("NFD", text)
    for tone in "\u0300\u0301\u0303\u0309\u0323":
        parts = re.sub(f"(\\w){tone}([\u0302\u0306\u031b])", rf"\1\2{tone}", parts)
    letters = re.sub(
        "[aeouAEOU][\u0302\u0306\u031b]", lambda match: unicodedata.normalize("NFC", match[0]), parts
    )
    return letters.encode("cp1258")


def test_windows_1258_tcvn3_and_vni_are_told_by_the_words_that_they_make() -> None:
    for content in (windows_1258(csv_text(";")), TCVN3.encode("latin-1"), VNI.encode("latin-1")):
        sheet, told = sheet_of(content, "ds.csv")
        assert texts(sheet) == list(ROWS)
        assert len(told) == 1


def test_an_encoding_that_cannot_be_told_is_refused() -> None:
    for content in (b"a;b\n\xe9\xe8;\xff\n", bytes(range(256)) * 4, b"\x89PNG\r\n\x1a\n\0\0"):
        with pytest.raises(WrongValue):
            sheet_of(content, "ds.csv")


def test_letters_of_old_fonts_are_whole() -> None:
    assert from_tcvn3("Ng­êi kiÓm tra, ®¬n vÞ, ®Þa chØ, vµ") == "Người kiểm tra, đơn vị, địa chỉ, và"
    assert (
        from_vni("Ngöôøi kieåm tra, ñôn vò, ñòa chæ, vaø, ÑIEÄN")
        == "Người kiểm tra, đơn vị, địa chỉ, và, ĐIỆN"
    )
    assert letters_of("Trường THPT, điện thoại, huyện, số") is None
    assert letters_of("plain English text of a list") is None


def test_a_line_that_says_the_separator_is_no_row_of_the_list_and_still_counts() -> None:
    sheet, _ = sheet_of(b"sep=|\r\na|b\r\n", "ds.csv")
    assert texts(sheet) == [(), ("a", "b")]


def test_a_text_that_is_kept_by_a_formula_is_the_text() -> None:
    sheet, _ = sheet_of(b'a;b\n="0260 3000 002";=1\n', "ds.csv")
    assert texts(sheet)[1] == ("0260 3000 002", "=1")


def test_an_old_workbook_is_refused_with_what_to_do() -> None:
    with pytest.raises(WrongValue, match="old Excel") as refused:
        sheet_of(b"\xd0\xcf\x11\xe0" + b"\0" * 100, "ds.xls")
    assert refused.value.hint is not None


def book_bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_merged_cells_are_filled_and_known_as_such() -> None:
    book = Workbook()
    book.active.append(["Đắk Hà", "A"])
    book.active.append([None, "B"])
    book.active.merge_cells("A1:A2")
    ((sheet,), _) = sheets_of(book_bytes(book))
    assert [(row[0].text, row[0].is_filled) for row in sheet.rows] == [("Đắk Hà", False), ("Đắk Hà", True)]


def test_cells_are_what_excel_has_made_of_them() -> None:
    from datetime import datetime

    book = Workbook()
    book.active.append([2603000002, 24.0, True, "=A1", datetime(2024, 10, 10), "0260 3000 002"])  # noqa: DTZ001
    book.active.cell(1, 7, "#N/A").data_type = "e"
    ((sheet,), _) = sheets_of(book_bytes(book))
    assert [(cell.text, cell.kind) for cell in sheet.rows[0]] == [
        ("2603000002", CellKind.NUMBER),
        ("24", CellKind.NUMBER),
        ("x", CellKind.TEXT),
        ("=A1", CellKind.UNCALCULATED),
        ("10/10/2024", CellKind.MOMENT),
        ("0260 3000 002", CellKind.TEXT),
        ("#N/A", CellKind.ERROR),
    ]


def test_the_value_that_was_saved_with_a_formula_counts() -> None:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write_formula(0, 0, "=12*2", None, 24)
    ((sheet,), _) = sheets_of(out.getvalue())
    assert (sheet.rows[0][0].text, sheet.rows[0][0].kind) == ("24", CellKind.NUMBER)


def test_what_is_hidden_is_known() -> None:
    book = Workbook()
    for number in range(3):
        book.active.append([number, number])
    book.active.row_dimensions[2].hidden = True
    book.active.column_dimensions["B"].hidden = True
    book.create_sheet("x").sheet_state = "veryHidden"
    sheets, _ = sheets_of(book_bytes(book))
    assert [sorted(sheets[0].hidden_rows), sorted(sheets[0].hidden_columns)] == [[1], [1]]
    assert [sheet.is_hidden for sheet in sheets] == [False, True]


def test_a_workbook_in_an_old_font_is_read_and_told() -> None:
    book = Workbook()
    for line in TCVN3.splitlines():
        book.active.append(line.split(";"))
    ((sheet,), told) = sheets_of(book_bytes(book))
    assert texts(sheet) == list(ROWS)
    assert len(told) == 1


def test_a_broken_workbook_and_one_that_unpacks_to_too_much_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 26_000_000)
    for content in (b"PK\x03\x04 no archive", out.getvalue()):
        assert is_workbook(content)
        with pytest.raises(WrongValue) as refused:
            sheets_of(content)
        assert "zip" not in str(refused.value).casefold()


@given(st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode("utf-16")))
@settings(deadline=None)
def test_any_bytes_are_a_sheet_or_refused(content: bytes) -> None:
    try:
        sheet_of(content, "ds.csv")
    except WrongValue as refused:
        assert refused.problem.text
