"""The sheet of districts: each with its counts, and the sites that make it what it is."""

from typing import TYPE_CHECKING

from kontum_netcheck.model import message
from kontum_netcheck.report.columns import COLUMNS
from kontum_netcheck.report.workbook.columns import laid_out
from kontum_netcheck.report.workbook.frame import Frame
from kontum_netcheck.report.workbook.styles import Styles
from kontum_netcheck.report.workbook.table import Table, write_table

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_MOST = {"district": 30, "remarks": 70}
_FOLDED = frozenset({"lab", "sample"})


def write(book: "Workbook", styles: Styles, frame: Frame) -> Table:
    """Write it."""
    columns = laid_out(COLUMNS["district"], most=_MOST, folded=_FOLDED)
    return write_table(book, styles, frame, message("Districts"), columns, frame.report.districts, frozen=2)
