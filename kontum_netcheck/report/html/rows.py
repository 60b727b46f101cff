"""Sites, services and checks as texts for the templates. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from kontum_netcheck.model import Message, Observation, Outcome, Readiness, ServiceKind, message
from kontum_netcheck.probes.by_hand import is_by_hand
from kontum_netcheck.report import cells
from kontum_netcheck.report.blocks import KINDS
from kontum_netcheck.report.build import CheckRow, Report, SiteRow
from kontum_netcheck.report.html.sparkline import Sparkline
from kontum_netcheck.report.measured import Measured
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.safe import visible
from kontum_netcheck.report.service_rows import ServiceRow, rows_of
from kontum_netcheck.wording import KIND_WORDS

_FACTS = (
    (message("Address"), lambda row: row.typed and row.typed.address),
    (message("Rooms"), lambda row: row.typed and row.typed.rooms),
    (message("Candidates"), lambda row: row.typed and row.typed.candidates),
    (message("Contact"), cells.contact),
    (message("Contact's phone"), cells.contact_phone),
)
_MOST_LISTED = 5_000
"""Checks. A country's 20,000, all listed, made a page of 9.5 MB."""


class CheckView(NamedTuple):
    """A check: what was asked, how it stands, why, and what was measured."""

    probe: str
    target: str
    verdict: int
    reason: str
    measured: tuple[str, ...]  # a line; where several places ask, one of each
    when: str
    who: str  # where not all of the site's checks have the same


class ServiceView(NamedTuple):
    """A line, phone, fax, item or portal, with its checks."""

    title: str
    about: str
    verdict: int
    history: Sparkline | None
    checks: tuple[CheckView, ...]
    unlisted: str  # how many checks are in order and not listed


class KindView(NamedTuple):
    """How the services of one kind stand: in words, and as a fraction where they differ."""

    verdict: int
    words: str
    fraction: str


class SiteView(NamedTuple):
    """A site or portal: a row of its district's table, and what unfolds below it."""

    anchor: str
    number: int | None
    name: str
    role: str  # empty for a main site
    verdict: int
    kinds: tuple[KindView | None, ...]
    reasons: tuple[str, ...]
    evidence_at: str
    age: str
    facts: tuple[tuple[str, str], ...]
    who: str
    services: tuple[ServiceView, ...]
    checks_count: int
    is_listed: bool  # any of them


def is_brief(report: Report) -> bool:
    """Whether the report is too large for a page that lists all checks: those of what is ready are counted."""
    return len(report.checks) > _MOST_LISTED


class Rows:
    """Makes the rows of one report for one reader."""

    def __init__(self, report: Report, options: Options) -> None:
        self._report = report
        self._options = options
        self._text = options.text
        self._known: dict[object, str] = {}
        self._now = report.run.finished_at
        self._measured = Measured(options)
        self._is_brief = is_brief(report)

    def site(self, row: SiteRow, anchor: str = "") -> SiteView:
        """One site; `anchor`: its name in the page, where it has no number."""
        text, oldest = self._text, cells.oldest_evidence_at(row)
        asked_by = self._everybody(row)
        services = tuple(self._service(each, len(asked_by) > 1) for each in rows_of(row, self._report))
        return SiteView(
            anchor=anchor or f"s{row.number}",
            number=row.number,
            name=visible(row.verdict.name),
            role="" if row.verdict.role in ("main", "portal") else text(cells.role(row)),
            verdict=row.verdict.readiness.value,
            kinds=tuple(self._kind(row, kind) for kind in KINDS) if row.number is not None else (),
            reasons=tuple(map(text, row.all_reasons)),
            evidence_at="" if oldest is None else self._moment(oldest),
            age="" if oldest is None else self._age(oldest),
            facts=tuple(self._facts(row)),
            who=next(iter(asked_by)) if len(asked_by) == 1 else "",
            services=services,
            checks_count=sum(len(service.checks) for service in row.verdict.services),
            is_listed=any(service.checks for service in services),
        )

    def _facts(self, row: SiteRow) -> Iterator[tuple[str, str]]:
        for label, value in _FACTS:
            found = value(row)
            if found is not None:
                yield self._text(label), self._text(found)

    def _kind(self, row: SiteRow, kind: ServiceKind) -> KindView | None:
        found = cells.results(row, kind)
        if not found:
            return None
        differs = len(set(found)) > 1
        fraction = f"{found.count(Readiness.READY)}/{len(found)}" if differs else ""
        worst = max(found)
        said = (
            self._text(cells.result_in_words(kind)(row))
            if differs
            else self._known.get(worst) or self._once(worst, worst)
        )
        return KindView(worst.value, said, fraction)

    def _service(self, row: ServiceRow, told_who: bool) -> ServiceView:
        found = row.verdict
        title = found.name
        if found.kind is not ServiceKind.PORTAL:
            title = self._text(message("{kind} {name}", kind=KIND_WORDS[found.kind], name=found.name))
        about = tuple(each for each in (row.role, row.carrier) if each)
        key = tuple(each.text if isinstance(each, Message) else each for each in about)
        is_listed = not self._is_brief or found.readiness is not Readiness.READY
        listed = found.checks if is_listed else ()
        return ServiceView(
            title=self._text(title),
            about=self._known.get(key) or self._once(key, about),
            verdict=found.readiness.value,
            history=Sparkline.of(row.followed, self._options) if row.followed and is_listed else None,
            checks=tuple(
                self._check(CheckRow(row.site, found, check, row.site.origin), told_who) for check in listed
            ),
            unlisted="" if is_listed else self._in_order(len(found.checks)),
        )

    def _in_order(self, count: int) -> str:
        key = "in order", count
        return self._known.get(key) or self._once(key, message("{count} checks in order", count=count))

    def _check(self, row: CheckRow, told_who: bool) -> CheckView:
        found = row.verdict
        seen, number = found.observation, found.check.id.split("/")[3:]
        method = None if seen is None else seen.metrics.get("method")
        asked = None if seen is None or seen.outcome is Outcome.SKIPPED else seen
        return CheckView(
            probe=self._text(
                " ".join((self._called(found.check.probe), *number, *([f"({method})"] if method else [])))
            ),
            target=visible(cells.target(row)),
            verdict=found.readiness.value,
            reason="" if found.readiness is Readiness.READY else self._text(found.reason),
            measured=self._measured.lines(row),
            when="" if asked is None else self._moment(asked.started_at),
            who=self._who(asked) if told_who and asked is not None and not is_by_hand(asked) else "",
        )

    def _called(self, probe: str) -> str:
        return self._known.get(("probe", probe)) or self._once(("probe", probe), cells.probe(probe))

    def _everybody(self, row: SiteRow) -> dict[str, None]:
        """Who asked the machines' questions and from where, each once."""
        seen = (one for service in row.verdict.services for check in service.checks for one in check.evidence)
        asked = (one for one in seen if one.outcome is not Outcome.SKIPPED)
        return dict.fromkeys(who for one in asked if not is_by_hand(one) and (who := self._who(one)))

    def _who(self, seen: Observation) -> str:
        key = seen.operator, seen.vantage
        return self._known.get(key) or self._once(key, _asker(*key))

    def _age(self, at: datetime) -> str:
        age = self._now - at
        seconds = timedelta(seconds=int(age.total_seconds()))
        return self._known.get(seconds) or self._once(seconds, message("{age} old", age=seconds))

    def _moment(self, at: datetime) -> str:
        minute = at.replace(second=0, microsecond=0)
        return self._known.get(minute) or self._once(minute, minute)

    def _once(self, key: object, said: object) -> str:
        """What is said of many sites alike is put into words once."""
        return self._known.setdefault(key, self._text(said))


def _asker(operator: str, vantage: str) -> Message | str:
    if not vantage:
        return operator
    said = message("from {vantage}", vantage=vantage)
    return message("{operator}, {vantage}", operator=operator, vantage=said) if operator else said
