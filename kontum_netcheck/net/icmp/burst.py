"""A burst of echoes to one address, as it fills up with round trips."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from kontum_netcheck.model import CannotMeasure, Failure
from kontum_netcheck.net.icmp.packets import SEAL_BYTES
from kontum_netcheck.net.icmp.series import EchoPlan, EchoSeries, IcmpError
from kontum_netcheck.net.icmp.wire import Peer, Wire

if TYPE_CHECKING:
    from kontum_netcheck.net.icmp.cohort import Cohort

Result = EchoSeries | Failure | CannotMeasure


_NO_ERRORS: Mapping[int, IcmpError] = MappingProxyType({})
_NONE_LATE: frozenset[int] = frozenset()


class Burst:
    """The echoes to one address. Filled in by the pinger's thread only; only `abandon` is called from outside."""

    __slots__ = (
        "abandoned",
        "address",
        "closed",
        "cohort",
        "cookie",
        "dropped_before_count",
        "duplicate_count",
        "errors",
        "foreign_count",
        "future",
        "late",
        "peer",
        "plan",
        "rtts_ms",
        "timeout_ns",
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
        self.timeout_ns = int(plan.timeout_s * 1e9)
        self.future = future
        self.cohort: Cohort | None = None
        self.cookie = cookie
        self.rtts_ms: list[float | None] = [None] * plan.count
        self.dropped_before_count = wire.dropped_count
        self.errors = _NO_ERRORS  # by the echo's number
        self.late = _NONE_LATE  # numbers answered after the timeout
        self.duplicate_count = 0
        self.foreign_count = 0
        self.abandoned = False
        self.closed = False

    def abandon(self) -> None:
        """Nobody waits for it any more; no matter if it was closed before."""
        if not self.closed:
            self.abandoned = True
            if self.cohort is not None:
                self.cohort.has_changed = True

    def answered(self, number: int, rtt_ns: int) -> None:
        """A reply to echo `number` came: the first in time counts, later ones are late or duplicates."""
        if self.rtts_ms[number] is not None or number in self.late:
            self.duplicate_count += 1
        elif rtt_ns > self.timeout_ns:
            self.late |= {number}
        else:
            self.rtts_ms[number] = rtt_ns / 1e6

    def refused(self, number: int, error: IcmpError) -> None:
        """A router said that echo `number` could not be delivered."""
        if number not in self.errors:
            self.errors = MappingProxyType({**self.errors, number: error})

    def waits(self, number: int, age_ns: int) -> bool:
        """Whether the reply to echo `number`, sent so long ago, may still come in time."""
        return not self.closed and self.rtts_ms[number] is None and age_ns <= self.timeout_ns

    @property
    def is_resolved(self) -> bool:
        """Whether every echo was answered or refused."""
        lost_count = self.rtts_ms.count(None)
        if not lost_count or lost_count > len(self.errors):
            return not lost_count
        return all(rtt_ms is not None or number in self.errors for number, rtt_ms in enumerate(self.rtts_ms))

    @property
    def padding_bytes(self) -> int:
        """How many zeros follow the seal."""
        return self.plan.payload_bytes - SEAL_BYTES

    def series(self) -> EchoSeries:
        """What there is, frozen."""
        return EchoSeries(
            address=self.address,
            method=self.wire.method,
            rtts_ms=tuple(self.rtts_ms),
            duplicate_count=self.duplicate_count,
            late_count=len(self.late),
            foreign_count=self.foreign_count,
            dropped_count=self.wire.dropped_count - self.dropped_before_count,
            errors=tuple(self.errors.values()),
        )
