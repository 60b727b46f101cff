"""One row of a list, its cells by column; and what reading rows has in common. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from kontum_netcheck.model import Message, WrongValue, message
from kontum_netcheck.province_list.cells import Cell, CellKind, Place
from kontum_netcheck.province_list.headings import Key
from kontum_netcheck.province_list.listed import ListedCarrier
from kontum_netcheck.province_list.notes import Note, NoteKind
from kontum_netcheck.province_list.plain_words import says_nothing

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Said:
    """A text, and the cell in which it stands."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row that say something, by column."""

    place: Place
    cells: Mapping[Key, Sequence[Said]]
    odd: Sequence[tuple[Place, Key, WrongValue]] = ()  # cells that hold no value

    def all(self, key: Key) -> Sequence[Said]:
        """Everything under that heading."""
        return self.cells.get(key, ())

    def first(self, key: Key) -> Said | None:
        """What stands first under that heading."""
        return next(iter(self.all(key)), None)


@dataclass(slots=True)
class Ledger:
    """What comes up while rows are read: notes, and carriers that are named."""

    area_code: str | None
    both_ways: bool
    notes: list[Note] = field(default_factory=list)
    carriers: dict[str, ListedCarrier] = field(default_factory=dict)

    def lose(self, place: Place, wrong: WrongValue, site_id: str = "", section: str = "") -> None:
        """Note what could not be understood."""
        self.notes.append(Note(NoteKind.LOST, place, wrong.problem, wrong.hint, site_id, section))

    def tell(self, place: Place, what: Message, kind: NoteKind = NoteKind.READ) -> None:
        """Note how something was understood, or that it was left out."""
        self.notes.append(Note(kind, place, what))

    def try_(
        self, said: Said | None, read: Callable[[str], Value], site_id: str, section: str = ""
    ) -> Value | None:
        """What the cell says; None where it says nothing, or nothing that is understood, which is noted."""
        if said is None or says_nothing(said.text):
            return None
        try:
            return read(said.text)
        except WrongValue as wrong:
            self.lose(said.place, wrong, site_id, section)
            return None

    def carrier(self, carrier: ListedCarrier) -> str:
        """The carrier's id; it is one of the list's from now on."""
        return self.carriers.setdefault(carrier.id, carrier).id


FREE_TEXT = frozenset({"note", "evidence", "ignored"})
"""Columns in which a day or a time is nothing odd."""


def refuse_odd(cell: Cell, key: Key) -> None:
    """Raise WrongValue for a cell that holds no value: an error, a formula without one, a day in place of a number."""
    if cell.kind is CellKind.ERROR:
        raise WrongValue(message("The cell holds Excel's error {value}.", value=cell.text))
    if cell.kind is CellKind.UNCALCULATED:
        raise WrongValue(
            message("The cell holds the formula {value}, whose value was never saved.", value=cell.text[:80]),
            message("Open the list in Excel and save it, or type the value in."),
        )
    if cell.kind is CellKind.MOMENT and key not in FREE_TEXT:
        raise WrongValue(
            message("Excel has made a day or time of the cell: {value}.", value=cell.text),
            message("Format the cell as text and type it again."),
        )
