"""Plain text: for mail, files and screen readers. Verdicts in words, a reason a line, nothing wider than wanted."""

from collections.abc import Iterable, Iterator
from textwrap import wrap

from kontum_netcheck.report import blocks, framing
from kontum_netcheck.report.blocks import Entry, Section
from kontum_netcheck.report.build import DistrictRow, Report
from kontum_netcheck.report.cells import district_remarks
from kontum_netcheck.report.columns import COLUMNS
from kontum_netcheck.report.next_step import Command, next_step
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.safe import visible
from kontum_netcheck.wording import READINESS_WORDS


def render(report: Report, options: Options) -> str:
    """Districts, then the sites of each, or the view `options.by`: blocks with an empty line between them."""
    parts = [_filled(f"*** {options.text(warning)} ***", options) for warning in framing.warnings(report)]
    heads = (framing.title(report), *report.run.notes)
    parts.append("\n".join(_filled(options.text(sentence), options) for sentence in heads))
    nothing = framing.nothing(report)
    if nothing is not None:
        return "\n\n".join([*parts, _filled(options.text(nothing), options)]) + "\n"
    parts += _view(report, options)
    parts.append("\n".join(_filled(options.text(total), options) for total in framing.totals(report)))
    parts.append("\n".join(_step(step, options) for step in next_step(report)))
    return "\n\n".join(parts) + "\n"


def _view(report: Report, options: Options) -> Iterator[str]:
    match options.by:
        case "check":
            yield from _sections(blocks.check_sections(report, options), options)
        case "vantage":
            yield from _sections(blocks.vantage_sections(report, options), options)
        case "site":
            yield from _sections(blocks.site_sections(report, options, blocks.kinds_in_words), options)
        case "district":
            yield _districts(report, options)
            remarks = "\n".join(_entry(e, options) for e in blocks.remark_entries(report.districts, options))
            if remarks:
                yield remarks
            yield from _sections(blocks.portal_section(report, options), options)
        case None:
            yield _districts(report, options)
            yield from _sections(blocks.site_sections(report, options), options)


def _districts(report: Report, options: Options) -> str:
    """The overview: a table where it fits, else a line a district."""
    from tabulate import tabulate

    labels = {column.key: options.text(column.label) for column in COLUMNS["district"]}
    table = tabulate(
        [list(_cells(row, options)) for row in report.districts],
        headers=[
            *(labels[key] for key in ("district_code", "district", "readiness", "sites_count")),
            *blocks.SIGNS.values(),
        ],
        tablefmt="simple",
        disable_numparse=True,  # or 0260 becomes 260
        preserve_whitespace=True,
        colalign=("left", "left", "left", *("right",) * (1 + len(blocks.SIGNS)))
        if report.districts
        else None,
    )
    if max(map(len, table.split("\n"))) > options.width:
        entries = blocks.district_entries(report.districts, options)
        table = "\n".join(_entry(entry, options) for entry in entries)
    return f"{table}\n{_filled(blocks.legend(options), options)}"


def _cells(row: DistrictRow, options: Options) -> Iterator[str]:
    district = row.verdict
    yield options.text(district.code)
    yield options.text(district.name)
    yield options.text(district_remarks(row) if district.readiness is None else district.readiness)
    for number in (len(district.sites), *(district.counts.get(r, 0) for r in blocks.SIGNS)):
        yield str(number) if number else "-"


def _sections(sections: Iterable[Section], options: Options) -> Iterator[str]:
    for section in sections:
        entries = (_entry(entry, options) for entry in section.entries)
        yield "\n".join([_filled(section.heading, options), *entries])


def _entry(entry: Entry, options: Options) -> str:
    """`Verdict: title (place)`, and under it each line with a dash."""
    word = "" if entry.readiness is None else f"{options.text(READINESS_WORDS[entry.readiness])}: "
    place = f" ({entry.place})" if entry.place else ""
    lines = [_filled(f"{word}{entry.title}{place}", options, "", "  ")]
    lines += [_filled(line, options, "  - ", "    ") for line in entry.lines]
    return "\n".join(lines)


def _step(step: object, options: Options) -> str:
    """A command is never wrapped: a pasted line break would end it."""
    return visible(step.text) if isinstance(step, Command) else _filled(options.text(step), options)


def _filled(text: str, options: Options, first: str = "", later: str = "") -> str:
    """`text` wrapped at spaces; a longer word, a URL say, stays whole."""
    lines = wrap(
        text,
        options.table_width,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)
