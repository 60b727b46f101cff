"""What `lines test` is about: which site, which of its lines, and which of them a machine may call."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from kontum_netcheck.cli.call_order import CallOrder
from kontum_netcheck.cli.inventory import load_or_stop, select_or_stop
from kontum_netcheck.cli.record_place import sentence
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.words import inventory_of
from kontum_netcheck.inventory.loader import Loaded
from kontum_netcheck.inventory.numbers import national
from kontum_netcheck.inventory.schema import Inventory, Site
from kontum_netcheck.model import Cause, Check, ServiceKind, WrongValue, message
from kontum_netcheck.plan import plan
from kontum_netcheck.plan.selection import Selection
from kontum_netcheck.recording import find_item, items
from kontum_netcheck.wording import cause_message

_CALLED = frozenset({ServiceKind.PHONE, ServiceKind.FAX})


@dataclass(frozen=True, slots=True)
class Trial:
    """The lines to call, of one site of an inventory, and how calls are ordered."""

    loaded: Loaded
    selection: Selection
    site: Site
    checks: tuple[Check, ...]
    order: CallOrder


@dataclass(frozen=True, slots=True)
class Place:
    """A site, and the words for its lines as they were typed."""

    loaded: Loaded
    selection: Selection
    site: Site
    lines: tuple[str, ...]


def place_or_stop(shell: Shell, words: Sequence[str]) -> Place:
    """Take the words apart; without a site the program ends."""
    typed, rest = inventory_of(words)
    loaded = load_or_stop(shell, typed)
    inventory = loaded.inventory
    if not rest:
        known = ", ".join(site.id for site in inventory.sites[:10])
        raise shell.stop(message("Which site? Nobody is called without one: {known} …", known=known))
    selection = select_or_stop(
        shell, inventory, district=None, site=rest[:1], carrier=None, probe=None, skip=None
    )
    site = next(site for site in inventory.sites if selection.has_site(site))
    return Place(loaded, selection, site, tuple(rest[1:]))


def trial_or_stop(
    shell: Shell, words: Sequence[str], order_of: Callable[[Inventory], CallOrder | None]
) -> Trial:
    """The lines of a site that are to be called. What can't be is told; where nothing is left, the program ends."""
    place = place_or_stop(shell, words)
    inventory, selection, site = place.loaded.inventory, place.selection, place.site
    order = order_of(inventory)
    assert order is not None
    on = datetime.now(UTC).astimezone(inventory.zone).date()
    planned = [c for c in plan(inventory, selection, on=on, calls=order.calls).checks if c.kind in _CALLED]
    wanted = named_or_stop(shell, place) if place.lines else {check.id for check in planned}
    there = [check for check in planned if check.id in wanted]
    for check in there:
        if check.skip is not None:
            _say_why_not(shell, check)
    callable_ = tuple(check for check in there if check.skip is None)
    if not callable_:
        raise shell.stop(message("There is nothing to call at {site}.", site=site.name))
    return Trial(place.loaded, selection, site, callable_, order)


def named_or_stop(shell: Shell, place: Place) -> set[str]:
    """The ids of the checks of the phones and faxes that were named; what is none ends the program."""
    known = [item for item in items(place.loaded.inventory) if item.check.kind in _CALLED]
    try:
        return {find_item(word, place.site, known).check.id for word in place.lines}
    except WrongValue as wrong:
        raise shell.stop(sentence(wrong)) from None


def _say_why_not(shell: Shell, check: Check) -> None:
    assert check.skip is not None
    told = message(
        "Not called: {line} {number}: {reason}.",
        line=check.service_id,
        number=national(check.target),
        reason=cause_message(check.skip),
    )
    shell.tell(told)
    if check.skip.cause is Cause.NEEDS_A_PERSON:
        shell.tell(
            message(
                "Record what a person found: kontum-netcheck record {site} {line}",
                site=check.site_id,
                line=check.service_id,
            )
        )
