"""How the lab's DNS servers talk over connections: messages with their length, and HTTP."""

import asyncio
import base64
import binascii
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kontum_netcheck.lab.dns_script import Asked, DnsFault

_DRIP_S = 0.02
_MEDIA_TYPE = "application/dns-message"

FindReply = Callable[[bytes], Asked | None]
Serve = Callable[[FindReply, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Streams:
    """Listening sockets and their connections, closed together."""

    def __init__(self) -> None:
        self._servers: list[asyncio.Server] = []
        self._connections: set[asyncio.Task[None]] = set()

    async def listen(
        self, serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], **where: Any
    ) -> tuple[str, int]:
        """Serve every connection to a new socket, whose address comes back; `where` as for start_server."""

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                with contextlib.suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
                    await serve(reader, writer)  # a client that goes away has what it wanted
            finally:
                writer.transport.abort()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(talk(reader, writer))
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)

        server = await asyncio.start_server(accept, **where)
        self._servers.append(server)
        host, port = server.sockets[0].getsockname()[:2]
        return str(host), int(port)

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        for server in self._servers:
            server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        for server in self._servers:
            await server.wait_closed()


async def serve_lengths(find: FindReply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Messages, each with its length before it (RFC 1035 §4.2.2), over TCP or TLS, until the client goes."""
    while True:
        length = int.from_bytes(await reader.readexactly(2), "big")
        asked = find(await reader.readexactly(length))
        if asked is None:
            return
        answer = await _delayed(asked)
        if answer is None:
            await reader.read()  # until the client gives up
            return
        await _write(writer, len(answer).to_bytes(2, "big"), answer, asked)


async def serve_https(find: FindReply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One GET with the question in `dns` (RFC 8484 §4.1); anything else is 400, another path 404."""
    request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").partition("\r\n")[0]
    method, target, *_ = [*request.split(" "), "", ""]
    url = urlsplit(target)
    if url.path != "/dns-query":
        await _write(writer, _head(404, 0), b"", None)
        return
    asked = find(_question_in(url.query)) if method == "GET" else None
    if asked is None:
        await _write(writer, _head(400, 0), b"", None)
        return
    answer = await _delayed(asked)
    if answer is None:
        await reader.read()
        return
    await _write(writer, _head(200, len(answer)), answer, asked)
    writer.close()
    await writer.wait_closed()


def _question_in(query: str) -> bytes:
    text = parse_qs(query).get("dns", [""])[0]
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return b""


def _head(status: int, length: int) -> bytes:
    reason = {200: "OK", 400: "Bad Request", 404: "Not Found"}[status]
    lines = (f"HTTP/1.1 {status} {reason}", f"Content-Type: {_MEDIA_TYPE}", f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\nConnection: close\r\n\r\n").encode()


async def _delayed(asked: Asked) -> bytes | None:
    await asyncio.sleep(asked.reply.delay_ms / 1000)
    return asked.message()


async def _write(writer: asyncio.StreamWriter, head: bytes, body: bytes, asked: Asked | None) -> None:
    """Write head and body; drip, where the script says so, until the client goes or all is told."""
    if asked is None or asked.reply.fault is not DnsFault.DRIP:
        writer.write(head + body)
        await writer.drain()
        return
    writer.write(head)
    for byte in body:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(_DRIP_S)
