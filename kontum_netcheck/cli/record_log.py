"""`record --call-log`: every call and fax that was tried, as exam rules ask: when, which number, who, why, what."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from kontum_netcheck.cli.history_window import window_or_stop
from kontum_netcheck.cli.record_place import Place
from kontum_netcheck.cli.record_sheet import put_table
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.store import open_store_or_stop, store_or_stop
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import KeptObservation
from kontum_netcheck.recording.results import was_called
from kontum_netcheck.report.call_log import CALLED, COLUMNS, Call
from kontum_netcheck.report.comma_separated import table
from kontum_netcheck.report.options import Options
from kontum_netcheck.store.store import Store


def print_call_log(
    shell: Shell, place: Place, store: str | None, output: Path | None, since: str | None, *, keys: bool
) -> None:
    """All of them in the order of time, also those that were corrected later: a log loses nothing."""
    start = window_or_stop(shell, since, None, place.loaded.inventory.zone).since
    with open_store_or_stop(shell, store, writable=False) as opened, store_or_stop(shell):
        kept = list(_called(opened, place, start))
        signed = opened.countersignatures(each.id for each in kept)
    names = {each.id: tuple(signature.operator for signature in signed.get(each.id, ())) for each in kept}
    kept.sort(key=lambda each: (each.observation.started_at, each.observation.check_id, each.id))
    rows = _calls(place.loaded.inventory, kept, names)
    options = Options(language=shell.language, zone=place.loaded.inventory.zone, csv_keys=keys)
    put_table(shell, table(COLUMNS, rows, options), output)


def _called(store: Store, place: Place, since: datetime | None) -> Iterator[KeptObservation]:
    """The calls of what is selected; of everything also those of what the inventory doesn't have."""
    wanted = {site.id for site in place.loaded.inventory.sites if place.selection.has_site(site)}
    for check_id in store.check_ids():
        site_id, _, probe = check_id.split("/")[:3]
        if probe not in CALLED or (place.item is not None and place.item.check.id != check_id):
            continue
        if site_id in wanted or not place.selection.narrows_places:
            said = store.series(check_id, since)
            yield from (each for each in said if was_called(each.observation))


def _calls(
    inventory: Inventory, kept: list[KeptObservation], names: dict[str, tuple[str, ...]]
) -> Iterator[Call]:
    sites = {site.id: site for site in inventory.sites}
    districts = {district.code: district.name for district in inventory.districts}
    for number, each in enumerate(kept, start=1):
        site_id, line, _ = each.observation.check_id.split("/", 2)
        site = sites.get(site_id)
        district = districts.get(site.district) if site else None
        yield Call(number, each, site_id, line, site.name if site else None, district, names[each.id])
