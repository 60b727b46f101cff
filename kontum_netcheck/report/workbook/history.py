"""The sheet that the sparklines of the services are drawn from: the last answers of each, the oldest first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kontum_netcheck.model import message
from kontum_netcheck.report.service_rows import ServiceRow, rows
from kontum_netcheck.report.workbook.frame import Frame
from kontum_netcheck.report.workbook.styles import Styles
from kontum_netcheck.report.workbook.table import Table, TableColumn, write_table

if TYPE_CHECKING:
    from xlsxwriter import Workbook

SPARKLINE_WIDTH = 22
_NAME = message("History")
_FIXED = 5
"""Columns before the values."""


def write(book: "Workbook", styles: Styles, frame: Frame) -> Table | None:
    """Write it, where the store knew anything."""
    shown = [row for row in rows(frame.report) if row.followed is not None]
    if not shown:
        return None
    columns = _columns(max(_count(row) for row in shown))
    return write_table(book, styles, frame, _NAME, columns, shown, frozen=2)


def sparklines(table: Table, column: int, shown: Sequence[ServiceRow], frame: Frame) -> None:
    """A bar for each of the last values of a service, with a gap where it did not answer."""
    from xlsxwriter.utility import quote_sheetname, xl_range, xl_rowcol_to_cell

    name = quote_sheetname(frame.options.text(_NAME))
    with_past = [at for at, row in enumerate(shown) if row.followed is not None]
    most = max(_count(shown[at]) for at in with_past)
    ranges = (
        xl_range(row, _FIXED, row, _FIXED + most - 1)  # both sheets have the same rows above their tables
        for row in range(table.first, table.first + len(with_past))
    )
    look = {
        "location": [xl_rowcol_to_cell(table.first + at, column) for at in with_past],
        "range": [f"{name}!{cells}" for cells in ranges],
        "type": "column",
        "min": 0,
        "empty_cells": "gaps",
        "series_color": "#1F3A5F",
    }
    table.sheet.add_sparkline(table.first + with_past[0], column, look)


def _count(row: ServiceRow) -> int:
    return len(row.followed.answers) if row.followed else 0


def _columns(most: int) -> list[TableColumn]:
    return [
        TableColumn(message("Site"), lambda row: row.site.verdict.name, 28),
        TableColumn(message("Service"), lambda row: row.verdict.name, 24),
        TableColumn(message("Followed"), lambda row: row.followed_label, 24),
        TableColumn(message("From"), lambda row: row.followed.answers[0].at, 12),
        TableColumn(message("To"), lambda row: row.followed.answers[-1].at, 12),
        *(_value(at, most) for at in range(most)),
    ]


def _value(at: int, most: int) -> TableColumn:
    """The newest stands last in every row."""

    def cell(row: ServiceRow) -> float | None:
        index = at - (most - _count(row))
        return row.followed.answers[index].value if index >= 0 and row.followed else None

    return TableColumn(message("{number}", number=at + 1), cell, 9)
