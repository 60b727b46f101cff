"""A rate with room for a burst."""


class Bucket:
    """Lets `per_s` through a second over time, and at most `most` at once."""

    __slots__ = ("_filled_s", "_left", "_most", "_per_s")

    def __init__(self, per_s: float, most: float, now_s: float) -> None:
        self._per_s, self._most, self._left, self._filled_s = per_s, most, most, now_s

    def take(self, now_s: float) -> bool:
        """Whether one more is within the rate."""
        self._left = min(self._most, self._left + (now_s - self._filled_s) * self._per_s)
        self._filled_s = now_s
        if self._left < 1:
            return False
        self._left -= 1
        return True
