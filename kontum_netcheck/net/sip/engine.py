"""Opens the way to a server: a shared UDP socket a family, a connection of its own over TCP and TLS."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from kontum_netcheck.model import Cause, Failure, MetricValue, Stage
from kontum_netcheck.net.address import HostPort
from kontum_netcheck.net.dns.pace import Pace
from kontum_netcheck.net.dns.stream import Stopwatch, Stream, TcpStream
from kontum_netcheck.net.dns.tls import TlsStream, client_context, tls_failure_of
from kontum_netcheck.net.errors import failure_of
from kontum_netcheck.net.lateness import Heartbeat
from kontum_netcheck.net.sip.account import Account
from kontum_netcheck.net.sip.channel import Channel
from kontum_netcheck.net.sip.clearing import to_the_end
from kontum_netcheck.net.sip.connection import Connection
from kontum_netcheck.net.sip.conversation import Conversation
from kontum_netcheck.net.sip.switchboard import Switchboard
from kontum_netcheck.net.sip.udp import SipSocket, UdpChannel
from kontum_netcheck.net.sockaddr import sockaddr_of, source_sockaddr
from kontum_netcheck.net.tcp import DROP, Opened, open_connection

if TYPE_CHECKING:
    from kontum_netcheck.net.names import Names
    from kontum_netcheck.net.network import NetworkOptions
    from kontum_netcheck.net.source import Sources

_DAY_S = 86_400
_CONNECTIONS_MAX_COUNT = 200  # at a time: Windows watches 512 sockets, and others need some

Metrics = dict[str, MetricValue]


class NotOpened(Exception):
    """The server can't be reached; carries the Failure."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Line:
    """An open way to an account's server."""

    account: Account
    channel: Channel
    board: Switchboard
    pace: Pace

    def conversation(self, from_uri: str, to_uri: str) -> Conversation:
        """A conversation with or through that server."""
        return Conversation(self.channel.transport, self.channel.own, from_uri, to_uri)


class SipEngine:
    """What SIP needs in a run. Leave it by `close`."""

    def __init__(self, options: "NetworkOptions", names: "Names", sources: "Sources") -> None:
        self._options = options
        self._names = names
        self._sources = sources
        self._sockets: dict[socket.AddressFamily, SipSocket] = {}
        self._paces: dict[HostPort, Pace] = {}
        self._connections = asyncio.Semaphore(_CONNECTIONS_MAX_COUNT)
        self.heart = Heartbeat()
        self.board = Switchboard(self.heart.late_s)
        self.board.look = self._look

    @contextlib.asynccontextmanager
    async def open(
        self, account: Account, timeout_s: float, metrics: Metrics, *, drop: bool = True
    ) -> AsyncIterator[Line]:
        """The way to the account's server; how long its parts took, and which addresses it has, go into `metrics`.

        With `drop` a connection ends by RST, so that thousands leave no port waiting. Raises NotOpened where the
        server can't be reached, CannotMeasure where the fault is ours.
        """
        address, port = await self._find(account, metrics)
        metrics |= {"address_used": address, "family": "ipv6" if ":" in address else "ipv4"}
        if account.transport == "udp":
            channel = self._udp(address, port)
            self._tell_source(address, metrics)
            yield Line(account, channel, self.board, self._pace(channel.peer))
            return
        async with self._connections:
            opened = await self._connect(address, port, timeout_s, metrics)
            if drop:
                opened.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, DROP)
            stream = await self._secured(opened, account, timeout_s, metrics)
            connection = Connection(opened.socket, stream, account.transport, self.board)
            metrics["source_address"] = connection.own.host
            try:
                yield Line(account, connection, self.board, self._pace(connection.peer))
            finally:
                await to_the_end(connection.close())

    def line_to(self, peer: HostPort) -> Line:
        """The way back to somebody who has reached us over UDP."""
        return Line(Account(*peer), self._udp(*peer), self.board, self._pace(peer))

    async def close(self) -> None:
        """Close every socket."""
        self.board.close()
        for sip_socket in self._sockets.values():
            sip_socket.close()
        self._sockets.clear()

    async def _find(self, account: Account, metrics: Metrics) -> tuple[str, int]:
        host, port = account.at
        detour = self._options.detours.of("sip", host, port)
        if detour is not None:
            return detour
        resolved = await self._names.resolve(host, account.family)
        if isinstance(resolved, Failure):
            raise NotOpened(resolved)
        if resolved.resolve_ms is not None:
            metrics["resolve_ms"] = resolved.resolve_ms
        return resolved.address, port

    def _udp(self, address: str, port: int) -> UdpChannel:
        try:
            target = sockaddr_of(address, port)
            sip_socket = self.socket_of(target.family)
        except OSError as error:
            raise NotOpened(failure_of(error, Stage.SOCKET)) from error
        own = self._sources.of(address) or ("::1" if target.family == socket.AF_INET6 else "127.0.0.1")
        peer = HostPort(address.partition("%")[0], port)
        return UdpChannel(sip_socket, target.sockaddr, HostPort(own.partition("%")[0], sip_socket.port), peer)

    def socket_of(self, family: socket.AddressFamily) -> SipSocket:
        """The one socket of a family. Raises OSError or CannotMeasure where there is none."""
        if family not in self._sockets:
            source_address = self._options.source_address
            source = source_sockaddr(source_address, family) if source_address is not None else ("", 0)
            self._sockets[family] = SipSocket(family, source, self.board)
        return self._sockets[family]

    def _tell_source(self, address: str, metrics: Metrics) -> None:
        if (source := self._sources.of(address)) is not None:
            metrics["source_address"] = source

    def _pace(self, peer: HostPort) -> Pace:
        return self._paces.get(peer) or self._paces.setdefault(peer, Pace())

    async def _connect(self, address: str, port: int, timeout_s: float, metrics: Metrics) -> Opened:
        with self.heart:
            opened = await open_connection(address, port, self._options.source_address, timeout_s, self.heart)
        if isinstance(opened, Failure):
            raise NotOpened(opened)
        metrics["connect_ms"] = opened.connect_ms
        return opened

    async def _secured(self, opened: Opened, account: Account, timeout_s: float, metrics: Metrics) -> Stream:
        """TLS over the connection where it is wanted; closes it where that fails."""
        try:
            stream = TcpStream(opened.socket, self.heart)
            if account.transport != "tls":
                return stream
            tls = TlsStream(stream, self._context, account.host.partition("%")[0])
            watch = Stopwatch(tls)
            async with asyncio.timeout(timeout_s):
                await tls.handshake()
            metrics["tls_ms"] = watch.ms
            if (expires := tls.certificate_not_after) is not None:
                days_left = (expires - datetime.now(UTC)).total_seconds() / _DAY_S
                metrics["certificate_days_left"] = round(days_left, 2)
            return tls
        except (OSError, EOFError) as error:  # TimeoutError and SSLError are OSErrors
            opened.socket.close()
            raise NotOpened(_tls_failure(error, timeout_s)) from error
        except BaseException:
            opened.socket.close()
            raise

    @cached_property
    def _context(self) -> ssl.SSLContext:
        context = client_context(self._options.trusted_ca)
        context.options |= ssl.OP_NO_RENEGOTIATION  # so that writing never waits for reading
        return context

    def _look(self) -> None:
        for sip_socket in self._sockets.values():
            sip_socket.read()


def _tls_failure(error: OSError | EOFError, timeout_s: float) -> Failure:
    match error:
        case TimeoutError():
            return Failure(Stage.TLS, Cause.TIMEOUT, f"no TLS handshake in {timeout_s:g} s")
        case EOFError():
            return Failure(Stage.TLS, Cause.CLOSED)
        case ssl.SSLError():
            return tls_failure_of(error)
        case _:
            return failure_of(error, Stage.TLS)
