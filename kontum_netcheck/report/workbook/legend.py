"""The sheet that explains: the words and colours, every limit with its source, and what this workbook rests on."""

from datetime import datetime
from typing import TYPE_CHECKING

from kontum_netcheck.model import Readiness, message
from kontum_netcheck.report.explained import LIMIT_HEADS, MEANINGS, facts, limits
from kontum_netcheck.report.workbook.cells import Cell, Cells
from kontum_netcheck.report.workbook.frame import Frame
from kontum_netcheck.report.workbook.styles import Styles
from kontum_netcheck.report.workbook.table import height

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_WIDTHS = (26, 70, 14, 14, 60, 10)


def write(book: "Workbook", styles: Styles, frame: Frame) -> None:
    """Write it."""
    sheet = book.add_worksheet(frame.options.text(message("Legend")))
    cells = Cells(frame.options)
    row = frame.begin(sheet, styles, sum(_WIDTHS)) + 1
    for heading, labels, block in (
        (message("What the words mean"), (), MEANINGS.items()),
        (message("Limits"), LIMIT_HEADS, limits(frame.report)),
        (message("What this workbook rests on"), (), facts(frame.report, frame.fingerprint)),
    ):
        sheet.write_string(row, 0, frame.options.text(heading), styles.heading)
        said = list(map(frame.options.text, labels))
        if said:
            sheet.set_row(row + 1, height(said, _WIDTHS))
        for at, label in enumerate(said):
            sheet.write_string(row + 1, at, label, styles.header)
        row += 2 if labels else 1
        for line in block:
            row = _write_line(sheet, styles, row, list(map(cells.of, line)))
        row += 1
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{row}"})
    frame.print_set_up(sheet)


def _write_line(sheet: "Worksheet", styles: Styles, row: int, line: list[Cell]) -> int:
    sheet.set_row(row, height(line, _WIDTHS))
    for at, cell in enumerate(line):
        match cell:
            case Readiness():
                sheet.write_string(row, at, styles.words[cell], styles.verdict(cell))
            case str():
                sheet.write_string(row, at, cell, styles.text)
            case datetime():
                sheet.write_datetime(row, at, cell, styles.moment)
            case int():
                sheet.write_number(row, at, cell, styles.count)
    return row + 1
