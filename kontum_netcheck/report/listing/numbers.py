"""The numbers of an inventory, listed: a page for people, a table for documents, CSV and JSON for programs. Pure."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from kontum_netcheck.inventory.directory import Listed
from kontum_netcheck.inventory.service_numbers import KIND_OF_NUMBER_WORDS
from kontum_netcheck.model import Message, message
from kontum_netcheck.report.columns import Column
from kontum_netcheck.report.comma_separated import table as csv_table
from kontum_netcheck.report.history.lines import Line, table
from kontum_netcheck.report.markdown import escaped
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.safe import json_visible

FORMAT = "kontum-netcheck/numbers"
VERSION = 1

USE_WORDS = {"phone": message("phone"), "fax": message("fax"), "contact": message("contact")}


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A number, and where it stands: `file:line`."""

    listed: Listed
    district: str  # its name
    place: str


def _kind(row: NumberRow) -> Message | None:
    return KIND_OF_NUMBER_WORDS[row.listed.kind] if row.listed.kind else None


def _of(name: str) -> Callable[[NumberRow], object]:
    return lambda row: getattr(row.listed, name) or None


COLUMNS: tuple[Column[Any], ...] = (
    Column("district", message("District"), lambda row: row.district or None),
    Column("site_id", message("Site id"), _of("site_id")),
    Column("site", message("Site"), _of("site"), brief=True),
    Column("line", message("Line"), _of("line"), brief=True),
    Column("use", message("Used as"), lambda row: USE_WORDS[row.listed.use], False, _of("use")),
    Column("national", message("Number"), lambda row: row.listed.national or row.listed.typed, True),
    Column("international", message("International"), _of("international"), brief=True),
    Column("e164", message("E.164"), _of("e164")),
    Column("extension", message("Extension"), _of("extension")),
    Column("kind", message("Kind"), _kind, True, lambda row: row.listed.kind and row.listed.kind.value),
    Column("area_code", message("Area code"), lambda row: row.listed.area and f"0{row.listed.area.code}"),
    Column("area", message("Area"), lambda row: row.listed.area and row.listed.area.province, brief=True),
    Column("role", message("Role"), _of("role")),
    Column("loudspeaker", message("Loudspeaker"), lambda row: row.listed.loudspeaker),
    Column("odd", message("What is odd"), lambda row: row.listed.oddities or None, brief=True, prose=True),
    Column("typed", message("As typed"), _of("typed")),
    Column("place", message("Stands at"), lambda row: row.place),
)
"""Keys and order are a contract: docs/numbers.md."""


def summary(rows: Sequence[NumberRow]) -> Message:
    """How many there are, and how many of them are odd."""
    return message(
        "Numbers: {count}. Odd: {odd}. No numbers: {wrong}.",
        count=len(rows),
        odd=sum(bool(row.listed.oddities) for row in rows),
        wrong=sum(row.listed.e164 is None for row in rows),
    )


def page(rows: Sequence[NumberRow], options: Options, whole: Sequence[NumberRow]) -> Iterator[Line]:
    """Site by site, a number a line, and below it what is odd about it; then the sum over the `whole`."""
    for (site_id, site), group in groupby(rows, key=lambda row: (row.listed.site_id, row.listed.site)):
        here = list(group)
        yield Line.of(options.text(site or site_id) + (f" ({options.text(site_id)})" if site else ""), "bold")
        cells = [_cells(row, options) for row in here]
        lines = table([""] * len(cells[0]), cells, right=len(cells[0]))[2:]  # aligned, without a head
        for row, line in zip(here, lines, strict=True):
            yield line
            for oddity in row.listed.oddities:
                yield Line.of(f"! {options.text(oddity)}", "yellow", indent=4, hang=2)
    yield Line.of("")
    yield Line.of(options.text(summary(whole)))


def _cells(row: NumberRow, options: Options) -> list[str]:
    listed = row.listed
    number = options.text(listed.national or listed.typed or None)
    if listed.extension:
        number += f" #{options.text(listed.extension)}"
    return [
        options.text(listed.line),
        number,
        options.text(listed.international or ""),
        options.text(_kind(row) or ""),
        options.text(listed.area.province if listed.area else ""),
    ]


def as_markdown(rows: Sequence[NumberRow], options: Options) -> str:
    """A table as GitHub has them."""
    from tabulate import tabulate

    columns = [column for column in COLUMNS if column.brief]
    return tabulate(
        [[escaped(column.value(row) or "", options) for column in columns] for row in rows],
        headers=[escaped(column.label, options) for column in columns],
        tablefmt="github",
        disable_numparse=True,  # or 0260 becomes 260
        preserve_whitespace=True,
    )


def as_csv(rows: Sequence[NumberRow], options: Options) -> bytes:
    """A number a row."""
    return csv_table(COLUMNS, rows, options)


def as_json(rows: Sequence[NumberRow], options: Options) -> str:
    """One document; what is odd is in the reader's language, all else in English."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "summary": {
            "numbers_count": len(rows),
            "odd_count": sum(bool(row.listed.oddities) for row in rows),
            "wrong_count": sum(row.listed.e164 is None for row in rows),
        },
        "numbers": [_fact(row, options) for row in rows],
    }
    return json_visible(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def _fact(row: NumberRow, options: Options) -> dict[str, object]:
    listed, area = row.listed, row.listed.area
    return {
        "site": listed.site_id,
        "line": listed.line,
        "use": listed.use,
        "typed": listed.typed,
        "e164": listed.e164,
        "national": listed.national,
        "international": listed.international,
        "extension": listed.extension,
        "kind": listed.kind.value if listed.kind else None,
        "area": {"code": f"0{area.code}", "province": area.province, "province_now": area.now}
        if area
        else None,
        "role": listed.role or None,
        "loudspeaker": listed.loudspeaker,
        "odd": [options.text(oddity) for oddity in listed.oddities],
        "place": row.place,
    }
