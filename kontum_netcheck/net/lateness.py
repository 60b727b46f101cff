"""Our own lateness: how much of a time it may be where the system doesn't say, and measuring once more."""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Self, TypeVar

LATE_MS = 5.0
"""Less goes unsaid: it is what a busy system takes to wake anybody."""

_BEAT_S = 0.005
_CALM_BEATS_MAX_COUNT = 50

T = TypeVar("T")


def told_ms(late_s: float) -> float | None:
    """The metric `late_ms`; None where it is too little to be told."""
    return late_s * 1000 if late_s * 1000 > LATE_MS else None


async def measure(
    once: Callable[[], Awaitable[T]],
    late_ms: Callable[[T], float | None],
    answered: Callable[[T], bool],
    calm: Callable[[], Awaitable[None]] | None = None,
) -> tuple[T, bool]:
    """Measure, and where we were late once more, after `calm`; whether it was done again.

    `late_ms` of a result is None where it is to be taken as it is. Of two, that with an answer counts, for only
    the time was in doubt; of two answers, the one with less lateness.
    """
    first = await once()
    if late_ms(first) is None:
        return first, False
    if calm is not None:
        await calm()
    second = await once()
    return min(second, first, key=lambda each: (not answered(each), late_ms(each) or 0.0)), True


class Heartbeat:
    """Beats 200 times a second in the event loop while somebody measures: a beat that is overdue means we are late.

    For times that are taken when the loop notices, where no kernel says when it happened.
    """

    def __init__(self) -> None:
        self._users_count = 0
        self._timer: asyncio.TimerHandle | None = None
        self._planned_s = 0.0
        self._stalled_s = 0.0
        self._stall_ended_s = float("-inf")

    def __enter__(self) -> Self:
        """Somebody begins to measure."""
        self._users_count += 1
        if self._timer is None:
            self._plan()
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Somebody has ended; the last one stops it."""
        self._users_count -= 1
        if not self._users_count and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def late_s(self) -> float:
        """At most how long what was noticed just now had been waiting for us; up to two beats go unsaid.

        What is noticed in the turn after a stall, by a task that was woken, counts as noticed at its end.
        """
        now_s = perf_counter()
        if now_s - self._planned_s > _BEAT_S:
            return now_s - self._planned_s + _BEAT_S
        return self._stalled_s if now_s - self._stall_ended_s < _BEAT_S else 0.0

    async def calm(self) -> None:
        """Wait until the loop is not late, a quarter of a second at most."""
        with self:
            for _ in range(_CALM_BEATS_MAX_COUNT):
                await asyncio.sleep(_BEAT_S)
                if not self.late_s():
                    return

    def _plan(self) -> None:
        self._planned_s = perf_counter() + _BEAT_S
        self._timer = asyncio.get_running_loop().call_later(_BEAT_S, self._beat)

    def _beat(self) -> None:
        now_s = perf_counter()
        if now_s - self._planned_s > _BEAT_S:
            self._stalled_s, self._stall_ended_s = now_s - self._planned_s + _BEAT_S, now_s
        self._plan()
