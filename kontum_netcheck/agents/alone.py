"""An agent that is cut off goes on by itself: what it was sent again and again, it asks again when it is due."""

import asyncio
import time
import uuid
from collections.abc import Callable
from dataclasses import replace

from kontum_netcheck import __version__
from kontum_netcheck.agents.clock import Clock
from kontum_netcheck.agents.measuring import Measuring
from kontum_netcheck.agents.presence import Presence
from kontum_netcheck.agents.repeating import NOTE, Repeating, Series
from kontum_netcheck.model import Evidence, RunBegun, RunEnd

_LOOK_EVERY_S = 0.5


class Alone:
    """Repeats what is due, each turn as a run of the agent's own."""

    def __init__(
        self,
        repeating: Repeating,
        measuring: Measuring,
        presence: Presence,
        clock: Clock,
        keep: Callable[[Evidence], None],
    ) -> None:
        self._repeating = repeating
        self._measuring = measuring
        self._presence = presence
        self._clock = clock
        self._keep = keep

    async def go_on(self, cut_off_s: Callable[[], float | None], after_s: float, stop: asyncio.Event) -> None:
        """Until `stop`: repeat what is due, as long as the database has been out of reach for `after_s` or longer."""
        async with asyncio.TaskGroup() as turns:
            while not stop.is_set():
                gone_s = cut_off_s()
                if gone_s is not None and gone_s >= after_s:
                    for series in self._repeating.due(time.monotonic()):
                        turns.create_task(self._repeat(series))
                try:
                    async with asyncio.timeout(_LOOK_EVERY_S):
                        await stop.wait()
                except TimeoutError:
                    continue

    async def _repeat(self, series: Series) -> None:
        """One turn. Its observations name the inventory that the series was sent of, by its hash."""
        run_id, works = uuid.uuid4().hex, list(series.works)
        job = works[0].job
        self._keep(
            RunBegun(
                id=run_id,
                started_at=self._clock.now(),
                tool_version=__version__,
                inventory=job.run.inventory,
                inventory_hash=job.run.inventory_hash,
                vantage=self._presence.vantage,
                operator=job.operator,
                selection=("--vantage", self._presence.vantage),
                partial=True,
                host=self._presence.host,
                clock_offset_s=self._clock.offset_s,
            )
        )
        asked = await asyncio.gather(*(self._measuring.do(replace(work, run_id=run_id)) for work in works))
        late_ms = max(each.late_ms for each in asked)
        self._keep(RunEnd(run_id, self._clock.now(), late_ms=late_ms, notes=(NOTE,)))
