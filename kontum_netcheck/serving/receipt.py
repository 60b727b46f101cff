"""What arrived of an upload, and when, as the receiver saw it."""

from array import array
from collections.abc import Callable

_SAMPLE_EVERY_S = 0.05
_MOST_SAMPLES = 4_000


class Receipt:
    """Counts the bytes of one body. Times are seconds since its head was read, by the monotonic clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.started_s = clock()
        self.received_bytes = 0
        self.duration_s = 0.0
        self._next_s = 0.0
        self._times_s = array("d")
        self._counts = array("q")

    def add(self, count: int) -> None:
        """So many bytes more arrived."""
        if not count:
            return
        self.received_bytes += count
        self.duration_s = self._clock() - self.started_s
        if self.duration_s >= self._next_s and len(self._counts) < _MOST_SAMPLES:
            self._sample()

    def _sample(self) -> None:
        self._times_s.append(self.duration_s)
        self._counts.append(self.received_bytes)
        self._next_s = self.duration_s + _SAMPLE_EVERY_S

    def said(self) -> dict[str, object]:
        """As the answer tells it: `samples` are [seconds, bytes so far], the last of them the whole.

        `started_s` is the moment on this server's own clock, so that uploads side by side can be laid over each
        other.
        """
        if self.received_bytes and (not self._counts or self._counts[-1] != self.received_bytes):
            self._sample()
        return {
            "received_bytes": self.received_bytes,
            "duration_s": round(self.duration_s, 6),
            "started_s": round(self.started_s, 6),
            "samples": [
                [round(at_s, 6), count] for at_s, count in zip(self._times_s, self._counts, strict=True)
            ],
        }
