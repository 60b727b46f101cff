"""TCP ports on loopback that do as scripted: a banner, silence, a reset, a refusal, no answer at all."""

import asyncio
import contextlib
import socket
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from kontum_netcheck.net.tcp import DROP


class TcpFault(StrEnum):
    """What a port can do wrong."""

    SILENT = "silent"  # accepts and says nothing
    RESETS = "resets"  # accepts and drops the connection
    CLOSES = "closes"  # says its banner, if any, and closes politely
    REFUSES = "refuses"  # nobody listens
    DEAF = "deaf"  # the handshake is never answered, as by a firewall that drops


@dataclass(frozen=True, slots=True)
class TcpScript:
    """What the port does: sends `banner` after a delay, then waits for the client to go, or has a fault."""

    banner: bytes = b""
    delay_ms: float = 0.0
    fault: TcpFault | None = None


class TcpServer:
    """One port of its own choice. Use it as an async context manager."""

    def __init__(self, script: TcpScript, host: str = "127.0.0.1") -> None:
        self.script = script
        self.accepted_count = 0
        self._host = host
        self._port = 0
        self._sockets: list[socket.socket] = []
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> tuple[str, int]:
        """Where to connect."""
        return self._host, self._port

    async def __aenter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.bind((self._host, 0))
        self._port = sock.getsockname()[1]
        if self.script.fault is TcpFault.REFUSES:
            self._sockets = [sock]  # bound, so that nobody else takes the port; not listening
        elif self.script.fault is TcpFault.DEAF:
            self._sockets = [sock, *self._filled_queue(sock)]
        else:
            sock.setblocking(False)
            self._server = await asyncio.start_server(self._serve, sock=sock)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        for sock in self._sockets:
            sock.close()
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)  # closed transports say so in the next turn of the loop

    def _filled_queue(self, listener: socket.socket) -> list[socket.socket]:
        """Connections that nobody accepts: the kernel then drops the next handshakes."""
        listener.listen(0)
        waiting = []
        for _ in range(3):
            client = socket.socket(listener.family, socket.SOCK_STREAM)
            client.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                client.connect(self.address)
            waiting.append(client)
        return waiting

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted_count += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._act(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass  # the client has gone, or the lab ends
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _act(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.script.delay_ms:
            await asyncio.sleep(self.script.delay_ms / 1000)
        if self.script.fault is TcpFault.RESETS:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, DROP)
            return
        if self.script.fault is not TcpFault.SILENT:
            writer.write(self.script.banner)
        while self.script.fault is not TcpFault.CLOSES and await reader.read(4096):
            pass  # until the client goes
