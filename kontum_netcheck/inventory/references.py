"""What needs two places of an inventory to be wrong: references to nothing, ids or numbers that stand twice.

Works on the data as typed, so that these errors are found beside all others, however broken the rest is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from kontum_netcheck.inventory.document import Path
from kontum_netcheck.inventory.endpoints import ASKABLE
from kontum_netcheck.inventory.fields import did_you_mean
from kontum_netcheck.inventory.numbers import national, parse
from kontum_netcheck.inventory.places import fold, nearest
from kontum_netcheck.inventory.typing_slips import without_curly_quotes
from kontum_netcheck.model import Message, WrongValue, message

RESERVED_SITE_ID = "portal"
_LISTED = 12
Wrong = tuple[Path, WrongValue]
PlaceOf = Callable[[Path], str]

_YES = frozenset({"1", "true", "t", "yes", "y", "on"})  # as pydantic reads them
_KINDS = {"phones": "phone", "faxes": "fax"}


def check_references(data: Mapping[str, Any], place_of: PlaceOf) -> Iterator[Wrong]:
    """All errors of this kind; `place_of` tells where a path stands, as `file:line`."""
    carriers = _known(data, "carriers", "id")
    districts = _known(data, "districts", "code")
    profiles = data.get("profiles")
    profile_names = {name: name for name in profiles} if isinstance(profiles, dict) else {}
    for section, key in (("carriers", "id"), ("districts", "code"), ("portals", "id"), ("sites", "id")):
        yield from _taken(_texts(_blocks(data, (), section), key), place_of)
    for path, district in _blocks(data, (), "districts"):
        yield from _unknown(path, district, "parent", districts)
    for path, portal in _blocks(data, (), "portals"):
        yield from _unknown(path, portal, "profile", profile_names)
        yield from _taken_by_endpoints(portal, path, "endpoints", place_of)
    for name, profile in profiles.items() if isinstance(profiles, dict) else ():
        if isinstance(profile, dict):
            yield from _taken_by_endpoints(profile, ("profiles", name), "checks", place_of)
    for path, site in _blocks(data, (), "sites"):
        if site.get("id") == RESERVED_SITE_ID:
            yield (
                (*path, "id"),
                WrongValue(message("The id {id} stands for the province's portals.", id="portal")),
            )
        yield from _unknown(path, site, "district", districts)
        yield from _unknown(path, site, "profile", profile_names)
        yield from _check_services(path, site, carriers, profile_names, place_of)


def _check_services(
    path: Path,
    site: Mapping[str, Any],
    carriers: Mapping[str, str],
    profiles: Mapping[str, str],
    place_of: PlaceOf,
) -> Iterator[Wrong]:
    ids: list[tuple[Path, str]] = []
    for section, kind in _KINDS.items():
        lines = list(_blocks(site, path, section))
        ids += [
            ((*at, "id"), _text(line, "id") or f"{kind}-{place}") for place, (at, line) in enumerate(lines, 1)
        ]
        if len(lines) > 1:
            yield from _equal_numbers(lines, place_of)
        for at, line in lines:
            yield from _unknown(at, line, "carrier", carriers)
    for at, line in _blocks(site, path, "internet"):
        yield from _unknown(at, line, "carrier", carriers)
        yield from _unknown(at, line, "profile", profiles)
        yield from _taken_by_endpoints(line, at, "endpoints", place_of)
    for section in ("internet", "checklist"):
        ids += _texts(_blocks(site, path, section), "id")
    yield from _taken(ids, place_of)
    yield from _too_many_needed(path, site)


def _taken_by_endpoints(
    parent: Mapping[str, Any], path: Path, section: str, place_of: PlaceOf
) -> Iterator[Wrong]:
    """Ids that two end points of one probe have."""
    by_probe: dict[str, list[tuple[Path, str]]] = {}
    for at, endpoint in _blocks(parent, path, section):
        if identifier := _text(endpoint, "id"):
            probe = next((key for key in endpoint if key in ASKABLE), "")
            by_probe.setdefault(probe, []).append(((*at, "id"), identifier))
    for ids in by_probe.values():
        yield from _taken(ids, place_of)


def _too_many_needed(path: Path, site: Mapping[str, Any]) -> Iterator[Wrong]:
    """A number in `need` beyond the lines that count: an optional one does not stand in for another."""
    need = site.get("need")
    for kind, section in (("internet", "internet"), ("phone", "phones"), ("fax", "faxes")):
        wanted = _text(need, kind) if isinstance(need, dict) else ""
        lines = site.get(section) or []
        if not wanted.isdecimal() or not isinstance(lines, list):
            continue
        count, needed = int(wanted[:9]), sum(not _is_optional(line) for line in lines)
        if count > len(lines):
            problem = message("This site needs {count}, but has {there}.", count=count, there=len(lines))
            yield (*path, "need", kind), WrongValue(problem)
        elif count > needed:
            problem = message(
                "This site needs {count}; without the optional ones it has {there}.",
                count=count,
                there=needed,
            )
            hint = message("Lower the number, or delete optional: true.")
            yield (*path, "need", kind), WrongValue(problem, hint)


def _is_optional(line: object) -> bool:
    return isinstance(line, dict) and _text(line, "optional").lower() in _YES


def _equal_numbers(lines: Iterable[tuple[Path, Mapping[str, Any]]], place_of: PlaceOf) -> Iterator[Wrong]:
    seen: dict[tuple[str, str | None, str], Path] = {}
    for path, line in lines:
        typed = _text(line, "number")
        try:
            number = parse(typed)
        except WrongValue:
            continue
        key = (number.e164, number.extension, _text(line, "extension"))
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
}


def _unknown(path: Path, block: Mapping[str, Any], key: str, known: Mapping[str, str]) -> Iterator[Wrong]:
    """A reference by `key` to something that isn't in `known` (id → name)."""
    word = _text(block, key)
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
        without_curly_quotes(_text(block, key)) or _text(block, key): _text(block, "name")
        for _, block in _blocks(data, (), section)
        if _text(block, key)
    }


def _texts(blocks: Iterable[tuple[Path, Mapping[str, Any]]], key: str) -> list[tuple[Path, str]]:
    return [((*path, key), text) for path, block in blocks if (text := _text(block, key))]


def _text(block: Mapping[str, Any], key: str) -> str:
    value = block.get(key)
    return value.strip() if isinstance(value, str) else ""


def _blocks(parent: Mapping[str, Any], path: Path, section: str) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The items of a list that are blocks; a bare number is the short form of one."""
    items = parent.get(section)
    for place, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield (*path, section, place), item
        elif isinstance(item, str) and section in _KINDS:
            yield (*path, section, place), {"number": item}
        elif section in _KINDS:
            yield (*path, section, place), {}  # keeps the count that unnamed lines get their ids from
