"""A run and the evidence store: what is known before it asks, and what it finds, kept while it measures."""

import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.store import inventory_text, open_store_or_stop, store_or_stop
from kontum_netcheck.inventory.loader import Loaded
from kontum_netcheck.judge import CLOCKS_DIFFER
from kontum_netcheck.model import (
    Check,
    Countersignature,
    KeptObservation,
    Message,
    Observation,
    Outcome,
    PastRun,
    Run,
    RunBegun,
    RunEnd,
    Stage,
)
from kontum_netcheck.recording.corrections import standing
from kontum_netcheck.store.fault import StoreError

if TYPE_CHECKING:
    from kontum_netcheck.report.build import Report
    from kontum_netcheck.report.past import Past
    from kontum_netcheck.store.recording import Recording
    from kontum_netcheck.store.store import Store

_FEW_RUNS, _MANY_RUNS = 10, 1_000


class Keeping:
    """The store beside one run. Without one (the lab, `--no-store`) it knows what it was told, and keeps nothing."""

    def __init__(self, store: "Store | None" = None, *, known: Sequence[Observation] = ()) -> None:
        self._store = store
        self._known = tuple(known)
        self._recording: Recording | None = None
        self._held_back: set[str] = set()

    def known(self, checks: Iterable[Check], now: datetime) -> tuple[Observation, ...]:
        """The evidence there is of these checks. StoreError."""
        if self._store is None:
            return self._known
        return evidence(self._store, checks, now + CLOCKS_DIFFER)

    def loads_between(self, since: datetime, until: datetime) -> tuple[Observation, ...]:
        """The bandwidth tests that were made from then until then, whoever made them. StoreError."""
        if self._store is None:
            return ()
        ids = [check_id for check_id in self._store.check_ids() if "/bandwidth" in check_id]
        return tuple(kept.observation for kept in self._store.on_checks(ids, since, until))

    def known_at(self, checks: Iterable[Check], at: datetime) -> tuple[Observation, ...]:
        """The evidence of these checks that was kept then. StoreError."""
        return () if self._store is None else evidence(self._store, checks, at)

    def runs_before(self, run: Run) -> Iterator[PastRun]:
        """What was kept of runs that began before this one, the newest first. StoreError."""
        if self._store is None:
            return
        for count in (_FEW_RUNS, _MANY_RUNS):  # hardly ever more than a few are looked at
            found = self._store.runs(until=run.started_at, most_count=count)
            yield from found if count == _FEW_RUNS else found[_FEW_RUNS:]

    def begin(self, run: Run, checks: Sequence[Check], loaded: Loaded) -> None:
        """Keep that the run began. StoreError."""
        if self._store is None:
            return
        from kontum_netcheck.store.recording import Recording

        begun = RunBegun.of(run, host=socket.gethostname())
        self._recording = Recording(self._store, begun, checks, inventory_text(loaded))

    def take(self, observation: Observation, *, is_final: bool) -> None:
        """Keep an observation at once; or, where our own side may still excuse it, or a path be added, at the end."""
        if self._recording is None or _is_unasked(observation):
            return
        if is_final:
            self._recording.keep(observation)
        else:
            self._held_back.add(observation.check_id)

    def end(self, run: Run, observations: Iterable[Observation]) -> Message | None:
        """Keep what was held back, as it is now, and that the run ended; a sentence where that failed."""
        if self._recording is None:
            return None
        for observation in observations:
            if observation.check_id in self._held_back and not _is_unasked(observation):
                self._recording.keep(observation)
        try:
            self._recording.end(RunEnd.of(run))
        except StoreError as fault:
            return fault.problem
        return None

    def look_back(self, report: "Report") -> "Past":
        """What the store knew and knows of before; nothing where there is no store. StoreError."""
        from kontum_netcheck.cli.looking_back import past
        from kontum_netcheck.report.past import NOTHING

        return NOTHING if self._store is None else past(self._store, report)

    def close(self) -> None:
        """Commit what was taken, also where the run broke off."""
        if self._recording is not None:
            self._recording.close()
        if self._store is not None:
            self._store.close()


@contextmanager
def keeping(shell: Shell, store: str | None, *, wanted: bool) -> Iterator[Keeping]:
    """The store that was named, else the user's own; nothing where none is wanted. A refusal ends the program."""
    if not wanted:
        yield Keeping()
        return
    opened = open_store_or_stop(shell, store)
    kept = Keeping(opened)
    try:
        with store_or_stop(shell):
            if (warning := opened.clock_warning(datetime.now(UTC))) is not None:
                shell.tell(warning)
            yield kept
    finally:
        kept.close()


def evidence(store: "Store", checks: Iterable[Check], as_of: datetime) -> tuple[Observation, ...]:
    """What the judge needs to know of these checks at that moment."""
    return tuple(kept.observation for kept in kept_evidence(store, checks, as_of))


def kept_evidence(store: "Store", checks: Iterable[Check], as_of: datetime) -> tuple[KeptObservation, ...]:
    """The same as it is kept: corrections are taken for what they correct.

    Of those that name vantages what each of these saw. With who countersigned it until then.
    """
    from kontum_netcheck.judge.conflicts import WITHIN

    by_hand: list[str] = []
    by_machine: list[str] = []
    by_views: list[str] = []
    for check in checks:
        (by_hand if check.is_for_people else by_views if check.vantages else by_machine).append(check.id)
    measured = store.newest(by_machine, as_of)
    seen = store.newest(by_views, as_of, per_vantage=True) if by_views else []
    told = countersigned(store, standing(store.newest(by_hand, as_of, within=WITHIN)), as_of)
    return (*measured, *seen, *told)


def countersigned(store: "Store", told: Sequence[KeptObservation], until: datetime) -> list[KeptObservation]:
    """What people told, with the names of those who vouched for it until then."""
    signed = store.countersignatures(kept.id for kept in told)
    return [_with_names(kept, signed.get(kept.id, ()), until) for kept in told]


def _with_names(
    kept: KeptObservation, signed: Sequence[Countersignature], until: datetime
) -> KeptObservation:
    names = tuple(one.operator for one in signed if one.at <= until)
    return replace(kept, observation=replace(kept.observation, countersigned_by=names)) if names else kept


def _is_unasked(observation: Observation) -> bool:
    """What was left unasked on purpose, or for want of time, is no evidence of anything."""
    return (
        observation.outcome is Outcome.SKIPPED
        and observation.failure is not None
        and observation.failure.stage is Stage.PLAN
    )
