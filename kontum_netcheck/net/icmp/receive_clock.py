"""Kernel receive stamps on our own clock, so that a step of the wall clock never enters a round trip."""

import time

_STEP_NS = 50_000  # two measured offsets differ by less, unless the clock was set between them
_SURE_NS = _STEP_NS // 10


class ReceiveClock:
    """Turns the kernel's CLOCK_REALTIME stamps into perf_counter nanoseconds.

    The offset between the two clocks is measured again after each batch of packets. Where it has moved, the
    wall clock was set while the packets lay in the socket, and their stamps are worth nothing.
    """

    def __init__(self) -> None:
        self._offset_ns, self._unsure_ns = _measure()

    def offset_ns(self) -> int | None:
        """What to subtract from the stamps of the batch just read; None: don't use them."""
        offset_ns, unsure_ns = _measure()
        has_stepped = abs(offset_ns - self._offset_ns) > _STEP_NS + unsure_ns + self._unsure_ns
        if has_stepped or unsure_ns <= max(_SURE_NS, self._unsure_ns):  # else the last one is the better one
            self._offset_ns, self._unsure_ns = offset_ns, unsure_ns
        return None if has_stepped else self._offset_ns


def _measure() -> tuple[int, int]:
    """Wall clock minus perf_counter, and how unsure that is; the best of five where we were interrupted."""
    best_offset_ns, best_unsure_ns = 0, 1 << 62
    for _ in range(5):
        before_ns = time.perf_counter_ns()
        wall_ns = time.time_ns()
        unsure_ns = time.perf_counter_ns() - before_ns
        if unsure_ns < best_unsure_ns:
            best_offset_ns, best_unsure_ns = wall_ns - before_ns - unsure_ns // 2, unsure_ns
        if unsure_ns < _SURE_NS:
            break
    return best_offset_ns, best_unsure_ns
