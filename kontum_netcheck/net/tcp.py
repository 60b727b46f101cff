"""Opens TCP connections: one address, one attempt, timed by the kernel where it tells."""

import asyncio
import os
import socket
import struct
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.errors import failure_of
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


class TcpEngine:
    """Connects and looks at the first bytes."""

    def __init__(self, options: "NetworkOptions") -> None:
        self._source_address = options.source_address

    async def connect(
        self, address: str, port: int, *, timeout_s: float, banner: bytes | None = None
    ) -> Connection | Failure:
        """Connect to an IP address, and read until `banner` has come, where one is given.

        timeout_s holds for the connection and again for the banner. A connection is dropped (RST), so that
        thousands of them leave no port waiting. Raises CannotMeasure where the fault is ours.
        """
        opened = await open_connection(address, port, self._source_address, timeout_s)
        if isinstance(opened, Failure):
            return opened
        with opened.socket as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, DROP)
            source_address = _own_end(sock)
            if banner is None:
                return Connection(opened.connect_ms, address, source_address)
            received, failure = await _read_banner(sock, banner, timeout_s)
        return Connection(opened.connect_ms, address, source_address, received, failure)

    async def close(self) -> None:
        """Nothing stays open between two questions."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open connection: whoever gets it closes its socket."""

    socket: socket.socket
    connect_ms: float


async def open_connection(
    address: str, port: int, source_address: str | None, timeout_s: float
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
        connect_ms = _handshake_ms(sock, (time.perf_counter() - begun) * 1000)
        if connect_ms > timeout_s * 1000:
            raise TimeoutError
        opened, sock = Opened(sock, connect_ms), None
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


def _handshake_ms(sock: socket.socket, noticed_ms: float) -> float:
    """The time from SYN to SYN-ACK by the kernel's clock, so that a late event loop doesn't count.

    Where the kernel doesn't tell, or a SYN was lost and its wait belongs to the time: when we noticed.
    """
    if sys.platform != "linux":
        return noticed_ms
    try:
        info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
    except OSError:
        return noticed_ms
    if len(info) < _TCP_INFO_BYTES:
        return noticed_ms
    (rtt_us,) = struct.unpack_from("=I", info, _RTT_OFFSET)
    (retransmits_count,) = struct.unpack_from("=I", info, _RETRANSMITS_OFFSET)
    if retransmits_count or not 0 < rtt_us / 1000 <= noticed_ms:
        return noticed_ms
    return float(rtt_us / 1000)


async def _read_banner(sock: socket.socket, wanted: bytes, timeout_s: float) -> tuple[bytes, Failure | None]:
    """What came, and why it stopped before `wanted` was in it: None where enough was read to judge."""
    loop = asyncio.get_running_loop()
    received = b""
    try:
        async with asyncio.timeout(timeout_s):
            while wanted not in received and len(received) < BANNER_BYTES:
                chunk = await loop.sock_recv(sock, BANNER_BYTES - len(received))
                if not chunk:
                    closed = Failure(Stage.REPLY, Cause.CLOSED, "closed before it said anything")
                    return received, None if received else closed
                received += chunk
    except TimeoutError:
        return received, None if received else Failure(
            Stage.REPLY, Cause.TIMEOUT, f"silent for {timeout_s:g} s"
        )
    except OSError as error:
        return received, failure_of(error, Stage.REPLY)
    return received, None
