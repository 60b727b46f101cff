"""Web servers on loopback that answer for many hosts, each by its script: good, slow, silent or broken."""

import asyncio
import contextlib
import socket
import ssl
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kontum_netcheck.lab.certificates import CertificateAuthority, CertificateKind
from kontum_netcheck.net.network import Detours, NetworkOptions

_REQUEST_MAX_BYTES = 65_536
_PIECE = b"x" * 65_536
_REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 404: "Not Found", 503: "Service Unavailable"}


class Behaviour(StrEnum):
    """How a host treats a request."""

    ANSWERS = "answers"
    SILENT = "silent"  # accepts the request, never answers
    RESETS = "resets"
    CLOSES = "closes"  # without a word
    CLOSES_IN_BODY = "closes_in_body"
    GARBAGE = "garbage"  # bytes that are no HTTP
    ENDLESS_HEADER = "endless_header"
    SLOW_DRIP = "slow_drip"  # a byte of the body each 50 ms
    COMPRESSED_BOMB = "compressed_bomb"  # 100 MB in 100 KB
    OVERSIZE = "oversize"  # a body without end


@dataclass(frozen=True, slots=True)
class Page:
    """The script of one host, or of one path of it."""

    status: int = 200
    body: str = "<html><body>Lab page</body></html>"
    headers: Mapping[str, str] = field(default_factory=dict)
    redirect_to: str | None = None
    delay_ms: float = 0.0
    behaviour: Behaviour = Behaviour.ANSWERS
    certificate: CertificateKind = CertificateKind.GOOD


class LabHttp:
    """One HTTP and one HTTPS server on loopback. `pages` maps a host, or host and path, to its script.

    The certificate is chosen by the name that the client asks for (SNI), the page by its Host header. Use it
    as an async context manager; ports are known inside.
    """

    def __init__(self, pages: Mapping[str, Page], authority: CertificateAuthority | None = None) -> None:
        self._pages = pages
        self._authority = authority
        self._servers: list[asyncio.Server] = []
        self._connections: set[asyncio.Task[None]] = set()
        self.port = 0
        self.tls_port = 0

    async def __aenter__(self) -> "LabHttp":
        self.port = await self._listen(None)
        if self._authority is not None:
            self.tls_port = await self._listen(self._context(self._authority))
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        for server in self._servers:
            server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        for server in self._servers:
            await server.wait_closed()

    def detours(self) -> dict[tuple[str, str, int], tuple[str, int]]:
        """Rows for `Detours.table`: every scripted host's ports 80 and 443 are here."""
        hosts = {key.partition("/")[0] for key in self._pages}
        rows = {("tcp", host, 80): ("127.0.0.1", self.port) for host in hosts}
        if self._authority is not None:
            rows |= {("tcp", host, 443): ("127.0.0.1", self.tls_port) for host in hosts}
        return rows

    def options(self, name_server: tuple[str, int] | None = None) -> NetworkOptions:
        """The way into a world that is this lab alone, and trusts its authority."""
        trusted_ca = self._authority.path if self._authority is not None else None
        return NetworkOptions(detours=Detours(self.detours(), name_server), trusted_ca=trusted_ca)

    async def _listen(self, context: ssl.SSLContext | None) -> int:
        server = await asyncio.start_server(
            self._accept, "127.0.0.1", 0, ssl=context, limit=_REQUEST_MAX_BYTES
        )
        self._servers.append(server)
        port: int = server.sockets[0].getsockname()[1]
        return port

    def _context(self, authority: CertificateAuthority) -> ssl.SSLContext:
        """Shows each host's own certificate; a client that names no host sees one for localhost."""
        first = authority.context("localhost")

        def choose(tls: ssl.SSLObject, server_name: str | None, _context: ssl.SSLContext) -> None:
            if server_name in {key.partition("/")[0] for key in self._pages}:
                tls.context = authority.context(server_name, self._page(server_name, "/").certificate)

        first.sni_callback = choose
        return first

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            method, host, path = _read_request(await reader.readuntil(b"\r\n\r\n"))
            await _answer(reader, writer, method, self._page(host, path))
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the client went away, or asked too much
        finally:
            writer.transport.abort()

    def _page(self, host: str, path: str) -> Page:
        unknown = Page(404, "no such page in the lab")
        return self._pages.get(host + path) or self._pages.get(host) or unknown


def _read_request(head: bytes) -> tuple[str, str, str]:
    """Method, host without port, path without query."""
    request, *lines = head.decode("latin-1").split("\r\n")
    method, target, *_ = [*request.split(" "), "/"]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    host = headers.get("host", "")
    bare_host = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return method, bare_host.lower(), target.partition("?")[0]


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, method: str, page: Page
) -> None:
    """Do what the script says, then close the connection."""
    await asyncio.sleep(page.delay_ms / 1000)
    match page.behaviour:
        case Behaviour.ANSWERS:
            body = b"" if method == "HEAD" else page.body.encode()
            await _send(writer, _head(page, {"Content-Length": str(len(page.body.encode()))}) + body)
            await _close(writer)
        case Behaviour.SILENT:
            await reader.read(1)  # until the client gives up
        case Behaviour.RESETS:
            _reset(writer)
        case Behaviour.CLOSES:
            await _close(writer)
        case Behaviour.CLOSES_IN_BODY:
            await _send(writer, _head(page, {"Content-Length": "1000"}) + b"only this")
            await _close(writer)
        case Behaviour.GARBAGE:
            await _send(writer, b"\x00\x01\x02 SSH-2.0-not-a-web-server\r\n" * 4)
            await _close(writer)
        case Behaviour.ENDLESS_HEADER:
            await _send(writer, b"HTTP/1.1 200 OK\r\n")
            while True:
                await _send(writer, b"X-Again: and again\r\n" * 100)
        case Behaviour.SLOW_DRIP:
            await _send(writer, _head(page, {"Content-Length": "1000000"}))
            while True:
                await _send(writer, b"x")
                await asyncio.sleep(0.05)
        case Behaviour.COMPRESSED_BOMB:
            await _send(writer, _head(page, {"Content-Encoding": "deflate"}) + _bomb())
            await _close(writer)
        case Behaviour.OVERSIZE:
            await _send(writer, _head(page, {}))
            while True:
                await _send(writer, _PIECE)


def _head(page: Page, extra: Mapping[str, str]) -> bytes:
    headers = {"Content-Type": "text/html; charset=utf-8", "Connection": "close", **extra, **page.headers}
    if page.redirect_to is not None:
        headers["Location"] = page.redirect_to
    lines = [f"HTTP/1.1 {page.status} {_REASONS.get(page.status, 'Lab')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def _send(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await asyncio.sleep(0)  # drain() alone may never let the loop see that the client went away
    await writer.drain()


async def _close(writer: asyncio.StreamWriter) -> None:
    """Close in good order, what was written included."""
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the client's system sees a reset: without lingering (SO_LINGER 0)."""
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _bomb() -> bytes:
    """100 MB of zeros in 100 KB: one flushed block, repeated; the checksum at its end is never reached."""
    compressor = zlib.compressobj()
    first = compressor.compress(bytes(1_000_000)) + compressor.flush(zlib.Z_FULL_FLUSH)
    again = compressor.compress(bytes(1_000_000)) + compressor.flush(zlib.Z_FULL_FLUSH)
    return first + again * 99
