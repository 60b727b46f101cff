"""How fast questions may go to one server, so that they don't wait in its queue, nor overrun its buffer."""

import asyncio
import itertools
from collections import deque

YOUNG_S = 0.004
SECURE_YOUNG_S = 0.016  # a TLS handshake costs both sides a millisecond and more of work
YOUNG_MAX_COUNT = 4
OUT_S = 1.0
OUT_MAX_COUNT = 128  # half of what a UDP socket of Linux holds if nobody sets its buffer


class Pace:
    """Lets at most 4 questions be out that are younger than 4 ms, and 128 that are younger than a second.

    So a server that is far away is asked at most 1,000 questions a second, a near one as fast as it answers, a slow
    one as fast as it can. One that has been silent for its first second is asked 1,000 a second: dead servers hold
    nobody up. That is polite, and it keeps the times true: a question that waits behind 50 others of ours is told
    50 times too long. Waiting here is ours and belongs to no measured time.

    `young_s` is another age than 4 ms: four times as long, and a far server is asked a quarter as often.
    """

    def __init__(self, young_s: float = YOUNG_S) -> None:
        self._young_s = young_s
        self._loop = asyncio.get_running_loop()
        self._young: dict[int, float] = {}  # by ticket, oldest first: when it started
        self._out: dict[int, float] = {}
        self._tickets = itertools.count()
        self._waiting: deque[asyncio.Future[int]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._first_s = self._loop.time()
        self._has_answered = False

    async def start(self) -> int:
        """Wait for the turn; the ticket is to be given back by `end`."""
        if not self._waiting and self._full_until_s() is None:
            return self._ticket()
        turn: asyncio.Future[int] = self._loop.create_future()
        self._waiting.append(turn)
        self._admit()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.end(turn.result(), answered=False)
            raise

    def end(self, ticket: int, *, answered: bool) -> None:
        """The question is over: the next may start."""
        self._young.pop(ticket, None)
        self._out.pop(ticket, None)
        self._has_answered = self._has_answered or answered
        if self._waiting:
            self._admit()

    def _ticket(self) -> int:
        ticket = next(self._tickets)
        self._young[ticket] = self._out[ticket] = self._loop.time()
        return ticket

    def _full_until_s(self) -> float | None:
        """None where one more may start now; else when to look again, though an end may come sooner."""
        if (until_s := self._crowded_until_s(self._young, YOUNG_MAX_COUNT, self._young_s)) is not None:
            return until_s
        if not self._has_answered and self._loop.time() > self._first_s + OUT_S:
            return None
        return self._crowded_until_s(self._out, OUT_MAX_COUNT, OUT_S)

    def _crowded_until_s(self, started: dict[int, float], max_count: int, age_s: float) -> float | None:
        """Forget those that have grown too old to count; None where that leaves room."""
        if len(started) < max_count:
            return None
        too_old_s = self._loop.time() - age_s
        while started:
            ticket, started_s = next(iter(started.items()))
            if started_s > too_old_s:
                return started_s + age_s if len(started) >= max_count else None
            del started[ticket]
        return None

    def _admit(self) -> None:
        """Let as many start as there is room for; look again when there may be more."""
        while self._waiting and (until_s := self._full_until_s()) is None:
            turn = self._waiting.popleft()
            if not turn.done():  # cancelled meanwhile
                turn.set_result(self._ticket())
        if self._waiting and self._timer is None and until_s is not None:
            self._timer = self._loop.call_at(until_s, self._look_again)

    def _look_again(self) -> None:
        self._timer = None
        self._admit()
