"""Who is not to be told about now: maintenance, and quiet windows where they hold notices back. Pure."""

from collections.abc import Callable
from datetime import datetime

from kontum_netcheck.inventory.schema import Inventory, Maintenance
from kontum_netcheck.recording.moments import local_time, quiet_at
from kontum_netcheck.watch.turns import Unit


def maintenance_at(at: datetime, inventory: Inventory) -> tuple[Maintenance, ...]:
    """The maintenance windows that the moment lies in."""
    local = local_time(at, inventory.zone)
    return tuple(window for window in inventory.maintenance if window.start <= local < window.end)


def is_about(window: Maintenance, unit: Unit) -> bool:
    """Whether the window is for that service: what it names must all fit; one that names no place is for all."""
    return (
        window.site in (None, unit.site_id)
        and window.district in (None, unit.district_code)
        and window.carrier in (None, unit.carrier)
    )


def muted_at(at: datetime, inventory: Inventory, *, holds_in_quiet: bool) -> Callable[[Unit], bool]:
    """Tells of a service whether nobody is to be told of it at that moment."""
    windows = maintenance_at(at, inventory)
    if holds_in_quiet and quiet_at(at, inventory) is not None:
        return lambda _unit: True
    return lambda unit: any(is_about(window, unit) for window in windows)
