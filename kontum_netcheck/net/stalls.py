"""When this very program stood still: stopped, starved, busy with itself. Timers that end then prove nothing."""

import asyncio
import time
from collections import deque

_LOOK_EVERY_S = 0.05
_LEAST_S = 0.25  # what is shorter is told by the probes themselves, each of its own times
_KEPT_COUNT = 1_000


class Stalls:
    """Looks at the event loop twenty times a second, and remembers when it could not."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque(maxlen=_KEPT_COUNT)  # when it ended, how long it was

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            planned_s = time.perf_counter() + _LOOK_EVERY_S
            await asyncio.sleep(_LOOK_EVERY_S)
            self.note(planned_s, time.perf_counter())

    def note(self, planned_s: float, woken_s: float) -> None:
        """We wanted to look at one moment and could at another."""
        if woken_s - planned_s >= _LEAST_S:
            self._seen.append((woken_s, woken_s - planned_s))

    def longest_s(self, since_s: float = 0.0) -> float:
        """The longest stall that ended after a moment (perf_counter); 0 where there was none."""
        return max((long_s for ended_s, long_s in self._seen if ended_s > since_s), default=0.0)
