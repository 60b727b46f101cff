"""The way to an address, hop by hop, as it was found."""

from dataclasses import dataclass

from kontum_netcheck.model import Cause
from kontum_netcheck.net.icmp.series import Method


@dataclass(frozen=True, slots=True)
class Hop:
    """One router, or the address itself. Nobody answered from there: `address` and `rtt_ms` are None."""

    distance: int  # 1 is the first router
    address: str | None = None
    rtt_ms: float | None = None
    cause: Cause | None = None  # why it did not pass the echo on; None for a router that would have


@dataclass(frozen=True, slots=True)
class Path:
    """The hops up to the address, or to the one that refuses, or to the last that answered."""

    address: str
    method: Method
    hops: tuple[Hop, ...]
    is_reached: bool  # the address itself answered
    path_mtu_bytes: int | None = (
        None  # the largest packet that comes through whole, up to 1,500; None: unknown
    )

    @property
    def last_answered(self) -> Hop | None:
        """The farthest hop that answered: whatever is wrong lies behind it. None: not even the first did."""
        return next((hop for hop in reversed(self.hops) if hop.address is not None), None)
