"""What Linux itself knows of a connection that libcurl holds: when its bytes came, and its round-trip time."""

import socket
import sys
import time
from contextlib import suppress
from struct import Struct

Witness = socket.SocketType
"""A second handle for libcurl's socket, to ask about it. `detach` it before libcurl closes the socket."""

IS_THERE = sys.platform == "linux" and sys.maxsize > 2**32
"""Whether this system can be asked at all: 64-bit Linux."""

_SO_TIMESTAMPNS = 35  # asm-generic/socket.h; a struct timespec of the real-time clock
_TIMESPEC = Struct("@ll")
_ANCILLARY_BYTES = socket.CMSG_SPACE(_TIMESPEC.size) if IS_THERE else 0
_TCP_INFO_BYTES = 104  # linux/tcp.h, struct tcp_info, as far as we read it
_TCP_INFO = Struct("@B67xI28xI")  # tcpi_state, tcpi_rtt, tcpi_total_retrans
_ESTABLISHED = 1  # net/tcp_states.h


def witness_of(fd: int) -> Witness:
    """For one socket. Raises OSError where `fd` is none."""
    witness = socket.SocketType(socket.AF_INET, socket.SOCK_STREAM, 0, fd)
    with suppress(OSError):  # then it will say nothing
        witness.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    return witness


def waited_s(witness: Witness) -> float | None:
    """How long the next byte has been waiting to be read; None: there is none, or Linux doesn't say.

    The byte stays unread. By the real-time clock at both ends: the caller must bound it, for that may have
    been set in between.
    """
    try:
        ancillary = witness.recvmsg(1, _ANCILLARY_BYTES, socket.MSG_PEEK)[1]
    except OSError:
        return None
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(data) == _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack(data)
            return float(time.time_ns() - seconds * 1_000_000_000 - nanoseconds) / 1e9
    return None


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
