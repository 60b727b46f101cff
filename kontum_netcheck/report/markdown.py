"""Markdown (GitHub's tables): data stays data, whatever signs it holds. No limit on width: nothing is left out."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from kontum_netcheck.model import Message
from kontum_netcheck.report import By, framing
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.columns import columns_of, rows
from kontum_netcheck.report.next_step import Command, next_step
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.safe import visible

_MARKUP = re.compile(r"[\\`*_\[\]<>|~&]")
_NOT_OF_PORTALS = (
    "number",
    "district",
    "internet_result",
    "phone_result",
    "fax_result",
    "checklist_result",
)


def render(report: Report, options: Options) -> str:
    """Districts, then the sites of each, or the view `options.by`: blocks with an empty line between them."""
    blocks = [f"> **{escaped(warning, options)}**" for warning in framing.warnings(report)]
    blocks.append(_heading(framing.title(report), options))
    if report.run.notes:
        blocks.append("\n".join(f"- {escaped(note, options)}" for note in report.run.notes))
    nothing = framing.nothing(report)
    if nothing is not None:
        return "\n\n".join([*blocks, escaped(nothing, options)]) + "\n"
    blocks += _tables(report, options)
    blocks.append("\n".join(f"- {escaped(total, options)}" for total in framing.totals(report)))
    blocks += (_step(step, options) for step in next_step(report))
    return "\n\n".join(blocks) + "\n"


def _tables(report: Report, options: Options) -> Iterator[str]:
    """The wanted view; unless told otherwise the districts, then the sites of each of them."""
    if options.by is not None:
        yield _table(report, options.by, rows(report, options.by), options)
    else:
        yield _table(report, "district", report.districts, options)
        for district in report.districts:
            sites = [row for row in report.sites if row.district is district.verdict]
            if sites:
                yield _heading(framing.district_title(district), options)
                yield _table(report, "site", sites, options, without=("district",))
    if report.portals and options.by in (None, "district"):
        yield _heading(framing.PORTALS, options)
        yield _table(report, "site", report.portals, options, without=_NOT_OF_PORTALS)


def _table(
    report: Report, by: By, wanted: Sequence[Any], options: Options, without: tuple[str, ...] = ()
) -> str:
    from tabulate import tabulate

    columns = [column for column in columns_of(report, by) if column.brief and column.key not in without]
    return tabulate(
        [[escaped(column.value(row), options) for column in columns] for row in wanted],
        headers=[escaped(column.label, options) for column in columns],
        tablefmt="github",
        disable_numparse=True,  # or 0260 becomes 260
        preserve_whitespace=True,
    )


def escaped(cell: object, options: Options) -> str:
    """A cell with its markup escaped; several values stand below each other."""
    parts = cell if isinstance(cell, tuple) else (cell,)
    return "<br>".join(_MARKUP.sub(lambda sign: "\\" + sign[0], options.text(part)) for part in parts)


def _heading(title: Message, options: Options) -> str:
    return f"## {escaped(title, options)}"


def _step(step: Message | Command, options: Options) -> str:
    return f"    {visible(step.text)}" if isinstance(step, Command) else escaped(step, options)
