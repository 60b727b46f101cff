"""Rows of cells as the sheet's XML (ECMA-376, SpreadsheetML): text inline, so that nothing can become a formula.

XlsxWriter takes some 12 µs a cell, and a country's checks are half a million: these rows take a twentieth of it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kontum_netcheck.model import Readiness
from kontum_netcheck.report.workbook.cells import Cell, digits_of

_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's days have no zone
_DAY = timedelta(days=1)
_MARKUP = re.compile("[&<>]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_BLOCK_COUNT = 2_000
"""Rows that are made at once: column by column is three times as fast, but takes memory."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The cells of one column."""

    cells: list[Cell]
    boxed: bool  # an empty cell has a frame, too
    colours: list[Readiness | None] | None = None  # of cells that are no verdicts


Looks = Mapping[object, int]
"""The number of each style in the workbook: by a word, the key of a verdict, or a count of digits."""

Words = Mapping[Readiness, str]
"""What the verdicts are called."""


def rows(
    columns: Sequence[Filled], heights: Sequence[float | None], first: int, looks: Looks, said: Words
) -> Iterator[str]:
    """The XML of each row, of which the first has the number `first` (from 1)."""
    from xlsxwriter.utility import xl_col_to_name

    made = [_Column(xl_col_to_name(at), column, looks, said) for at, column in enumerate(columns)]
    for start in range(0, len(heights), _BLOCK_COUNT):
        end = min(len(heights), start + _BLOCK_COUNT)
        numbers = range(first + start, first + end)
        heads = [
            f'<row r="{number}">'
            if height is None
            else f'<row r="{number}" ht="{height:g}" customHeight="1">'
            for number, height in zip(numbers, heights[start:end], strict=True)
        ]
        for parts in zip(heads, *(column.block(numbers, start, end) for column in made), strict=True):
            yield f"{''.join(parts)}</row>"


class _Column(dict[Cell, str]):
    """The XML of a column's cells, each behind the number of its row. What occurs again is not made again."""

    def __init__(self, name: str, filled: Filled, looks: Looks, said: Words) -> None:
        self._opening = f'<c r="{name}'
        self._filled, self._looks, self._said = filled, looks, said

    def block(self, numbers: Sequence[int], start: int, end: int) -> list[str]:
        """The cells of the rows from `start` to before `end`; "" where there is none."""
        opening, cells, colours = self._opening, self._filled.cells[start:end], self._filled.colours
        if colours is not None:
            behind = [
                self._behind(cell, colour) for cell, colour in zip(cells, colours[start:end], strict=True)
            ]
            return [f"{opening}{number}{rest}" for number, rest in zip(numbers, behind, strict=True)]
        if self._filled.boxed:
            return [f"{opening}{number}{self[cell]}" for number, cell in zip(numbers, cells, strict=True)]
        return [
            "" if cell is None else f"{opening}{number}{self[cell]}"
            for number, cell in zip(numbers, cells, strict=True)
        ]

    def __missing__(self, cell: Cell) -> str:
        if isinstance(cell, float):  # hardly ever the same
            return f'" s="{self._looks[digits_of(cell)]}"><v>{cell!r}</v></c>'
        return self.setdefault(cell, self._behind(cell, None))

    def _behind(self, cell: Cell, colour: Readiness | None) -> str:
        look = self._looks[colour.key if colour is not None and cell is not None else _purpose(cell)]
        if cell is None:
            return f'" s="{look}"/>'
        if isinstance(cell, Readiness):
            cell = self._said[cell]
        if isinstance(cell, str):
            return f'" s="{look}" t="inlineStr"><is>{_inline(cell)}</is></c>'
        if isinstance(cell, datetime):
            cell = (cell - _DAY_ZERO) / _DAY
        return f'" s="{look}"><v>{cell!r}</v></c>'


def _purpose(cell: Cell) -> object:
    """What the style of a cell is found by."""
    if isinstance(cell, str):
        return "text"
    if isinstance(cell, float):
        return digits_of(cell)
    if isinstance(cell, Readiness):
        return cell.key
    return "empty" if cell is None else "moment" if isinstance(cell, datetime) else 0


def _inline(text: str) -> str:
    if _MARKUP.search(text):
        text = _MARKUP.sub(lambda match: _ESCAPES[match[0]], text)
    if "_x" in text:
        text = _ESCAPED.sub("_x005F_", text)  # or `_x0041_` would be read as A
    return f'<t xml:space="preserve">{text}</t>' if text[:1] == " " or text[-1:] == " " else f"<t>{text}</t>"
