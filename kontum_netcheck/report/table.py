"""The table of the terminal, drawn by rich: per district its sites, each with its verdict and the reasons."""

import io
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from kontum_netcheck.model import Message, Readiness, ServiceKind
from kontum_netcheck.report import drawing, framing
from kontum_netcheck.report.build import CheckRow, DistrictRow, Report, SiteRow
from kontum_netcheck.report.cells import district_remarks, result, target
from kontum_netcheck.report.columns import COLUMNS
from kontum_netcheck.report.options import Options
from kontum_netcheck.wording import KIND_WORDS

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

_KINDS = (ServiceKind.INTERNET, ServiceKind.PHONE, ServiceKind.FAX, ServiceKind.CHECKLIST)
_ROOM_FOR_REASONS = 110


def render(report: Report, options: Options) -> str:
    """Warnings, title, the wanted view, the portals, the counts, what to do next."""
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
    for block in _blocks(report, options):
        console.print(block)
    return "\n".join(line.rstrip(" ") for line in file.getvalue().split("\n"))


def _blocks(report: Report, options: Options) -> "Iterator[RenderableType]":
    for warning in framing.warnings(report):
        yield drawing.line(options.text(warning), "black on yellow")
    yield drawing.line(options.text(framing.title(report)), "bold")
    yield ""
    match options.by:
        case "check":
            yield drawing.stack((_check_entry(row, options) for row in report.checks), options)
        case "site":
            yield _sites(report, options)
            yield drawing.legend(options)
        case "district":
            yield _districts(report, options)
            yield drawing.legend(options)
            yield from _headed(framing.PORTALS, report.portals, options)
        case None:
            yield _districts(report, options)
            yield drawing.legend(options)
            for heading, sites in _groups(report):
                yield from _headed(heading, sites, options)
    yield ""
    for sentence in framing.closing(report):
        yield drawing.line(options.text(sentence))


def _headed(title: Message, sites: Sequence[SiteRow], options: Options) -> "Iterator[RenderableType]":
    if sites:
        yield ""
        yield drawing.line(options.text(title), "bold")
        yield drawing.stack((_site_entry(row, options) for row in sites), options)


def _site_entry(row: SiteRow, options: Options) -> drawing.Entry:
    site = row.verdict
    reasons = tuple(options.text(reason) for reason in site.reasons)
    return drawing.Entry(site.readiness, options.text(site.name), "", reasons)


def _check_entry(row: CheckRow, options: Options) -> drawing.Entry:
    """A check with its reason and the values that its limits are put on."""
    check, observation = row.verdict.check, row.verdict.observation
    metrics = {} if observation is None else observation.metrics
    seen = (f"{name} {options.text(metrics[name])}" for name in _limited(row) if name in metrics)
    why = "" if row.verdict.readiness is Readiness.READY else options.text(row.verdict.reason)
    lines = tuple(line for line in (why, ", ".join(seen)) if line)
    return drawing.Entry(row.verdict.readiness, options.text(check.id), options.text(target(row)), lines)


def _limited(row: CheckRow) -> Iterator[str]:
    return (limit.metric for limit in row.verdict.check.limits)


def _districts(report: Report, options: Options) -> "Table":
    """A line a district, with a count for each sign; remarks where no list of sites follows."""
    labels = {column.key: options.text(column.label) for column in COLUMNS["district"]}
    table = drawing.table()
    table.add_column(labels["district_code"], overflow="fold")
    table.add_column(labels["district"], overflow="fold")
    table.add_column(labels["readiness"], no_wrap=True)
    table.add_column(labels["sites_count"], justify="right", no_wrap=True)
    for sign, style in drawing.SIGNS.values():
        table.add_column(sign, header_style=style, justify="right", no_wrap=True)
    if options.by == "district":
        table.add_column(labels["remarks"], overflow="fold")
    for row in report.districts:
        table.add_row(*_district_cells(row, options))
    return table


def _district_cells(row: DistrictRow, options: Options) -> "Iterator[Text]":
    district = row.verdict
    remarks = district_remarks(row)
    yield drawing.line(options.text(district.code))
    yield drawing.line(options.text(district.name))
    if district.readiness is None:
        yield drawing.line("– " + options.text(remarks), "dim")
    else:
        yield drawing.verdict(district.readiness, options)
    for number in (len(district.sites), *(district.counts.get(r, 0) for r in drawing.SIGNS)):
        yield drawing.line(str(number) if number else "·", "" if number else "dim")
    if options.by == "district":
        yield drawing.line("" if district.readiness is None or remarks is None else options.text(remarks))


def _sites(report: Report, options: Options) -> "Table":
    """All sites in one table, with a sign for each kind of service; reasons where there is room for them."""
    labels = {column.key: options.text(column.label) for column in COLUMNS["site"]}
    table = drawing.table()
    table.add_column(labels["readiness"], width=drawing.verdict_width(options), no_wrap=True)
    table.add_column(labels["site"], overflow="fold", ratio=1)
    for kind in _KINDS:
        table.add_column(options.text(KIND_WORDS[kind]), justify="center", overflow="fold", max_width=9)
    for title, rows in _groups(report):
        table.add_row("", drawing.line(options.text(title), "dim"))
        for row in rows:
            entry = _site_entry(row, options)
            if options.width < _ROOM_FOR_REASONS:
                entry = entry._replace(reasons=())
            signs = (drawing.sign(result(kind)(row), options) for kind in _KINDS)
            table.add_row(drawing.verdict(entry.readiness, options), drawing.body(entry), *signs)
    return table


def _groups(report: Report) -> Iterator[tuple[Message, Sequence[SiteRow]]]:
    """The sites of each district that has any, then the portals."""
    for code, rows in groupby(report.sites, key=lambda row: row.verdict.district_code):
        district = next(row for row in report.districts if row.verdict.code == code)
        yield framing.district_title(district), tuple(rows)
    if report.portals:
        yield framing.PORTALS, report.portals
