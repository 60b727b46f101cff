"""How much work an agent takes: as much as keeps its engine fed, and no more, so that others get theirs."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kontum_netcheck.engine.admission import Admission
from kontum_netcheck.model import Check
from kontum_netcheck.plan import echoes_count

_ENOUGH_COUNT = 100
"""Checks that wait to be started, two usual jobs: with fewer, a job is fetched before the engine runs dry."""
_ECHOES_S = 10.0
"""So many seconds of echoes may be under way: the pinger sends no more than its `max_pps`."""


class Feed:
    """The one admission of all jobs, and the door at which jobs wait."""

    def __init__(self, rate_per_s: float, max_pps: int, most_open_count: int) -> None:
        self._rate_per_s = rate_per_s
        self._most_echoes_count = max_pps * _ECHOES_S
        self._admission = Admission(rate_per_s, most_open_count)
        self._rates: list[float] = []  # what the jobs under way ask for
        self._changed = asyncio.Event()
        self.waiting_count = 0
        self.running_count = 0
        self.echoes_count = 0

    @property
    def rate_per_s(self) -> float:
        """New probes a second, at most; 0: no limit."""
        return self._admission.rate_per_s

    @property
    def is_hungry(self) -> bool:
        """Whether another job should be taken now."""
        echoes_are_few = not self._most_echoes_count or self.echoes_count < self._most_echoes_count
        return self.waiting_count < _ENOUGH_COUNT and echoes_are_few

    async def changed(self) -> None:
        """Wait until something has been started or has ended."""
        self._changed.clear()
        await self._changed.wait()

    @contextmanager
    def share(self, checks: Sequence[Check], rate_per_s: float = 0.0) -> Iterator["Share"]:
        """A job's way through the one door; its own rate holds for all as long as it is the slowest."""
        share, echoes = Share(self, self._admission, len(checks)), echoes_count(checks)
        self.waiting_count += len(checks)
        self.echoes_count += echoes
        self._rates.append(rate_per_s)
        self._set_rate()
        try:
            yield share
        finally:
            self.waiting_count -= share.left_count
            self.echoes_count -= echoes
            self._rates.remove(rate_per_s)
            self._set_rate()
            self.wake()

    def wake(self) -> None:
        """Something has changed."""
        self._changed.set()

    def _set_rate(self) -> None:
        self._admission.rate_per_s = min(
            (rate for rate in (self._rate_per_s, *self._rates) if rate), default=0.0
        )


class Share:
    """One job's view of the admission."""

    def __init__(self, feed: Feed, admission: Admission, count: int) -> None:
        self._feed = feed
        self._admission = admission
        self.left_count = count  # not yet started

    @property
    def latest_s(self) -> float:
        """How late the event loop was at worst."""
        return self._admission.latest_s

    async def next(self) -> None:
        """Return when the next probe may start."""
        await self._admission.next()
        self.left_count -= 1
        self._feed.waiting_count -= 1
        self._feed.running_count += 1
        self._feed.wake()

    def ended(self) -> None:
        """A probe that was let in has ended."""
        self._admission.ended()
        self._feed.running_count -= 1
