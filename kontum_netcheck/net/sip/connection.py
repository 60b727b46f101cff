"""Messages over a connection of their own, TCP or TLS: cut out of the stream by their Content-Length (section 18.3)."""

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import Coroutine

from kontum_netcheck.net.address import HostPort
from kontum_netcheck.net.dns.stream import Stream
from kontum_netcheck.net.sip.account import Transport
from kontum_netcheck.net.sip.message import HEAD_MAX_BYTES, BadMessage, TooLarge, content_length
from kontum_netcheck.net.sip.switchboard import Switchboard

_CHUNK_BYTES = 16_384
_QUEUE_MAX_COUNT = 64
_HEAD_END = b"\r\n\r\n"
_DRAIN_S = 0.5


class Connection:
    """An open stream; reads until it is closed. Whoever makes it closes it."""

    is_reliable = True
    dropped_count = 0

    def __init__(self, sock: socket.socket, stream: Stream, transport: Transport, board: Switchboard) -> None:
        self.transport: Transport = transport
        self.own = _end(sock.getsockname())
        self.peer = _end(sock.getpeername())
        self._socket = sock
        self._stream = stream
        self._board = board
        self._broken: Exception | None = None
        self._outgoing: asyncio.Queue[bytes] = asyncio.Queue(_QUEUE_MAX_COUNT)
        self._tasks = [
            asyncio.create_task(self._keep(self._read()), name=f"read from {self.peer}"),
            asyncio.create_task(self._keep(self._write()), name=f"write to {self.peer}"),
        ]

    def send(self, wire: bytes) -> None:
        """Send behind what still waits. Raises OSError where the connection is broken or the peer reads nothing."""
        if self._broken is not None:
            raise ConnectionResetError(str(self._broken))
        try:
            self._outgoing.put_nowait(wire)
        except asyncio.QueueFull:
            raise ConnectionResetError("the other side reads nothing") from None

    async def close(self) -> None:
        """Send what still waits, for half a second at most, and drop the connection."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_S):
                if self._broken is None:
                    await self._outgoing.join()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._socket.close()

    async def _keep(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except (OSError, EOFError, BadMessage) as error:
            self._broken = error
            for transaction in self._board.of_peer(self.peer.host):
                if transaction.channel is self:
                    transaction.fail(error)

    async def _write(self) -> None:
        while True:
            wire = await self._outgoing.get()
            try:
                await self._stream.send(wire)
            finally:
                self._outgoing.task_done()

    async def _read(self) -> None:
        buffer = bytearray()
        while True:
            late_s, unknown_s = self._stream.late_s, self._stream.unknown_s
            try:
                buffer += await self._stream.receive(_CHUNK_BYTES)
            except ssl.SSLError as error:
                raise OSError(str(error.reason)) from error
            is_known = self._stream.unknown_s == unknown_s
            came_s = time.perf_counter() - (self._stream.late_s - late_s) if is_known else None
            while (wire := _cut(buffer)) is not None:
                self._board.take(wire, self.peer, came_s, self.send, self)


def _cut(buffer: bytearray) -> bytes | None:
    """The first whole message, taken out of the buffer; None: it is not there yet. Raises BadMessage."""
    start = 0
    while buffer[start : start + 2] == b"\r\n":  # a sign of life (section 7.5)
        start += 2
    del buffer[:start]
    end = buffer.find(_HEAD_END)
    if (end < 0 and len(buffer) > HEAD_MAX_BYTES) or end > HEAD_MAX_BYTES:
        raise TooLarge(f"more than {HEAD_MAX_BYTES} bytes of headers")
    if end < 0:
        return None
    length = end + len(_HEAD_END) + content_length(bytes(buffer[:end]))
    if len(buffer) < length:
        return None
    wire = bytes(buffer[:length])
    del buffer[:length]
    return wire


def _end(name: tuple[object, ...]) -> HostPort:
    return HostPort(str(name[0]).partition("%")[0], int(str(name[1])))
