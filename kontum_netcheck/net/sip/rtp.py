"""RTP packets (RFC 3550, section 5.1) and what their arrival says of a path: loss, repetitions, jitter. Pure."""

import struct
from dataclasses import dataclass

RATE_HZ = 8_000
FRAME_S = 0.02
FRAME_SAMPLES = 160

_HEADER = struct.Struct("!BBHII")
_VERSION = 2
_CYCLE = 1 << 16
_OUT_OF_STEP = 3_000  # a stream that jumps further has begun anew (RFC 3550, A.1: MAX_DROPOUT)


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet of sound."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False

    def wire(self) -> bytes:
        """As it goes out."""
        second = self.marker << 7 | self.payload_type
        sequence, timestamp = self.sequence % _CYCLE, self.timestamp & 0xFFFFFFFF
        return _HEADER.pack(_VERSION << 6, second, sequence, timestamp, self.ssrc) + self.payload


def read_packet(wire: bytes) -> Packet | None:
    """Read a datagram; None where it is no RTP."""
    if len(wire) < _HEADER.size:
        return None
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(wire)
    start, end = _HEADER.size + 4 * (first & 0x0F), len(wire)
    if first >> 6 != _VERSION:
        return None
    if first & 0x10:  # an extension: 16 bits of profile, and how many words follow
        if end < start + 4:
            return None
        start += 4 + 4 * int.from_bytes(wire[start + 2 : start + 4], "big")
    if first & 0x20:  # padding: its last byte says how much
        end -= wire[-1]
    if start > end:
        return None
    return Packet(second & 0x7F, sequence, timestamp, ssrc, wire[start:end], bool(second & 0x80))


class Jitter:
    """The estimate of RFC 3550, section 6.4.1 and A.8: a sixteenth of each change of the transit time."""

    def __init__(self) -> None:
        self.s = 0.0
        self.is_known = False

    def add(self, change_s: float) -> None:
        """How much longer or shorter this packet was under way than the one before it."""
        self.s += (abs(change_s) - self.s) / 16
        self.is_known = True


class Reception:
    """What has come of one source."""

    def __init__(self) -> None:
        self.received_count = 0
        self.duplicate_count = 0
        self.jitter = Jitter()
        """By the time stamps of the packets."""
        self._first: int | None = None
        self._last = 0
        self._seen: set[int] = set()
        self._before: tuple[float, int] | None = None  # arrival and time stamp

    def add(self, packet: Packet, came_s: float) -> int | None:
        """Count a packet; its sequence number without the wrap at 65,536. None: it had come before."""
        number = self._extended(packet.sequence)
        if number in self._seen:
            self.duplicate_count += 1
            return None
        self._seen.add(number)
        self.received_count += 1
        self._first = number if self._first is None else min(self._first, number)
        self._last = max(self._last, number)
        if self._before is not None:
            before_s, stamp = self._before
            stamped_s = signed(packet.timestamp - stamp, 32) / RATE_HZ
            self.jitter.add(came_s - before_s - stamped_s)
        self._before = came_s, packet.timestamp
        if len(self._seen) > 2 * _OUT_OF_STEP:
            self._seen = {kept for kept in self._seen if kept > self._last - _OUT_OF_STEP}
        return number

    @property
    def expected_count(self) -> int:
        """How many there must have been between the first and the last that came."""
        return 0 if self._first is None else self._last - self._first + 1

    def _extended(self, sequence: int) -> int:
        if self._first is None:
            return sequence + _CYCLE  # so that one that overtook it has a number of its own
        return self._last + signed(sequence - self._last, 16)


def signed(difference: int, bits: int) -> int:
    """The difference of two counters that begin anew at 2 to that power: the nearer way round."""
    half = 1 << (bits - 1)
    return (difference + half) % (2 * half) - half
