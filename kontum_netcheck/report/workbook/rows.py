"""Rows of cells as the sheet's XML (ECMA-376, SpreadsheetML): text inline, so that nothing can become a formula.

XlsxWriter takes some 12 µs a cell, and a country's checks are half a million: these rows take a quarter of it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from kontum_netcheck.model import Readiness
from kontum_netcheck.report.workbook.cells import Cell, digits_of

_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's days have no zone
_DAY_S = 86_400
_MARKUP = re.compile("[&<>]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

Line = tuple[Sequence[Cell], float | None, Mapping[int, Readiness]]
"""Cells, the row's height in points where it is more than one line, and colours of cells that are no verdicts."""

Looks = Mapping[object, int]
"""The number of each style in the workbook: by a word, the key of a verdict, or a count of digits."""

Words = Mapping[Readiness, str]
"""What the verdicts are called."""


def rows(
    lines: Sequence[Line], first: int, names: Sequence[str], boxed: int, looks: Looks, said: Words
) -> Iterator[str]:
    """The XML of each row from `first` (from 1) on; `names` of the columns, the first `boxed` framed if empty."""
    opens = [f'<c r="{name}' for name in names]
    words = {readiness: _inline(word) for readiness, word in said.items()}
    known: dict[str, str] = {}
    for number, (cells, height, colours) in enumerate(lines, start=first):
        tall = "" if height is None else f' ht="{height:g}" customHeight="1"'
        parts = [f'<row r="{number}"{tall}>']
        plain = f'{number}" s="{looks["text"]}" t="inlineStr"><is>'
        for at, cell in enumerate(cells):
            if type(cell) is str:
                text = known.get(cell) or known.setdefault(cell, _inline(cell))
                look = (
                    f'{number}" s="{looks[colours[at].key]}" t="inlineStr"><is>' if at in colours else plain
                )
                parts.append(f"{opens[at]}{look}{text}</is></c>")
            elif cell is None:
                if at < boxed:
                    parts.append(f'{opens[at]}{number}" s="{looks["empty"]}"/>')
            elif isinstance(cell, Readiness):
                look = f'{number}" s="{looks[cell.key]}" t="inlineStr"><is>'
                parts.append(f"{opens[at]}{look}{words[cell]}</is></c>")
            elif not isinstance(cell, str):
                style, value = _number(cell, looks)
                parts.append(f'{opens[at]}{number}" s="{style}"><v>{value}</v></c>')
        parts.append("</row>")
        yield "".join(parts)


def _number(cell: int | float | datetime, looks: Looks) -> tuple[int, str]:
    if isinstance(cell, float):
        return looks[digits_of(cell)], repr(cell)
    if isinstance(cell, datetime):
        return looks["moment"], repr((cell - _DAY_ZERO).total_seconds() / _DAY_S)
    return looks[0], str(cell)


def _inline(text: str) -> str:
    if _MARKUP.search(text):
        text = _MARKUP.sub(lambda match: _ESCAPES[match[0]], text)
    if "_x" in text:
        text = _ESCAPED.sub("_x005F_", text)  # or `_x0041_` would be read as A
    return f'<t xml:space="preserve">{text}</t>' if text[:1] == " " or text[-1:] == " " else f"<t>{text}</t>"
