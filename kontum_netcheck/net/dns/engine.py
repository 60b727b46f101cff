"""Asks one server one question: over UDP (over TCP where the answer was truncated), over TCP, or over TLS."""

import asyncio
import random
import socket
from collections.abc import Coroutine
from dataclasses import replace
from functools import cached_property
from ssl import SSLContext
from typing import TYPE_CHECKING, Literal

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.address import Family, HostPort
from kontum_netcheck.net.dns.answer import Answer, Times, is_truncated, read_answer
from kontum_netcheck.net.dns.over_https import ask_over_https
from kontum_netcheck.net.dns.over_tcp import Exchanged, Secured, ask_over_tcp
from kontum_netcheck.net.dns.pace import SECURE_YOUNG_S, YOUNG_S, Pace
from kontum_netcheck.net.dns.question import Question
from kontum_netcheck.net.dns.tls import client_context
from kontum_netcheck.net.dns.udp import AnswersDropped, NoAnswer, UdpSocket
from kontum_netcheck.net.errors import failure_of
from kontum_netcheck.net.lateness import Heartbeat, measure, told_ms
from kontum_netcheck.net.sockaddr import SockAddr, sockaddr_of, source_sockaddr

if TYPE_CHECKING:
    from kontum_netcheck.net.http import HttpEngine
    from kontum_netcheck.net.network import NetworkOptions

SocketTransport = Literal["udp", "tcp", "tls"]

DNS_PORT = 53
_SOCKETS_COUNT = 4  # a family: as many random source ports
_CONNECTIONS_MAX_COUNT = 200  # at a time: Windows watches 512 sockets, and others need some


class DnsEngine:
    """Asks DNS servers. One question, one attempt: a lost packet is a timeout."""

    def __init__(self, options: "NetworkOptions") -> None:
        self._options = options
        self._sockets: dict[socket.AddressFamily, list[UdpSocket]] = {}
        self._paces: dict[HostPort | str, Pace] = {}
        self._sockaddrs: dict[HostPort, SockAddr] = {}
        self._connections = asyncio.Semaphore(_CONNECTIONS_MAX_COUNT)
        self._heart = Heartbeat()

    async def ask(
        self,
        name: str,
        rdtype: str,
        server: tuple[str, int] | None,
        timeout_s: float,
        *,
        transport: SocketTransport = "udp",
        tls_name: str | None = None,
    ) -> Answer | Failure:
        """Ask the server, an IP address and a port; None: the first that this machine is configured to use.

        Over UDP a truncated answer is asked for again over TCP, and the answer's transport says so. Over TLS the
        certificate must be for `tls_name`, without one for the address. Any response code is an Answer.
        Where we ourselves were late and nobody knows how much of the time that is, it is asked once more, behind
        all that waits for that server. Raises CannotMeasure where the fault is ours.
        """
        try:
            question = Question.of(name, rdtype)
        except ValueError as error:
            return Failure(Stage.REQUEST, Cause.NO_SUCH_NAME, str(error))
        asked = HostPort(*(server or self.default_server()))

        async def once() -> Answer | Failure:
            if transport == "udp":
                return await self._paced(asked, self._ask_over_udp(question, asked, timeout_s), YOUNG_S)
            asking = self._ask_over_tcp(question, asked, timeout_s, transport, tls_name)
            return await self._paced(asked, asking, YOUNG_S if transport == "tcp" else SECURE_YOUNG_S)

        with self._heart:
            answer, again = await measure(once, _late_ms, _is_answer, self._heart.calm)
        return replace(answer, measured_again=True) if again and isinstance(answer, Answer) else answer

    async def ask_over_https(
        self,
        http: "HttpEngine",
        name: str,
        rdtype: str,
        url: str,
        timeout_s: float,
        family: Family | None = None,
    ) -> Answer | Failure:
        """Ask the server at that URL through the HTTP engine, as `over_https.ask_over_https` says."""
        asking = ask_over_https(http, name, rdtype, url, timeout_s, family)
        return await self._paced(url, asking, SECURE_YOUNG_S)

    async def _paced(
        self, server: HostPort | str, asking: Coroutine[None, None, Answer | Failure], young_s: float
    ) -> Answer | Failure:
        """Ask when it is our turn at that server."""
        result = None
        try:
            pace = self._paces.get(server) or self._paces.setdefault(server, Pace(young_s))
            ticket = await pace.start()
            try:
                result = await asking
            finally:
                pace.end(ticket, answered=isinstance(result, Answer))
        finally:
            asking.close()  # where we were cancelled before our turn
        return result

    def default_server(self) -> tuple[str, int]:
        """The name server of this machine, or the lab's. Raises CannotMeasure where none is configured."""
        if self._options.detours.name_server is not None:
            return self._options.detours.name_server
        if not self._system_servers:
            raise CannotMeasure(
                Failure(Stage.RESOLVE, Cause.NO_NAME_SERVER, "this machine has no name server configured")
            )
        return self._system_servers[0]

    @cached_property
    def _context(self) -> SSLContext:
        return client_context(self._options.trusted_ca)

    @cached_property
    def _system_servers(self) -> tuple[tuple[str, int], ...]:
        return system_servers()

    async def close(self) -> None:
        """Close every socket."""
        for sockets in self._sockets.values():
            for udp in sockets:
                udp.close()
        self._sockets.clear()

    async def _ask_over_udp(self, question: Question, server: HostPort, timeout_s: float) -> Answer | Failure:
        """The answer; where it was truncated, that over TCP, and its time is that of both questions."""
        try:
            target = self._sockaddr(server)
            wire, udp_ms, late_s = await self._socket(target).ask(question, target.sockaddr, timeout_s)
        except NoAnswer as strays:
            return Failure(Stage.REPLY, Cause.TIMEOUT, str(strays) or f"no answer in {timeout_s:g} s")
        except AnswersDropped as drops:
            raise CannotMeasure(Failure(Stage.SOCKET, Cause.OVERLOADED, str(drops))) from None
        except OSError as error:
            return failure_of(error, Stage.REQUEST)
        if not is_truncated(wire):
            return read_answer(wire, question.rdtype, "udp", server, Times(udp_ms, late_ms=told_ms(late_s)))
        exchanged = await self._exchange(question, server, max(0.001, timeout_s - udp_ms / 1000))
        if isinstance(exchanged, Failure):
            detail = f"truncated over UDP; over TCP: {exchanged.detail}"
            return Failure(exchanged.stage, exchanged.cause, detail)
        times = replace(
            exchanged.times,
            resolve_ms=udp_ms + exchanged.times.resolve_ms,
            late_ms=told_ms(late_s + (exchanged.times.late_ms or 0.0) / 1000),
        )
        return read_answer(exchanged.wire, question.rdtype, "tcp", server, times)

    async def _ask_over_tcp(
        self,
        question: Question,
        server: HostPort,
        timeout_s: float,
        transport: Literal["tcp", "tls"],
        tls_name: str | None,
    ) -> Answer | Failure:
        secured = None
        if transport == "tls":
            secured = Secured(self._context, (tls_name or server.host).partition("%")[0])
        exchanged = await self._exchange(question, server, timeout_s, secured)
        if isinstance(exchanged, Failure):
            return exchanged
        wire, times, expires = exchanged.wire, exchanged.times, exchanged.certificate_not_after
        return read_answer(wire, question.rdtype, transport, server, times, expires)

    async def _exchange(
        self, question: Question, server: HostPort, timeout_s: float, secured: Secured | None = None
    ) -> Exchanged | Failure:
        """Over a connection, once there is a place for it; waiting for that is ours and no part of the time."""
        async with self._connections:
            source_address = self._options.source_address
            return await ask_over_tcp(question, server, source_address, timeout_s, self._heart, secured)

    def _sockaddr(self, server: HostPort) -> SockAddr:
        """Raises CannotMeasure as `sockaddr_of` does."""
        if server not in self._sockaddrs:
            self._sockaddrs[server] = sockaddr_of(*server)
        return self._sockaddrs[server]

    def _socket(self, target: SockAddr) -> UdpSocket:
        """One of the family's sockets, by chance. Raises OSError or CannotMeasure where none can be had."""
        sockets = self._sockets.setdefault(target.family, [])
        if len(sockets) < _SOCKETS_COUNT:
            source_address = self._options.source_address
            source = source_sockaddr(source_address, target.family) if source_address is not None else ("", 0)
            sockets.append(UdpSocket(target.family, source, self._heart))
            return sockets[-1]
        return random.choice(sockets)


def _is_answer(result: Answer | Failure) -> bool:
    return isinstance(result, Answer)


def _late_ms(result: Answer | Failure) -> float | None:
    return None if isinstance(result, Failure) else result.times.late_ms


def system_servers() -> tuple[tuple[str, int], ...]:
    """The name servers that this machine is configured to use (resolv.conf, Windows registry), in order."""
    import dns.resolver

    try:
        resolver = dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        return ()
    return tuple((str(server), DNS_PORT) for server in resolver.nameservers if isinstance(server, str))
