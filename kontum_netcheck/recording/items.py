"""What of a site a person has to try: its phones, faxes and checklist items, in the inventory's order. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kontum_netcheck.inventory.numbers import national, parse
from kontum_netcheck.inventory.places import fold, nearest
from kontum_netcheck.inventory.schema import ChecklistItem, Fax, Inventory, Phone, Site
from kontum_netcheck.model import Check, Message, ServiceKind, WrongValue, message
from kontum_netcheck.plan import plan
from kontum_netcheck.plan.selection import EVERYTHING, Selection


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to try: the planned check, and what the inventory says of it."""

    check: Check
    site: Site
    thing: Phone | Fax | ChecklistItem
    district: str  # its name
    carrier: str  # its name, "" where none is named

    @property
    def name(self) -> str:
        """As people know it: the number in national form with its extension, or the item's name."""
        if isinstance(self.thing, ChecklistItem):
            return self.thing.name
        number = national(self.thing.number)
        return f"{number} #{self.thing.extension}" if self.thing.extension else number

    @property
    def is_called(self) -> bool:
        """Whether trying it makes something ring."""
        return not isinstance(self.thing, ChecklistItem)

    @property
    def no_calls(self) -> bool:
        """Whether the inventory forbids to call it."""
        return not isinstance(self.thing, ChecklistItem) and self.thing.no_calls

    @property
    def instruction(self) -> Message:
        """What to do, as a sentence."""
        if isinstance(self.thing, ChecklistItem):
            return message("Look at it on the spot: {name}.", name=self.name)
        if self.no_calls:
            return message("Never call this number. Write only what came from there by itself.")
        if self.check.kind is ServiceKind.FAX:
            return message("Send one page to {number}, and ask the site how many arrived.", number=self.name)
        if isinstance(self.thing, Phone) and self.thing.loudspeaker:
            return message(
                "Call {number}, ask who is speaking, and whether the loudspeaker is heard in the room.",
                number=self.name,
            )
        return message("Call {number}, and ask who is speaking.", number=self.name)


def items(inventory: Inventory, selection: Selection = EVERYTHING) -> tuple[Item, ...]:
    """All that only a person can try, of what is selected, in the order of the plan."""
    sites = {site.id: site for site in inventory.sites}
    districts = {district.code: district.name for district in inventory.districts}
    carriers = {carrier.id: carrier.name for carrier in inventory.carriers}
    return tuple(
        Item(check, site, thing, districts.get(site.district, site.district), _carrier(thing, carriers))
        for check in plan(inventory, selection).checks
        if check.is_for_people
        if (site := sites[check.site_id])
        if (thing := _thing(site, check.service_id)) is not None
    )


def find_item(word: str, site: Site, known: Sequence[Item]) -> Item:
    """The site's item that `word` means: its id, its name, or its number as anybody writes it.

    Raises WrongValue, where it can with the nearest right word.
    """
    here = [item for item in known if item.site.id == site.id]
    for item in here:
        if fold(word) in (fold(item.check.service_id), fold(item.name)):
            return item
    numbered = [item for item in here if item.is_called and _same_number(item, word)]
    if numbered:
        return numbered[0]
    numbered = [item for item in known if item.is_called and _same_number(item, word)]
    raise _of_another_site(word, site, numbered[0]) if numbered else _no_such(word, site, here)


def _thing(site: Site, service_id: str) -> Phone | Fax | ChecklistItem | None:
    things: tuple[Phone | Fax | ChecklistItem, ...] = (*site.phones, *site.faxes, *site.checklist)
    return next((thing for thing in things if thing.id == service_id), None)


def _carrier(thing: Phone | Fax | ChecklistItem, carriers: dict[str, str]) -> str:
    carrier = None if isinstance(thing, ChecklistItem) else thing.carrier
    return carriers.get(carrier, carrier) if carrier else ""


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _same_number(item: Item, word: str) -> bool:
    """Also where a spreadsheet has taken the 0 or the + in front away: among a site's own lines that is plain."""
    assert not isinstance(item.thing, ChecklistItem)
    significant = item.thing.number.removeprefix("+84")
    typed = _digits(word.split("#")[0].removesuffix(".0"))
    return typed in {significant, f"0{significant}", f"84{significant}", f"0084{significant}"}


def _of_another_site(word: str, site: Site, item: Item) -> WrongValue:
    """Whose number it is: somebody took the wrong row, or the wrong site."""
    return WrongValue(
        message("{word} is no phone, fax or checklist item of {site}.", word=word, site=site.name),
        message(
            "It belongs to {other}: {id} {line}.",
            other=item.site.name,
            id=item.site.id,
            line=item.check.service_id,
        ),
    )


def _no_such(word: str, site: Site, here: Sequence[Item]) -> WrongValue:
    """An Internet line, a number that is wrong in itself, or none of this site's: with the nearest that is."""
    if any(fold(word) == fold(line.id) for line in site.internet):
        return WrongValue(
            message(
                "{word} is an Internet line of {site}: it is measured, not recorded.",
                word=word,
                site=site.name,
            ),
            message("Write: kontum-netcheck check --site {id}", id=site.id),
        )
    if len(_digits(word)) >= 7:
        try:
            parse(word)
        except WrongValue as wrong:
            return wrong
    names = list(_names(here))
    problem = message("{word} is no phone, fax or checklist item of {site}.", word=word, site=site.name)
    near = nearest(word, names)
    if near is not None:
        return WrongValue(problem, message("Did you mean {nearest}?", nearest=near))
    listed = ", ".join(f"{item.check.service_id} ({item.name})" for item in here)
    return WrongValue(problem, message("It has: {names}.", names=listed) if listed else None)


def _names(here: Sequence[Item]) -> Iterator[str]:
    for item in here:
        yield item.check.service_id
        yield item.name
