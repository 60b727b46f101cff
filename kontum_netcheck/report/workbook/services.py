"""The sheet of services: each line, phone, fax, item and portal, with how it did lately as a sparkline."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kontum_netcheck.model import message
from kontum_netcheck.report.service_rows import ServiceRow, rows
from kontum_netcheck.report.workbook import history
from kontum_netcheck.report.workbook.frame import Frame
from kontum_netcheck.report.workbook.styles import Styles
from kontum_netcheck.report.workbook.table import Table, TableColumn, write_table

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_FROZEN = 4


def write(book: "Workbook", styles: Styles, frame: Frame) -> Table:
    """Write it; the columns of history only where the store knew any."""
    shown = list(rows(frame.report))
    columns = _columns(frame.measured)
    with_past = [row for row in shown if row.followed is not None]
    if with_past:
        columns += [
            TableColumn(message("Followed"), lambda row: row.followed_label, 20),
            TableColumn(message("Answered lately"), lambda row: row.answered_lately, 10),
            TableColumn(message("History"), lambda row: None, least=history.SPARKLINE_WIDTH),
        ]
    table = write_table(book, styles, frame, message("Services"), columns, shown, frozen=_FROZEN)
    if with_past:
        history.sparklines(table, len(columns) - 1, shown, frame)
    return table


def _columns(measured: Mapping[str, str]) -> list[TableColumn]:
    def values(row: ServiceRow) -> str | None:
        said = (measured.get(verdict.check.id) for verdict in row.verdict.checks)
        return "; ".join(filter(None, said)) or None

    return [
        TableColumn(message("District"), lambda row: row.site.district and row.site.district.name, 18),
        TableColumn(message("Site id"), lambda row: row.site.verdict.id, folded=True),
        TableColumn(message("Site"), lambda row: row.site.verdict.name, 30),
        TableColumn(message("Kind"), lambda row: row.verdict.kind, 12),
        TableColumn(message("Service"), lambda row: row.verdict.name, 24),
        TableColumn(message("Service id"), lambda row: row.verdict.id, folded=True),
        TableColumn(message("Role"), lambda row: row.role, 12),
        TableColumn(message("Carrier"), lambda row: row.carrier, 16),
        TableColumn(message("Conclusion"), lambda row: row.verdict.readiness, 14),
        TableColumn(message("Reasons"), lambda row: row.verdict.reasons or None, 44),
        TableColumn(message("Measured"), values, 44),
        TableColumn(message("Oldest evidence"), lambda row: row.oldest_evidence_at, 12),
    ]
