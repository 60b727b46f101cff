"""An open TCP connection, read with the kernel's arrival times: our own lateness is known and can be left out."""

import asyncio
import contextlib
import math
import socket
import time
from typing import Protocol

from kontum_netcheck.net.dns.kernel import ANCILLARY_BYTES, acknowledge_at_once, arrival, stamp_arrivals
from kontum_netcheck.net.lateness import Heartbeat


class Stream(Protocol):
    """Bytes both ways."""

    @property
    def late_s(self) -> float:
        """How long what came has waited for us to read it, added up, where the kernel says so."""

    @property
    def unknown_s(self) -> float:
        """How long at most it has waited where the kernel doesn't say."""

    async def send(self, data: bytes) -> None:
        """Send all of it. Raises OSError."""

    async def receive(self, max_bytes: int) -> bytes:
        """What has come, at least a byte. Raises EOFError at the end, TimeoutError, OSError."""


class TcpStream:
    """Over a connected, non-blocking socket, which stays its owner's.

    Nothing that we send waits for an acknowledgement, and what we acknowledge doesn't wait either: a server that
    holds its answer back until then (Nagle's algorithm, RFC 896) would look 40 ms slower than it is.

    `ends_s`: when the time is over (perf_counter). What had come by then counts, however late we look, and what our
    own lateness took from the other side is given to it.
    """

    def __init__(self, sock: socket.socket, heart: Heartbeat, ends_s: float = math.inf) -> None:
        self._late_s = self._unknown_s = 0.0
        self._ends_s = ends_s
        self._heart = heart
        self._socket = sock
        self._loop = asyncio.get_running_loop()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stamp_arrivals(sock)

    @property
    def late_s(self) -> float:
        """How long what came has waited for us to read it, added up."""
        return self._late_s

    @property
    def unknown_s(self) -> float:
        """How long at most it has waited where the kernel doesn't say."""
        return self._unknown_s

    async def send(self, data: bytes) -> None:
        """Send all of it. Raises TimeoutError where nobody takes it, OSError."""
        async with asyncio.timeout(None if self._ends_s == math.inf else max(0.0, self._left_s())):
            await self._loop.sock_sendall(self._socket, data)
        acknowledge_at_once(self._socket)

    async def receive(self, max_bytes: int) -> bytes:
        """What has come, at least a byte. Raises EOFError at the end, TimeoutError, OSError."""
        while True:
            with contextlib.suppress(BlockingIOError):
                data = self._read(max_bytes)
                if not data:
                    raise EOFError
                return data
            if (left_s := self._left_s()) <= 0:
                raise TimeoutError
            await self._readable(left_s)

    def _read(self, max_bytes: int) -> bytes:
        """What lies there. Raises TimeoutError where it came after the time was over."""
        if hasattr(self._socket, "recvmsg"):
            data, ancillary, _, _ = self._socket.recvmsg(max_bytes, ANCILLARY_BYTES)
            came_s = arrival(ancillary)
        else:
            data, came_s = self._socket.recv(max_bytes), None
        if came_s is None:
            late_s = self._heart.late_s()
            self._unknown_s += late_s
        else:
            late_s = max(0.0, time.perf_counter() - came_s)
        if self._left_s() + late_s < 0:
            raise TimeoutError
        if came_s is not None:
            self._late_s += late_s
        return data

    def _left_s(self) -> float:
        return self._ends_s + self._late_s - time.perf_counter()

    async def _readable(self, left_s: float) -> None:
        """Wait until there is something, or the time is over."""
        readable: asyncio.Future[None] = self._loop.create_future()
        timer = None if left_s == math.inf else self._loop.call_later(left_s, _settle, readable)
        self._loop.add_reader(self._socket, _settle, readable)
        try:
            await readable
        finally:
            self._loop.remove_reader(self._socket)
            if timer is not None:
                timer.cancel()


class Stopwatch:
    """Time since it was made, in ms, without what waited for us in the stream."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._begun = time.perf_counter()
        self._late_before_s = stream.late_s

    @property
    def ms(self) -> float:
        """Milliseconds so far, by the monotonic clock."""
        late_s = self._stream.late_s - self._late_before_s
        return max(0.0, time.perf_counter() - self._begun - late_s) * 1000


def _settle(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
