"""One turn of a watch: asked, judged and kept; where the store fails, without it."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kontum_netcheck.cli.asking import Answers, World, ask
from kontum_netcheck.cli.concluding import Ended, judge_and_keep
from kontum_netcheck.cli.keeping import Keeping
from kontum_netcheck.cli.run import begun_of, found_in
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.wanted import Wanted
from kontum_netcheck.inventory.loader import Loaded
from kontum_netcheck.model import Check, Message, Observation, Outcome, Run
from kontum_netcheck.plan.selection import Selection
from kontum_netcheck.store.fault import StoreError

if TYPE_CHECKING:
    from kontum_netcheck.store.store import Store

_ANSWERED = frozenset({Outcome.MEASURED, Outcome.FAILED})
Progress = Callable[[int, int], None]
"""Called with how many of how many checks are done."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is watched, and how it is asked."""

    loaded: Loaded
    selection: Selection
    wanted: Wanted
    world: World
    store: str | None = None  # None: the user's own
    has_store: bool = True


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """What one turn brought home."""

    begun: Run
    answers: Answers
    ended: Ended

    @property
    def is_blind(self) -> bool:
        """Whether our own link was down, so that nobody could be asked."""
        return self.answers.link is not None and self.answers.link.down

    @property
    def known(self) -> tuple[Observation, ...]:
        """All that is known at its end: what a turn without a store begins with."""
        new = self.answers.asked.observations
        answered = {each.check_id for each in new if each.outcome in _ANSWERED}
        still = (o for o in self.answers.known if o.outcome in _ANSWERED and o.check_id not in answered)
        return (*still, *new)


class TurnKeeping(Keeping):
    """A run's keeping that tells how far the asking is."""

    def __init__(self, store: "Store | None", known: Sequence[Observation], progress: Progress) -> None:
        super().__init__(store, known=known)
        self._progress = progress
        self._done_count, self._all_count = 0, 0

    def begin(self, run: Run, checks: Sequence[Check], loaded: Loaded) -> None:
        """Keep that the run began. StoreError."""
        self._done_count, self._all_count = 0, len(checks)
        self._progress(0, self._all_count)
        super().begin(run, checks, loaded)

    def take(self, observation: Observation, *, is_final: bool) -> None:
        """Keep an observation."""
        self._done_count += 1
        self._progress(self._done_count, self._all_count)
        super().take(observation, is_final=is_final)


@contextmanager
def turn_keeping(
    scope: Scope, known: Sequence[Observation], progress: Progress, told: Callable[[Message], None]
) -> Iterator[TurnKeeping]:
    """The store, opened anew for each turn: it may be on a disk that was full, or behind a network that changed.

    Where it can't be opened it is told why, and the turn has what was known at the end of the one before.
    """
    store = None
    if scope.has_store:
        from kontum_netcheck.store.store import Store

        try:
            store = Store.open(scope.store)
        except StoreError as fault:
            told(fault.problem)
    kept = TurnKeeping(store, known, progress)
    try:
        yield kept
    finally:
        kept.close()


async def make_turn(
    shell: Shell,
    scope: Scope,
    kept: TurnKeeping,
    spare: TurnKeeping,
    stop: asyncio.Event,
    told: Callable[[Message], None],
) -> TurnEnd:
    """Ask everything once. Where the store refuses, it is done with `spare`: an alarm must not depend on a disk."""
    try:
        return await _made(shell, scope, kept, stop, told)
    except StoreError as fault:
        told(fault.problem)
        return await _made(shell, scope, spare, stop, told)


async def _made(
    shell: Shell, scope: Scope, kept: Keeping, stop: asyncio.Event, told: Callable[[Message], None]
) -> TurnEnd:
    wanted = replace(scope.wanted, quiet=True)
    begun = begun_of(scope.loaded, scope.selection, wanted, scope.world)
    started_s = time.perf_counter()
    answers = await ask(shell, scope.loaded, scope.selection, wanted, scope.world, begun, kept, stop)
    found = found_in(answers)
    ended = await asyncio.to_thread(judge_and_keep, scope.selection, kept, begun, started_s, found)
    if ended.unkept is not None:
        told(ended.unkept)
    return TurnEnd(begun, answers, ended)
