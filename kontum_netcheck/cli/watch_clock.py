"""The clocks of a watch, and its waiting: what its tests replace."""

import asyncio
import contextlib
from datetime import UTC, datetime
from typing import Protocol

from kontum_netcheck.net.clock import awake_s
from kontum_netcheck.watch.timing import Now


class Clock(Protocol):
    """What the watch asks for the time, and waits with."""

    def now(self) -> Now:
        """This moment."""

    async def pause(self, stop: asyncio.Event, at_most_s: float) -> None:
        """Wait so long, or until `stop` is set."""


class SystemClock:
    """This machine's."""

    def now(self) -> Now:
        """This moment."""
        return Now(datetime.now(UTC), awake_s())

    async def pause(self, stop: asyncio.Event, at_most_s: float) -> None:
        """Wait so long, or until `stop` is set."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(at_most_s):
                await stop.wait()
