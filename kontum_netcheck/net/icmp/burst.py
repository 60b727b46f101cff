"""A burst of echoes in flight, and the table that says which echo a sequence number stands for."""

import asyncio
import secrets

from kontum_netcheck.model import CannotMeasure, Failure
from kontum_netcheck.net.icmp.packets import COOKIE_BYTES, SEAL_BYTES, ones_sum
from kontum_netcheck.net.icmp.series import EchoPlan, EchoSeries, IcmpError
from kontum_netcheck.net.icmp.wire import Peer, Wire

_SEQUENCES = 1 << 16
_LOOK_AHEAD = 64

Result = EchoSeries | Failure | CannotMeasure


class Burst:
    """The echoes to one address. Filled in by the pinger's thread only; `abandoned` is set from outside."""

    __slots__ = (
        "abandoned",
        "address",
        "bare_address",
        "closed",
        "cookie",
        "count",
        "dropped_before_count",
        "duplicate_count",
        "errors",
        "foreign_count",
        "future",
        "interval_ns",
        "late",
        "padding",
        "payload_sum",
        "peer",
        "rtts_ms",
        "sent_count",
        "timeout_ns",
        "unresolved_count",
        "wire",
    )

    def __init__(
        self,
        wire: Wire,
        address: str,
        peer: Peer,
        plan: EchoPlan,
        future: "asyncio.Future[EchoSeries | Failure]",
    ) -> None:
        self.wire = wire
        self.address = address
        self.bare_address = address.partition("%")[0]
        self.peer = peer
        self.future = future
        self.count = plan.count
        self.interval_ns = round(plan.interval_s * 1e9)
        self.timeout_ns = round(plan.timeout_s * 1e9)
        self.cookie = secrets.token_bytes(COOKIE_BYTES)
        self.padding = bytes(plan.payload_bytes - SEAL_BYTES)
        self.payload_sum = ones_sum(self.cookie)  # the padding is all zeros
        self.rtts_ms: list[float | None] = [None] * plan.count
        self.sent_count = 0
        self.unresolved_count = plan.count  # neither answered nor refused
        self.errors: dict[int, IcmpError] = {}
        self.late: set[int] = set()
        self.duplicate_count = 0
        self.foreign_count = 0
        self.dropped_before_count = wire.dropped_count
        self.abandoned = False
        self.closed = False

    def answered(self, number: int, rtt_ns: int) -> None:
        """A reply to echo `number` came: the first in time counts, later ones are late or duplicates."""
        if self.rtts_ms[number] is not None or number in self.late:
            self.duplicate_count += 1
        elif rtt_ns > self.timeout_ns:
            self.late.add(number)
        else:
            self.rtts_ms[number] = rtt_ns / 1e6
            if number not in self.errors:
                self.unresolved_count -= 1

    def refused(self, number: int, error: IcmpError) -> None:
        """A router said that echo `number` could not be delivered."""
        if number not in self.errors:
            self.errors[number] = error
            if self.rtts_ms[number] is None:
                self.unresolved_count -= 1

    def waits(self, number: int, age_ns: int) -> bool:
        """Whether the reply to echo `number`, sent so long ago, may still come in time."""
        return not self.closed and self.rtts_ms[number] is None and age_ns <= self.timeout_ns

    def series(self) -> EchoSeries:
        """What there is, frozen."""
        return EchoSeries(
            address=self.address,
            method=self.wire.method,
            rtts_ms=tuple(self.rtts_ms[: self.sent_count]),
            duplicate_count=self.duplicate_count,
            late_count=len(self.late),
            foreign_count=self.foreign_count,
            dropped_count=self.wire.dropped_count - self.dropped_before_count,
            errors=tuple(self.errors.values()),
        )


Echo = tuple[Burst, int, int]
"""An echo request as it was sent: its burst, its number there, when. A bare tuple: there are many."""


class Outstanding:
    """Sequence number → echo. A number is used again once its echo waits no more: 65,536 are not the end.

    A reply to the echo that had the number before is known by its seal, and refused.
    """

    def __init__(self) -> None:
        self._echoes: list[Echo | None] = [None] * _SEQUENCES
        self._next = secrets.randbelow(_SEQUENCES)

    def free_sequence(self, now_ns: int) -> int | None:
        """A number for the next echo; None where all of the next ones are waited for: try again later."""
        for _ in range(_LOOK_AHEAD):
            sequence = self._next
            self._next = (sequence + 1) % _SEQUENCES
            echo = self._echoes[sequence]
            if echo is None or not echo[0].waits(echo[1], now_ns - echo[2]):
                return sequence
        return None

    def put(self, sequence: int, echo: Echo) -> None:
        """Remember the echo that was sent with this number."""
        self._echoes[sequence] = echo

    def get(self, sequence: int) -> Echo | None:
        """The last echo sent with this number."""
        return self._echoes[sequence]
