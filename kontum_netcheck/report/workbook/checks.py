"""The sheet of checks: every question with its answer; what was measured in words, then each metric in its column."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from kontum_netcheck.model import Message, message
from kontum_netcheck.report.build import CheckRow
from kontum_netcheck.report.columns import Column, columns_of
from kontum_netcheck.report.workbook.columns import laid_out
from kontum_netcheck.report.workbook.frame import Frame
from kontum_netcheck.report.workbook.styles import Styles
from kontum_netcheck.report.workbook.table import Table, TableColumn, write_table

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_MOST = {
    "district": 16,
    "site": 26,
    "target": 34,
    "reason": 44,
    "probe": 10,
    "kind": 12,
    "failure_detail": 40,
}
_FOLDED = frozenset({"district_code", "site_id", "service_id", "check_id", "lab", "sample"})
_FROZEN = 4
_METRIC_WIDTH, _MEASURED_WIDTH = 22, 44


def write(book: "Workbook", styles: Styles, frame: Frame) -> Table:
    """Write it. A metric that no check of the report has gets no column; printed is what stands left of them."""
    shared, measured = columns_of(frame.report, "check"), frame.measured

    def said(row: CheckRow) -> str | None:
        return measured.get(row.verdict.check.id)

    return write_rows(book, styles, frame, message("All checks"), shared, frame.report.checks, said)


def write_rows(
    book: "Workbook",
    styles: Styles,
    frame: Frame,
    name: Message,
    shared: Sequence[Column[Any]],
    rows: Sequence[CheckRow],
    measured: Callable[[CheckRow], str | None],
) -> Table:
    """A sheet of checks under the columns that all formats share; what was measured, in words, before the metrics."""
    seen = {metric for row in rows if row.verdict.observation for metric in row.verdict.observation.metrics}
    kept = [column for column in shared if not column.is_metric or column.key in seen]
    most = _MOST | {column.key: _METRIC_WIDTH for column in kept if column.is_metric}
    columns = laid_out(kept, most=most, folded=_FOLDED)
    at = next(at for at, column in enumerate(shared) if column.is_metric)
    columns.insert(at, TableColumn(message("Measured"), measured, _MEASURED_WIDTH))
    return write_table(book, styles, frame, name, columns, rows, frozen=_FROZEN, printed=at + 1)
