"""The history that was asked for, read from the store and judged by today's limits."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from kontum_netcheck.cli.faults import with_nearest
from kontum_netcheck.cli.history_place import Place, place_or_stop
from kontum_netcheck.cli.history_window import USUAL, Window
from kontum_netcheck.cli.keeping import countersigned
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.store import open_store_or_stop, store_or_stop
from kontum_netcheck.history import History, Track, remembered, tracks
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import Check, KeptObservation, message
from kontum_netcheck.probes import PROBES
from kontum_netcheck.probes.by_hand import is_by_hand
from kontum_netcheck.recording.moments import local_time
from kontum_netcheck.store.store import Store

_JUST_AFTER = timedelta(microseconds=1)
_EVER = datetime(9999, 12, 31, tzinfo=UTC)
_FAR = timedelta(days=366)  # clocks of other machines may be ahead


def history_or_stop(
    shell: Shell,
    inventory: Inventory,
    words: Sequence[str],
    where: str | None,
    window: Window,
    metrics: Sequence[str],
    vantage: str | None,
) -> History:
    """Read and judge. An unknown place or metric, and a time without evidence, end the program with a sentence."""
    with open_store_or_stop(shell, where, writable=False) as store, store_or_stop(shell):
        place = place_or_stop(shell, inventory, store, words)
        start, end = _bounds_or_stop(shell, store, place, window)
        kept = store.series(place.prefix, start, end)
        if not kept:
            raise _nothing_then(shell, store, place, (start, end), inventory.zone)
        if vantage is not None:
            kept = _from_there_or_stop(shell, kept, vantage)
        by_check: dict[str, list[KeptObservation]] = {}
        for each in _with_signatures(store, kept):
            by_check.setdefault(each.observation.check_id, []).append(each)
        gone = dict(_gone(store, by_check, {check.id for check in place.planned}))
    _metrics_or_stop(shell, metrics, [*place.planned, *gone.values()])
    shown = [(check, True) for check in place.planned] + [(check, False) for check in gone.values()]
    found = [
        track
        for check, planned in shown
        for track in _tracks(check, by_check.get(check.id, ()), inventory, metrics, planned)
    ]
    return History(
        site_id=place.site_id,
        site=place.site,
        district=place.district,
        service_id=place.service_id,
        start=start if window.since else kept[0].observation.started_at,
        end=end if window.until else kept[-1].observation.started_at,
        tracks=tuple(each for each in found if each.points),
        vantages=tuple(sorted({each.observation.vantage for each in kept} - {""})),
    )


def _with_signatures(store: Store, kept: Sequence[KeptObservation]) -> list[KeptObservation]:
    """What people told with who countersigned it, and what was measured; of each check in the order of time."""
    told = [each for each in kept if is_by_hand(each.observation)]
    measured = [each for each in kept if not is_by_hand(each.observation)]
    return [*measured, *countersigned(store, told, _EVER)]


def _from_there_or_stop(shell: Shell, kept: Sequence[KeptObservation], vantage: str) -> list[KeptObservation]:
    found = [each for each in kept if each.observation.vantage.casefold() == vantage.casefold()]
    if not found:
        known = tuple(sorted({each.observation.vantage for each in kept} - {""})) or ("–",)
        raise shell.stop(
            message(
                "--vantage: nothing of that time was checked from {word}; it was from: {known}.",
                word=vantage,
                known=known,
            )
        )
    return found


def _tracks(
    check: Check, kept: Sequence[KeptObservation], inventory: Inventory, metrics: Sequence[str], planned: bool
) -> tuple[Track, ...]:
    wanted = [name for name in metrics if PROBES[check.probe].metric(name) is not None] if metrics else None
    return tracks(check, kept, inventory.zone, wanted, planned=planned)


def _bounds_or_stop(shell: Shell, store: Store, place: Place, window: Window) -> tuple[datetime, datetime]:
    """As typed; else up to the newest evidence, and the usual time before it."""
    newest = _newest(store, place, window.until or window.now + _FAR)
    end = window.until or (newest and newest + _JUST_AFTER)
    if end is None:
        raise _nothing_ever(shell, store, place)
    return window.since or (newest or end) - USUAL, end


def _nothing_ever(shell: Shell, store: Store, place: Place) -> Exception:
    return shell.stop(
        message("The store {place} has no evidence of {site}.", place=store.place.shown, site=place.prefix)
    )


def _newest(store: Store, place: Place, as_of: datetime) -> datetime | None:
    kept = store.newest(store.check_ids(place.prefix), as_of)
    return max((each.observation.started_at for each in kept), default=None)


def _nothing_then(
    shell: Shell, store: Store, place: Place, bounds: tuple[datetime, datetime], zone: tzinfo
) -> Exception:
    start, end = bounds
    newest = _newest(store, place, _EVER)
    if newest is None:
        return _nothing_ever(shell, store, place)
    return shell.stop(
        message(
            "There is no evidence of {site} from {start} to {end}; the newest is of {newest}.",
            site=place.prefix,
            start=local_time(start, zone),
            end=local_time(end, zone),
            newest=local_time(newest, zone),
        )
    )


def _gone(
    store: Store, by_check: dict[str, list[KeptObservation]], planned_ids: set[str]
) -> Iterator[tuple[str, Check]]:
    """The checks that have evidence and that the inventory doesn't have, with the limits of their own time."""
    last = {id_: kept[-1] for id_, kept in sorted(by_check.items()) if id_ not in planned_ids}
    limits = store.limits(each.limits_id for each in last.values()) if last else {}
    for id_, each in last.items():
        check = remembered(each.observation, limits.get(each.limits_id))
        if check is not None:
            yield id_, check


def _metrics_or_stop(shell: Shell, metrics: Sequence[str], checks: Sequence[Check]) -> None:
    known = {m.name for check in checks for m in PROBES[check.probe].metrics}
    for name in metrics:
        if name not in known:
            problem = message("--metric: none of these checks measures {word}.", word=name)
            raise shell.stop(with_nearest(problem, name, sorted(known)))
