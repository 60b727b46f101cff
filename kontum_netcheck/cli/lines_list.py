"""`lines list`: every phone and fax, and how it would be tried if calls were asked for."""

from collections.abc import Sequence

from kontum_netcheck.cli.formats import Formats, give
from kontum_netcheck.cli.inventory import load_or_stop, select_or_stop
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.words import inventory_of
from kontum_netcheck.inventory.schema import Fax, Inventory, Phone
from kontum_netcheck.model import ServiceKind, message
from kontum_netcheck.plan import plan
from kontum_netcheck.plan.calls import Calls
from kontum_netcheck.report.listing import lines as listing
from kontum_netcheck.report.options import Options

_EVERY = Calls(most_count=1_000_000)


def list_lines(shell: Shell, words: Sequence[str], wanted: Formats, csv_keys: bool) -> None:
    """Print them; what is no site ends the program with the nearest that is."""
    typed, rest = inventory_of(words)
    if len(rest) > 1:
        raise shell.stop(message("There is no place for {words}.", words=" ".join(rest[1:])))
    loaded = load_or_stop(shell, typed)
    inventory = loaded.inventory
    selection = select_or_stop(
        shell, inventory, district=None, site=rest, carrier=None, probe=None, skip=None
    )
    names = {site.id: site.name for site in inventory.sites}
    carriers = _carriers(inventory)
    rows = [
        listing.LineRow(check, names[check.site_id], carriers.get(check.id.rpartition("/")[0], ""))
        for check in plan(inventory, selection, calls=_EVERY).checks
        if check.kind in (ServiceKind.PHONE, ServiceKind.FAX)
    ]
    if not rows:
        raise shell.stop(message("There is no phone and no fax here."))
    give(
        shell,
        wanted,
        Options(shell.language, zone=inventory.zone, width=shell.width, csv_keys=csv_keys),
        page=lambda place, _ascii_only: listing.page(rows, place),
        csv=lambda place: listing.as_csv(rows, place),
        json=lambda place: listing.as_json(rows, place),
        markdown=lambda place: listing.as_markdown(rows, place),
    )


def _carriers(inventory: Inventory) -> dict[str, str]:
    """The name of each line's carrier, by site/line."""
    names = {carrier.id: carrier.name for carrier in inventory.carriers}
    found: dict[str, str] = {}
    for site in inventory.sites:
        there: tuple[Phone | Fax, ...] = (*site.phones, *site.faxes)
        found |= {f"{site.id}/{line.id}": names.get(line.carrier or "", "") for line in there}
    return found
