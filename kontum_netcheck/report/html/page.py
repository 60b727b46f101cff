"""The page as texts, block by block: what the templates lay out. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kontum_netcheck.locale import LanguageCode
from kontum_netcheck.model import Message, Readiness, message
from kontum_netcheck.report import explained, framing
from kontum_netcheck.report.blocks import KINDS, SIGNS
from kontum_netcheck.report.build import DistrictRow, Report
from kontum_netcheck.report.cells import district_remarks, oldest_evidence_at
from kontum_netcheck.report.check_lines import fingerprint
from kontum_netcheck.report.html.calls import CallLog
from kontum_netcheck.report.html.live import LiveView
from kontum_netcheck.report.html.province_map import ProvinceMap
from kontum_netcheck.report.html.rows import Rows, SiteView, is_brief
from kontum_netcheck.report.html.words import WORDS
from kontum_netcheck.report.options import Options
from kontum_netcheck.wording import KIND_WORDS, READINESS_WORDS

_WORST_FIRST = tuple(sorted(Readiness, reverse=True))
_MOST_OPEN = 60
"""From more sites on, districts are folded when the page opens."""
_BRIEF = message(
    "This report is large: of services that are ready only the number of checks is told. CSV, XLSX and JSON list all."
)


class Tile(NamedTuple):
    """A number that is seen first."""

    verdict: int
    sites_count: int
    label: str


class DistrictView(NamedTuple):
    """A district, or the portals, with its table."""

    anchor: str
    code: str
    name: str
    verdict: int | None
    remark: str  # why it has no site, or which of them make it what it is
    counts: tuple[int, ...]  # the worst verdict first
    sites: tuple[SiteView, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page shows; every text is in the reader's language, and still to be escaped."""

    code: LanguageCode
    word: Mapping[str, str]  # of the templates, by their own keys
    title: str
    heading: str
    about: str
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    nothing: str
    verdict: int
    verdicts: Mapping[int, str]  # what they are called
    signs: Mapping[int, str]
    meanings: tuple[tuple[int, str], ...]
    tiles: tuple[Tile, ...]
    totals: tuple[str, ...]
    kinds: tuple[str, ...]
    districts: tuple[DistrictView, ...]
    portals: DistrictView | None
    calls: CallLog | None
    map: ProvinceMap | None
    limit_heads: tuple[str, ...]
    limits: tuple[tuple[str, ...], ...]
    facts: tuple[tuple[str, str], ...]
    sites_count: int
    live: LiveView | None

    @classmethod
    def of(cls, report: Report, options: Options) -> "Page":
        """The page of a report."""
        text = options.text
        nothing = framing.nothing(report)
        counts = report.counts
        made_ms = int(report.run.finished_at.timestamp() * 1000)
        return cls(
            code=options.language.code,
            word={key: text(sentence) for key, sentence in WORDS.items()},
            title=text(framing.title(report)),
            heading=text(message("Readiness of {province}", province=report.province)),
            about=text(_about(report)),
            warnings=tuple(map(text, framing.warnings(report))),
            notes=tuple(map(text, (*report.run.notes, *([_BRIEF] if is_brief(report) else [])))),
            nothing=text(nothing) if nothing else "",
            verdict=report.verdicts.readiness.value,
            verdicts={readiness.value: text(READINESS_WORDS[readiness]) for readiness in Readiness},
            signs={readiness.value: sign for readiness, sign in SIGNS.items()},
            meanings=tuple((each.value, text(explained.MEANINGS[each])) for each in _WORST_FIRST),
            tiles=tuple(Tile(each.value, counts[each], text(each)) for each in _WORST_FIRST),
            totals=tuple(map(text, _totals(report, options))),
            kinds=tuple(text(KIND_WORDS[kind]) for kind in KINDS),
            districts=tuple(_districts(report, options)),
            portals=_portals(report, options),
            calls=CallLog.of(report, options),
            map=ProvinceMap.of(report, options),
            limit_heads=tuple(map(text, explained.LIMIT_HEADS)),
            limits=tuple(tuple(map(text, row)) for row in explained.limits(report)),
            facts=tuple(_facts(report, options)),
            sites_count=len(report.sites),
            live=LiveView.of(options.live, made_ms, options) if options.live else None,
        )


def _about(report: Report) -> Message:
    """When, from where and by whom: the line under the heading."""
    run = report.run
    said = message("{when}", when=run.finished_at)
    if run.stored:
        said = message("{head}, by stored evidence", head=said)
    if run.vantage:
        said = message("{head}, checked from {vantage}", head=said, vantage=run.vantage)
    if run.operator:
        said = message("{head}, by {operator}", head=said, operator=run.operator)
    return said


def _totals(report: Report, options: Options) -> Iterator[Message]:
    yield from framing.totals(report)
    moments = [at for row in (*report.sites, *report.portals) if (at := oldest_evidence_at(row))]
    if moments:
        oldest = min(moments)
        age = report.run.finished_at - oldest
        yield message("Oldest evidence: {moment} ({age} old)", moment=oldest, age=age)


def _districts(report: Report, options: Options) -> Iterator[DistrictView]:
    """Each with its sites; those that are ready are folded, and in a large report all are."""
    rows = Rows(report, options)
    by_code: dict[str, list[SiteView]] = {}
    for site in report.sites:
        by_code.setdefault(site.verdict.district_code, []).append(rows.site(site))
    is_small = len(report.sites) <= _MOST_OPEN
    for number, row in enumerate(report.districts, 1):
        is_open = is_small and row.verdict.readiness not in (None, Readiness.READY)
        yield _district(f"d{number}", row, tuple(by_code.get(row.verdict.code, ())), is_open, options)


def _district(
    anchor: str, row: DistrictRow, sites: tuple[SiteView, ...], is_open: bool, options: Options
) -> DistrictView:
    found = row.verdict
    remarks = district_remarks(row)
    return DistrictView(
        anchor=anchor,
        code=options.text(found.code),
        name=options.text(found.name),
        verdict=None if found.readiness is None else found.readiness.value,
        remark="" if remarks is None else options.text(remarks),
        counts=tuple(found.counts.get(each, 0) for each in _WORST_FIRST),
        sites=sites,
        is_open=is_open,
    )


def _portals(report: Report, options: Options) -> DistrictView | None:
    if not report.portals:
        return None
    rows = Rows(report, options)
    verdicts = Counter(row.verdict.readiness for row in report.portals)
    worst = max(verdicts)
    return DistrictView(
        anchor="portals",
        code="",
        name=options.text(framing.PORTALS),
        verdict=worst.value,
        remark="",
        counts=tuple(verdicts[each] for each in _WORST_FIRST),
        sites=tuple(rows.site(row, f"p{number}") for number, row in enumerate(report.portals, 1)),
        is_open=worst is not Readiness.READY,
    )


def _facts(report: Report, options: Options) -> Iterator[tuple[str, str]]:
    """What the page rests on; the last one explains the hash and has no label."""
    for label, value in explained.facts(report, fingerprint(report, options)):
        yield "" if label is None else options.text(label), options.text(value)
