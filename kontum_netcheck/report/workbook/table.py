"""One table on a sheet: header, rows as high and columns as wide as their cells need, filters, print set-up."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kontum_netcheck.model import Message, Readiness
from kontum_netcheck.report.workbook.cells import Cells, Prepared
from kontum_netcheck.report.workbook.frame import Frame
from kontum_netcheck.report.workbook.styles import Styles
from kontum_netcheck.report.workbook.widths import Widest, lines_count

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_NARROWEST, _AIR = 5, 1
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


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the table came to stand."""

    sheet: "Worksheet"
    first: int  # the row of its first cells, from 0


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
) -> Placed:
    """A sheet of that name. `frozen`: columns that stay in sight; `printed`: how many are printed, None: all."""
    sheet = book.add_worksheet(frame.options.text(name))
    visible_at = next(at for at, column in enumerate(columns) if not column.folded)
    header = frame.begin(sheet, styles, visible_at)
    cells = Cells(styles, frame.options)
    prepared = [[cells.prepared(column.value(row)) for column in columns] for row in rows]
    labels = [frame.options.text(column.label) for column in columns]
    widths = _widths(columns, labels, prepared, cells)
    for at, (column, room) in enumerate(zip(columns, widths, strict=True)):
        folded = {"level": 1, "hidden": True} if column.folded else {}
        sheet.set_column(at, at, room + _AIR, None, folded)
    visible = [0 if column.folded else room for column, room in zip(columns, widths, strict=True)]
    heighten(sheet, header, labels, visible, more=1)  # for the arrows of the filters
    for at, label in enumerate(labels):
        sheet.write_string(header, at, label, styles.header)
    end = len(columns) if printed is None else printed
    colours = [(at, column.verdict) for at, column in enumerate(columns) if column.verdict is not None]
    for number, (row, line) in enumerate(zip(rows, prepared, strict=True), start=header + 1):
        heighten(sheet, number, line, visible)
        coloured = {at: verdict(row) for at, verdict in colours}
        for at, cell in enumerate(line):
            if cell is not None:
                cells.write(sheet, number, at, cell, coloured.get(at))
            elif at < end:  # boxed on paper
                sheet.write_blank(number, at, None, styles.empty)
    _set_up(sheet, frame, (header, header + len(rows)), (len(columns), end), frozen)
    return Placed(sheet, header + 1)


def _widths(
    columns: Sequence[TableColumn], labels: Sequence[str], rows: Iterable[Sequence[Prepared]], cells: Cells
) -> list[int]:
    """Of each column, in digits: what its longest cell takes, within its bounds."""
    widest = [Widest(label, column.most) for label, column in zip(labels, columns, strict=True)]
    for row in rows:
        for column, cell in zip(widest, row, strict=True):
            if cell is not None:
                column.see(cells.shown(cell))
    return [max(_NARROWEST, column.least, found.found) for column, found in zip(columns, widest, strict=True)]


def heighten(
    sheet: "Worksheet", row: int, line: Sequence[Prepared], rooms: Sequence[int], more: int = 0
) -> None:
    """As many lines as the longest of its texts takes in sight; `rooms` 0: folded away."""
    lines = 1
    for cell, room in zip(line, rooms, strict=False):
        if isinstance(cell, str) and 2 * len(cell) > room > 0:
            lines = max(lines, lines_count(cell, room))
    if lines + more > 1:
        sheet.set_row(row, min(_MOST_POINTS, (lines + more) * _LINE_POINTS + 2))


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
