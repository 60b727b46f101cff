"""DNS servers on loopback whose every answer and every fault is scripted: over UDP and TCP, TLS and HTTPS."""

import asyncio
import functools
import socket
from collections.abc import Callable
from typing import Self, cast

from kontum_netcheck.lab.certificates import CertificateAuthority, CertificateKind
from kontum_netcheck.lab.dns_script import Asked, DnsFault, DnsReply, DnsScript
from kontum_netcheck.lab.dns_streams import Serve, Streams, serve_https, serve_lengths
from kontum_netcheck.lab.port_pair import bound_pair

__all__ = ["DnsFault", "DnsReply", "DnsScript", "DnsServer", "SecureDnsServer"]


class DnsServer:
    """Answers over UDP and TCP on one port of its own choice. Use it as an async context manager."""

    def __init__(self, script: DnsScript, host: str = "127.0.0.1") -> None:
        self.script = script
        self.asked_count = 0
        self._host = host
        self._port = 0
        self._stack: list[Callable[[], None]] = []
        self._streams = Streams()
        self._elsewhere: socket.socket | None = None

    @property
    def address(self) -> tuple[str, int]:
        """Where to ask."""
        return self._host, self._port

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        udp, tcp = bound_pair(self._host)
        self._port = udp.getsockname()[1]
        self._elsewhere = socket.socket(udp.family, socket.SOCK_DGRAM)
        self._elsewhere.bind((self._host, 0))
        transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self), sock=udp)
        self._stack = [self._elsewhere.close, transport.close]
        await self._streams.listen(functools.partial(serve_lengths, self._asked), sock=tcp)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        for close in self._stack:
            close()
        await self._streams.close()
        await asyncio.sleep(0)  # closed transports say so in the next turn of the loop

    def take_datagram(self, wire: bytes, respond: Callable[[bytes], None], client: tuple[str, int]) -> None:
        """Answer one UDP question as scripted, after its delay."""
        asked = self._asked(wire)
        answer = asked.datagram() if asked is not None else None
        if asked is None or answer is None:
            return
        if asked.reply.fault is DnsFault.OTHER_ADDRESS:
            respond = functools.partial(self._respond_from_elsewhere, client)
        if asked.reply.delay_ms:
            asyncio.get_running_loop().call_later(asked.reply.delay_ms / 1000, respond, answer)
        else:
            respond(answer)

    def _respond_from_elsewhere(self, client: tuple[str, int], answer: bytes) -> None:
        assert self._elsewhere is not None
        self._elsewhere.sendto(answer, client)

    def _asked(self, wire: bytes) -> Asked | None:
        asked = self.script.asked(wire)
        self.asked_count += asked is not None
        return asked


class _Datagrams(asyncio.DatagramProtocol):
    """Hands each datagram to the server."""

    def __init__(self, server: DnsServer) -> None:
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)  # asyncio's own classes don't inherit it

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._server.take_datagram(data, lambda answer: self._send(answer, addr), addr)

    def _send(self, answer: bytes, addr: tuple[str, int]) -> None:
        if not self._transport.is_closing():  # a slow answer may come after the end
            self._transport.sendto(answer, addr)


class SecureDnsServer:
    """Answers by the same scripts over TLS (RFC 7858) and HTTPS (RFC 8484), each on a port of its own.

    The certificate is for `name`, a host or an address. Use it as an async context manager.
    """

    def __init__(
        self,
        script: DnsScript,
        authority: CertificateAuthority,
        name: str = "127.0.0.1",
        kind: CertificateKind = CertificateKind.GOOD,
    ) -> None:
        self.script = script
        self.asked_count = 0
        self.tls_address = ("127.0.0.1", 0)
        self.https_address = ("127.0.0.1", 0)
        self._context = authority.context(name, kind)
        self._streams = Streams()

    async def __aenter__(self) -> Self:
        self.tls_address = await self._listen(serve_lengths)
        self.https_address = await self._listen(serve_https)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._streams.close()

    async def _listen(self, serve: Serve) -> tuple[str, int]:
        return await self._streams.listen(
            functools.partial(serve, self._asked), host="127.0.0.1", port=0, ssl=self._context
        )

    def _asked(self, wire: bytes) -> Asked | None:
        asked = self.script.asked(wire)
        self.asked_count += asked is not None
        return asked
