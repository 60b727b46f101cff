"""`lines test --dial-tone`: a modem that is plugged into one line listens whether it lives. Nobody is called."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from kontum_netcheck.cli.call_order import CallOrder
from kontum_netcheck.cli.lines_place import Trial, named_or_stop, place_or_stop
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.inventory.numbers import national
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import message
from kontum_netcheck.plan import dial_tone_of, plan
from kontum_netcheck.recording.moments import quiet_at


def dial_tone_trial(
    shell: Shell, words: Sequence[str], order_of: Callable[[Inventory], CallOrder | None]
) -> Trial:
    """The one line that the modem is plugged into, which only a person knows. Quiet hours end the program."""
    place = place_or_stop(shell, words)
    inventory = place.loaded.inventory
    order = order_of(inventory)
    assert order is not None
    named = named_or_stop(shell, place) if place.lines else set()
    checks = [check for check in plan(inventory, place.selection).checks if check.id in named]
    if len(checks) != 1:
        known = [phone.id for phone in place.site.phones] + [fax.id for fax in place.site.faxes]
        raise shell.stop(
            message(
                "--dial-tone: which line of {site} is the modem plugged into? Name one of {known}.",
                site=place.site.name,
                known=", ".join(known),
            )
        )
    line = checks[0]
    if quiet_at(datetime.now(UTC), inventory) is not None and not order.ignore_quiet:
        raise shell.stop(
            message("Quiet hours: no line is taken, unless --ignore-quiet gives a reason. Nothing was done.")
        )
    shell.tell(
        message(
            "The modem listens for the dial tone of {phone}, {site} ({line}). Nobody is called.",
            phone=national(line.target),
            site=place.site.name,
            line=line.service_id,
        )
    )
    return Trial(place.loaded, place.selection, place.site, (dial_tone_of(line),), order)
