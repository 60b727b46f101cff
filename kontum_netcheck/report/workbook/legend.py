"""The sheet that explains: the words and colours, every limit with its source, and what this workbook rests on."""

import math
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from kontum_netcheck.model import Limit, Message, Readiness, message
from kontum_netcheck.probes import PROBES
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.workbook.cells import Cell, Cells
from kontum_netcheck.report.workbook.frame import Frame
from kontum_netcheck.report.workbook.styles import Styles
from kontum_netcheck.report.workbook.table import height

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_MEANINGS = {
    Readiness.READY: message("Everything that must work was measured lately, and works."),
    Readiness.DEGRADED: message(
        "It works, but a value is beyond its first limit, or a second way is missing."
    ),
    Readiness.NOT_CHECKED: message("Nobody knows: it was not measured, or its evidence is too old."),
    Readiness.NOT_READY: message("Something that must work does not, or a value is beyond its second limit."),
}
_LIMITS = (
    message("Probe"), message("Metric"), message("Ready"), message("Degraded"), message("Source"),
    message("Checks"),
)  # fmt: skip
_WIDTHS = (26, 70, 14, 14, 60, 10)


def write(book: "Workbook", styles: Styles, frame: Frame) -> None:
    """Write it."""
    sheet = book.add_worksheet(frame.options.text(message("Legend")))
    cells = Cells(frame.options)
    row = frame.begin(sheet, styles) + 1
    for heading, labels, block in (
        (message("What the words mean"), (), _words()),
        (message("Limits"), _LIMITS, _limits(frame.report)),
        (message("What this workbook rests on"), (), _facts(frame)),
    ):
        sheet.write_string(row, 0, frame.options.text(heading), styles.heading)
        for at, label in enumerate(labels):
            sheet.write_string(row + 1, at, frame.options.text(label), styles.header)
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


def _words() -> Iterator[tuple[object, ...]]:
    yield from _MEANINGS.items()


def _limits(report: Report) -> Iterator[tuple[object, ...]]:
    """Every limit that a check of this report was judged by, and by how many."""
    counts: dict[tuple[str, Limit], int] = {}
    for row in report.checks:
        for limit in row.verdict.check.limits:
            key = (row.verdict.check.probe, limit)
            counts[key] = counts.get(key, 0) + 1
    for (probe, limit), count in _sorted(counts.items()):
        metric = PROBES[probe].metric(limit.metric) if probe in PROBES else None
        yield (
            probe,
            limit.metric if metric is None else metric.label,
            _bound(limit, limit.ready),
            message("beyond") if math.isinf(limit.degraded) else _bound(limit, limit.degraded),
            _SOURCES.get(limit.source, limit.source),
            count,
        )


_Counted = tuple[tuple[str, Limit], int]


def _sorted(found: Iterable[_Counted]) -> list[_Counted]:
    order = {name: at for at, name in enumerate(PROBES)}
    return sorted(
        found, key=lambda item: (order.get(item[0][0], len(order)), item[0][1].metric, item[0][1].ready)
    )


def _bound(limit: Limit, value: float) -> Message:
    return message("{sign} {value}", sign="≤" if limit.lower_is_better else "≥", value=float(value))


_SOURCES = {
    "inventory": message("the inventory"),
    "this project's own policy": message("this project's own policy"),
}


def _facts(frame: Frame) -> Iterator[tuple[object, ...]]:
    run = frame.report.run
    yield message("Program"), f"kontum-netcheck {run.tool_version}"
    yield message("Inventory"), run.inventory
    yield message("Inventory's SHA-256"), run.inventory_hash
    if run.id:
        yield message("Run"), run.id
    yield message("Begun"), run.started_at
    yield message("Judged as of"), run.finished_at
    yield message("Checked from"), run.vantage or None
    yield message("Checked by"), run.operator or None
    yield message("SHA-256 of the results"), frame.fingerprint
    yield (
        None,
        message(
            "It is what `sha256sum` says of the .jsonl file that is written in the same run and language."
        ),
    )
