"""One table on a sheet: header, rows as high and columns as wide as their cells need, filters, print set-up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kontum_netcheck.model import Message, Readiness
from kontum_netcheck.report.workbook.cells import Cell, Cells
from kontum_netcheck.report.workbook.frame import Frame
from kontum_netcheck.report.workbook.rows import Filled
from kontum_netcheck.report.workbook.styles import Styles
from kontum_netcheck.report.workbook.widths import Widest, lines_count

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_NARROWEST, _AIR = 5, 1
_KIND_WIDTHS: Mapping[type, int] = {Readiness: 14, datetime: 16, float: 8}
_MOST_NOTES = 3
_VERDICT_CHARACTERS = 13
"""Of the longest, “Chưa sẵn sàng”: on one line in a column of 14, or on two in one of 9."""
_LINE_POINTS, _MOST_POINTS = 13, 409
"""Of the font; Excel's highest row."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a sheet."""

    label: Message
    value: Callable[[Any], object]
    most: int = 30  # its greatest width, in digits; longer texts wrap
    folded: bool = False  # for programs: folded away behind Excel's “+”
    verdict: Callable[[Any], Readiness | None] | None = None  # what colours it, where the cell is no verdict
    least: int = 0  # its smallest width
    metric: str = ""  # the cell is that metric of the row's observation


@dataclass(frozen=True, slots=True)
class Table:
    """Where a table stands, and the rows that come there when the workbook is put together."""

    sheet: "Worksheet"
    number: int  # of the sheet, from 1
    first: int  # the row of its first cells, from 0
    columns: tuple[Filled, ...]
    heights: tuple[float | None, ...]  # of each row, in points; None: a usual one


def write_table(
    book: "Workbook",
    styles: Styles,
    frame: Frame,
    name: Message,
    columns: Sequence[TableColumn],
    rows: Sequence[Any],
    *,
    frozen: int = 0,
    printed: int | None = None,
) -> Table:
    """A sheet of that name. `frozen`: columns that stay in sight; `printed`: how many are printed, None: all."""
    sheet = book.add_worksheet(frame.options.text(name))
    cells = _cells(columns, rows, Cells(frame.options))
    labels = [frame.options.text(column.label) for column in columns]
    widths, longest = _widths(columns, labels, cells)
    for at, (column, room) in enumerate(zip(columns, widths, strict=True)):
        folded = {"level": 1, "hidden": True} if column.folded else {}
        sheet.set_column(at, at, room + _AIR, None, folded)
    in_sight = [0 if column.folded else room for column, room in zip(columns, widths, strict=True)]
    first = next(at for at, column in enumerate(columns) if not column.folded)
    header = frame.begin(sheet, styles, sum(in_sight[:printed]), first, most=_MOST_NOTES)
    sheet.set_row(header, height(labels, in_sight, more=1))  # room for the arrows of the filters
    for at, label in enumerate(labels):
        sheet.write_string(header, at, label, styles.header)
    styles.write_pattern(sheet, header + 1)  # its place is taken by the rows
    end = len(columns) if printed is None else printed
    _set_up(sheet, frame, (header, header + len(rows)), (len(columns), end), frozen)
    wrapping = [at for at, room in enumerate(in_sight) if longest[at] > room > 0]
    rooms = [in_sight[at] for at in wrapping]
    heights = tuple(height(line, rooms) for line in zip(*(cells[at] for at in wrapping), strict=True))
    filled = tuple(
        Filled(found, at < end, None if column.verdict is None else list(map(column.verdict, rows)))
        for at, (column, found) in enumerate(zip(columns, cells, strict=True))
    )
    return Table(sheet, len(book.worksheets()), header + 1, filled, heights or (None,) * len(rows))


def _cells(columns: Sequence[TableColumn], rows: Sequence[Any], cells: Cells) -> list[list[Cell]]:
    """Column by column."""
    observations = (
        [row.verdict.observation for row in rows] if any(column.metric for column in columns) else []
    )
    metrics = [{} if each is None else each.metrics for each in observations]
    return [
        cells.column(
            [found.get(column.metric) for found in metrics]
            if column.metric
            else list(map(column.value, rows))
        )
        for column in columns
    ]


def _widths(
    columns: Sequence[TableColumn], labels: Sequence[str], cells: Sequence[Sequence[Cell]]
) -> tuple[list[int], list[int]]:
    """Of each column, in digits, what its longest cell takes within its bounds; and the characters of that cell."""
    widths, longest = [], []
    for column, label, found in zip(columns, labels, cells, strict=True):
        widest = Widest(label, max(column.most, column.least))
        kinds = set(map(type, found))
        for kind in kinds:
            least = _KIND_WIDTHS.get(kind, 0)
            widest.at_least(min(least, column.most) if kind is Readiness else least)
        texts = {cell for cell in found if isinstance(cell, str)} if str in kinds else set()
        by_length = sorted(texts, key=len, reverse=True)
        for text in by_length:
            if not widest.see(text):
                break
        widths.append(max(_NARROWEST, column.least, widest.found))
        verdict = _VERDICT_CHARACTERS if Readiness in kinds else 0
        longest.append(max(len(by_length[0]) if by_length else 0, verdict))
    return widths, longest


def height(line: Sequence[Cell], rooms: Sequence[int], more: int = 0) -> float | None:
    """In points, for the lines of its longest text in sight; None: a usual row. `rooms` 0: folded away."""
    lines = 1
    for cell, room in zip(line, rooms, strict=False):
        if isinstance(cell, Readiness) and _VERDICT_CHARACTERS > room > 0:
            lines = max(lines, 2)
        elif isinstance(cell, str) and len(cell) > room > 0:
            lines = max(lines, lines_count(cell, room))
    if lines + more <= 1:
        return None
    return float(min(_MOST_POINTS, (lines + more) * _LINE_POINTS + 2))


def _set_up(
    sheet: "Worksheet", frame: Frame, rows: tuple[int, int], counts: tuple[int, int], frozen: int
) -> None:
    """Filters and frozen panes for the screen, pages for the printer, and no green triangles at phone numbers.

    `rows`: the header's and the last; `counts`: of all columns, and of those that are printed.
    """
    header, last = rows
    sheet.autofilter(header, 0, last, counts[0] - 1)
    sheet.freeze_panes(header + 1, frozen)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})
    frame.print_set_up(sheet, header)
    sheet.print_area(0, 0, last, counts[1] - 1)
