"""What one burst of echoes brought home."""

from collections.abc import Awaitable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from kontum_netcheck.model import Cause, Failure


class Method(StrEnum):
    """The ways of pinging, best first; the values are a contract."""

    ICMP_DATAGRAM = "icmp-datagram"
    ICMP_RAW = "icmp-raw"
    WINDOWS_ICMP = "windows-icmp"
    SYSTEM_PING = "system-ping"
    TCP_CONNECT = "tcp-connect"
    LAB_UDP = "lab-udp"


@dataclass(frozen=True, slots=True)
class EchoPlan:
    """How to echo one address: how many, how often, how long to wait for each, with how much payload."""

    count: int
    interval_s: float
    timeout_s: float
    payload_bytes: int

    @property
    def timeout_ns(self) -> int:
        """How long to wait for each, in ns."""
        return int(self.timeout_s * 1e9)


@dataclass(frozen=True, slots=True)
class IcmpError:
    """A router (or the host) said why an echo could not be delivered."""

    cause: Cause
    text: str
    reporter: str  # the address that said so


class EchoSeries(NamedTuple):
    """The echoes sent to one address, in their order. A lost echo's round trip is None, never a number.

    A named tuple, for there are many, and a frozen dataclass takes three times as long to make.
    """

    address: str
    method: Method
    rtts_ms: tuple[float | None, ...]
    duplicate_count: int = 0
    late_count: int = 0  # answered after the timeout: lost, but alive
    foreign_count: int = 0  # refused: from another address, or with another content
    dropped_count: int = 0  # packets that our own socket dropped meanwhile, for all hosts together
    errors: tuple[IcmpError, ...] = ()  # one for each echo that a router refused

    @property
    def sent_count(self) -> int:
        """Echoes sent."""
        return len(self.rtts_ms)

    @property
    def received_rtts_ms(self) -> tuple[float, ...]:
        """The round trips of the echoes answered in time."""
        return tuple(rtt_ms for rtt_ms in self.rtts_ms if rtt_ms is not None)


class Way(Protocol):
    """One way of pinging."""

    @property
    def method(self) -> Method:
        """Its name."""

    def ping(self, address: str, plan: EchoPlan) -> Awaitable[EchoSeries | Failure]:
        """Send a burst. A Failure where nothing could be sent; CannotMeasure where that is our fault."""

    async def close(self) -> None:
        """Let go of sockets, threads and processes."""
