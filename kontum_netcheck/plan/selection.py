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

    `at` is the site where this machine stands (the lab stands at many), `at_line` the line that it is behind; None:
    the only one that is measured from the site.
    """

    districts: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    carriers: frozenset[str] = frozenset()
    probes: frozenset[str] = frozenset()
    skipped_probes: frozenset[str] = frozenset()
    at: frozenset[str] = frozenset()
    at_line: str | None = None

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

    `at` alone selects its site; it may name one of its lines too: `site/line`. Raises UnknownWord for a word that the
    inventory doesn't have, and where it takes a line to know what is measured.
    """
    by_place = {site.id: site.name for site in inventory.sites}
    site_ids = [_find("site", word, by_place.items()) for word in sites]
    carrier_ids = frozenset(
        _find("carrier", word, [(c.id, c.name) for c in inventory.carriers]) for word in carriers
    )
    here, at_line = (None, None) if at is None else _place(at, inventory, carrier_ids)
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
        carriers=carrier_ids,
        probes=frozenset(_find("probe", word, probe_words) for word in probes),
        skipped_probes=frozenset(_find("probe", word, probe_words) for word in skip),
        at=frozenset({here} if here else ()),
        at_line=at_line,
    )


_UNKNOWN = {
    "site": message("There is no site {word} in the inventory."),
    "district": message("There is no district {word} in the inventory."),
    "carrier": message("There is no carrier {word} in the inventory."),
    "probe": message("There is no probe {word}."),
    "line": message("This site has no line {word}."),
}
"""Their values are filled in by `_find`."""


def _place(typed: str, inventory: Inventory, carrier_ids: frozenset[str]) -> tuple[str, str | None]:
    """The site, and the line of it that this machine is behind; None: it has no more than one to ask from there.

    A machine reaches the world by one line. To call what it measured the other's would be untrue.
    """
    sites = {site.id: site for site in inventory.sites}
    names = [(site.id, site.name) for site in inventory.sites]
    word, slash, line_word = typed.rpartition("/")
    if not slash or any(fold(typed) == fold(name) for _, name in names):
        word, line_word = typed, ""
    site = sites[_find("site", word, names)]
    if line_word:
        return site.id, _find("line", line_word, [(line.id, line.id) for line in site.internet])
    lines = [
        line.id for line in site.internet if line.onsite and (not carrier_ids or line.carrier in carrier_ids)
    ]
    if len(lines) > 1:
        choices = ", ".join(f"--at {site.id}/{line}" for line in lines)
        raise UnknownWord(
            message(
                "{site} has {count} lines that are measured from there: say which one this machine uses: {choices}.",
                site=site.name,
                count=len(lines),
                choices=choices,
            )
        )
    return site.id, None


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
