"""Opens TCP connections: one address, one attempt, timed by the kernel where it tells."""

import asyncio
import contextlib
import os
import socket
import struct
import sys
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.errors import failure_of
from kontum_netcheck.net.lateness import Heartbeat, measure, told_ms
from kontum_netcheck.net.sockaddr import sockaddr_of, source_sockaddr

if TYPE_CHECKING:
    from kontum_netcheck.net.network import NetworkOptions

BANNER_BYTES = 1024
"""As much of a banner is read at most."""

DROP = struct.pack("@HH" if sys.platform == "win32" else "@ii", 1, 0)
"""A `struct linger`, on for 0 s: closing the socket sends RST and leaves nothing waiting."""

_TCP_INFO_BYTES = 104  # linux/tcp.h, up to and including tcpi_total_retrans
_RTT_OFFSET = 68  # tcpi_rtt, u32, microseconds
_RETRANSMITS_OFFSET = 100  # tcpi_total_retrans, u32


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection that was made, looked at and closed. `banner` is None where none was waited for."""

    connect_ms: float
    address: str
    source_address: str | None  # our own; None where the system no longer tells
    banner: bytes | None = None
    failure: Failure | None = None  # of reading the banner
    late_ms: float | None = None  # up to that much of connect_ms may be our own lateness; None: none of it
    measured_again: bool = False  # we were late the first time; of two, the one with less lateness


class TcpEngine:
    """Connects and looks at the first bytes."""

    def __init__(self, options: "NetworkOptions") -> None:
        self._source_address = options.source_address
        self._heart = Heartbeat()

    async def connect(
        self, address: str, port: int, *, timeout_s: float, banner: bytes | None = None
    ) -> Connection | Failure:
        """Connect to an IP address, and read until `banner` has come, where one is given.

        timeout_s holds for the connection and again for the banner. A connection is dropped (RST), so that
        thousands of them leave no port waiting. Where we ourselves were late and nobody knows how much of the
        time that is, it is made once more, when we are not. Raises CannotMeasure where the fault is ours.
        """

        async def once() -> Connection | Failure:
            return await self._connect(address, port, timeout_s, banner)

        with self._heart:
            connection, again = await measure(once, _late_ms, _is_connection, self._heart.calm)
        if again and isinstance(connection, Connection):
            return replace(connection, measured_again=True)
        return connection

    async def _connect(
        self, address: str, port: int, timeout_s: float, banner: bytes | None
    ) -> Connection | Failure:
        opened = await open_connection(address, port, self._source_address, timeout_s, self._heart)
        if isinstance(opened, Failure):
            return opened
        late_ms = told_ms(opened.late_s)
        with opened.socket as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, DROP)
            source_address = _own_end(sock)
            if banner is None:
                return Connection(opened.connect_ms, address, source_address, late_ms=late_ms)
            received, failure = await _read_banner(sock, banner, timeout_s)
        return Connection(opened.connect_ms, address, source_address, received, failure, late_ms)

    async def close(self) -> None:
        """Nothing stays open between two questions."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open connection: whoever gets it closes its socket."""

    socket: socket.socket
    connect_ms: float
    late_s: float  # up to that much of it may be our own lateness


async def open_connection(
    address: str, port: int, source_address: str | None, timeout_s: float, heart: Heartbeat
) -> Opened | Failure:
    """One attempt on one address; a non-blocking socket. Raises CannotMeasure where the fault is ours."""
    family, sockaddr = sockaddr_of(address, port)
    loop = asyncio.get_running_loop()
    sock = None
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setblocking(False)
        if source_address is not None:
            sock.bind(source_sockaddr(source_address, family))
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(timeout_s):
                await loop.sock_connect(sock, sockaddr)
        except TimeoutError:
            _raise_unless_connected(sock)
        late_s, noticed_ms = heart.late_s(), (time.perf_counter() - begun) * 1000
        known_ms = _handshake_ms(sock, noticed_ms)
        connect_ms, late_s = (noticed_ms, late_s) if known_ms is None else (known_ms, 0.0)
        if connect_ms - late_s * 1000 > timeout_s * 1000:
            raise TimeoutError
        opened, sock = Opened(sock, connect_ms, late_s), None
        return opened
    except TimeoutError:
        return Failure(Stage.CONNECT, Cause.TIMEOUT, f"no answer in {timeout_s:g} s")
    except OSError as error:  # asyncio's text is "Connect call failed": the system's says more
        plain = (
            OSError(error.errno, os.strerror(error.errno)) if error.errno and os.name == "posix" else error
        )
        return failure_of(plain, Stage.CONNECT)
    finally:
        if sock is not None:
            sock.close()


def _own_end(sock: socket.socket) -> str | None:
    try:
        return str(sock.getsockname()[0])
    except OSError:  # macOS, after a reset
        return None


def _raise_unless_connected(sock: socket.socket) -> None:
    """A late event loop sees the timeout before the answer that had come: ask the socket what it knows."""
    if number := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        raise OSError(number, os.strerror(number))
    try:
        sock.getpeername()
    except OSError:
        raise TimeoutError from None


def _is_connection(result: Connection | Failure) -> bool:
    return isinstance(result, Connection)


def _late_ms(result: Connection | Failure) -> float | None:
    return None if isinstance(result, Failure) else result.late_ms


def _handshake_ms(sock: socket.socket, noticed_ms: float) -> float | None:
    """The time from SYN to SYN-ACK by the kernel's clock, so that a late event loop doesn't count.

    None where the kernel doesn't tell, or a SYN was lost and its wait belongs to the time.
    """
    if sys.platform != "linux":
        return None
    try:
        info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
    except OSError:
        return None
    if len(info) < _TCP_INFO_BYTES:
        return None
    (rtt_us,) = struct.unpack_from("=I", info, _RTT_OFFSET)
    (retransmits_count,) = struct.unpack_from("=I", info, _RETRANSMITS_OFFSET)
    if retransmits_count or not 0 < rtt_us / 1000 <= noticed_ms:
        return None
    return float(rtt_us / 1000)


async def _readable(sock: socket.socket) -> None:
    """Wait until there is something. (`sock_recv` would lose what it read where the time is over by then.)"""
    loop = asyncio.get_running_loop()
    readable: asyncio.Future[None] = loop.create_future()
    loop.add_reader(sock, lambda: None if readable.done() else readable.set_result(None))
    try:
        await readable
    finally:
        loop.remove_reader(sock)


async def _read_banner(sock: socket.socket, wanted: bytes, timeout_s: float) -> tuple[bytes, Failure | None]:
    """What came, and why it stopped before `wanted` was in it: None where enough was read to judge."""
    received = b""
    try:
        async with asyncio.timeout(timeout_s):
            while wanted not in received and len(received) < BANNER_BYTES:
                await _readable(sock)
                chunk = sock.recv(BANNER_BYTES - len(received))
                if not chunk:
                    closed = Failure(Stage.REPLY, Cause.CLOSED, "closed before it said anything")
                    return received, None if received else closed
                received += chunk
    except TimeoutError:
        with contextlib.suppress(OSError):  # a late event loop sees the timeout before what had come
            received += sock.recv(BANNER_BYTES)
        return received, None if received else Failure(
            Stage.REPLY, Cause.TIMEOUT, f"silent for {timeout_s:g} s"
        )
    except OSError as error:
        return received, failure_of(error, Stage.REPLY)
    return received, None
