"""The rows below the headings: which are sites, which say more of one, which are titles and signatures. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kontum_netcheck.inventory.places import fold
from kontum_netcheck.model import WrongValue
from kontum_netcheck.province_list.cells import Cell, Place, Sheet
from kontum_netcheck.province_list.header import Header
from kontum_netcheck.province_list.headings import Key, key_of
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
_FEWEST_HEADINGS = 4
_ABOUT_NOTHING = frozenset({"order", "evidence", "ignored"})


class RowKind(StrEnum):
    """What a row is."""

    SITE = "site"
    MORE = "more"  # of the site above
    GROUP = "group"  # the title of a district's sites
    END = "end"  # sums, dates and signatures below the list
    NAMELESS = "nameless"  # something is said, and not of which site
    OTHER_TABLE = "other_table"  # other headings: what stands below is not read


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
    """The rows of a sheet that say something, in their order, up to where another table begins."""
    table = _Table(sheet, header, columns, known)
    for number in range(header.last_row + 1, len(sheet.rows)):
        texts = _texts(sheet.rows[number])
        if not texts or (number in sheet.hidden_rows and not with_hidden) or table.is_about_columns(texts):
            continue
        found = table.row(number, texts)
        if found is not None:
            yield found
            if found.kind is RowKind.OTHER_TABLE:
                return


@dataclass(slots=True)
class _Table:
    """A sheet whose rows are gone through from top to bottom."""

    sheet: Sheet
    header: Header
    columns: Mapping[int, Key]
    known: Sequence[ListedDistrict]
    has_site: bool = False
    has_signature: bool = False

    def is_about_columns(self, texts: Sequence[str]) -> bool:
        """Whether these are the headings once more, as they stand on each page, or the columns' numbers (1) (2)."""
        if not self.has_site and len(texts) > 2 and all(map(_NUMBERING.fullmatch, texts)):
            return True
        first, last = self.header.first_row, self.header.last_row
        headings = {cell.text for row in self.sheet.rows[first : last + 1] for cell in row if cell.text}
        return len(headings.intersection(texts)) >= (2 if headings.issuperset(texts) else 3)

    def row(self, number: int, texts: Sequence[str]) -> TableRow | None:
        """The row and its kind; None where it says nothing of a site."""
        row = _row(self.sheet, number, self.columns, skip_filled=False)
        title = self._title(number, row)
        if title:
            return TableRow(RowKind.GROUP, Row(row.place, {}), title)
        if _is_of_headings(texts):
            return TableRow(RowKind.OTHER_TABLE, row, texts[0])
        if self._is_below_the_list(row, texts[0]):
            return TableRow(RowKind.END, row, texts[0])
        if row.first("site") is not None and not self._goes_on(number):
            self.has_site = True
            return TableRow(RowKind.SITE, row)
        if row.first("site") is None and not (set(row.cells) - _ABOUT_NOTHING or row.odd):
            return None
        if row.first("site") is not None or (self.has_site and not row.all("order")):
            return TableRow(RowKind.MORE, _row(self.sheet, number, self.columns, skip_filled=True))
        return TableRow(RowKind.NAMELESS, row)

    def _title(self, number: int, row: Row) -> str:
        """The only text of a row, apart from its number, where it names a group of sites; else empty."""
        cells = enumerate(self.sheet.rows[number])
        texts = _texts([cell for column, cell in cells if self.columns.get(column) != "order"])
        texts = texts or _texts(self.sheet.rows[number])
        if len(texts) != 1:
            return ""
        order = row.first("order")
        is_counted = order is not None and order.text.isdigit()  # as sites are; groups have I, II or nothing
        return texts[0] if is_group_title(texts[0], self.known, by_name=is_counted) else ""

    def _is_below_the_list(self, row: Row, text: str) -> bool:
        """Whether it is a sum, or stands with dates and signatures below the last site."""
        first = fold(text[:_LOOKED_AT_CHARACTERS])
        self.has_signature = self.has_signature or (self.has_site and bool(_SIGNATURE.match(first)))
        is_sum = self.has_site and bool(_SUM.match(first))
        return is_sum or (self.has_signature and not _is_numbered(row))

    def _goes_on(self, number: int) -> bool:
        """Whether the site's cell is merged with the one above."""
        column = next(column for column, key in self.columns.items() if key == "site")
        here, above = self.sheet.cell(number, column), self.sheet.cell(number - 1, column)
        return self.has_site and here.is_filled and here.text == above.text


def _is_numbered(row: Row) -> bool:
    """Whether it goes on as a row of the list does, with a number and several cells."""
    order = row.first("order")
    return order is not None and order.text.isdigit() and len(row.cells) > 2


def _texts(cells: Sequence[Cell]) -> list[str]:
    return list(dict.fromkeys(cell.text for cell in cells if cell.text))


def _is_of_headings(texts: Sequence[str]) -> bool:
    """Whether these are headings of another table."""
    keys = {key_of(text) for text in texts} - {None}
    return "site" in keys and len(keys) >= _FEWEST_HEADINGS and len(keys) * 2 > len(texts)


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
