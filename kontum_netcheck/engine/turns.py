"""What must not be asked beside others: calls, then loads, one at a time on each lane, with a gap between."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kontum_netcheck.model import Check, Failure, Turn, TurnKind


class Lanes:
    """Who is on which lane, and when the last one left it. Kept from round to round, so that gaps hold between them."""

    def __init__(self) -> None:
        self._busy: set[str] = set()
        self._left_s: dict[str, float] = {}
        self._changed = asyncio.Event()

    def free_in_s(self, turn: Turn) -> float:
        """Until all its lanes are free and its gap has passed; infinite while one of them is taken."""
        if turn.lanes & self._busy:
            return math.inf
        now_s = time.perf_counter()
        return max(
            (self._left_s.get(lane, -math.inf) + turn.gap_s - now_s for lane in turn.lanes), default=0.0
        )

    def enter(self, turn: Turn) -> None:
        """Take its lanes."""
        self._busy |= turn.lanes

    def leave(self, turn: Turn) -> None:
        """Give its lanes back; the gap begins."""
        self._busy -= turn.lanes
        self._left_s.update(dict.fromkeys(turn.lanes, time.perf_counter()))
        self._changed.set()

    async def wait(self, at_most_s: float) -> None:
        """Until a lane has been given back, or this time has passed."""
        self._changed.clear()
        try:
            async with asyncio.timeout(None if math.isinf(at_most_s) else at_most_s):
                await self._changed.wait()
        except TimeoutError:
            pass


@dataclass(frozen=True)
class TurnRules:
    """What the shell says to each turn at the moment when it would begin. Both are quick and raise nothing."""

    refusal: Callable[[Check, datetime], Failure | None]
    """Why it must not begin at that moment (aware, UTC), asked just before; None: it may. It then does begin."""
    announce: Callable[[Check], None]
    """It begins now; said before anything is sent."""
    lanes: Lanes = field(default_factory=Lanes)


async def take_turns(
    checks: Iterable[Check],
    rules: TurnRules,
    *,
    ask: Callable[[Check], Awaitable[None]],
    leave_out: Callable[[Check, Failure], None],
) -> None:
    """Ask each in its turn, in their order as far as their lanes allow: all calls, and after them all loads."""
    waiting = [(check, check.turn) for check in checks if check.turn is not None]
    for kind in TurnKind:
        await _all_of_one_kind([(c, turn) for c, turn in waiting if turn.kind is kind], rules, ask, leave_out)


async def _all_of_one_kind(
    waiting: list[tuple[Check, Turn]],
    rules: TurnRules,
    ask: Callable[[Check], Awaitable[None]],
    leave_out: Callable[[Check, Failure], None],
) -> None:
    async def take(check: Check, turn: Turn) -> None:
        try:
            await ask(check)
        finally:
            rules.lanes.leave(turn)

    async with asyncio.TaskGroup() as group:
        while waiting:
            first = min(range(len(waiting)), key=lambda at: max(0.0, rules.lanes.free_in_s(waiting[at][1])))
            check, turn = waiting[first]
            if (free_in_s := rules.lanes.free_in_s(turn)) > 0:
                await rules.lanes.wait(free_in_s)
                continue
            del waiting[first]
            refusal = rules.refusal(check, datetime.now(UTC))
            if refusal is not None:
                leave_out(check, refusal)
                continue
            rules.lanes.enter(turn)
            rules.announce(check)
            group.create_task(take(check, turn))
