"""Notices on their way to one address: kept until they are delivered, tried again ever later, never too many. Pure."""

from collections import deque
from dataclasses import dataclass

FIRST_WAIT_S = 10.0
LONGEST_WAIT_S = 600.0
MOST_WAITING = 50


@dataclass(frozen=True, slots=True)
class Notice:
    """What is sent: texts in the reader's language, on lines of their own, safe to show."""

    title: str
    body: str
    is_about_us: bool = False  # our own link: taken back unsent where better news overtakes it
    is_good: bool = False  # everything in it got better


class Outbox:
    """The queue of one address. Moments are seconds of a clock that only goes on; the caller has it."""

    def __init__(self) -> None:
        self._waiting: deque[Notice] = deque()
        self._next_try_s = 0.0
        self.failures_count = 0  # in a row
        self.dropped_count = 0  # since something was delivered

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def put(self, notice: Notice) -> None:
        """Take one more. Where too many wait, the oldest is dropped: the newest say how things stand."""
        if notice.is_about_us:
            self._waiting = deque(each for each in self._waiting if not each.is_about_us)
        self._waiting.append(notice)
        while len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
            self.dropped_count += 1

    def due(self, now_s: float) -> Notice | None:
        """What is to be sent now, the oldest first."""
        return self._waiting[0] if self._waiting and now_s >= self._next_try_s else None

    def wait_s(self, now_s: float) -> float | None:
        """How long until something is due; None: nothing waits."""
        return max(0.0, self._next_try_s - now_s) if self._waiting else None

    def delivered(self, notice: Notice) -> None:
        """It has arrived. It may have been dropped or taken back meanwhile."""
        if self._waiting and self._waiting[0] is notice:
            self._waiting.popleft()
        self.failures_count, self.dropped_count, self._next_try_s = 0, 0, 0.0

    def failed(self, now_s: float) -> None:
        """It has not: wait twice as long as the last time, ten minutes at most."""
        wait_s = min(FIRST_WAIT_S * 2.0 ** min(self.failures_count, 10), LONGEST_WAIT_S)
        self.failures_count += 1
        self._next_try_s = now_s + wait_s

    def hurry(self) -> None:
        """Something has changed that makes it worth trying at once: our own link is back."""
        self._next_try_s = 0.0
