"""How many echoes may go out now: a token bucket, shallow enough to be polite to a slow line."""

_AT_ONCE_S = 0.005  # of the rate is sent at once: a clock tick's worth
_DEPTH_S = 0.02  # of the rate may be made up for, where we woke late


class Pace:
    """At most `max_pps` packets a second over all hosts; 0: as many as there are."""

    def __init__(self, max_pps: int, now_ns: int) -> None:
        self._per_ns = max_pps / 1e9
        self._depth = max(1.0, max_pps * _DEPTH_S)
        self._tokens = self._depth
        self._at_ns = now_ns

    @property
    def at_once_count(self) -> int:
        """How many go at once, at most."""
        return max(1, int(self._per_ns * 1e9 * _AT_ONCE_S)) if self._per_ns else 1 << 16

    def allowance(self, now_ns: int, wanted_count: int) -> int:
        """How many of `wanted_count` may go now."""
        if not self._per_ns:
            return wanted_count
        self._tokens = min(self._depth, self._tokens + (now_ns - self._at_ns) * self._per_ns)
        self._at_ns = now_ns
        return min(wanted_count, int(self._tokens))

    def spend(self, count: int) -> None:
        """So many went."""
        if self._per_ns:
            self._tokens -= count

    def wait_ns(self, wanted_count: int) -> int:
        """Until so many may go, or as many as go at once: waking for each alone would cost too much."""
        missing = min(wanted_count, self.at_once_count) - self._tokens
        return int(missing / self._per_ns) + 1 if self._per_ns and missing > 0 else 0
