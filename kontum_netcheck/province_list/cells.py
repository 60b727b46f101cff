"""The cells of a list, as a spreadsheet counts them: `Sheet1!C7`. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_PLAIN_NAME = re.compile(r"[^\W\d]\w*")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|_x000D_")
_SPACES = re.compile(r"[^\S\n]+")
MAX_CHARACTERS = 2000


class CellKind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"  # a day or time; `text` as Excel shows it in Vietnam
    ERROR = "error"  # #REF!, #N/A
    UNCALCULATED = "uncalculated"  # a formula whose value was never saved


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text as a person would have typed it. `is_filled`: it is a part of a merged cell, not its first."""

    text: str = ""
    kind: CellKind = CellKind.TEXT
    is_filled: bool = False


EMPTY = Cell()


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a cell stands. Rows and columns count from 0, and are shown as spreadsheets count them.

    Without a column it is the whole row; a row below 0 is the whole sheet.
    """

    sheet: str
    row: int = -1
    column: int | None = None

    def __str__(self) -> str:
        quoted = self.sheet.replace("'", "''")
        name = self.sheet if _PLAIN_NAME.fullmatch(self.sheet) else f"'{quoted}'"
        return f"{name}!{self.address}" if self.row >= 0 else name

    @property
    def address(self) -> str:
        """`C7`; of a whole row `7:7`."""
        if self.column is None:
            return f"{self.row + 1}:{self.row + 1}"
        return f"{column_name(self.column)}{self.row + 1}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. What is hidden in it is known by its number."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    is_hidden: bool = False
    is_cut: bool = False  # it has more rows than anybody reads

    def cell(self, row: int, column: int) -> Cell:
        """The cell there, an empty one beyond the end."""
        cells = self.rows[row] if row < len(self.rows) else ()
        return cells[column] if column < len(cells) else EMPTY


def column_name(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def clean(text: str) -> str:
    """Without what can't be seen and without idle spaces; lines stay lines. Composed (NFC), of bounded length."""
    text = unicodedata.normalize("NFC", text[:MAX_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n"))
    seen = "".join(
        c if c.isprintable() or c == "\n" else " " for c in _INVISIBLE.sub("", text.replace("\u2028", "\n"))
    )
    lines = (_SPACES.sub(" ", line).strip() for line in seen.split("\n"))
    return "\n".join(line for line in lines if line).removeprefix("'").strip()


def one_line(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())


def shown(places: Iterable[Place], most: int = 6) -> str:
    """`DS!H8:H10, H12 (+30)`: where a thing stands, each sheet named once, cells below one another as a range."""
    ordered = sorted(set(places), key=lambda place: (place.sheet, place.column or 0, place.row))
    spans: list[list[Place]] = []
    for place in ordered:
        if spans and _is_below(spans[-1][-1], place):
            spans[-1].append(place)
        else:
            spans.append([place])
    parts: list[str] = []
    sheet = None
    for span in spans[:most]:
        first, last = span[0], span[-1]
        start = first.address if first.sheet == sheet else str(first)
        if first.column is None and first.row >= 0:  # whole rows: 8:9
            start, _, _ = start.rpartition(":")
        end = last.address.rpartition(":")[2]
        parts.append(
            start if (first == last and first.column is not None) or first.row < 0 else f"{start}:{end}"
        )
        sheet = first.sheet
    more = sum(map(len, spans[most:]))
    return ", ".join(parts) + (f" (+{more})" if more else "")


def _is_below(upper: Place, lower: Place) -> bool:
    return (upper.sheet, upper.column, upper.row + 1) == (lower.sheet, lower.column, lower.row)
