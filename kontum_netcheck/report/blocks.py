"""The rows as headed lists of entries, a reason a line: what `table` and `plain` lay out alike. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from kontum_netcheck.model import Message, Readiness, ServiceKind, message
from kontum_netcheck.report import framing
from kontum_netcheck.report.build import CheckRow, DistrictRow, Report, SiteRow
from kontum_netcheck.report.cells import district_remarks, result, results, target
from kontum_netcheck.report.measured import Measured
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.views import places
from kontum_netcheck.wording import KIND_WORDS, READINESS_WORDS

SIGNS = {
    Readiness.READY: "✓",
    Readiness.DEGRADED: "!",
    Readiness.NOT_CHECKED: "?",
    Readiness.NOT_READY: "✗",
}
"""One column wide each; a legend or the word itself stands near."""

KINDS = (ServiceKind.INTERNET, ServiceKind.PHONE, ServiceKind.FAX, ServiceKind.CHECKLIST)
NO_SIGN = "–"
FRACTIONS = message("1/2: one of two is ready; the sign is that of the other.")
_FROM_NOWHERE = message("Asked by nobody yet")
_NAMES_IN_REMARK = 3


class Entry(NamedTuple):
    """A verdict (None: nothing to judge), on what, and why: texts that are safe already."""

    readiness: Readiness | None
    title: str
    place: str = ""  # after the title, less important
    lines: tuple[str, ...] = ()


class Section(NamedTuple):
    """Entries under a heading."""

    heading: str
    entries: tuple[Entry, ...]


def legend(options: Options) -> str:
    """What the signs mean."""
    return "   ".join(f"{sign} {options.text(READINESS_WORDS[verdict])}" for verdict, sign in SIGNS.items())


KindsLine = Callable[[SiteRow, Options], str]
"""Of a site, how each kind of its services stands."""


def site_sections(report: Report, options: Options, kinds: KindsLine | None = None) -> Iterator[Section]:
    """The sites of each district that has any, then the portals."""
    for title, rows in groups(report):
        yield Section(options.text(title), tuple(site_entry(row, options, kinds) for row in rows))


def portal_section(report: Report, options: Options) -> Iterator[Section]:
    """The portals, if there are any."""
    if report.portals:
        entries = tuple(site_entry(row, options) for row in report.portals)
        yield Section(options.text(framing.PORTALS), entries)


def check_sections(report: Report, options: Options) -> Iterator[Section]:
    """The checks of each site, then of each portal."""
    measured = Measured(options)
    for _, rows in groupby(report.checks, key=lambda row: row.site.verdict.id):
        checks = tuple(rows)
        site = checks[0].site
        place: object = site.district.name if site.district else framing.PORTALS
        heading = options.text(message("{site} · {place}", site=site.verdict.name, place=place))
        yield Section(heading, tuple(_check_entry(row, options, measured) for row in checks))


def vantage_sections(report: Report, options: Options) -> Iterator[Section]:
    """The checks as each place sees them, place by place."""
    measured = Measured(options)
    for place in places(report):
        title = message("Seen from {vantage}", vantage=place.vantage) if place.vantage else _FROM_NOWHERE
        heading = options.text(framing.total(title, place.rows))
        yield Section(
            heading, tuple(_check_entry(row, options, measured, row.site.verdict.name) for row in place.rows)
        )


def groups(report: Report) -> Iterator[tuple[Message, Sequence[SiteRow]]]:
    """The sites of each district that has any, then the portals."""
    titles = {row.verdict.code: framing.district_title(row) for row in report.districts}
    for code, rows in groupby(report.sites, key=lambda row: row.verdict.district_code):
        yield titles[code], tuple(rows)
    if report.portals:
        yield framing.PORTALS, report.portals


def site_entry(row: SiteRow, options: Options, kinds: KindsLine | None = None) -> Entry:
    """A site or portal and why it stands so; `kinds` gives a line before the reasons."""
    lines = tuple(options.text(reason) for reason in row.reasons)
    if kinds is not None and row.number is not None:
        lines = (kinds(row, options), *lines)
    return Entry(row.verdict.readiness, options.text(row.verdict.name), "", lines)


def kinds_in_signs(row: SiteRow, options: Options) -> str:
    """`Internet ✗ 1/2 · Phone ✓`."""
    shown = ((kind, kind_sign(row, kind)) for kind in KINDS)
    return " · ".join(f"{options.text(KIND_WORDS[kind])} {sign}" for kind, sign in shown if sign != NO_SIGN)


def kinds_in_words(row: SiteRow, options: Options) -> str:
    """`Internet: 1 of 2 ready; Phone: Ready`."""
    shown = ((kind, result(kind)(row)) for kind in KINDS)
    return "; ".join(
        f"{options.text(KIND_WORDS[k])}: {options.text(cell)}" for k, cell in shown if cell is not None
    )


def kind_sign(row: SiteRow, kind: ServiceKind) -> str:
    """How the services of one kind stand: their common sign, or that of the worst and how many are ready."""
    found = results(row, kind)
    if not found:
        return NO_SIGN
    sign = SIGNS[max(found)]
    return sign if len(set(found)) == 1 else f"{sign} {found.count(Readiness.READY)}/{len(found)}"


def has_fractions(report: Report) -> bool:
    """Whether any site has services of one kind that stand differently."""
    return any(len(set(results(row, kind))) > 1 for row in report.sites for kind in KINDS)


def _check_entry(row: CheckRow, options: Options, measured: Measured, site: str = "") -> Entry:
    """A check by its line and probe, with its reason and the values that its limits are put on.

    `site`: its name, where the heading doesn't say it.
    """
    check, service = row.verdict.check, row.service
    named = message("{kind} {name}", kind=service.kind, name=service.name)
    line = (named,) if service.kind is not ServiceKind.PORTAL else ()  # its name is the heading
    asked = (*((site,) if site else ()), *line, check.probe, *check.id.split("/")[3:])
    why = "" if row.verdict.readiness is Readiness.READY else options.text(row.verdict.reason)
    lines = ((why,) if why else ()) + measured.lines(row)
    place = target(row)
    return Entry(
        row.verdict.readiness,
        " · ".join(map(options.text, asked)),
        "" if place == service.name else options.text(place),
        lines,
    )


def district_entries(rows: Iterable[DistrictRow], options: Options) -> Iterator[Entry]:
    """The districts, each with its counts in a line: where there is no room for a table."""
    for row in rows:
        district = row.verdict
        name = options.text(framing.district_title(row))
        if district.readiness is None:
            yield Entry(None, name, options.text(district_remarks(row)))
        else:
            total = len(district.sites)
            counts = (f"{SIGNS[readiness]} {n}/{total}" for readiness, n in district.counts.items() if n)
            yield Entry(district.readiness, name, " · ".join(counts))


def remark_entries(rows: Iterable[DistrictRow], options: Options) -> Iterator[Entry]:
    """The districts that have something to look at, each with the first few of its worst sites."""
    for row in rows:
        names = district_remarks(row)
        if row.verdict.readiness is None or not isinstance(names, tuple):
            continue
        shown: object = names
        if len(names) > _NAMES_IN_REMARK + 1:  # "and 1 more" would be no shorter than the name
            rest = len(names) - _NAMES_IN_REMARK
            shown = message("{names} and {count} more", names=names[:_NAMES_IN_REMARK], count=rest)
        name = options.text(framing.district_title(row))
        yield Entry(row.verdict.readiness, name, "", (options.text(shown),))
