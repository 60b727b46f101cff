"""The tables of a record: what was checked and found, how, and by which limits. All text, in the reader's language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from kontum_netcheck.model import Message, Observation, Outcome, Readiness, ServiceKind, message
from kontum_netcheck.probes import PROBES
from kontum_netcheck.report import cells
from kontum_netcheck.report.build import CheckRow, Report, SiteRow
from kontum_netcheck.report.explained import limits
from kontum_netcheck.report.measured import Measured
from kontum_netcheck.report.official.text import Text
from kontum_netcheck.report.service_rows import ServiceRow, rows_of

_ANSWERED = (Outcome.MEASURED, Outcome.FAILED)
_TRIED = {"call": ServiceKind.PHONE, "fax": ServiceKind.FAX, "manual": ServiceKind.CHECKLIST}


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check of a service."""

    what: str  # what was asked, of whom
    found: str  # the values, and the reason where it is not ready
    at: str  # when it was asked; "–" where it was not
    valid_until: str  # until when that counts
    conclusion: str


@dataclass(frozen=True, slots=True)
class ServicePart:
    """A line, phone, fax or item, with its checks."""

    name: str
    about: str  # role, carrier, committed speed
    conclusion: str
    checks: tuple[CheckLine, ...]


@dataclass(frozen=True, slots=True)
class SitePart:
    """A site: its facts, its results and what they come to."""

    number: str
    name: str
    about: str  # role, address, rooms
    conclusion: str
    reasons: tuple[str, ...]
    summary: str  # the conclusion, where there are several sites, and how old its evidence is
    services: tuple[ServicePart, ...]


@dataclass(frozen=True, slots=True)
class MethodLine:
    """One kind of check: how it was made."""

    probe: str
    purpose: str
    count: str  # answered of planned
    who: str  # by whom, from where
    when: str


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One limit and where it comes from."""

    number: str
    metric: str
    ready: str
    degraded: str
    source: str


class Results:
    """Says the results of one report to one reader."""

    def __init__(self, report: Report, text: Text) -> None:
        self._report = report
        self._text = text
        self._measured = Measured(text.options)
        self._rows: dict[tuple[str, str], list[CheckRow]] = {}
        for row in report.checks:
            self._rows.setdefault((row.site.verdict.id, row.service.id), []).append(row)

    def site(self, row: SiteRow) -> SitePart:
        """One site."""
        say, oldest = self._text.say, cells.oldest_evidence_at(row)
        age = message("There is no evidence yet.")
        if oldest is not None:
            ago = max(self._report.run.finished_at - oldest, timedelta())
            age = message("Oldest evidence: {moment}, {age} before the judgement.", moment=oldest, age=ago)
        stands = message("{name}: {readiness}.", name=row.verdict.name, readiness=row.verdict.readiness)
        summary = message("{number}. {stands} {age}", number=row.number, stands=stands, age=age)
        return SitePart(
            number=say(row.number),
            name=say(row.verdict.name),
            about="; ".join(say(fact) for fact in _facts(row)),
            conclusion=say(row.verdict.readiness),
            reasons=tuple(map(say, row.reasons)),
            summary=say(age if len(self._report.sites) == 1 else summary),
            services=tuple(map(self._service, rows_of(row, self._report))),
        )

    def _service(self, row: ServiceRow) -> ServicePart:
        say = self._text.say
        found = self._rows.get((row.site.verdict.id, row.verdict.id), ())
        return ServicePart(
            name=say(message("{kind} {name}", kind=row.verdict.kind, name=row.verdict.name)),
            about="; ".join(say(fact) for fact in _service_facts(row)),
            conclusion=say(row.verdict.readiness),
            checks=tuple(map(self._check, found)),
        )

    def _check(self, row: CheckRow) -> CheckLine:
        say, verdict = self._text.say, row.verdict
        seen = verdict.observation
        asked = None if seen is None or seen.outcome is Outcome.SKIPPED else seen
        measured = self._text.plain(self._measured.of(row))
        reason = "" if verdict.readiness is Readiness.READY and measured else say(verdict.reason)
        until = asked.started_at + verdict.check.valid_for if asked and asked.outcome in _ANSWERED else None
        return CheckLine(
            what=say(_question(row)),
            found="; ".join(filter(None, (measured, reason))),
            at=say(asked.started_at if asked else None),
            valid_until="" if until is None else say(message("until {moment}", moment=until)),
            conclusion=say(verdict.readiness),
        )

    def methods(self) -> Iterator[MethodLine]:
        """One line for each kind of check."""
        by_probe: dict[str, list[CheckRow]] = {}
        for row in self._report.checks:
            by_probe.setdefault(row.verdict.check.probe, []).append(row)
        for probe, rows in by_probe.items():
            answered_count = sum(any(map(_is_answer, row.verdict.evidence)) for row in rows)
            answers = [each for row in rows for each in row.verdict.evidence if _is_answer(each)]
            yield self._method(probe, answers, f"{answered_count}/{len(rows)}")

    def _method(self, probe: str, answers: list[Observation], count: str) -> MethodLine:
        say, times = self._text.say, [each.started_at for each in answers]
        names = (each.operator for each in answers), (each.vantage for each in answers)
        asked_by = tuple(filter(None, map(_each_once, names)))
        when: object = None
        if times:
            first, last = say(min(times)), say(max(times))
            when = first if first == last else message("{first} to {last}", first=min(times), last=max(times))
        return MethodLine(
            probe=say(_called(probe)),
            purpose=say(PROBES[probe].purpose) if probe in PROBES else "",
            count=count,
            who="; ".join(map(say, asked_by)) or say(None),
            when=say(when),
        )

    def limits(self) -> Iterator[LimitLine]:
        """Every limit that a check of the record was judged by; once where several kinds of check have the same."""
        say, seen = self._text.say, dict[tuple[str, ...], None]()
        for row in limits(self._report, _called):
            metric = say(message("{probe}: {metric}", probe=row.probe, metric=row.metric))
            seen[(metric, say(row.ready), say(row.degraded), say(row.source))] = None
        for number, fields in enumerate(seen, start=1):
            yield LimitLine(str(number), *fields)


def _called(probe: str) -> object:
    """What people try is called as the thing that they try; a machine's question by its name."""
    return _TRIED.get(probe, probe)


def _question(row: CheckRow) -> object:
    """The target; in front of it what is asked of it, where that is not plain from the service."""
    check, target = row.verdict.check, cells.target(row)
    return target if check.is_for_people else message("{probe}: {target}", probe=check.probe, target=target)


def _is_answer(observation: Observation) -> bool:
    return observation.outcome in _ANSWERED


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _facts(row: SiteRow) -> Iterator[object]:
    typed = row.typed
    yield message("kind of site: {role}", role=cells.role(row))
    if typed is None:
        return
    if typed.address:
        yield typed.address
    if typed.rooms is not None:
        yield message("{count} rooms", count=typed.rooms)
    if typed.candidates is not None:
        yield message("{count} candidates", count=typed.candidates)


def _service_facts(row: ServiceRow) -> Iterator[Message | object]:
    if row.role is not None:
        yield row.role
    if row.carrier is not None:
        yield row.carrier
    speed = getattr(row.typed, "committed_mbit_per_s", None)
    if speed is not None:
        yield message("committed {down}/{up} Mbit/s, down/up", down=float(speed.down), up=float(speed.up))
    if getattr(row.typed, "loudspeaker", False):
        yield message("with a loudspeaker")
