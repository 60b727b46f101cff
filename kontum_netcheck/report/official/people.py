"""Who takes part: those who were named, those whom the inventory names, and those who vouch for evidence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kontum_netcheck.inventory.places import fold
from kontum_netcheck.model import Message, Observation, message
from kontum_netcheck.probes.by_hand import is_by_hand
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.official.form import Form

_CONTACT = message("contact of the site {site}, as the inventory says")
_CHECKED = message("checked, as the evidence says")
_COUNTERSIGNED = message("countersigned the evidence")


@dataclass(frozen=True, slots=True)
class Participant:
    """A line of the list of those present, to be signed or struck out."""

    name: str
    post: Message | str


def participants(report: Report, form: Form) -> tuple[Participant, ...]:
    """Each once, by the first that names them: the options, the inventory's contacts, the evidence."""
    found: dict[str, Participant] = {}
    for one in (*_named(form), *_contacts(report), *_witnesses(report)):
        found.setdefault(fold(one.name), one)
    leading = {fold(form.person(role).name) for role in ("chair", "secretary")}
    return tuple(one for key, one in found.items() if key not in leading)


def _named(form: Form) -> Iterator[Participant]:
    for one in form.participants:
        yield Participant(one.name, one.post)


def _contacts(report: Report) -> Iterator[Participant]:
    for row in report.sites:
        if row.typed is not None and row.typed.contact is not None:
            yield Participant(row.typed.contact.name, _with(_CONTACT, site=row.verdict.name))


def _witnesses(report: Report) -> Iterator[Participant]:
    seen = [observation for row in report.checks for observation in row.verdict.evidence]
    for observation in seen:
        if _is_person(observation):
            yield Participant(observation.operator, _CHECKED)
    for name in _countersigners(seen):
        yield Participant(name, _COUNTERSIGNED)


def _is_person(observation: Observation) -> bool:
    """A person's word; of what a machine measured, a name of two words: a login name has none."""
    return bool(observation.operator) and (is_by_hand(observation) or " " in observation.operator.strip())


def _countersigners(seen: Iterable[Observation]) -> Iterator[str]:
    for observation in seen:
        yield from observation.countersigned_by


def _with(sentence: Message, **values: object) -> Message:
    return Message(sentence.text, values)
