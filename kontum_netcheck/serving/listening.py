"""Ports that are listened on: IPv4 and IPv6 at once, and taken by nobody else."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Callable

_ACCEPTED_AT_ONCE = 64
_NO_FILES_PAUSE_S = 0.5
_BACKLOG = 256


def bound_socket(host: str | None, port: int, kind: socket.SocketKind) -> socket.socket:
    """Non-blocking, bound to the host, or to every address of this machine. Raises OSError."""
    if host is not None:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=kind, flags=socket.AI_PASSIVE)[0]
        return _bound(family, address, kind)
    with contextlib.suppress(OSError):  # a machine without IPv6
        return _bound(socket.AF_INET6, ("::", port), kind)
    return _bound(socket.AF_INET, ("0.0.0.0", port), kind)


def _bound(family: int, address: tuple[object, ...], kind: socket.SocketKind) -> socket.socket:
    sock = socket.socket(family, kind)
    try:
        if sys.platform == "win32":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        elif kind is socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and address[0] == "::":
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.setblocking(False)
        sock.bind(address)
    except BaseException:
        sock.close()
        raise
    return sock


class Listener:
    """Hands every connection that comes to `take`, with the address that it comes from. Raises OSError."""

    def __init__(self, host: str | None, port: int, take: Callable[[socket.socket, str], None]) -> None:
        self._take = take
        self._sock = bound_socket(host, port, socket.SOCK_STREAM)
        self._loop = asyncio.get_running_loop()
        try:
            self._sock.listen(_BACKLOG)
        except BaseException:
            self._sock.close()
            raise
        self.port: int = self._sock.getsockname()[1]
        self._loop.add_reader(self._sock.fileno(), self._accept)

    def close(self) -> None:
        """Take no more."""
        if self._sock.fileno() >= 0:
            self._loop.remove_reader(self._sock.fileno())
            self._sock.close()

    def _accept(self) -> None:
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                sock, address = self._sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:  # no file descriptor left: the loop would tell of it again and again
                self._loop.remove_reader(self._sock.fileno())
                self._loop.call_later(_NO_FILES_PAUSE_S, self._resume)
                return
            self._take(sock, address[0])

    def _resume(self) -> None:
        if self._sock.fileno() >= 0:
            self._loop.add_reader(self._sock.fileno(), self._accept)
