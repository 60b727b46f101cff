"""The sheet of what each place sees: a row for each check and vantage; only where a check names vantages."""

from typing import TYPE_CHECKING

from kontum_netcheck.model import message
from kontum_netcheck.report.columns import COLUMNS
from kontum_netcheck.report.measured import Measured
from kontum_netcheck.report.views import has_views, view_rows
from kontum_netcheck.report.workbook.checks import write_rows
from kontum_netcheck.report.workbook.frame import Frame
from kontum_netcheck.report.workbook.styles import Styles
from kontum_netcheck.report.workbook.table import Table

if TYPE_CHECKING:
    from xlsxwriter import Workbook


def write(book: "Workbook", styles: Styles, frame: Frame) -> Table | None:
    """Write it; None where no check names vantages."""
    if not has_views(frame.report):
        return None
    said = Measured(frame.options)
    rows = view_rows(frame.report)
    name, columns = message("By vantage"), COLUMNS["vantage"]
    return write_rows(book, styles, frame, name, columns, rows, lambda row: said.of(row) or None)
