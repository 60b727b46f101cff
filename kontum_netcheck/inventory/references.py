"""What needs two places of an inventory to be wrong: references to nothing, ids or numbers that stand twice.

Works on the data as typed, so that these errors are found beside all others, however broken the rest is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from kontum_netcheck.inventory.as_typed import LINES, blocks, is_yes, lines
from kontum_netcheck.inventory.as_typed import text as text_of
from kontum_netcheck.inventory.document import Path
from kontum_netcheck.inventory.endpoints import ASKABLE
from kontum_netcheck.inventory.fields import did_you_mean
from kontum_netcheck.inventory.numbers import national, parse
from kontum_netcheck.inventory.places import fold, nearest
from kontum_netcheck.inventory.trunk_references import Trunks
from kontum_netcheck.inventory.typing_slips import without_curly_quotes
from kontum_netcheck.model import Message, WrongValue, message

RESERVED_SITE_ID = "portal"
_IDS = (("carriers", "id"), ("trunks", "id"), ("districts", "code"), ("portals", "id"), ("sites", "id"))
_LISTED = 12
Wrong = tuple[Path, WrongValue]
PlaceOf = Callable[[Path], str]


def check_references(data: Mapping[str, Any], place_of: PlaceOf) -> Iterator[Wrong]:
    """All errors of this kind; `place_of` tells where a path stands, as `file:line`."""
    carriers = _known(data, "carriers", "id")
    districts = _known(data, "districts", "code")
    profiles = data.get("profiles")
    profile_names = {name: name for name in profiles} if isinstance(profiles, dict) else {}
    for section, key in _IDS:
        yield from _taken(_texts(blocks(data, (), section), key), place_of)
    for path, district in blocks(data, (), "districts"):
        yield from _unknown(path, district, "parent", districts)
    for path, trunk in blocks(data, (), "trunks"):
        yield from _unknown(path, trunk, "carrier", carriers)
    for path, window in blocks(data, (), "maintenance"):
        yield from _unknown(path, window, "site", _known(data, "sites", "id"))
        yield from _unknown(path, window, "district", districts)
        yield from _unknown(path, window, "carrier", carriers)
    trunks = Trunks.of(data)
    for path, portal in blocks(data, (), "portals"):
        yield from _unknown(path, portal, "profile", profile_names)
        yield from _taken_by_endpoints(portal, path, "endpoints", place_of)
    for name, profile in profiles.items() if isinstance(profiles, dict) else ():
        if isinstance(profile, dict):
            yield from _taken_by_endpoints(profile, ("profiles", name), "checks", place_of)
    for path, site in blocks(data, (), "sites"):
        if site.get("id") == RESERVED_SITE_ID:
            yield (
                (*path, "id"),
                WrongValue(message("The id {id} stands for the province's portals.", id="portal")),
            )
        yield from _unknown(path, site, "district", districts)
        yield from _unknown(path, site, "profile", profile_names)
        yield from _check_services(path, site, carriers, profile_names, place_of)
        for at, _, line in lines(site, path):
            yield from trunks.wrong(at, line)


def _check_services(
    path: Path,
    site: Mapping[str, Any],
    carriers: Mapping[str, str],
    profiles: Mapping[str, str],
    place_of: PlaceOf,
) -> Iterator[Wrong]:
    ids: list[tuple[Path, str]] = []
    for section, kind in LINES.items():
        lines = list(blocks(site, path, section))
        ids += [
            ((*at, "id"), text_of(line, "id") or f"{kind}-{place}")
            for place, (at, line) in enumerate(lines, 1)
        ]
        if len(lines) > 1:
            yield from _equal_numbers(lines, place_of)
        for at, line in lines:
            yield from _unknown(at, line, "carrier", carriers)
    for at, line in blocks(site, path, "internet"):
        yield from _unknown(at, line, "carrier", carriers)
        yield from _unknown(at, line, "profile", profiles)
        yield from _taken_by_endpoints(line, at, "endpoints", place_of)
    for section in ("internet", "checklist"):
        ids += _texts(blocks(site, path, section), "id")
    yield from _taken(ids, place_of)
    yield from _too_many_needed(path, site)


def _taken_by_endpoints(
    parent: Mapping[str, Any], path: Path, section: str, place_of: PlaceOf
) -> Iterator[Wrong]:
    """Ids that two end points of one probe have."""
    by_probe: dict[str, list[tuple[Path, str]]] = {}
    for at, endpoint in blocks(parent, path, section):
        if identifier := text_of(endpoint, "id"):
            probe = next((key for key in endpoint if key in ASKABLE), "")
            by_probe.setdefault(probe, []).append(((*at, "id"), identifier))
    for ids in by_probe.values():
        yield from _taken(ids, place_of)


def _too_many_needed(path: Path, site: Mapping[str, Any]) -> Iterator[Wrong]:
    """A number in `need` beyond the lines that count: an optional one does not stand in for another."""
    need = site.get("need")
    for kind, section in (("internet", "internet"), ("phone", "phones"), ("fax", "faxes")):
        wanted = text_of(need, kind) if isinstance(need, dict) else ""
        there = site.get(section) or []
        if not wanted.isdecimal() or not isinstance(there, list):
            continue
        count, needed = int(wanted[:9]), sum(not is_yes(line, "optional") for line in there)
        if count > len(there):
            problem = message("This site needs {count}, but has {there}.", count=count, there=len(there))
            yield (*path, "need", kind), WrongValue(problem)
        elif count > needed:
            problem = message(
                "This site needs {count}; without the optional ones it has {there}.",
                count=count,
                there=needed,
            )
            hint = message("Lower the number, or delete optional: true.")
            yield (*path, "need", kind), WrongValue(problem, hint)


def _equal_numbers(lines: Iterable[tuple[Path, Mapping[str, Any]]], place_of: PlaceOf) -> Iterator[Wrong]:
    seen: dict[tuple[str, str | None, str], Path] = {}
    for path, line in lines:
        typed = text_of(line, "number")
        try:
            number = parse(typed)
        except WrongValue:
            continue
        key = (number.e164, number.extension, text_of(line, "extension"))
        first = seen.setdefault(key, path)
        if first != path:
            shown = national(number.e164)
            problem = message(
                "The number {number} stands at {place} already.", number=shown, place=place_of(first)
            )
            yield (*path, "number"), WrongValue(problem)


def _taken(ids: Iterable[tuple[Path, str]], place_of: PlaceOf) -> Iterator[Wrong]:
    seen: dict[str, Path] = {}
    for path, identifier in ids:
        first = seen.setdefault(identifier, path)
        if first != path:
            problem = message(
                "“{id}” is taken: {place} has it already.", id=identifier, place=place_of(first)
            )
            yield path, WrongValue(problem)


_UNKNOWN: Mapping[str, Message] = {
    "carrier": message("There is no carrier {word} in this inventory."),
    "district": message("There is no district {word} in this inventory."),
    "parent": message("There is no district {word} in this inventory."),
    "profile": message("There is no profile {word} in this inventory."),
    "site": message("There is no site {word} in this inventory."),
}


def _unknown(path: Path, block: Mapping[str, Any], key: str, known: Mapping[str, str]) -> Iterator[Wrong]:
    """A reference by `key` to something that isn't in `known` (id → name)."""
    word = text_of(block, key)
    if word and word not in known and without_curly_quotes(word) not in known:  # quotes are told of elsewhere
        problem = Message(_UNKNOWN[key].text, {"word": word})
        hint = _all_of(known) if key in ("district", "parent") and word.isdecimal() else None
        yield (*path, key), WrongValue(problem, hint or _nearest(word, known))


def _nearest(word: str, known: Mapping[str, str]) -> Message | None:
    """By id and by name; who wrote the name is told the id."""
    near = nearest(word, [*known.values(), *known])
    if near is None:
        return _all_of(known)
    if near in known:
        return did_you_mean(near)
    identifier = next(identifier for identifier, name in known.items() if name == near)
    if fold(near) == fold(word):
        return message("Write {id}, which is {name}.", id=identifier, name=near)
    return message("Did you mean {id}, which is {name}?", id=identifier, name=near)


def _all_of(known: Mapping[str, str]) -> Message | None:
    """The first of them, with their names: of codes none is near to another."""
    listed = [f"{key} ({name})" if name and name != key else key for key, name in known.items()]
    more = ["…"] if len(listed) > _LISTED else []
    return message("There are: {known}.", known=", ".join(listed[:_LISTED] + more)) if known else None


def _known(data: Mapping[str, Any], section: str, key: str) -> dict[str, str]:
    return {
        without_curly_quotes(text_of(block, key)) or text_of(block, key): text_of(block, "name")
        for _, block in blocks(data, (), section)
        if text_of(block, key)
    }


def _texts(items: Iterable[tuple[Path, Mapping[str, Any]]], key: str) -> list[tuple[Path, str]]:
    return [((*path, key), text) for path, block in items if (text := text_of(block, key))]
