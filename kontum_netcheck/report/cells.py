"""Cells that take more than a line to find. A cell is None where there is nothing to say."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from kontum_netcheck.inventory.numbers import national
from kontum_netcheck.model import Message, Observation, Outcome, Readiness, ServiceKind, message
from kontum_netcheck.probes.by_hand import is_by_hand
from kontum_netcheck.report.build import CheckRow, DistrictRow, SiteRow
from kontum_netcheck.wording import PROBE_WORDS, ROLE_WORDS

if TYPE_CHECKING:
    from kontum_netcheck.inventory.schema import Fax, Line, Phone

NO_SITE = message("no exam site")
_NOT_SELECTED = message("not selected")
_ANSWERED = (Outcome.MEASURED, Outcome.FAILED)
_NUMBERS = (ServiceKind.PHONE, ServiceKind.FAX)


def district_remarks(row: DistrictRow) -> object:
    """The names of the sites that make the district what it is; or why it has none."""
    worst = row.verdict.readiness
    if worst is None:
        return _NOT_SELECTED if row.planned_count else NO_SITE
    if worst is Readiness.READY:
        return None
    return tuple(site.name for site in row.verdict.sites if site.readiness is worst)


def district_remarks_key(row: DistrictRow) -> object:
    """The same for a program: `no_site`, `not_selected` or the ids of those sites."""
    worst = row.verdict.readiness
    if worst is None:
        return "not_selected" if row.planned_count else "no_site"
    return tuple(s.id for s in row.verdict.sites if s.readiness is worst is not Readiness.READY) or None


def role(row: SiteRow) -> object:
    """The role's word; a person's own word stays."""
    return ROLE_WORDS.get(row.verdict.role, row.verdict.role) or None


def contact(row: SiteRow) -> object:
    """Whom to call about the site."""
    return row.typed.contact.name if row.typed and row.typed.contact else None


def contact_phone(row: SiteRow) -> object:
    """The number to call about the site, as people write it."""
    number = row.typed.contact.phone if row.typed and row.typed.contact else None
    return number and national(number)


def phones(row: SiteRow) -> object:
    """The site's telephone numbers, as people write them."""
    return tuple(map(_number, row.typed.phones)) or None if row.typed else None


def faxes(row: SiteRow) -> object:
    """The site's fax numbers, as people write them."""
    return tuple(map(_number, row.typed.faxes)) or None if row.typed else None


def _number(line: "Phone | Fax") -> object:
    number = national(line.number)
    if line.extension is None:
        return number
    return message("{number} ext. {extension}", number=number, extension=line.extension)


def loudspeaker(row: SiteRow) -> object:
    """Whether any phone of the site has a loudspeaker (the exam rules ask for one)."""
    return any(phone.loudspeaker for phone in row.typed.phones) if row.typed and row.typed.phones else None


def lines(wanted: Literal["primary", "backup"]) -> Callable[[SiteRow], object]:
    """The site's Internet lines of one role, each with carrier and committed speed."""

    def cell(row: SiteRow) -> object:
        typed = row.typed.internet if row.typed else ()
        return tuple(_line(line, row) for line in typed if line.role == wanted) or None

    return cell


def _line(line: "Line", row: SiteRow) -> Message | str:
    carrier = row.carriers.get(line.carrier or "", line.carrier)
    speed = line.committed_mbit_per_s
    promises: list[object] = [carrier] if carrier else []
    if speed is not None:
        promises.append(message("{down}/{up} Mbit/s", down=float(speed.down), up=float(speed.up)))
    return message("{line} ({promises})", line=line.id, promises=tuple(promises)) if promises else line.id


def results(row: SiteRow, kind: ServiceKind) -> list[Readiness]:
    """The readiness of each service of one kind."""
    return [service.readiness for service in row.verdict.services if service.kind is kind]


def result(kind: ServiceKind) -> Callable[[SiteRow], object]:
    """How the services of one kind stand: their readiness, or how many of them are ready."""

    def cell(row: SiteRow) -> object:
        found = results(row, kind)
        if len(set(found)) <= 1:
            return found[0] if found else None
        return message("{ready} of {count} ready", ready=found.count(Readiness.READY), count=len(found))

    return cell


def result_in_words(kind: ServiceKind) -> Callable[[SiteRow], object]:
    """The same for people: where the services differ, the worst of their verdicts comes first, in its word."""

    def cell(row: SiteRow) -> object:
        found = results(row, kind)
        if len(set(found)) <= 1:
            return found[0] if found else None
        return message(
            "{readiness} ({ready} of {count} ready)",
            readiness=max(found),
            ready=found.count(Readiness.READY),
            count=len(found),
        )

    return cell


def _evidence(row: SiteRow) -> Iterator[Observation]:
    """The answers that the site is judged by. What was not asked is no evidence."""
    for service in row.verdict.services:
        for check in service.checks:
            yield from (seen for seen in check.evidence if seen.outcome in _ANSWERED)


def oldest_evidence_at(row: SiteRow) -> datetime | None:
    """When the oldest of the answers was given that the site is judged by, a person's too."""
    return min((observation.started_at for observation in _evidence(row)), default=None)


def checked_by(row: SiteRow) -> object:
    """Who asked, each once."""
    return tuple(dict.fromkeys(o.operator for o in _evidence(row) if o.operator)) or None


def probe(name: str) -> Message | str:
    """What a kind of check is called; a protocol by its own name."""
    return PROBE_WORDS.get(name, name)


def duration_ms(seen: Observation) -> float | None:
    """How long it took; of a person's word nobody knows."""
    return None if is_by_hand(seen) else seen.duration_ms


def target(row: CheckRow) -> str:
    """What was asked; a telephone number as people write it."""
    asked = row.verdict.check.target
    return national(asked) if row.service.kind in _NUMBERS else asked


def asked(value: Callable[[Observation], object]) -> Callable[[CheckRow], object]:
    """A cell of what happened when it was asked; none where it was left unasked, on purpose or for want of time."""

    def cell(row: CheckRow) -> object:
        observation = row.verdict.observation
        if observation is None or observation.outcome is Outcome.SKIPPED:
            return None
        return value(observation)

    return cell


def failure(part: Literal["stage", "cause", "detail"]) -> Callable[[CheckRow], object]:
    """Where, why or with what raw text a check failed."""
    return asked(lambda seen: None if seen.failure is None else getattr(seen.failure, part) or None)
