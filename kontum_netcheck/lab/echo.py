"""A lab host that answers echoes over UDP by a script: late, unsteadily, twice, from elsewhere, or never."""

import asyncio
import socket
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Self

from kontum_netcheck.net.icmp.packets import ECHO_HEADER, IPV4, SEALED_ECHO, checksum

ALL = range(1 << 16)
"""Every echo."""

_HOST_UNREACHABLE = (3, 1)  # ICMP type and code, RFC 792


@dataclass(frozen=True, slots=True)
class EchoScript:
    """How a lab host answers. Echoes are numbered from 0 within each burst, so every run is the same."""

    delay_ms: float = 0.0
    jitter_ms: tuple[float, ...] = (0.0,)  # added to the delay, in turn
    lost: Container[int] = ()
    duplicated: Container[int] = ()
    foreign: Container[int] = ()  # answered from another address
    altered: Container[int] = ()  # answered with another payload than was sent
    unreachable: Container[int] = ()  # answered by a router: host unreachable

    def delay_s(self, number: int) -> float:
        """How long the reply to echo `number` takes."""
        return (self.delay_ms + self.jitter_ms[number % len(self.jitter_ms)]) / 1000


SILENT = EchoScript(lost=ALL)
UNREACHABLE = EchoScript(unreachable=ALL)


class EchoHost:
    """One scripted host on a port of its own; `address` is the one it stands for."""

    def __init__(self, script: EchoScript, address: str = "192.0.2.1") -> None:
        self._script = script
        self._address = address
        self._transport: asyncio.DatagramTransport | None = None
        self._elsewhere: asyncio.DatagramTransport | None = None
        self.endpoint = ("", 0)  # where it listens, once started

    async def start(self) -> tuple[str, int]:
        """Listen on loopback, on a free port; returns both."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: _Receiver(self._answer), local_addr=("127.0.0.1", 0)
        )
        self._elsewhere, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
        )
        self.endpoint = self._transport.get_extra_info("sockname")
        return self.endpoint

    def close(self) -> None:
        """Stop listening; replies still under way are dropped."""
        for transport in (self._transport, self._elsewhere):
            if transport is not None:
                transport.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self.close()

    def _answer(self, request: bytes, sender: tuple[str, int]) -> None:
        """Do with one echo what the script says."""
        if len(request) < SEALED_ECHO.size or request[0] != IPV4.echo_request:
            return
        number = SEALED_ECHO.unpack_from(request)[-1]
        script = self._script
        if number in script.unreachable:
            self._later(number, self._transport, _refusal(request, self._address), sender)
        elif number in script.foreign:
            self._later(number, self._elsewhere, _reply(request), sender)
        elif number in script.altered:
            self._later(number, self._transport, _reply(request[:-1] + bytes((request[-1] ^ 0xFF,))), sender)
        elif number not in script.lost:
            self._later(number, self._transport, _reply(request), sender)
            if number in script.duplicated:
                self._later(number, self._transport, _reply(request), sender)

    def _later(
        self,
        number: int,
        transport: asyncio.DatagramTransport | None,
        message: bytes,
        receiver: tuple[str, int],
    ) -> None:
        if transport is not None:
            delay_s = self._script.delay_s(number)
            asyncio.get_running_loop().call_later(delay_s, _send_if_open, transport, message, receiver)


class _Receiver(asyncio.DatagramProtocol):
    """Hands each datagram to a function."""

    def __init__(self, answer: Callable[[bytes, tuple[str, int]], None]) -> None:
        self._answer = answer

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._answer(data, addr)


def _send_if_open(transport: asyncio.DatagramTransport, message: bytes, receiver: tuple[str, int]) -> None:
    if not transport.is_closing():
        transport.sendto(message, receiver)


def _reply(request: bytes) -> bytes:
    """The echo reply: the same identifier, sequence number and payload."""
    _, _, _, identifier, sequence = ECHO_HEADER.unpack_from(request)
    payload = request[ECHO_HEADER.size :]
    header = ECHO_HEADER.pack(IPV4.echo_reply, 0, 0, identifier, sequence)
    return ECHO_HEADER.pack(IPV4.echo_reply, 0, checksum(header + payload), identifier, sequence) + payload


def _refusal(request: bytes, address: str) -> bytes:
    """Host unreachable, quoting the echo as if it had come in an IPv4 packet (RFC 792)."""
    icmp_type, code = _HOST_UNREACHABLE
    destination = socket.inet_aton(address) if ":" not in address else bytes(4)
    quoted = bytes((0x45, *bytes(8), socket.IPPROTO_ICMP, *bytes(6))) + destination + request
    header = bytes((icmp_type, code, 0, 0, 0, 0, 0, 0))
    return header[:2] + checksum(header + quoted).to_bytes(2, "big") + header[4:] + quoted
