"""The sheet of services: each line, phone, fax, item and portal, with how it did lately as a sparkline."""

from typing import TYPE_CHECKING

from kontum_netcheck.model import CheckVerdict, Outcome, message
from kontum_netcheck.report.build import CheckRow
from kontum_netcheck.report.measured import Measured
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.workbook import history
from kontum_netcheck.report.workbook.frame import Frame
from kontum_netcheck.report.workbook.service_rows import ServiceRow, rows
from kontum_netcheck.report.workbook.styles import Styles
from kontum_netcheck.report.workbook.table import TableColumn, write_table
from kontum_netcheck.wording import ROLE_WORDS

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_FROZEN = 4
_ANSWERED = (Outcome.MEASURED, Outcome.FAILED)


def write(book: "Workbook", styles: Styles, frame: Frame) -> None:
    """Write it; the columns of history only where the store knew any."""
    shown = list(rows(frame.report))
    columns = _columns(frame.options)
    with_past = [row for row in shown if row.followed is not None]
    if with_past:
        columns += [
            TableColumn(message("Followed"), lambda row: history.label(row), 20),
            TableColumn(message("Answered lately"), history.answered, 10),
            TableColumn(message("History"), lambda row: None, least=history.SPARKLINE_WIDTH),
        ]
    placed = write_table(book, styles, frame, message("Services"), columns, shown, frozen=_FROZEN)
    if with_past:
        history.sparklines(placed, len(columns) - 1, shown, frame)


def _columns(options: Options) -> list[TableColumn]:
    measured = Measured(options)

    def values(row: ServiceRow) -> str | None:
        said = (measured.of(_check(row, check)) for check in row.verdict.checks)
        return "; ".join(filter(None, said)) or None

    return [
        TableColumn(message("District"), lambda row: row.site.district and row.site.district.name, 18),
        TableColumn(message("Site id"), lambda row: row.site.verdict.id, folded=True),
        TableColumn(message("Site"), lambda row: row.site.verdict.name, 30),
        TableColumn(message("Kind"), lambda row: row.verdict.kind, 12),
        TableColumn(message("Service"), lambda row: row.verdict.name, 24),
        TableColumn(message("Service id"), lambda row: row.verdict.id, folded=True),
        TableColumn(message("Role"), _role, 12),
        TableColumn(message("Carrier"), _carrier, 16),
        TableColumn(message("Conclusion"), lambda row: row.verdict.readiness, 14),
        TableColumn(message("Reasons"), lambda row: row.verdict.reasons or None, 44),
        TableColumn(message("Measured"), values, 44),
        TableColumn(message("Oldest evidence"), _oldest, 12),
    ]


def _check(row: ServiceRow, check: CheckVerdict) -> CheckRow:
    return CheckRow(row.site, row.verdict, check, row.site.origin)


def _role(row: ServiceRow) -> object:
    role = getattr(row.typed, "role", None)
    return ROLE_WORDS.get(role, role) if role else None


def _carrier(row: ServiceRow) -> object:
    carrier = row.typed.carrier if row.typed else None
    return row.site.carriers.get(carrier, carrier) if carrier else None


def _oldest(row: ServiceRow) -> object:
    seen = (check.observation for check in row.verdict.checks)
    return min((o.started_at for o in seen if o is not None and o.outcome in _ANSWERED), default=None)
