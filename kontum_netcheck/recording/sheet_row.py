"""One filled-in row of a sheet → one Observation, or all that is wrong in it. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from kontum_netcheck.inventory.places import fold, nearest
from kontum_netcheck.inventory.schema import Inventory, Site
from kontum_netcheck.model import Message, Observation, WrongValue, message
from kontum_netcheck.recording.answers import Answer, answer_of
from kontum_netcheck.recording.evidence import (
    Attachment,
    Said,
    Witness,
    observation,
    refuse_pages,
    refuse_quality,
)
from kontum_netcheck.recording.items import Item, find_item
from kontum_netcheck.recording.moments import moment, refuse_impossible
from kontum_netcheck.recording.serial_days import as_written
from kontum_netcheck.recording.sheet_columns import label_of

_WHOLE = re.compile(r"(\d{1,6})(?:[.,]0*)?")
_LOST_DIGITS = re.compile(r"\d+(?:[.,]\d+)?[eE]\+?\d+")

Wrong = tuple[Message | None, WrongValue]
"""The heading of the column (None: the whole row), and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What counts where a row is silent: typed on the command line, or chosen there."""

    operator: str = ""
    at: datetime | None = None
    vantage: str = ""
    purpose: str = ""
    site_id: str | None = None


def whole_number(text: str) -> int | None:
    """`4`, or what a spreadsheet makes of it: `4,0`, `4.0`. Empty is None. Raises WrongValue."""
    if not text:
        return None
    found = _WHOLE.fullmatch(text)
    if found is None:
        raise WrongValue(message("“{value}” is no whole number.", value=text))
    return int(found[1])


class RowReader:
    """Reads the rows of one sheet."""

    def __init__(
        self,
        inventory: Inventory,
        things: Sequence[Item],
        now: datetime,
        defaults: Defaults,
        attach: Callable[[str], Attachment],
    ) -> None:
        self._inventory = inventory
        self._things = things
        self._now = now
        self._defaults = defaults
        self._attach = attach
        self._sites = {
            fold(word): site for site in reversed(inventory.sites) for word in (site.name, site.id)
        }

    def read(self, cells: Mapping[str, str]) -> tuple[list[Observation], list[Wrong]]:
        """The row's observation, or all that is wrong in it. `cells` are texts by the key of their column."""
        wrong: list[Wrong] = []
        site = item = answer = witness = at = attachment = quality = pages = None
        with _kept(wrong, "site_id" if cells.get("site_id") else "site"):
            site = self._site(cells)
        with _kept(wrong, "line" if cells.get("line") else "number"):
            item = self._item(cells, site) if site else None
        if item is not None:
            with _kept(wrong, "result"):
                answer = self._answer(cells, item)
        with _kept(wrong, "voice_quality"):
            quality = whole_number(cells.get("voice_quality", ""))
            if item and answer:
                refuse_quality(item.check.kind, answer, quality)
        with _kept(wrong, "pages_count"):
            pages = whole_number(cells.get("pages_count", ""))
            if item and answer:
                refuse_pages(item.check.kind, answer, pages)
        with _kept(wrong, "operator"):
            witness = self._witness(cells)
        with _kept(wrong, "at" if cells.get("at") else "day" if cells.get("day") else "at"):
            at = self._at(cells)
        with _kept(wrong, "attachment"):
            attachment = self._attach(name) if (name := cells.get("attachment")) else None
        if wrong or item is None or answer is None or witness is None or at is None:
            return [], wrong
        said = Said(answer, at, quality, pages, note=cells.get("note", ""), attachment=attachment)
        with _kept(wrong, None):
            return [observation(item, said, witness)], []
        return [], wrong

    def _item(self, cells: Mapping[str, str], site: Site) -> Item:
        line, number = cells.get("line", ""), cells.get("number", "")
        if not line and not number:
            raise WrongValue(
                message("Which line is it? Neither its id nor its number is there."),
                message("Each row needs its own: merged cells of lines can't be told apart."),
            )
        item = find_item(line or number, site, self._things)
        if line and number and not _LOST_DIGITS.fullmatch(number):
            same = find_item(number, site, self._things)
            if same.check.id != item.check.id and fold(same.name) != fold(item.name):
                raise WrongValue(
                    message(
                        "{number} is not {line} but {other}.",
                        number=number,
                        line=line,
                        other=same.check.service_id,
                    )
                )
        return item

    def _site(self, cells: Mapping[str, str]) -> Site:
        words = [word for key in ("site_id", "site") if (word := cells.get(key, ""))]
        if not words and self._defaults.site_id is not None:
            words = [self._defaults.site_id]
        if not words:
            raise WrongValue(message("Which site is it? Its id is missing."))
        sites = [self._sites.get(fold(word)) for word in words]
        for word, site in zip(words, sites, strict=True):
            if site is None:
                near = nearest(word, (text for s in self._inventory.sites for text in (s.id, s.name)))
                raise WrongValue(
                    message("There is no site {word} in the inventory.", word=word),
                    message("Did you mean {nearest}?", nearest=near) if near else None,
                )
        found = [site for site in sites if site is not None]
        if found[0] is not found[-1] and fold(found[0].name) != fold(words[-1]):
            raise WrongValue(message("{id} is not {name}.", id=words[0], name=words[1]))
        return found[0]

    def _answer(self, cells: Mapping[str, str], item: Item) -> Answer:
        text = cells.get("result", "")
        if not text:
            raise WrongValue(message("The result is empty, though the row holds an answer."))
        return answer_of(text, item.check.kind)

    def _witness(self, cells: Mapping[str, str]) -> Witness:
        given = self._defaults
        return Witness(
            cells.get("operator") or given.operator,
            cells.get("vantage") or given.vantage,
            cells.get("purpose") or given.purpose,
        )

    def _at(self, cells: Mapping[str, str]) -> datetime:
        written = [as_written(cell) for key in ("at", "day", "time") if (cell := cells.get(key, ""))]
        text = written[0] if cells.get("at") else " ".join(written)
        at = moment(text, self._inventory.zone, None) if text else self._defaults.at
        if at is None:
            raise WrongValue(
                message("When was it tried? Write day and time."), message("Write both: 27/06/2024 09:30.")
            )
        refuse_impossible(at, self._inventory, self._now)
        return at


@contextmanager
def _kept(wrong: list[Wrong], key: str | None) -> Iterator[None]:
    """A WrongValue inside is kept with the column that it stands in."""
    try:
        yield
    except WrongValue as value:
        wrong.append((label_of(key) if key else None, value))
