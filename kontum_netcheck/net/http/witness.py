"""What Linux itself knows of a connection that libcurl holds: when its bytes came, and its round-trip time."""

import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from struct import Struct

Witness = socket.SocketType
"""A second handle for libcurl's sockets of one number, one after the other. `detach` it in the end: it owns none."""

IS_THERE = sys.platform == "linux" and sys.maxsize > 2**32
"""Whether this system can be asked at all: 64-bit Linux."""

_SO_TIMESTAMPNS = 35  # asm-generic/socket.h; a struct timespec of the real-time clock
_TIMESPEC = Struct("@ll")
_ANCILLARY_BYTES = socket.CMSG_SPACE(_TIMESPEC.size) if IS_THERE else 0
_TCP_INFO_BYTES = 104  # linux/tcp.h, struct tcp_info, as far as we read it
_TCP_INFO = Struct("@B67xI28xI")  # tcpi_state, tcpi_rtt, tcpi_total_retrans
_ESTABLISHED = 1  # net/tcp_states.h
_LOOK_BYTES = 1 << 18  # what lies there beyond that is not counted
_NOWHERE = bytearray(_LOOK_BYTES if IS_THERE else 0)  # never written to


@dataclass(frozen=True, slots=True)
class Waiting:
    """What lies in a socket unread: how much, and how long its first and its last piece have been there."""

    bytes_count: int
    first_s: float
    last_s: float


def witness_of(fd: int) -> Witness:
    """For sockets of that number. Raises OSError where `fd` is none."""
    return socket.SocketType(socket.AF_INET, socket.SOCK_STREAM, 0, fd)


def stamp(witness: Witness) -> None:
    """Have the system note when bytes come to the socket that has this number now."""
    with suppress(OSError):  # then it will say nothing
        witness.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)


def waiting(witness: Witness) -> Waiting | None:
    """What is waiting to be read; None: there is nothing, or Linux doesn't say.

    It stays unread. By the real-time clock at both ends: the caller must bound it, for that may have been set
    in between. A look is stamped as the last piece that it saw, so there are two; neither copies (MSG_TRUNC).
    """
    try:
        first = _look(witness, 1)
        last = _look(witness, _LOOK_BYTES)
    except OSError:
        return None
    if first[1] is None or last[1] is None:
        return None
    return Waiting(last[0], first[1], last[1])


def _look(witness: Witness, max_bytes: int) -> tuple[int, float | None]:
    """How many bytes lie there, that many at most, and how long the last of them has."""
    count, ancillary, _, _ = witness.recvmsg_into(
        [memoryview(_NOWHERE)[:max_bytes]], _ANCILLARY_BYTES, socket.MSG_PEEK | socket.MSG_TRUNC
    )
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(data) == _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack(data)
            return count, float(time.time_ns() - seconds * 1_000_000_000 - nanoseconds) / 1e9
    return count, None


def round_trip_s(witness: Witness) -> float | None:
    """From our SYN to its answer; None: not connected yet, or a SYN was sent again (RFC 6298, section 3)."""
    if sys.platform != "linux":
        return None
    try:
        info = witness.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
    except OSError:
        return None
    if len(info) < _TCP_INFO_BYTES:
        return None
    state, round_trip_us, resent_count = _TCP_INFO.unpack(info)
    return None if state != _ESTABLISHED or resent_count else round_trip_us / 1e6 or None
