"""How everything stood when the watch ended: from the store, so that a restart tells nothing twice."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kontum_netcheck.cli.keeping import evidence
from kontum_netcheck.inventory.loader import Loaded
from kontum_netcheck.judge import judge
from kontum_netcheck.model import PastRun, Readiness
from kontum_netcheck.plan import plan
from kontum_netcheck.plan.selection import Selection
from kontum_netcheck.watch.muting import muted_at
from kontum_netcheck.watch.standing import Standing, State
from kontum_netcheck.watch.turns import Rules, Seen, Watched, turn
from kontum_netcheck.watch.units import carriers_of, seen_in

if TYPE_CHECKING:
    from kontum_netcheck.store.store import Store

_LONGEST_AGO = timedelta(days=7)
_LONGEST_GAP = timedelta(days=1)
"""Of runs that were made before: those of a nightly cron confirm each other."""
_TROUBLE = frozenset({Readiness.NOT_READY, Readiness.DEGRADED})
"""Of what nobody has looked at there is no beginning to tell."""
_MOST_RUNS = 300
_MOST_LOOKS = 20_000
"""Services times runs that are looked back at for when a trouble began: a second or two."""


def from_store(
    store: "Store", loaded: Loaded, selection: Selection, rules: Rules, now: datetime, *, holds_in_quiet: bool
) -> Watched:
    """Play the last runs again, as if they had been turns: verdicts by today's limits, and nothing told. StoreError."""
    runs = [
        run
        for run in store.runs(since=now - _LONGEST_AGO, most_count=_MOST_RUNS)
        if run.end is not None and not run.end.interrupted and run.end.finished_at <= now
    ]
    recent = runs[: 2 * rules.confirm + 2]
    watched = Watched()
    long = replace(rules, longest_gap=_LONGEST_GAP)
    for run in reversed(recent):
        begun, at = run.begun.started_at, run.run.finished_at
        muted = muted_at(at, loaded.inventory, holds_in_quiet=holds_in_quiet)
        watched = turn(watched, _seen(store, loaded, selection, run), at, long, muted, begun_at=begun).watched
    return _with_beginnings(store, loaded, selection, watched, runs[len(recent) :])


def _seen(store: "Store", loaded: Loaded, selection: Selection, run: PastRun) -> list[Seen]:
    at = run.run.finished_at
    inventory = loaded.inventory
    planned = plan(inventory, selection, on=at.astimezone(inventory.zone).date())
    verdicts = judge(planned, evidence(store, planned.checks, at), at)
    return list(seen_in(verdicts, run.begun.started_at, at, carriers_of(inventory)))


def _with_beginnings(
    store: "Store", loaded: Loaded, selection: Selection, watched: Watched, earlier: Sequence[PastRun]
) -> Watched:
    """Of what isn't ready and never was in the runs that were played: since when, as far as the store tells."""
    states = dict(watched.states)
    open_ids = {id_ for id_, state in states.items() if _is_open(state)}
    looks_left = _MOST_LOOKS
    for run in earlier:
        sites = frozenset(watched.units[id_].site_id for id_ in open_ids) - {""}
        if not sites or looks_left < len(sites):
            break
        looks_left -= len(sites)
        seen = _seen(store, loaded, replace(selection, sites=sites, districts=frozenset()), run)
        _take_back(states, seen, open_ids)
    return replace(watched, states=states)


def _take_back(states: dict[str, State], seen: Iterable[Seen], open_ids: set[str]) -> None:
    """One run earlier: a trouble that was there began then at the latest; where it was ready, it began after it."""
    for each in seen:
        id_, look = each.unit.id, each.look
        if id_ not in open_ids or look is None:
            continue
        if look.readiness is Readiness.READY:
            open_ids.discard(id_)
            states[id_] = _begun(states[id_], None)
        else:
            states[id_] = _begun(states[id_], look.at)


def _begun(state: State, at: datetime | None) -> State:
    """With the beginning of its standing moved back; None: the beginning is known."""

    def moved(standing: Standing | None) -> Standing | None:
        if standing is None or not standing.is_first:
            return standing
        return replace(standing, is_first=False) if at is None else replace(standing, since=at)

    return replace(
        state, confirmed=moved(state.confirmed), told=moved(state.told), trouble=moved(state.trouble)
    )


def _is_open(state: State) -> bool:
    standing = state.confirmed
    return standing is not None and standing.is_first and standing.readiness in _TROUBLE
