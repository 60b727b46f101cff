"""What is told about a list: what was not understood, what was read in another form, what was left out. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kontum_netcheck.model import Message, WrongValue
from kontum_netcheck.province_list.cells import Place


class NoteKind(StrEnum):
    """How much a person has to do about it."""

    LOST = "lost"  # not understood: it is in the inventory as a comment only
    READ = "read"  # understood, in another form than it was written in
    LEFT = "left"  # left out, or taken in, on purpose


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to tell, at its cell. `site_id` and `section` say where in the inventory its comment belongs."""

    kind: NoteKind
    place: Place
    problem: Message
    hint: Message | None = None
    site_id: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """Equal notes of many cells."""

    kind: NoteKind
    places: tuple[Place, ...]
    problem: Message
    hint: Message | None


def lost(place: Place, wrong: WrongValue) -> Note:
    """A note of what is wrong with a cell."""
    return Note(NoteKind.LOST, place, wrong.problem, wrong.hint)


def together(notes: Iterable[Note]) -> Sequence[Together]:
    """Equal notes as one, in the order in which each is first met."""
    groups: dict[tuple[NoteKind, str, str, str], list[Note]] = {}
    for note in notes:
        key = (note.kind, note.problem.text, repr(note.problem.values), repr(note.hint))
        groups.setdefault(key, []).append(note)
    return [
        Together(kind, tuple(note.place for note in found), found[0].problem, found[0].hint)
        for (kind, *_), found in groups.items()
    ]
