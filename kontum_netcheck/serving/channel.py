"""One client's connection: bytes in and out, with no copy of them where the system can do without.

sendfile from pages in memory, and MSG_TRUNC, with which Linux counts what came and drops it: figures are in
docs/performance-serve.md.
"""

import asyncio
import contextlib
import mmap
import os
import socket
import ssl
import struct
import sys
from collections.abc import Callable
from typing import Final, TypeVar

from kontum_netcheck.serving.filler import Filler

T = TypeVar("T")

TURN_BYTES: Final = 1 << 18
"""As much is moved for one client before the others have their turn: less than 0.1 ms of one core."""

_COPY_BYTES: Final = 256 * 1024
_DROPS: Final = sys.platform == "linux"
_ABORT: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)  # SO_LINGER: reset, keep nothing


class Gone(Exception):
    """The client is not there any more."""


class Bins:
    """Where bytes go that nobody will read: all connections share them."""

    def __init__(self) -> None:
        # Linux only counts into this one: its pages are never touched, and are never there.
        self.dropped = mmap.mmap(-1, 8 << 20) if _DROPS else None
        self.copied = memoryview(bytearray(_COPY_BYTES))


class Channel:
    """A connection without TLS. Raises Gone where the client has gone; a wait ends with the task that waits."""

    def __init__(self, sock: socket.socket, bins: Bins) -> None:
        self._loop = asyncio.get_running_loop()
        self._sock = sock
        self._bins = bins
        self._turn_bytes = 0
        self.moved_s = self._loop.time()
        """When bytes last moved, by the loop's clock."""

    async def first_byte(self) -> bytes:
        """The first byte, which stays to be read: a TLS client's is 0x16 (RFC 8446, 5.1)."""
        return await self._moving(lambda: self._sock.recv(1, socket.MSG_PEEK))

    async def receive(self, most_bytes: int) -> bytes:
        """What has come; empty: the client will send no more."""
        data = await self._moving(lambda: self._sock.recv(most_bytes))
        await self._let_others(len(data))
        return data

    async def drop(self, most_bytes: int) -> int:
        """Count what has come, and forget it; 0: the client will send no more."""
        count = await self._moving(lambda: self._drop(most_bytes))
        await self._let_others(count)
        return count

    def _drop(self, most_bytes: int) -> int:
        room = self._bins.dropped
        if room is None:
            return self._sock.recv_into(self._bins.copied, min(most_bytes, _COPY_BYTES))
        return self._sock.recv_into(room, min(most_bytes, len(room)), socket.MSG_TRUNC)

    async def send(self, data: bytes) -> None:
        """Send all of it."""
        left = memoryview(data)

        def step() -> int:
            return self._sock.send(left)

        while left:
            left = left[await self._moving(step, writes=True) :]

    async def send_noise(self, noise: Filler, sent_bytes: int, left_bytes: int) -> int:
        """Send a piece of what is left of a download, and say how much it was."""
        offset, most_bytes = noise.place(sent_bytes, left_bytes, TURN_BYTES)
        count = await self._moving(lambda: self._send_noise(noise, offset, most_bytes), writes=True)
        await self._let_others(count)
        return count

    def _send_noise(self, noise: Filler, offset: int, most_bytes: int) -> int:
        if noise.file is None:
            return self._sock.send(noise.view[offset : offset + min(most_bytes, _COPY_BYTES)])
        return os.sendfile(self._sock.fileno(), noise.file, offset, most_bytes)

    def end_sending(self) -> None:
        """Nothing more will be sent; what was is still delivered."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Close; what was sent is still delivered."""
        self._sock.close()

    def abort(self) -> None:
        """Close, and forget what the client did not take: the system keeps no memory for it."""
        with contextlib.suppress(OSError):
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        self._sock.close()

    def into_tls(self, context: ssl.SSLContext) -> "TlsChannel":
        """The same connection, from here on in TLS; this one is of no use any more."""
        inner = context.wrap_socket(self._sock, server_side=True, do_handshake_on_connect=False)
        return TlsChannel(inner, self._bins)

    async def _let_others(self, count: int) -> None:
        """One client that is always ready must not be the only one that is served."""
        self._turn_bytes += count
        if self._turn_bytes >= TURN_BYTES:
            self._turn_bytes = 0
            await asyncio.sleep(0)

    async def _moving(self, step: Callable[[], T], *, writes: bool = False) -> T:
        """Do `step` as soon as it doesn't block."""
        try:
            while True:
                try:
                    done = step()
                except ssl.SSLWantReadError:
                    await self._ready(writes=False)
                except ssl.SSLWantWriteError:
                    await self._ready(writes=True)
                except BlockingIOError:
                    await self._ready(writes=writes)
                else:
                    self.moved_s = self._loop.time()
                    return done
        except OSError as error:  # ssl.SSLError is one, too
            raise Gone(str(error)) from error

    async def _ready(self, *, writes: bool) -> None:
        waiter: asyncio.Future[None] = self._loop.create_future()
        descriptor = self._sock.fileno()
        if writes:
            self._loop.add_writer(descriptor, _wake, waiter)
        else:
            self._loop.add_reader(descriptor, _wake, waiter)
        self._turn_bytes = 0
        try:
            await waiter
        finally:
            (self._loop.remove_writer if writes else self._loop.remove_reader)(descriptor)


class TlsChannel(Channel):
    """A connection with TLS: OpenSSL reads and writes the socket itself, a record (16 KiB) at a time."""

    _sock: ssl.SSLSocket

    async def shake_hands(self) -> None:
        """Before anything else. Raises Gone where the two don't agree."""
        await self._moving(self._sock.do_handshake)

    def _drop(self, most_bytes: int) -> int:
        room, turn_bytes = self._bins.copied, min(most_bytes, TURN_BYTES)
        return _many(lambda done: self._sock.recv_into(room, min(turn_bytes - done, len(room))), turn_bytes)

    def _send_noise(self, noise: Filler, offset: int, most_bytes: int) -> int:
        # Where OpenSSL could not write a record, it wants the same bytes again: they are at the same place.
        view = noise.view[offset : offset + most_bytes]
        return _many(lambda done: self._sock.send(view[done : done + _COPY_BYTES]), most_bytes)

    def end_sending(self) -> None:
        """Nothing more will be sent: says so in TLS, too (close_notify)."""
        with contextlib.suppress(OSError, ValueError):
            self._sock.unwrap()  # says it at once, and doesn't wait for the client to say the same
        super().end_sending()


def _many(step: Callable[[int], int], most_bytes: int) -> int:
    """Record after record, until there is no more to do just now; `step` is told how much is done already."""
    done = 0
    while done < most_bytes:
        try:
            count = step(done)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            if done:
                break
            raise
        done += count
        if not count:
            break
    return done


def _wake(waiter: "asyncio.Future[None]") -> None:
    if not waiter.done():
        waiter.set_result(None)
