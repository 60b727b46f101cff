"""What of which site is meant: SITE, SITE/SERVICE, SITE SERVICE, or a whole check id."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kontum_netcheck.cli.faults import with_nearest
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.inventory.numbers import national
from kontum_netcheck.inventory.places import fold
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import Check, message
from kontum_netcheck.plan import PORTAL, plan
from kontum_netcheck.store.store import Store


@dataclass(frozen=True, slots=True)
class Place:
    """A site or a part of it, as ids begin with it."""

    site_id: str
    site: str  # its name, or its id where the inventory doesn't have it
    district: str  # its name, or ""
    service_id: str  # "": all services
    prefix: str  # what the ids of its checks begin with, or one of them
    planned: tuple[Check, ...]  # those that the inventory has


def place_or_stop(shell: Shell, inventory: Inventory, store: Store, words: Sequence[str]) -> Place:
    """The place as typed; what the inventory lacks may still be in the store. An unknown one ends the program."""
    if len(words) > 2:
        raise shell.stop(message("There is no place for {words}.", words=" ".join(words[2:])))
    names = _names(inventory, store)
    site_word, rest = _split(words, names)
    site_id = names.get(fold(site_word))
    if site_id is None:
        known = [site.id for site in inventory.sites] + [site.name for site in inventory.sites] + list(names)
        problem = message("There is no site {word} in the inventory, nor in the store.", word=site_word)
        raise shell.stop(with_nearest(problem, site_word, known))
    if site_id.startswith(f"{PORTAL}/"):
        site_id, rest = PORTAL, "/".join(filter(None, (site_id.partition("/")[2], rest)))
    checks = tuple(check for check in plan(inventory).checks if check.site_id == site_id)
    prefix = _prefix_or_stop(shell, store, site_id, rest, checks) if rest else site_id
    service_id = "".join(prefix.split("/")[1:2])
    site = next((site for site in inventory.sites if site.id == site_id), None)
    districts = {district.code: district.name for district in inventory.districts}
    return Place(
        site_id,
        site.name if site else _portal_name(inventory, site_id, service_id),
        districts.get(site.district, "") if site else "",
        service_id,
        prefix,
        tuple(check for check in checks if f"{check.id}/".startswith(f"{prefix}/")),
    )


def _names(inventory: Inventory, store: Store) -> dict[str, str]:
    """Every folded name by which a site can be called → its id."""
    found = {
        fold(site_id): site_id
        for site_id in dict.fromkeys(id_.partition("/")[0] for id_ in store.check_ids())
    }
    found |= {fold(word): f"{PORTAL}/{p.id}" for p in inventory.portals for word in (p.name, p.id)}
    found[PORTAL] = PORTAL
    found |= {fold(site.name): site.id for site in inventory.sites}
    found |= {fold(site.id): site.id for site in inventory.sites}
    return found


def _split(words: Sequence[str], names: Iterable[str]) -> tuple[str, str]:
    """Site and service. A name may have a slash in it."""
    if len(words) == 2:
        return words[0], words[1]
    if fold(words[0]) in names:
        return words[0], ""
    site, _, rest = words[0].partition("/")
    return site, rest.strip("/")


def _prefix_or_stop(shell: Shell, store: Store, site_id: str, word: str, checks: Sequence[Check]) -> str:
    """The service by id or number, or the beginning of a check's id, of the inventory or the store."""
    ids = [*(check.id for check in checks), *store.check_ids(site_id)]
    wanted = f"{site_id}/{word}"
    for id_ in ids:
        if f"{id_}/".casefold().startswith(f"{wanted}/".casefold()):
            return id_[: len(wanted)]
    numbers = {fold(national(check.target)): check.service_id for check in checks if check.is_for_people}
    numbers |= {fold(check.target): check.service_id for check in checks if check.is_for_people}
    numbers |= {digits: id_ for text, id_ in numbers.items() if (digits := text.replace(" ", "")).isdigit()}
    found = numbers.get(fold(word)) or numbers.get("".join(filter(str.isdigit, word)))
    if found:
        return f"{site_id}/{found}"
    services = list(dict.fromkeys(id_.split("/")[1] for id_ in ids))
    problem = message("{site} has no line or service {word}.", site=site_id, word=word)
    known = (
        message("{problem} It has: {names}.", problem=problem, names=tuple(services)) if services else problem
    )
    raise shell.stop(with_nearest(known, word, services))


def _portal_name(inventory: Inventory, site_id: str, service_id: str) -> str:
    names = {portal.id: portal.name for portal in inventory.portals}
    return names.get(service_id, site_id) if site_id == PORTAL else site_id
