"""`record --call-log`: every call and fax that was tried, as exam rules ask: when, which number, who, why, what."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kontum_netcheck.cli.history_window import window_or_stop
from kontum_netcheck.cli.record_place import Place
from kontum_netcheck.cli.record_sheet import put_table
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.store import open_store_or_stop, store_or_stop
from kontum_netcheck.inventory.numbers import national
from kontum_netcheck.inventory.schema import Inventory, Site
from kontum_netcheck.judge.calls import METHOD_WORDS, method_of
from kontum_netcheck.model import KeptObservation, Message, message
from kontum_netcheck.recording.results import key_of, was_called, word_of
from kontum_netcheck.report.columns import Column
from kontum_netcheck.report.comma_separated import table
from kontum_netcheck.report.options import Options
from kontum_netcheck.store.store import Store

_CALLED = ("call", "fax")
_LINE_TEST = message("line test before the exam")
_SHOWN_ID = 12


@dataclass(frozen=True, slots=True)
class _Call:
    """One row of the log."""

    number: int
    kept: KeptObservation
    site_id: str
    line: str
    site: Site | None  # None: the inventory doesn't have it any more
    district: str
    countersigned_by: tuple[str, ...]


def _metric(name: str) -> Callable[[_Call], object]:
    return lambda call: call.kept.observation.metrics.get(name)


def _why(call: _Call) -> Message | str:
    purpose = call.kept.observation.metrics.get("purpose")
    return str(purpose) if purpose else _LINE_TEST


def _corrects(call: _Call) -> str | None:
    corrected = call.kept.observation.metrics.get("corrects")
    return str(corrected)[:_SHOWN_ID] if corrected else None


COLUMNS: tuple[Column[Any], ...] = (
    Column("number", message("No."), lambda call: call.number),
    Column("called_at", message("Called at"), lambda call: call.kept.observation.started_at),
    Column("district", message("District"), lambda call: call.district or None),
    Column("site_id", message("Site id"), lambda call: call.site_id),
    Column("site", message("Site"), lambda call: call.site.name if call.site else None),
    Column("line", message("Line"), lambda call: call.line),
    Column("called", message("Number called"), lambda call: national(call.kept.observation.target)),
    Column("caller", message("Called by"), lambda call: call.kept.observation.operator),
    Column("called_from", message("Called from"), lambda call: call.kept.observation.vantage or None),
    Column("purpose", message("Why"), _why),
    Column(
        "result",
        message("Result"),
        lambda call: word_of(call.kept.observation),
        machine=lambda call: key_of(call.kept.observation),
    ),
    Column("voice_quality", message("Voice quality, 1 to 5"), _metric("voice_quality")),
    Column("pages_count", message("Pages received"), _metric("pages_count")),
    Column("note", message("Note"), _metric("note")),
    Column("countersigned_by", message("Countersigned by"), lambda call: call.countersigned_by or None),
    Column("evidence_id", message("Evidence"), lambda call: call.kept.id[:_SHOWN_ID]),
    Column("corrects", message("Corrects"), _corrects),
    Column(
        "method",
        message("How"),
        lambda call: METHOD_WORDS[method_of(call.kept.observation)],
        machine=lambda call: method_of(call.kept.observation),
    ),
    Column("quiet_ignored", message("Why in quiet hours"), _metric("quiet_ignored")),
)


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
        if probe not in _CALLED or (place.item is not None and place.item.check.id != check_id):
            continue
        if site_id in wanted or not place.selection.narrows_places:
            said = store.series(check_id, since)
            yield from (each for each in said if was_called(each.observation))


def _calls(
    inventory: Inventory, kept: list[KeptObservation], names: dict[str, tuple[str, ...]]
) -> Iterator[_Call]:
    sites = {site.id: site for site in inventory.sites}
    districts = {district.code: district.name for district in inventory.districts}
    for number, each in enumerate(kept, start=1):
        site_id, line, _ = each.observation.check_id.split("/", 2)
        site = sites.get(site_id)
        district = districts.get(site.district, "") if site else ""
        yield _Call(number, each, site_id, line, site, district, names[each.id])
