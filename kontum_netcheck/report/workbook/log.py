"""The sheet of calls, as exam rules ask for them."""

from typing import TYPE_CHECKING

from kontum_netcheck.model import message
from kontum_netcheck.report.call_log import COLUMNS, calls
from kontum_netcheck.report.workbook.columns import laid_out
from kontum_netcheck.report.workbook.frame import Frame
from kontum_netcheck.report.workbook.styles import Styles
from kontum_netcheck.report.workbook.table import Table, write_table

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_MOST = {"site": 26, "purpose": 26, "note": 40, "number": 5, "called": 14}
_FOLDED = frozenset({"site_id", "evidence_id", "corrects"})


def write(book: "Workbook", styles: Styles, frame: Frame) -> Table:
    """Write it."""
    columns = laid_out(COLUMNS, most=_MOST, folded=_FOLDED)
    return write_table(book, styles, frame, message("Call log"), columns, list(calls(frame.report)), frozen=2)
