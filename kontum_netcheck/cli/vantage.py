"""The vantage as it was typed: as the inventory writes it, or told with the nearest that it names."""

from dataclasses import replace

from kontum_netcheck.cli.faults import with_nearest
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.wanted import Wanted
from kontum_netcheck.inventory.fields import slug_of
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.inventory.vantages import named_vantages
from kontum_netcheck.model import message


def as_named(shell: Shell, inventory: Inventory, wanted: Wanted) -> Wanted:
    """With the vantage as the inventory writes it, where that is the same word (`Đắk Tô`: `dak-to`).

    A place that the inventory doesn't name is told of: what names others is not asked from there.
    """
    name = name_or_told(shell, inventory, wanted.named_vantage)
    return wanted if name is None else replace(wanted, vantage=name, named_vantage=name)


def name_or_told(shell: Shell, inventory: Inventory, typed: str | None) -> str | None:
    """The same of the word alone. None, which nobody typed, stays None."""
    if typed is None:
        return None
    known = named_vantages(inventory)
    if not known or typed in known:
        return typed
    if (same := slug_of(typed)) in known:
        return same
    problem = message(
        "The inventory names no vantage {word}, only {known}: what names others is not asked from here.",
        word=typed,
        known=known,
    )
    shell.tell(with_nearest(problem, typed, list(known)))
    return typed
