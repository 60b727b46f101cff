"""The phones and faxes of an inventory, and how each can be tried. Pure."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from kontum_netcheck.inventory.numbers import national
from kontum_netcheck.model import Cause, Check, Message, message
from kontum_netcheck.probes.calling import SipWay
from kontum_netcheck.report.columns import Column
from kontum_netcheck.report.comma_separated import table as csv_table
from kontum_netcheck.report.history.lines import Line, table
from kontum_netcheck.report.markdown import escaped
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.safe import json_visible
from kontum_netcheck.wording import cause_message

FORMAT = "kontum-netcheck/lines"
VERSION = 1


@dataclass(frozen=True, slots=True)
class LineRow:
    """A phone or fax as it would be called, and the names around it."""

    check: Check
    site: str
    carrier: str

    @property
    def method(self) -> str | None:
        """`sip` or `modem` where a machine may call it, `manual` where a person does, None where nobody may."""
        if self.check.skip is None:
            return "sip" if isinstance(self.check.params.way, SipWay) else "modem"
        return "manual" if self.check.skip.cause is Cause.NEEDS_A_PERSON else None

    @property
    def how(self) -> Message:
        """How it is tried, or why no machine calls it."""
        if self.check.skip is not None:
            if self.check.skip.cause is Cause.NEEDS_A_PERSON:
                return message("by hand")
            return cause_message(self.check.skip)
        way = self.check.params.way
        return message("trunk {trunk}", trunk=way.trunk) if isinstance(way, SipWay) else message("modem")


COLUMNS: tuple[Column[Any], ...] = (
    Column("site_id", message("Site id"), lambda row: row.check.site_id, brief=True),
    Column("site", message("Site"), lambda row: row.site),
    Column("line", message("Line"), lambda row: row.check.service_id, brief=True),
    Column("kind", message("Kind"), lambda row: row.check.kind, brief=True),
    Column("number", message("Number"), lambda row: national(row.check.target), brief=True),
    Column("carrier", message("Carrier"), lambda row: row.carrier or None, brief=True),
    Column("method", message("How it is tried"), lambda row: row.how, True, lambda row: row.method),
)


def page(rows: Sequence[LineRow], options: Options) -> Iterator[Line]:
    """Site by site, a line a line."""
    for (site_id, site), group in groupby(rows, key=lambda row: (row.check.site_id, row.site)):
        yield Line.of(f"{options.text(site)} ({options.text(site_id)})", "bold")
        cells = [
            [
                options.text(cell)
                for cell in (row.check.service_id, national(row.check.target), row.carrier, row.how)
            ]
            for row in group
        ]
        yield from table([""] * 4, cells, right=4)[2:]
    by_machine = sum(row.method in ("sip", "modem") for row in rows)
    yield Line.of("")
    summary = message("Lines: {count}. A machine may call: {machine}.", count=len(rows), machine=by_machine)
    yield Line.of(options.text(summary))


def as_markdown(rows: Sequence[LineRow], options: Options) -> str:
    """A table as GitHub has them."""
    from tabulate import tabulate

    columns = [column for column in COLUMNS if column.brief]
    return tabulate(
        [[escaped(column.value(row) or "", options) for column in columns] for row in rows],
        headers=[escaped(column.label, options) for column in columns],
        tablefmt="github",
        disable_numparse=True,
        preserve_whitespace=True,
    )


def as_csv(rows: Sequence[LineRow], options: Options) -> bytes:
    """A line a row."""
    return csv_table(COLUMNS, rows, options)


def as_json(rows: Sequence[LineRow], options: Options) -> str:
    """One document; how a line is tried is in the reader's language beside its key."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "lines": [
            {
                "id": row.check.id,
                "site": row.check.site_id,
                "number": row.check.target,
                "carrier": row.carrier or None,
                "method": row.method,
                "how": options.text(row.how),
            }
            for row in rows
        ],
    }
    return json_visible(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))
