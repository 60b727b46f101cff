"""Cells of a sheet, each by what its value is: a number as a number, a moment as a moment, all else as text."""

import math
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from kontum_netcheck.model import Readiness
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.safe import visible
from kontum_netcheck.report.workbook.styles import Styles

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_MOST_CHARACTERS = 16_000  # Excel takes 32,767 UTF-16 units a cell
_NO_XML = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}
_MOMENT = "0" * 16  # as wide as it is shown

Prepared = str | int | float | datetime | Readiness | None
"""What a cell holds in the end; None: nothing."""


class Cells:
    """Makes cells for one reader, and writes them."""

    def __init__(self, styles: Styles, options: Options) -> None:
        self._styles = styles
        self._options = options
        self._words: dict[object, str] = {}

    def prepared(self, value: object) -> Prepared:
        """The value, in the reader's words where it isn't a number, a moment or a verdict."""
        match value:
            case None | Readiness():
                return value
            case Enum() | bool():
                key = type(value), value  # a bool equals an integer, a StrEnum its text
                return self._words.get(key) or self._words.setdefault(key, self._options.text(value))
            case str():
                return _text(visible(value))
            case float():
                return value if math.isfinite(value) else None
            case datetime():
                return value.astimezone(self._options.zone).replace(tzinfo=None, microsecond=0)
            case int():
                return value
            case tuple():
                return _text("; ".join(map(self._options.text, value)))
            case _:
                return _text(self._options.text(value))

    def shown(self, cell: Prepared) -> str:
        """The text by which a column gets its width."""
        match cell:
            case str():
                return cell
            case Readiness():
                return self._options.text(cell)
            case float():
                return self._options.language.number(cell)
            case datetime():
                return _MOMENT
        return "" if cell is None else str(cell)

    def write(
        self, sheet: "Worksheet", row: int, at: int, cell: Prepared, colour: Readiness | None = None
    ) -> None:
        """Write it, in the colour of a verdict where it has one."""
        styles = self._styles
        match cell:
            case str():
                sheet.write_string(row, at, cell, styles.text if colour is None else styles.verdict(colour))
            case Readiness():
                sheet.write_string(row, at, self._options.text(cell), styles.verdict(cell))
            case float():
                digits = len(self.shown(cell).replace(",", ".").partition(".")[2])  # three significant
                sheet.write_number(row, at, cell, styles.number(digits))
            case int():
                sheet.write_number(row, at, cell, styles.number(0))
            case datetime():
                sheet.write_datetime(row, at, cell, styles.moment)


def _text(text: str) -> str:
    if len(text) > _MOST_CHARACTERS:
        text = text[: _MOST_CHARACTERS - 1] + "…"
    return text.translate(_NO_XML)
