"""The tables that `plain` and `markdown` share: tabulate draws, every cell is text already."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kontum_netcheck.model import Message
from kontum_netcheck.report import By, framing
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.columns import COLUMNS, rows
from kontum_netcheck.report.options import Options


@dataclass(frozen=True, slots=True)
class Style:
    """What sets one text format apart from another."""

    tablefmt: str  # a name that tabulate knows
    heading: str  # with one {}
    warning: str  # with one {}
    closing: str  # with one {}
    escape: Callable[[str], str]


def render(report: Report, options: Options, style: Style) -> str:
    """Warnings, title, tables, closing: blocks with an empty line between them."""

    def line(sentence: Message, form: str) -> str:
        return form.format(style.escape(options.text(sentence)))

    blocks = [line(warning, style.warning) for warning in framing.warnings(report)]
    blocks.append(line(framing.title(report), style.heading))
    blocks += _tables(report, options, style)
    blocks.append("\n".join(line(sentence, style.closing) for sentence in framing.closing(report)))
    return "\n\n".join(blocks) + "\n"


def _tables(report: Report, options: Options, style: Style) -> Iterator[str]:
    """The wanted view; unless told otherwise the districts, then the sites of each of them."""
    if options.by is not None:
        yield _table(options.by, rows(report, options.by), options, style)
    else:
        yield _table("district", report.districts, options, style)
        for district in report.districts:
            sites = [row for row in report.sites if row.district is district.verdict]
            if sites:
                yield style.heading.format(style.escape(options.text(framing.district_title(district))))
                yield _table("site", sites, options, style, without=("district",))
    if report.portals and options.by in (None, "district"):
        yield style.heading.format(style.escape(options.text(framing.PORTALS)))
        yield _table("site", report.portals, options, style, without=_NOT_OF_PORTALS)


_NOT_OF_PORTALS = (
    "number",
    "district",
    "internet_result",
    "phone_result",
    "fax_result",
    "checklist_result",
)


def _table(
    by: By, wanted: Sequence[Any], options: Options, style: Style, without: tuple[str, ...] = ()
) -> str:
    from tabulate import tabulate

    columns = [column for column in COLUMNS[by] if column.brief and column.key not in without]

    def text(cell: object) -> str:
        shown = "; ".join(map(options.text, cell)) if isinstance(cell, tuple) else options.text(cell)
        return style.escape(shown)

    return tabulate(
        [[text(column.value(row)) for column in columns] for row in wanted],
        headers=[text(column.label) for column in columns],
        tablefmt=style.tablefmt,
        disable_numparse=True,  # or 0260 becomes 260
        preserve_whitespace=True,
    )
