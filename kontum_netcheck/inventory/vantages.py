"""The vantages of an inventory: those that it names, and where naming one means nothing."""

from collections.abc import Iterator, Sequence

from kontum_netcheck.inventory.document import Path
from kontum_netcheck.inventory.endpoints import ProbeDefaults
from kontum_netcheck.inventory.schema import Inventory, Line, Portal
from kontum_netcheck.inventory.wording import Complaint
from kontum_netcheck.model import message
from kontum_netcheck.probes.declaration import ProbeParams


def named_vantages(inventory: Inventory) -> tuple[str, ...]:
    """Each once, in the order of the file: of the profiles, the portals, the lines."""
    return tuple(dict.fromkeys(_names(inventory)))


def _names(inventory: Inventory) -> Iterator[str]:
    for profile in inventory.profiles.values():
        for check in profile.checks:
            if isinstance(check, ProbeDefaults):
                typed = check.params.get("vantage", ())
                yield from (typed,) if isinstance(typed, str) else typed
            else:
                yield from check.vantage
    for portal in inventory.portals:
        yield from portal.vantage
        for endpoint in portal.endpoints:
            yield from endpoint.vantage
    for site in inventory.sites:
        for line in site.internet:
            for endpoint in line.endpoints:
                yield from endpoint.vantage


def misplaced(inventory: Inventory) -> Iterator[Complaint]:
    """Vantages of what every machine asks that checks: the reference, the servers that lines are measured against."""
    asked: list[tuple[Path, ProbeParams | None]] = [
        (("reference",), inventory.reference),
        (("speed_server",), inventory.speed_server),
        *(
            (("carriers", at, "speed_server"), each.speed_server)
            for at, each in enumerate(inventory.carriers)
        ),
    ]
    for path, params in asked:
        for key in ("vantage", "see"):
            if params is not None and key in params.model_fields_set:
                problem = message("Every machine that checks asks this: {key} has no place here.", key=key)
                yield Complaint((*path, key), problem, message("Delete it."), of_key=True)


def idle_rules(path: Path, service: Line | Portal, endpoints: Sequence[ProbeParams]) -> Iterator[Complaint]:
    """`see` where nothing says from which places; `endpoints` are the service's with what its profile says of them."""
    problem = message("see says from how many vantages, and no vantage is named.")
    hint = message("Write vantage: and the names of places, or delete see.")
    for at, (own, whole) in enumerate(zip(service.endpoints, endpoints, strict=False)):
        if "see" in own.model_fields_set and not whole.vantage:
            yield Complaint((*path, "endpoints", at, "see"), problem, hint, of_key=True)
    is_typed = isinstance(service, Portal) and "see" in service.model_fields_set
    if is_typed and not any(endpoint.vantage for endpoint in endpoints):
        yield Complaint((*path, "see"), problem, hint, of_key=True)
