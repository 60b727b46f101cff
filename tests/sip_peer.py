"""A SIP peer that a test scripts itself, where SIPp is too well-behaved."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType

Script = Callable[[bytes], Iterable[bytes]]
"""What to send back for each message that comes."""


def reply(
    request: bytes,
    status: str,
    *,
    headers: str = "",
    body: bytes = b"",
    changed: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """An answer to that request; `changed` puts another value into a header: {"Call-ID": "x"} or {"branch": "x"}."""
    lines = request.decode().split("\r\n")
    kept = [line for line in lines if re.match(r"(Via|From|To|Call-ID|CSeq):", line)]
    text = "\r\n".join(kept)
    for name, value in changed.items():
        if name == "branch":
            text = re.sub(r"branch=[^;\r]+", f"branch={value}", text)
        else:
            text = re.sub(rf"(?m)^{name}:[^\r]*", f"{name}: {value}", text)
    text = re.sub(r"(?m)^(To:[^\r;]*)(?=\r|$)", r"\1;tag=peer", text)
    return f"SIP/2.0 {status}\r\n{text}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def method(message: bytes) -> str:
    """The method of a request."""
    return message.split(b" ", 1)[0].decode()


class Peer(asyncio.DatagramProtocol):
    """Answers datagrams by its script, and keeps them."""

    def __init__(self, script: Script) -> None:
        self.came: list[bytes] = []
        self.address = ("", 0)
        self._script = script
        self._transport: asyncio.DatagramTransport | None = None
        self._news = asyncio.Event()

    def listen(self, transport: asyncio.DatagramTransport) -> None:
        """Begin."""
        self._transport = transport
        self.address = transport.get_extra_info("sockname")[:2]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self._transport is not None
        self.came.append(data)
        self._news.set()
        for wire in self._script(data):
            self._transport.sendto(wire, addr)

    def send(self, wire: bytes, to: tuple[str, int]) -> None:
        """Send something unasked."""
        assert self._transport is not None
        self._transport.sendto(wire, to)

    async def until(self, wanted: str, count: int = 1) -> bytes:
        """The n-th message of that method; waits for it."""
        while True:
            found = [wire for wire in self.came if method(wire) == wanted]
            if len(found) >= count:
                return found[count - 1]
            self._news.clear()
            await self._news.wait()


@asynccontextmanager
async def peer(script: Script, host: str = "127.0.0.1") -> AsyncIterator[Peer]:
    """A UDP peer on a port of its own."""
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(lambda: Peer(script), local_addr=(host, 0))
    protocol.listen(transport)
    try:
        yield protocol
    finally:
        transport.close()


@asynccontextmanager
async def stream_peer(
    script: Script, context: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[str, int]]:
    """A TCP or TLS peer: its script gets what one read brings."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                for wire in script(data):
                    writer.write(wire)
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[:2]
