"""What Linux knows of a connection under load: what arrived at either end, and what held it up.

A program reads bytes in order: behind a lost segment they wait until it is sent again, and come in bursts of a second's
worth. When they arrived, only the kernel knows. So its counts say when, the program's own counts say how much.
"""

import os
import socket
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass

IS_THERE = sys.platform == "linux" and sys.maxsize > 2**32
"""Whether this system can be asked at all: 64-bit Linux."""

_LEAST_UNSENT_BYTES, _MOST_UNSENT_BYTES = 16_384, 1_048_576

_TCP_NOTSENT_LOWAT, _TCP_INFO_OPTION = 25, 11  # linux/tcp.h
_TCP_INFO = struct.Struct("@" + "8B" + "24I" + "4Q" + "6I" + "4Q" + "2I" + "2Q" + "5I")  # struct tcp_info
_LEAST_BYTES = 192  # up to Linux 4.10; what a kernel doesn't tell stays 0
_RCV_RTT, _BYTES_RECEIVED = 8 + 21, 8 + 24 + 3
_BUSY, _RWND_LIMITED, _SNDBUF_LIMITED = 8 + 24 + 4 + 6 + 1, 8 + 24 + 4 + 6 + 2, 8 + 24 + 4 + 6 + 3
_SND_MSS, _RCV_MSS = 8 + 2, 8 + 3
_DATA_SEGS_IN, _DELIVERED = 8 + 24 + 4 + 4, 8 + 24 + 4 + 6 + 4
_BYTES_SENT = 8 + 24 + 4 + 6 + 4 + 2
_RCV_WND = 8 + 24 + 4 + 6 + 4 + 2 + 2 + 4


@dataclass(frozen=True, slots=True)
class Tcp:
    """One connection, as the kernel counts it. Times in s."""

    received_bytes: int  # in order, so that it can be read
    arrived_bytes: int  # also what waits for a lost segment before it: counted in segments, a little too much
    delivered_bytes: int  # of ours, that the far end's kernel has, in order or not: counted in segments
    sent_bytes: int  # with what was sent again
    busy_s: float  # there was something to send
    far_window_s: float  # of it: held up by the far end's window
    own_buffer_s: float  # of it: held up by our send buffer
    receive_window_bytes: int  # that we let the far end send; 0: not told
    receive_rtt_s: float  # as our receiving end guesses it; 0: not known


class Connection:
    """A second handle for one of libcurl's sockets. `close` it, or the connection outlives libcurl's own."""

    def __init__(self, fd: int) -> None:
        self._socket = socket.socket(fileno=os.dup(fd))
        self.last: Tcp | None = None
        self._unsent_bytes = 0
        self.allow_unsent(0)

    def allow_unsent(self, bytes_count: int) -> None:
        """So much may lie unsent in the socket: what it takes until somebody looks again. More would only end late."""
        allowed = max(_LEAST_UNSENT_BYTES, min(bytes_count, _MOST_UNSENT_BYTES))
        if 0.5 < self._unsent_bytes / allowed < 2 or self._socket.fileno() < 0:
            return
        self._unsent_bytes = allowed
        with suppress(OSError):
            self._socket.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, allowed)

    def ask(self) -> Tcp | None:
        """What the kernel says now; the last that it said, where it says nothing any more."""
        if self._socket.fileno() >= 0:
            with suppress(OSError):
                info = self._socket.getsockopt(socket.IPPROTO_TCP, _TCP_INFO_OPTION, _TCP_INFO.size)
                if len(info) >= _LEAST_BYTES:
                    self.last = _read(info.ljust(_TCP_INFO.size, b"\0"))
        return self.last

    def close(self) -> None:
        """Ask once more, then let go."""
        self.ask()
        self._socket.close()


def _read(info: bytes) -> Tcp:
    fields = _TCP_INFO.unpack(info)
    return Tcp(
        received_bytes=fields[_BYTES_RECEIVED],
        arrived_bytes=fields[_DATA_SEGS_IN] * fields[_RCV_MSS],
        delivered_bytes=fields[_DELIVERED] * fields[_SND_MSS],
        sent_bytes=fields[_BYTES_SENT],
        busy_s=fields[_BUSY] / 1e6,
        far_window_s=fields[_RWND_LIMITED] / 1e6,
        own_buffer_s=fields[_SNDBUF_LIMITED] / 1e6,
        receive_window_bytes=fields[_RCV_WND],
        receive_rtt_s=fields[_RCV_RTT] / 1e6,
    )
