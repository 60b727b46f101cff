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


def trial_or_stop(
    shell: Shell, words: Sequence[str], order_of: Callable[[Inventory], CallOrder | None]
) -> Trial:
    """Take the words apart. What can't be called is told; where nothing is left, the program ends."""
    typed, rest = inventory_of(words)
    loaded = load_or_stop(shell, typed)
    inventory = loaded.inventory
    if not rest:
        known = ", ".join(site.id for site in inventory.sites[:10])
        raise shell.stop(message("Which site? Nobody is called without one: {known} …", known=known))
    order = order_of(inventory)
    assert order is not None
    selection = select_or_stop(
        shell, inventory, district=None, site=rest[:1], carrier=None, probe=None, skip=None
    )
    site = next(site for site in inventory.sites if selection.has_site(site))
    on = datetime.now(UTC).astimezone(inventory.zone).date()
    planned = [c for c in plan(inventory, selection, on=on, calls=order.calls).checks if c.kind in _CALLED]
    wanted = _named(shell, inventory, site, rest[1:]) if rest[1:] else {check.id for check in planned}
    there = [check for check in planned if check.id in wanted]
    for check in there:
        if check.skip is not None:
            _say_why_not(shell, check)
    callable_ = tuple(check for check in there if check.skip is None)
    if not callable_:
        raise shell.stop(message("There is nothing to call at {site}.", site=site.name))
    return Trial(loaded, selection, site, callable_, order)


def _named(shell: Shell, inventory: Inventory, site: Site, words: Sequence[str]) -> set[str]:
    """The ids of the checks of the lines that were named."""
    known = items(inventory)
    try:
        return {find_item(word, site, known).check.id for word in words}
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
