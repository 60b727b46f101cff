"""The table of the terminal, drawn by rich: per district its sites, each with its verdict and the reasons.

Where a table doesn't fit, its rows are stacked: rich would narrow columns to nothing without a word.
"""

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kontum_netcheck.model import ServiceKind
from kontum_netcheck.report import blocks, drawing, framing
from kontum_netcheck.report.blocks import Section
from kontum_netcheck.report.build import DistrictRow, Report, SiteRow
from kontum_netcheck.report.cells import district_remarks
from kontum_netcheck.report.columns import COLUMNS
from kontum_netcheck.report.next_step import Command, next_step
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.safe import visible
from kontum_netcheck.wording import KIND_WORDS

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

_ROOM_FOR_REASONS = 110
_ROOM_FOR_NAMES = 24
_BOUNDLESS = 100_000


def render(report: Report, options: Options) -> str:
    """Warnings, title, notes, the wanted view, the portals, the counts, what to do next."""
    from rich.console import Console

    file = io.StringIO()
    console = Console(
        file=file,
        width=options.table_width,
        force_terminal=options.colour,
        color_system="standard" if options.colour else None,
        no_color=not options.colour,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    for block in _blocks(report, options, console):
        console.print(block)
    for step in () if framing.nothing(report) else next_step(report):
        if isinstance(step, Command):
            console.print(drawing.line(visible(step.text)), soft_wrap=True)
        else:
            console.print(drawing.line(options.text(step)))
    return "\n".join(line.rstrip(" ") for line in file.getvalue().split("\n"))


def _blocks(report: Report, options: Options, console: "Console") -> "Iterator[RenderableType]":
    for warning in framing.warnings(report):
        yield drawing.line(options.text(warning), "black on yellow")
    yield drawing.line(options.text(framing.title(report)), "bold")
    for note in report.run.notes:
        yield drawing.line(options.text(note))
    yield ""
    nothing = framing.nothing(report)
    if nothing is not None:
        yield drawing.line(options.text(nothing))
        return
    match options.by:
        case "check":
            yield from _stacked(blocks.check_sections(report, options), options)
            if not drawing.has_words(options):
                yield _legend(options)
        case "vantage":
            yield from _stacked(blocks.vantage_sections(report, options), options)
            if not drawing.has_words(options):
                yield _legend(options)
        case "site":
            yield from _sites(report, options)
            yield _legend(options)
            if blocks.has_fractions(report):
                yield drawing.line(options.text(blocks.FRACTIONS), "dim")
        case "district":
            yield from _districts(report, options, console)
            remarks = drawing.stack(blocks.remark_entries(report.districts, options), options)
            if remarks.row_count:
                yield ""
                yield remarks
            yield from _stacked(blocks.portal_section(report, options), options, air=True)
        case None:
            yield from _districts(report, options, console)
            yield from _stacked(blocks.site_sections(report, options), options, air=True)
    yield ""
    for sentence in framing.totals(report):
        yield drawing.line(options.text(sentence))


def _legend(options: Options) -> "Text":
    return drawing.line(blocks.legend(options), "dim")


def _stacked(sections: Iterable[Section], options: Options, air: bool = False) -> "Iterator[RenderableType]":
    """Headed lists of entries with an empty line between them; `air`: before the first one too."""
    for number, section in enumerate(sections):
        if air or number:
            yield ""
        yield drawing.line(section.heading, "bold")
        yield drawing.stack(section.entries, options)


def _districts(report: Report, options: Options, console: "Console") -> "Iterator[RenderableType]":
    """The overview: a line a district, with a count for each sign."""
    table = _district_table(report.districts, options)
    boundless = console.options.update_width(_BOUNDLESS)  # else its measure is cut to what there is
    if console.measure(table, options=boundless).maximum <= options.table_width:
        yield table
    else:
        yield drawing.stack(blocks.district_entries(report.districts, options), options)
    yield _legend(options)


def _district_table(rows: Iterable[DistrictRow], options: Options) -> "Table":
    labels = {column.key: options.text(column.label) for column in COLUMNS["district"]}
    table = drawing.table()
    for key in ("district_code", "district", "readiness"):
        table.add_column(labels[key], no_wrap=True)
    table.add_column(labels["sites_count"], justify="right", no_wrap=True)
    for readiness, sign in blocks.SIGNS.items():
        table.add_column(sign, header_style=drawing.STYLES[readiness], justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*_district_cells(row, options))
    return table


def _district_cells(row: DistrictRow, options: Options) -> "Iterator[Text]":
    district = row.verdict
    yield drawing.line(options.text(district.code))
    yield drawing.line(options.text(district.name))
    if district.readiness is None:
        yield drawing.line(f"{blocks.NO_SIGN} {options.text(district_remarks(row))}", "dim")
    else:
        yield drawing.verdict(district.readiness, options)
    for number in (len(district.sites), *(district.counts.get(r, 0) for r in blocks.SIGNS)):
        yield drawing.line(str(number) if number else "·", "" if number else "dim")


def _sites(report: Report, options: Options) -> "Iterator[RenderableType]":
    """All sites in one table, with a sign for each kind of service; reasons where there is room for them."""
    widths = _kind_widths(report, options)
    verdict_width = drawing.verdict_width(options)
    name_width = options.table_width - verdict_width - sum(widths) - drawing.GAP * (len(widths) + 1)
    if name_width < _ROOM_FOR_NAMES:
        yield from _stacked(blocks.site_sections(report, options, blocks.kinds_in_signs), options)
    else:
        table = drawing.table()
        labels = {column.key: options.text(column.label) for column in COLUMNS["site"]}
        table.add_column(labels["readiness"], width=verdict_width, no_wrap=True)
        table.add_column(labels["site"], width=name_width, overflow="fold")
        for kind, width in zip(blocks.KINDS, widths, strict=True):
            table.add_column(options.text(KIND_WORDS[kind]), justify="center", width=width, overflow="fold")
        for title, rows in blocks.groups(report):
            table.add_row("", drawing.line(options.text(title), "dim"))
            for row in rows:
                table.add_row(*_site_cells(row, options))
        yield table


def _kind_widths(report: Report, options: Options) -> list[int]:
    """Columns that each kind of service takes: its longest sign, or the longest word of its name."""
    from rich.cells import cell_len

    def width(kind: ServiceKind) -> int:
        signs = (blocks.kind_sign(row, kind) for row in report.sites)
        return max(map(cell_len, (*options.text(KIND_WORDS[kind]).split(), *signs)))

    return [width(kind) for kind in blocks.KINDS]


def _site_cells(row: SiteRow, options: Options) -> "Iterator[RenderableType]":
    entry = blocks.site_entry(row, options)
    yield drawing.verdict(entry.readiness, options)
    has_room = options.table_width >= _ROOM_FOR_REASONS
    yield drawing.body(entry if has_room else entry._replace(lines=()))
    for kind in blocks.KINDS if row.number is not None else ():
        yield drawing.line(blocks.kind_sign(row, kind), drawing.kind_style(row, kind))
