"""The event loop's side of the courier: what the database said, whether it is there, and what it has by now."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from kontum_netcheck.agents.clock import Clock
from kontum_netcheck.agents.outbox import Outbox
from kontum_netcheck.agents.presence import Presence
from kontum_netcheck.agents.spool import Spool
from kontum_netcheck.model import Message, message
from kontum_netcheck.store.agents import AgentReport, Said


class Line:
    """Listens to the courier in its thread, and acts in the event loop."""

    def __init__(
        self,
        presence: Presence,
        clock: Clock,
        spool: Spool,
        tell: Callable[[Message], None],
        wake: Callable[[], None],
    ) -> None:
        self._presence = presence
        self._clock = clock
        self._spool = spool
        self._tell = tell
        self._wake = wake
        self._loop = asyncio.get_running_loop()
        self.schema = self.agents_schema = 0
        """The versions of the store, and of what agents need in it, as the database said."""
        self.has_begun = False
        """Whether the agent works; before, a clock that is wrong ends it, which is said once."""
        self._cut_off_s: float | None = None
        self._handed_no = 0
        self._pending: list[tuple[int, asyncio.Future[None]]] = []

    @property
    def cut_off_s(self) -> float | None:
        """For how long the database has been out of reach; None: it is there."""
        return None if self._cut_off_s is None else time.monotonic() - self._cut_off_s

    async def delivered(self, outbox: Outbox) -> None:
        """Wait until the server has all that was kept until now."""
        delivered: asyncio.Future[None] = self._loop.create_future()
        outbox.mark(lambda no: self._soon(lambda: self._await(no, delivered)))
        await delivered

    # called in the courier's thread, or the outbox's

    def report(self) -> AgentReport:
        """What to say of the agent now."""
        clock = self._clock
        return self._presence.report(clock.offset_s, self._spool.count(), clock_is_right=clock.is_right)

    def now(self) -> datetime:
        """This machine's own clock."""
        return self._clock.now()

    def said(self, said: Said, asked_at: datetime, took_s: float) -> None:
        """The database's answer to a report that was made at that moment of our own clock."""
        self._soon(lambda: self._said(said, asked_at, took_s))

    def cut_off(self, why: Message) -> None:
        """The line is gone."""
        self._soon(lambda: self._cut_off(why))

    def handed_in_up_to(self, no: int) -> None:
        """The server has all that the spool held up to that number."""
        self._soon(lambda: self._handed_in(no))

    def tell(self, sentence: Message) -> None:
        """Something that a person must know."""
        self._soon(lambda: self._tell(sentence))

    def _soon(self, act: Callable[[], None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act)

    # in the event loop

    def _said(self, said: Said, asked_at: datetime, took_s: float) -> None:
        self.schema, self.agents_schema = said.schema, said.agents
        if self._cut_off_s is not None:
            self._tell(message("The database is back after {count} s.", count=round(self.cut_off_s or 0.0)))
            self._cut_off_s = None
        news = self._clock.compare(said.now, asked_at, took_s)
        if news is not None and (self.has_begun or self._clock.is_right):
            self._tell(news)
        self._wake()

    def _cut_off(self, why: Message) -> None:
        self._cut_off_s = time.monotonic()
        self._tell(why)
        self._tell(
            message(
                "Measuring goes on; until the database is back, what is found waits in {file}.",
                file=str(self._spool.file),
            )
        )

    def _await(self, no: int, delivered: asyncio.Future[None]) -> None:
        self._pending.append((no, delivered))
        self._handed_in(self._handed_no)

    def _handed_in(self, no: int) -> None:
        self._handed_no = max(self._handed_no, no)
        for each in [each for each in self._pending if each[0] <= self._handed_no]:
            self._pending.remove(each)
            if not each[1].done():
                each[1].set_result(None)
