"""How fast questions may go to one server, so that they don't wait in its queue, nor overrun its buffer."""

import asyncio
import itertools
from collections import deque

YOUNG_S = 0.008
YOUNG_MAX_COUNT = 8


class Pace:
    """Lets at most 8 questions be out that are younger than 8 ms; older ones don't count, answered or not.

    So a server that is far away, or silent, is asked at most 1,000 questions a second; a near one as fast as it
    answers. That is polite, and it keeps the times true: a question that waits behind 50 others of ours is told
    50 times too long. Waiting here is ours and belongs to no measured time.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._young: dict[int, float] = {}  # by ticket, oldest first: when it started
        self._tickets = itertools.count()
        self._waiting: deque[asyncio.Future[int]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def start(self) -> int:
        """Wait for the turn; the ticket is to be given back by `end`."""
        if not self._waiting and self._has_room():
            return self._ticket()
        turn: asyncio.Future[int] = self._loop.create_future()
        self._waiting.append(turn)
        self._admit()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.end(turn.result())
            raise

    def end(self, ticket: int) -> None:
        """The question is over: the next may start."""
        self._young.pop(ticket, None)
        if self._waiting:
            self._admit()

    def _has_room(self) -> bool:
        if len(self._young) < YOUNG_MAX_COUNT:
            return True
        grown_up_s = self._loop.time() - YOUNG_S
        while self._young and next(iter(self._young.values())) <= grown_up_s:
            del self._young[next(iter(self._young))]
        return len(self._young) < YOUNG_MAX_COUNT

    def _ticket(self) -> int:
        ticket = next(self._tickets)
        self._young[ticket] = self._loop.time()
        return ticket

    def _admit(self) -> None:
        """Let as many start as there is room for; look again when the oldest of the young has grown up."""
        while self._waiting and self._has_room():
            turn = self._waiting.popleft()
            if not turn.done():  # cancelled meanwhile
                turn.set_result(self._ticket())
        if self._waiting and self._timer is None:
            oldest = next(iter(self._young.values()))
            self._timer = self._loop.call_at(oldest + YOUNG_S, self._look_again)

    def _look_again(self) -> None:
        self._timer = None
        self._admit()
