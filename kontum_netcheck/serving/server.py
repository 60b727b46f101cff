"""The measurement end point: opens its ports, serves, and ends in good order."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Self

from kontum_netcheck.serving.channel import Channel
from kontum_netcheck.serving.client import client_of, plain_address
from kontum_netcheck.serving.connection import Answerer, Connection
from kontum_netcheck.serving.echo import EchoPort
from kontum_netcheck.serving.listening import Listener
from kontum_netcheck.serving.service import Service
from kontum_netcheck.serving.settings import Settings

_SWEEP_EVERY_S = 60.0


class Server:
    """An async context manager: inside it serves. `log` gets a line for every request.

    Entering raises OSError where a port can't be had.
    """

    def __init__(self, settings: Settings, log: Callable[[str], None] = lambda _line: None) -> None:
        self._settings = settings
        self._limits = settings.limits
        self._log = log
        self._connections: dict[asyncio.Task[None], Connection] = {}
        self._closing = contextlib.AsyncExitStack()
        self.port = 0
        self.udp_port: int | None = None
        self.metrics_port: int | None = None

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as stack:
            self._open(stack)
            self._closing = stack.pop_all()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """End: nothing new, a few seconds for what is under way, then nothing more."""
        await self._closing.aclose()

    def _open(self, stack: contextlib.AsyncExitStack) -> None:
        """Open every port. What is pushed last is closed first: ports, then connections, then what they share."""
        settings, service = self._settings, Service(self._settings, self._log)
        stack.callback(service.noise.close)
        stack.push_async_callback(self._end_connections)
        stack.callback(asyncio.create_task(self._keep_watch(service)).cancel)
        listener = Listener(settings.host, settings.port, self._taking(service, service.answer))
        stack.callback(listener.close)
        self.port = listener.port
        if settings.udp_port is not None:
            echo = EchoPort(settings.host, settings.udp_port, service)
            stack.callback(echo.close)
            service.udp_port = self.udp_port = echo.port
        if settings.metrics_port is not None:
            metrics = Listener(
                settings.host, settings.metrics_port, self._taking(service, service.only_metrics)
            )
            stack.callback(metrics.close)
            self.metrics_port = metrics.port

    async def _end_connections(self) -> None:
        limits = self._limits
        for connection in list(self._connections.values()):
            connection.end_soon(limits.farewell_s)
        await self._all_gone(limits.farewell_s + limits.linger_s)
        for connection in list(self._connections.values()):
            connection.drop("stopping")
        await self._all_gone(None)

    async def _all_gone(self, timeout_s: float | None) -> None:
        if self._connections:
            await asyncio.wait(list(self._connections), timeout=timeout_s)

    def _taking(self, service: Service, answer: Answerer) -> Callable[[socket.socket, str], None]:
        """What serves each connection of a port, whose requests are answered by `answer`."""

        def take(sock: socket.socket, told_address: str) -> None:
            sock.setblocking(False)
            service.counters.connections_count += 1
            address = plain_address(told_address)
            client = client_of(address)
            no_room = len(self._connections) >= 2 * self._limits.connections  # to refuse takes room, too
            if no_room or not service.accounts.admits(client):
                service.counters.turned_away_count += 1
                sock.close()
                return
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            refusal = service.accounts.arrive(client)
            connection = Connection(Channel(sock, service.bins), address, service, answer, refusal)
            task = asyncio.create_task(connection.run())
            self._connections[task] = connection

            def left(done: asyncio.Task[None]) -> None:
                del self._connections[done]
                service.accounts.leave(client)

            task.add_done_callback(left)

        return take

    async def _keep_watch(self, service: Service) -> None:
        """Drop the transfers in which nothing moves; forget the clients of an hour ago."""
        loop = asyncio.get_running_loop()
        swept_s = loop.time()
        while True:
            await asyncio.sleep(min(1.0, self._limits.stall_s / 4))
            for connection in list(self._connections.values()):
                if connection.stalls_since(loop.time() - self._limits.stall_s):
                    connection.drop("stalled")
            if loop.time() - swept_s >= _SWEEP_EVERY_S:
                swept_s = loop.time()
                service.accounts.sweep()
