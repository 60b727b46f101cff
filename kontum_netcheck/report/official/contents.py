"""All that stands in a record, as text: what a template is filled with, and what the PDF is set from. Pure."""

from dataclasses import asdict, dataclass
from datetime import date

from kontum_netcheck.model import Message, Readiness, message
from kontum_netcheck.report import framing
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.official.evidence import EvidenceLines, commands
from kontum_netcheck.report.official.form import Form, Person
from kontum_netcheck.report.official.people import Participant, participants
from kontum_netcheck.report.official.results import LimitLine, MethodLine, Results, SitePart
from kontum_netcheck.report.official.text import Text
from kontum_netcheck.report.options import Options

_DOTS, _LONG_DOTS = "………", "……………………"
"""Gaps within a line, to be written into by hand."""


@dataclass(frozen=True, slots=True)
class Present:
    """One of those present."""

    number: str
    name: str
    post: str


@dataclass(frozen=True, slots=True)
class Contents:
    """The fields. What nobody filled in is "", a dotted line; within the lines of the head it is dots."""

    agency_above: str
    agency: str
    number: str
    place_and_day: str
    title: str
    began: str
    where: str
    participants: tuple[Present, ...]
    chair: str
    chair_name: str
    secretary: str
    secretary_name: str
    notes: tuple[str, ...]  # what a reader must know before believing a single row
    methods: tuple[MethodLine, ...]
    sites: tuple[SitePart, ...]
    limits: tuple[LimitLine, ...]
    judged_at: str
    conclusion: str  # of the site, or of the district with the counts of its sites
    remarks: str
    evidence_about: str
    evidence_definition: str
    evidence_sha256: str
    evidence_commands: tuple[str, ...]
    ended: str
    recipients: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        """As dicts, lists and text."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Subject:
    """What the record is about: a site, or a district; and how to name it on the command line."""

    word: str
    name: str
    is_district: bool


def contents(
    report: Report, subject: Subject, form: Form, evidence: EvidenceLines, issued_on: date, options: Options
) -> Contents:
    """Say it all to one reader."""
    text = Text(options)
    say, results, filled = text.say, Results(report, text), form.filled
    chair, secretary = form.person("chair"), form.person("secretary")
    where = filled.get("where") or _only_place(report)
    return Contents(
        agency_above=say(filled.get("agency_above", _LONG_DOTS)).upper(),
        agency=say(filled.get("agency", _LONG_DOTS)).upper(),
        number=say(filled.get("number", f"{_DOTS}/BB-{_DOTS}")),
        place_and_day=say(_place_and_day(filled.get("place", _LONG_DOTS), issued_on, options)),
        title=say(_title(subject)),
        began=say(filled.get("began", "")),
        where=say(where),
        participants=tuple(_present(participants(report, form), text)),
        chair=say(_whole(chair)),
        chair_name=say(chair.name),
        secretary=say(_whole(secretary)),
        secretary_name=say(secretary.name),
        notes=tuple(map(say, (*framing.warnings(report), *report.run.notes))),
        methods=tuple(results.methods()),
        sites=tuple(map(results.site, report.sites)),
        limits=tuple(results.limits()),
        judged_at=say(message("Judged as of {moment}.", moment=report.run.finished_at)),
        conclusion=say(_conclusion(report, subject)),
        remarks=say(filled.get("remarks", "")),
        evidence_about=say(_about(report, evidence)),
        evidence_definition=say(_DEFINITION),
        evidence_sha256=evidence.sha256,
        evidence_commands=tuple(map(say, commands(report, subject.word, options.zone))),
        ended=say(filled.get("ended", "")),
        recipients=tuple(map(say, _recipients(filled.get("recipients", "")))),
    )


_DEFINITION = message(
    "Each observation and each countersignature is one line of canonical JSON, as the store keeps it and as a bundle "
    "carries it. The lines stand in the order of their bytes, each ends with a line feed; the SHA-256 is that of all of"
    " them."
)


def _title(subject: Subject) -> Message:
    if subject.is_district:
        return message(
            "On the Internet lines, phones and faxes of the exam sites of {district}", district=subject.name
        )
    return message("On the Internet lines, phones and faxes of the exam site {site}", site=subject.name)


def _place_and_day(place: str, day: date, options: Options) -> Message:
    """Days below 10 and months below 3 get a 0 (Appendix I, part II, 4)."""
    months = f"{day.month:02}" if options.language.code == "en" or day.month < 3 else str(day.month)
    return message(
        "{place}, on {year}-{month}-{day}", place=place, day=f"{day.day:02}", month=months, year=str(day.year)
    )


def _only_place(report: Report) -> str:
    """The one site with its address; several have no one place."""
    if len(report.sites) != 1:
        return ""
    row = report.sites[0]
    address = row.typed.address if row.typed else None
    return ", ".join(filter(None, (row.verdict.name, address)))


def _whole(person: Person) -> str:
    return ", ".join(filter(None, (person.name, person.post)))


def _present(found: tuple[Participant, ...], text: Text) -> list[Present]:
    return [
        Present(str(number), text.say(one.name), text.say(one.post)) for number, one in enumerate(found, 1)
    ]


def _conclusion(report: Report, subject: Subject) -> Message:
    worst = max((row.verdict.readiness for row in report.sites), default=Readiness.NOT_CHECKED)
    if not subject.is_district:
        return message("{name}: {readiness}.", name=subject.name, readiness=worst)
    return message(
        "{name}: {readiness}. {totals}.",
        name=subject.name,
        readiness=worst,
        totals=tuple(framing.totals(report)),
    )


def _about(report: Report, evidence: EvidenceLines) -> Message:
    run = report.run
    return message(
        "Entries of the evidence store, known at {moment}, on which this record rests: {count}. They were judged by "
        "kontum-netcheck {version} with the inventory {inventory} (SHA-256 {hash}).",
        count=len(evidence.lines),
        moment=run.finished_at,
        inventory=run.inventory,
        hash=run.inventory_hash,
        version=run.tool_version,
    )


def _recipients(typed: str) -> tuple[object, ...]:
    """As typed; else those that every record has."""
    named = tuple(part.strip() for part in typed.split(";") if part.strip())
    return named or (message("those present"), message("Filed: office, dossier"))
