"""A burst of echoes to one address, as it fills up with round trips."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

from kontum_netcheck.model import CannotMeasure, Failure
from kontum_netcheck.net.icmp.packets import SEAL_BYTES
from kontum_netcheck.net.icmp.series import EchoPlan, EchoSeries, IcmpError
from kontum_netcheck.net.icmp.wire import Peer, Wire

Result = EchoSeries | Failure | CannotMeasure


_NO_ERRORS: Mapping[int, IcmpError] = MappingProxyType({})
_NONE_LATE: frozenset[int] = frozenset()


class Burst:
    """The echoes to one address. Filled in by the pinger's thread only; who gives up cancels its future."""

    __slots__ = (
        "address",
        "closed",
        "cookie",
        "dropped_before_count",
        "duplicate_count",
        "errors",
        "foreign_count",
        "future",
        "late",
        "peer",
        "plan",
        "rtts_ns",
        "wire",
    )

    def __init__(
        self,
        wire: Wire,
        address: str,
        peer: Peer,
        plan: EchoPlan,
        cookie: bytes,
        future: "asyncio.Future[EchoSeries | Failure]",
    ) -> None:
        self.wire = wire
        self.address = address
        self.peer = peer
        self.plan = plan
        self.future = future
        self.cookie = cookie
        self.rtts_ns: list[int | None] = [None] * plan.count  # of those answered in time; never 0
        self.dropped_before_count = 0
        self.errors = _NO_ERRORS  # by the echo's number
        self.late = _NONE_LATE  # numbers answered after the timeout
        self.duplicate_count = 0
        self.foreign_count = 0
        self.closed = False

    @property
    def is_abandoned(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.future.cancelled()

    def answered(self, number: int, rtt_ns: int) -> None:
        """A reply to echo `number` came: the first in time counts, later ones are late or duplicates."""
        if self.rtts_ns[number] is not None or number in self.late:
            self.duplicate_count += 1
        elif rtt_ns > self.plan.timeout_ns:
            self.late |= {number}
        else:
            self.rtts_ns[number] = rtt_ns

    def refused(self, number: int, error: IcmpError) -> None:
        """A router said that echo `number` could not be delivered."""
        if number not in self.errors:
            self.errors = MappingProxyType({**self.errors, number: error})

    def waits(self, number: int, age_ns: int) -> bool:
        """Whether the reply to echo `number`, sent so long ago, may still come in time."""
        return not self.closed and self.rtts_ns[number] is None and age_ns <= self.plan.timeout_ns

    @property
    def is_resolved(self) -> bool:
        """Whether it is known of every echo what became of it: answered, late or not, or refused."""
        if None not in self.rtts_ns:
            return True
        if not self.errors and not self.late:
            return False
        return all(
            rtt_ns is not None or number in self.errors or number in self.late
            for number, rtt_ns in enumerate(self.rtts_ns)
        )

    @property
    def padding_bytes(self) -> int:
        """How many zeros follow the seal."""
        return self.plan.payload_bytes - SEAL_BYTES

    def series(self) -> EchoSeries:
        """What there is, frozen."""
        return EchoSeries(
            self.address,
            self.wire.method,
            tuple([None if rtt_ns is None else rtt_ns / 1e6 for rtt_ns in self.rtts_ns]),
            self.duplicate_count,
            len(self.late),
            self.foreign_count,
            self.wire.dropped_count - self.dropped_before_count,
            tuple(self.errors.values()),
        )
