"""What `record` is about: which inventory, which site, which line, typed as one to three words."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kontum_netcheck.cli.inventory import load_or_stop, select_or_stop
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.inventory.loader import SUFFIXES, Loaded
from kontum_netcheck.inventory.schema import Site
from kontum_netcheck.model import Message, WrongValue, message
from kontum_netcheck.plan.selection import Selection
from kontum_netcheck.recording import Item, find_item, items

_SHOWN_COUNT = 10


@dataclass(frozen=True, slots=True)
class Place:
    """An inventory, and what of it is meant."""

    loaded: Loaded
    things: tuple[Item, ...]  # of the whole inventory
    selection: Selection
    site: Site | None
    item: Item | None

    @property
    def selected(self) -> tuple[Item, ...]:
        """The things to try of what is selected."""
        if self.item is not None:
            return (self.item,)
        known = {site.id for site in self.loaded.inventory.sites if self.selection.has_site(site)}
        return tuple(item for item in self.things if item.site.id in known)


def place_or_stop(
    shell: Shell, words: Sequence[str], district: Sequence[str] | None, site: Sequence[str] | None
) -> Place:
    """Take the words apart: [INVENTORY] [SITE] [LINE]. What is not there ends the program, with the nearest that is."""
    rest = list(words)
    typed = Path(rest.pop(0)) if rest and _is_inventory(rest[0]) else None
    if len(rest) > 2:
        raise shell.stop(message("There is no place for {words}.", words=" ".join(rest[2:])))
    loaded = load_or_stop(shell, typed)
    inventory = loaded.inventory
    named = [*(site or ()), *rest[:1]]
    selection = select_or_stop(
        shell, inventory, district=district, site=named, carrier=None, probe=None, skip=None
    )
    things = items(inventory)
    sites = [each for each in inventory.sites if selection.has_site(each)]
    chosen = sites[0] if len(sites) == 1 else None
    item = None
    if len(rest) == 2 and chosen is not None:
        try:
            item = find_item(rest[1], chosen, things)
        except WrongValue as wrong:
            raise shell.stop(sentence(wrong)) from None
    return Place(loaded, things, selection, chosen, item)


def site_or_stop(shell: Shell, place: Place) -> Site:
    """The one site that is meant; none or several end the program with what to write."""
    if place.site is not None:
        return place.site
    known = place.loaded.inventory.sites
    if not known:
        raise shell.stop(message("The inventory lists no site."))
    listed = ", ".join(site.id for site in known[:_SHOWN_COUNT]) + (
        ", …" if len(known) > _SHOWN_COUNT else ""
    )
    raise shell.stop(message("Which site? Write: kontum-netcheck record SITE. Sites: {sites}", sites=listed))


def sentence(wrong: WrongValue) -> Message:
    """What is wrong and what to write, as one sentence."""
    if wrong.hint is None:
        return wrong.problem
    return message("{problem} {hint}", problem=wrong.problem, hint=wrong.hint)


def _is_inventory(word: str) -> bool:
    """Sites are words; an inventory ends in .yaml, has a folder before it, or is a folder of such files."""
    path = Path(word)
    if path.suffix.lower() in SUFFIXES or "/" in word or "\\" in word:
        return True
    return path.is_dir() and any(file.suffix.lower() in SUFFIXES for file in path.iterdir())
