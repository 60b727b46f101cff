"""What of the inventory a run is about: the user's words, turned into ids once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kontum_netcheck.inventory.places import fold, nearest
from kontum_netcheck.inventory.schema import Inventory, Site
from kontum_netcheck.model import Message, message
from kontum_netcheck.probes import PROBES


@dataclass(frozen=True, slots=True)
class Selection:
    """Ids of what is selected; an empty set selects all.

    `at` is the site where this machine stands (the lab stands at many).
    """

    districts: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    carriers: frozenset[str] = frozenset()
    probes: frozenset[str] = frozenset()
    skipped_probes: frozenset[str] = frozenset()
    at: frozenset[str] = frozenset()

    @property
    def narrows_places(self) -> bool:
        """Whether only some places or carriers are selected."""
        return bool(self.districts or self.sites or self.carriers)

    @property
    def narrows_probes(self) -> bool:
        """Whether only some kinds of question are selected."""
        return bool(self.probes or self.skipped_probes)

    @property
    def words(self) -> tuple[str, ...]:
        """The options of a command line that select the same."""
        chosen = (
            ("--district", self.districts),
            ("--site", self.sites - self.at),
            ("--carrier", self.carriers),
            ("--probe", self.probes),
            ("--skip", self.skipped_probes),
        )
        return tuple(word for name, values in chosen for value in sorted(values) for word in (name, value))

    def has_site(self, site: Site) -> bool:
        """Whether the site is in the selected places."""
        in_district = not self.districts or site.district in self.districts
        return in_district and (not self.sites or site.id in self.sites)

    def has_carrier(self, carrier_id: str | None) -> bool:
        """Whether a service of that carrier (None: of none) is selected."""
        return not self.carriers or carrier_id in self.carriers

    def has_probe(self, name: str) -> bool:
        """Whether that kind of question is selected."""
        return (not self.probes or name in self.probes) and name not in self.skipped_probes


EVERYTHING = Selection()


class UnknownWord(Exception):
    """A word on the command line that the inventory doesn't have; carries a Message with the nearest right one."""

    def __init__(self, problem: Message) -> None:
        super().__init__(problem.text)
        self.problem = problem


def select(
    inventory: Inventory,
    *,
    districts: Sequence[str] = (),
    sites: Sequence[str] = (),
    carriers: Sequence[str] = (),
    probes: Sequence[str] = (),
    skip: Sequence[str] = (),
    at: str | None = None,
) -> Selection:
    """Turn ids, codes and names as typed into a Selection.

    `at` alone selects its site. Raises UnknownWord for a word that the inventory doesn't have.
    """
    by_place = {site.id: site.name for site in inventory.sites}
    site_ids = [_find("site", word, by_place.items()) for word in sites]
    here = None if at is None else _find("site", at, by_place.items())
    if here and not (site_ids or districts):
        site_ids = [here]
    if here and site_ids and here not in site_ids:
        raise UnknownWord(
            message("You are at {here}, which is not among the selected sites.", here=by_place[here])
        )
    probe_words = [(name, name) for name in PROBES]
    return Selection(
        districts=frozenset(
            _find("district", word, [(d.code, d.name) for d in inventory.districts]) for word in districts
        ),
        sites=frozenset(site_ids),
        carriers=frozenset(
            _find("carrier", word, [(c.id, c.name) for c in inventory.carriers]) for word in carriers
        ),
        probes=frozenset(_find("probe", word, probe_words) for word in probes),
        skipped_probes=frozenset(_find("probe", word, probe_words) for word in skip),
        at=frozenset({here} if here else ()),
    )


_UNKNOWN = {
    "site": message("There is no site {word} in the inventory."),
    "district": message("There is no district {word} in the inventory."),
    "carrier": message("There is no carrier {word} in the inventory."),
    "probe": message("There is no probe {word}."),
}
"""Their values are filled in by `_find`."""


def _find(kind: str, word: str, known: Iterable[tuple[str, str]]) -> str:
    """The id whose id or name is `word`, compared as Vietnamese names are."""
    known = list(known)
    for identifier, name in known:
        if fold(word) in (fold(identifier), fold(name)):
            return identifier
    problem = Message(_UNKNOWN[kind].text, {"word": word})
    near = nearest(word, [text for pair in known for text in pair])
    if near:
        problem = message("{problem} Did you mean {nearest}?", problem=problem, nearest=near)
    raise UnknownWord(problem)
