"""Which echo a sequence number stands for: a table of columns, so that many are written and read at once."""

import secrets

from kontum_netcheck.net.icmp.burst import Burst

_SEQUENCES = 1 << 16
_LOOK_AHEAD = 64


class Outstanding:
    """By sequence number: burst, the echo's number in it, when it was sent (perf_counter, ns), and its seal.

    A number is used again once its echo waits no more: 65,536 are not the end. A reply to the echo that had the
    number before is known by its seal, and refused.
    """

    def __init__(self) -> None:
        self.bursts: list[Burst | None] = [None] * _SEQUENCES
        self.numbers = [0] * _SEQUENCES
        self.sent_ns = [0] * _SEQUENCES
        self.seals = [0] * _SEQUENCES
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
        echoes = zip(self.bursts[start:end], self.numbers[start:end], sent_ns, strict=True)
        for sequence, (burst, number, at_ns) in enumerate(echoes, start):
            if (
                burst is not None
                and burst.rtts_ms[number] is None  # which waits() asks too; most are answered
                and burst.waits(number, now_ns - at_ns)
            ):
                return sequence
        return end

    def put(
        self, sequences: range, bursts: list[Burst], number: int, seals: list[int], sent_ns: list[int]
    ) -> None:
        """Remember the echoes that were sent with these numbers."""
        start, stop = sequences.start, sequences.stop
        self.bursts[start:stop] = bursts
        self.numbers[start:stop] = [number] * len(sequences)
        self.seals[start:stop] = seals
        self.sent_ns[start:stop] = sent_ns
        self._longest_timeout_ns = max(self._longest_timeout_ns, bursts[0].timeout_ns)
