"""The sheet of sites: the columns of the paper forms, one row a site, the portals last."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kontum_netcheck.model import Readiness, ServiceKind, message
from kontum_netcheck.report.build import SiteRow
from kontum_netcheck.report.cells import result_in_words, results
from kontum_netcheck.report.columns import COLUMNS, rows
from kontum_netcheck.report.workbook.columns import laid_out
from kontum_netcheck.report.workbook.frame import Frame
from kontum_netcheck.report.workbook.styles import Styles
from kontum_netcheck.report.workbook.table import Table, write_table

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_MOST = {
    "number": 5,
    "district": 13,
    "site": 20,
    "role": 10,
    "phones": 13,
    "faxes": 13,
    "lines": 13,
    "backup_lines": 13,
    "internet_result": 9,
    "phone_result": 9,
    "fax_result": 9,
    "checklist_result": 9,
    "readiness": 9,
    "reasons": 40,
    "checked_by": 10,
}
"""Narrow, for all of it comes on a page: each digit more makes its print smaller."""
_NOT_PRINTED = ("address", "candidates_count", "contact", "contact_phone", "loudspeaker")
"""Behind the others: an A4 page has room for the rest."""
_FOLDED = frozenset({"district_code", "site_id", "lab", "sample"})
_FROZEN = 5


def write(book: "Workbook", styles: Styles, frame: Frame) -> Table:
    """Write it."""
    on_paper = [column for column in COLUMNS["site"] if column.key not in _NOT_PRINTED]
    kinds = {f"{kind.value}_result": kind for kind in ServiceKind if kind is not ServiceKind.PORTAL}
    judges = {key: _worst(kind) for key, kind in kinds.items()}
    shared = [
        replace(column, value=result_in_words(kinds[column.key])) if column.key in kinds else column
        for column in (*on_paper, *(column for column in COLUMNS["site"] if column.key in _NOT_PRINTED))
    ]
    columns = laid_out(shared, most=_MOST, folded=_FOLDED, verdicts=judges)
    return write_table(
        book,
        styles,
        frame,
        message("Sites"),
        columns,
        rows(frame.report, "site"),
        frozen=_FROZEN,
        printed=len(on_paper),
    )


def _worst(kind: ServiceKind) -> Callable[[SiteRow], Readiness | None]:
    """The colour of "1 of 2 ready" is that of the other one."""
    return lambda row: max(results(row, kind), default=None)
