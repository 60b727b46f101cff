"""Which echo a sequence number stands for: a table of columns, so that many are written and read at once."""

import secrets
from collections.abc import Callable
from operator import getitem, itemgetter
from typing import Any

from kontum_netcheck.net.icmp.burst import Burst
from kontum_netcheck.net.icmp.cohort import Cohort
from kontum_netcheck.net.icmp.wire import Peer

_SEQUENCES = 1 << 16
_LOOK_AHEAD = 64
_ANSWERED: list[int | None] = [1]  # what a number that was never used stands for: nobody waits for it
_NO_SEAL = -1


class Outstanding:
    """By sequence number: burst, its peer and round trips, the echo's number in it, when it was sent

    (perf_counter, ns), and its seal. A number is used again once its echo waits no more: 65,536 are not the end.
    A reply to the echo that had the number before is known by its seal, and refused.
    """

    def __init__(self) -> None:
        self.bursts: list[Burst | None] = [None] * _SEQUENCES
        self.peers: list[Peer] = [b""] * _SEQUENCES
        self.rtts_ns: list[list[int | None]] = [_ANSWERED] * _SEQUENCES
        self.numbers = [0] * _SEQUENCES
        self.sent_ns = [0] * _SEQUENCES
        self.seals = [_NO_SEAL] * _SEQUENCES
        self._next = secrets.randbelow(_SEQUENCES)
        self._longest_timeout_ns = 0

    def take(self, count: int, now_ns: int) -> range | None:
        """At most `count` numbers in a row; None where all of the next ones are waited for: try again later."""
        for _ in range(_LOOK_AHEAD):
            start = self._next
            end = self._first_waiting(start, min(start + count, _SEQUENCES), now_ns)
            if end > start:
                self._next = end % _SEQUENCES
                return range(start, end)
            self._next = (start + 1) % _SEQUENCES
        return None

    def _first_waiting(self, start: int, end: int, now_ns: int) -> int:
        sent_ns = self.sent_ns[start:end]
        if max(sent_ns) + self._longest_timeout_ns < now_ns:
            return end
        rtts_ns = list(map(getitem, self.rtts_ns[start:end], self.numbers[start:end]))
        if None not in rtts_ns:
            return end
        for sequence in range(start + rtts_ns.index(None), end):
            burst = self.bursts[sequence]
            if burst is not None and burst.waits(self.numbers[sequence], now_ns - self.sent_ns[sequence]):
                return sequence
        return end

    def put(self, sequences: range, cohort: Cohort, first: int, sent_ns: list[int]) -> None:
        """Remember the echoes of these bursts of a cohort, sent with these numbers."""
        start, stop, count = sequences.start, sequences.stop, len(sequences)
        self.bursts[start:stop] = cohort.bursts[first : first + count]
        self.peers[start:stop] = cohort.load.peers[first : first + count]
        self.rtts_ns[start:stop] = cohort.rtts_ns[first : first + count]
        self.numbers[start:stop] = [cohort.number] * count
        self.seals[start:stop] = cohort.seals(first, count)
        self.sent_ns[start:stop] = sent_ns
        self._longest_timeout_ns = max(self._longest_timeout_ns, cohort.timeout_ns)


def columns_of(sequences: list[int]) -> Callable[[list[Any]], tuple[Any, ...]]:
    """What reads these places of a column; at the speed of C, for there are many."""
    if len(sequences) == 1:
        (sequence,) = sequences
        return lambda column: (column[sequence],)
    return itemgetter(*sequences)
