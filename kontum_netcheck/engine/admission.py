"""When a probe may start: at a steady rate, and only while the event loop is not late and there is room."""

import asyncio
import time
from typing import Protocol

_LATE_S = 0.005
"""A turn of the event loop that takes longer means that we are too busy to start another probe."""


class Admitting(Protocol):
    """Lets probes start one by one; `latest_s` is how late the event loop was at worst."""

    @property
    def latest_s(self) -> float:
        """How late the event loop was at worst."""

    async def next(self) -> None:
        """Return when the next probe may start."""

    def ended(self) -> None:
        """A probe that was let in has ended."""


class Admission:
    """Lets probes start at a steady rate, and waits while the event loop is late or too much is open.

    Several runs may share one; `rate_per_s` may be changed on the way.
    """

    def __init__(self, rate_per_s: float, most_open_count: int) -> None:
        self.rate_per_s = rate_per_s  # 0: no limit
        self._planned_s = time.perf_counter()
        self._places = asyncio.Semaphore(most_open_count)
        self.latest_s = 0.0

    async def next(self) -> None:
        """Return when the next probe may start. What lateness cost is not caught up with by a burst."""
        await self._places.acquire()
        try:
            await self._come_up()
        except BaseException:  # the run has ended meanwhile; others may share the places
            self._places.release()
            raise

    def ended(self) -> None:
        """A probe that was let in has ended."""
        self._places.release()

    async def _come_up(self) -> None:
        while (turn_s := await self._turn()) > _LATE_S:
            self.latest_s = max(self.latest_s, turn_s)
        now_s = time.perf_counter()
        if self._planned_s > now_s:
            await asyncio.sleep(self._planned_s - now_s)
        gap_s = 1.0 / self.rate_per_s if self.rate_per_s else 0.0
        self._planned_s = max(self._planned_s, now_s - _LATE_S) + gap_s

    @staticmethod
    async def _turn() -> float:
        started_s = time.perf_counter()
        await asyncio.sleep(0)
        return time.perf_counter() - started_s
