"""A load in one direction: what is to be moved, and what came of it."""

import math
from dataclasses import dataclass, field
from enum import StrEnum

from kontum_netcheck.model import CannotMeasure, Failure
from kontum_netcheck.net.bandwidth.curve import Piece
from kontum_netcheck.net.bandwidth.kernel import Connection
from kontum_netcheck.net.bandwidth.plateau import StopRule
from kontum_netcheck.net.bandwidth.profile import Profile
from kontum_netcheck.net.bandwidth.stream import Way


class Direction(StrEnum):
    """Seen from here."""

    DOWN = "down"
    UP = "up"


class EndedBy(StrEnum):
    """Why no more was moved."""

    STABLE = "stable"
    BYTES = "bytes"
    TIME = "time"
    FAILURE = "failure"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class LoadOrder:
    """What is to be moved, and how long at most."""

    direction: Direction
    profile: Profile
    way: Way
    streams_count: int
    max_bytes: int
    max_s: float
    sample_s: float = 0.1
    stop_rule: StopRule = field(default_factory=StopRule)
    stall_s: float = 4.0  # so long nothing moves: the link is gone


@dataclass(slots=True)
class Load:
    """What came of it, filled by the thread. Times in s since it began."""

    order: LoadOrder
    points: list[tuple[float, int]] = field(default_factory=lambda: [(0.0, 0)])
    """(s, bytes so far) as this program counts: what it read, or what was acknowledged to it."""
    line_points: list[tuple[float, int]] = field(default_factory=lambda: [(0.0, 0)])
    """The same as the kernels at both ends count, in the order of arrival; without such a kernel, as `points`."""
    pieces: list[Piece] = field(default_factory=list)
    """Uploads that their receiver has acknowledged."""
    efforts: list[tuple[float, float, float]] = field(default_factory=lambda: [(0.0, 0.0, 0.0)])
    """(s, CPU s of the thread so far, s that it rested so far)"""
    connections: list[Connection] = field(default_factory=list)
    moved_bytes: int = 0  # handed over or read
    streams_count: int = 0  # that moved something
    ended_by: EndedBy | None = None
    ended_s: float = 0.0
    known_until_s: float = math.inf  # from then on some uploads were never acknowledged
    failure: Failure | None = None
    fault: CannotMeasure | None = None

    @property
    def delivered_bytes(self) -> int:
        """Of uploads, what the far end's kernel has."""
        return sum(c.last.delivered_bytes for c in self.connections if c.last)

    @property
    def transferred_bytes(self) -> int:
        """What the line carried, as far as this machine knows: also what was on its way when it ended."""
        told = [connection.last for connection in self.connections if connection.last]
        if self.order.direction is Direction.DOWN:
            return max(self.moved_bytes, sum(tcp.received_bytes for tcp in told))
        sent_bytes = sum(tcp.sent_bytes for tcp in told)
        return sent_bytes or self.moved_bytes
