"""What Linux itself knows of a connection that libcurl holds: when its bytes came, and its round-trip time."""

import socket
import sys
import time
from contextlib import suppress
from struct import Struct

_SO_TIMESTAMPNS = 35  # asm-generic/socket.h; a struct timespec of the real-time clock
_TIMESPEC = Struct("@ll")
_ANCILLARY_BYTES = 64
_TCP_INFO_BYTES = 104  # linux/tcp.h, struct tcp_info, as far as we read it
_RTT_US, _TOTAL_RETRANS = Struct("@I"), Struct("@I")
_RTT_OFFSET, _TOTAL_RETRANS_OFFSET = 68, 100
_ESTABLISHED = 1  # net/tcp_states.h


class Witness:
    """Asks about one socket without owning it. `release` it before libcurl closes the socket.

    Raises OSError where it is no socket.
    """

    __slots__ = ("_socket",)

    def __init__(self, fd: int) -> None:
        self._socket = socket.SocketType(socket.AF_INET, socket.SOCK_STREAM, 0, fd)
        with suppress(OSError):  # then it will say nothing
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)

    @staticmethod
    def is_there() -> bool:
        """Whether this system can be asked at all: 64-bit Linux."""
        return sys.platform == "linux" and sys.maxsize > 2**32

    def waited_s(self) -> float | None:
        """How long the next byte has been waiting to be read; None: there is none, or Linux doesn't say.

        The byte stays unread. By the real-time clock at both ends: the caller must bound it, for that may
        have been set in between.
        """
        try:
            _, ancillary, _, _ = self._socket.recvmsg(1, _ANCILLARY_BYTES, socket.MSG_PEEK)
        except OSError:
            return None
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(data) >= _TIMESPEC.size:
                stamp: tuple[int, int] = _TIMESPEC.unpack_from(data)
                return (time.time_ns() - stamp[0] * 1_000_000_000 - stamp[1]) / 1e9
        return None

    def round_trip_s(self) -> float | None:
        """From our SYN to its answer; None: not connected yet, or a SYN was sent again (RFC 6298, section 3)."""
        if sys.platform != "linux":
            return None
        try:
            info = self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
        except OSError:
            return None
        if len(info) < _TCP_INFO_BYTES or info[0] != _ESTABLISHED:
            return None
        if _TOTAL_RETRANS.unpack_from(info, _TOTAL_RETRANS_OFFSET)[0]:
            return None
        round_trip_us: int = _RTT_US.unpack_from(info, _RTT_OFFSET)[0]
        return round_trip_us / 1e6 or None

    def release(self) -> None:
        """Let go of the socket, leaving it open."""
        self._socket.detach()
