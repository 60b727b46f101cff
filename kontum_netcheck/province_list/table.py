"""The rows below the headings: which are sites, which say more of one, which are titles and signatures. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kontum_netcheck.inventory.places import fold
from kontum_netcheck.model import WrongValue
from kontum_netcheck.province_list.cells import Cell, Place, Sheet
from kontum_netcheck.province_list.header import Header
from kontum_netcheck.province_list.headings import Key
from kontum_netcheck.province_list.known_districts import is_group_title
from kontum_netcheck.province_list.listed import ListedDistrict
from kontum_netcheck.province_list.row import Row, Said, refuse_odd

_SUM = re.compile(r"(?:tong|cong)\b(?! ty)|total\b")
_SIGNATURE = re.compile(
    r"noi nhan|nguoi lap|lap bieu|giam doc|hieu truong|thu truong|tm\.|kt\.|tl\.|ghi chu|luu y"
    r"|.*\bngay\b.*\bthang\b.*\bnam\b|an dinh|danh sach (?:nay|gom|co)|\(?ky ten|pho giam doc"
)
_NUMBERING = re.compile(r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})\)?(?:\s*=.*)?", re.IGNORECASE)
_LOOKED_AT_CHARACTERS = 200
_ABOUT_NOTHING = frozenset({"order", "evidence", "ignored"})


class RowKind(StrEnum):
    """What a row is."""

    SITE = "site"
    MORE = "more"  # of the site above
    GROUP = "group"  # the title of a district's sites
    END = "end"  # sums, dates and signatures below the list
    NAMELESS = "nameless"  # something is said, and not of which site


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row with its kind; `title` is the text of a group's or an end's row."""

    kind: RowKind
    row: Row
    title: str = ""


def rows_of(
    sheet: Sheet,
    header: Header,
    columns: Mapping[int, Key],
    known: Sequence[ListedDistrict],
    *,
    with_hidden: bool,
) -> Iterator[TableRow]:
    """The rows of a sheet that say something, in their order."""
    site_columns = [column for column, key in columns.items() if key == "site"]
    has_site = has_signature = False
    for number in range(header.last_row + 1, len(sheet.rows)):
        cells = sheet.rows[number]
        texts = _texts(cells)
        if not texts or (number in sheet.hidden_rows and not with_hidden) or _is_repeated(cells, header):
            continue
        if not has_site and len(texts) > 2 and all(map(_NUMBERING.fullmatch, texts)):
            continue  # (1) (2) (3): the columns' numbers
        title = _title(cells, columns)
        if title and is_group_title(title, known):
            yield TableRow(RowKind.GROUP, Row(Place(sheet.name, number), {}), title)
            continue
        row = _row(sheet, number, columns, skip_filled=False)
        first = fold(texts[0][:_LOOKED_AT_CHARACTERS])
        has_signature = has_signature or (has_site and bool(_SIGNATURE.match(first)))
        ended = (has_site and bool(_SUM.match(first))) or (has_signature and not _is_numbered(row))
        named = row.first("site")
        is_merged = bool(site_columns) and sheet.cell(number, site_columns[0]).is_filled
        if ended:
            yield TableRow(RowKind.END, row, texts[0])
        elif named is not None and not (
            has_site and is_merged and _is_merged_down(sheet, number, site_columns[0])
        ):
            has_site = True
            yield TableRow(RowKind.SITE, row)
        elif named is not None:
            yield TableRow(RowKind.MORE, _row(sheet, number, columns, skip_filled=True))
        elif set(row.cells) - _ABOUT_NOTHING or row.odd:
            is_more = has_site and not row.all("order")
            kind = RowKind.MORE if is_more else RowKind.NAMELESS
            yield TableRow(kind, _row(sheet, number, columns, skip_filled=True) if is_more else row)


def _is_numbered(row: Row) -> bool:
    """Whether it goes on as a row of the list does, with a number and several cells."""
    order = row.first("order")
    return order is not None and order.text.isdigit() and len(row.cells) > 2


def _texts(cells: Sequence[Cell]) -> list[str]:
    return list(dict.fromkeys(cell.text for cell in cells if cell.text))


def _is_repeated(cells: Sequence[Cell], header: Header) -> bool:
    """Whether these are the headings once more, as they stand on each page."""
    same = [
        column for column, text in header.texts.items() if column < len(cells) and cells[column].text == text
    ]
    return len(same) >= 3


def _title(cells: Sequence[Cell], columns: Mapping[int, Key]) -> str:
    """The only text of a row, apart from its number; empty where there are several."""
    texts = _texts([cell for column, cell in enumerate(cells) if columns.get(column) != "order"])
    if not texts:
        texts = _texts(cells)
    return texts[0] if len(texts) == 1 else ""


def _is_merged_down(sheet: Sheet, number: int, column: int) -> bool:
    """Whether the cell belongs to the merged one in the row above."""
    return sheet.cell(number, column).text == sheet.cell(number - 1, column).text


def _row(sheet: Sheet, number: int, columns: Mapping[int, Key], *, skip_filled: bool) -> Row:
    """The row's cells; of the later rows of a site the merged ones have been read in its first."""
    found: dict[Key, list[Said]] = {}
    odd: list[tuple[Place, Key, WrongValue]] = []
    for column, key in columns.items():
        cell = sheet.cell(number, column)
        if not cell.text or (skip_filled and cell.is_filled):
            continue
        place = Place(sheet.name, number, column)
        try:
            refuse_odd(cell, key)
        except WrongValue as wrong:
            odd.append((place, key, wrong))
            continue
        found.setdefault(key, []).append(Said(place, cell.text))
    return Row(Place(sheet.name, number), found, odd)
