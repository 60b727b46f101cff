"""A server on loopback, on free ports, and what its log says."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pycurl

from kontum_netcheck.serving import Limits, Server, Settings

QUICK = Limits(linger_s=0.2, farewell_s=0.2)


@dataclass
class Running:
    """The server and its log."""

    server: Server
    log: list[str] = field(default_factory=list)
    said: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def port(self) -> int:
        return self.server.port

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def logged(self, count: int = 1) -> list[str]:
        """The lines of the log, as soon as there are so many."""
        async with asyncio.timeout(10):
            while len(self.log) < count:
                self.said.clear()
                await self.said.wait()
        return self.log


@asynccontextmanager
async def running(limits: Limits = QUICK, **settings: Any) -> AsyncIterator[Running]:
    """A server with these limits and settings, on 127.0.0.1 unless told otherwise."""
    log: list[str] = []
    said = asyncio.Event()

    def write(line: str) -> None:
        log.append(line)
        said.set()

    chosen = replace(Settings(host="127.0.0.1", port=0, limits=limits), **settings)
    async with Server(chosen, write) as server:
        yield Running(server, log, said)


@dataclass(frozen=True)
class Answered:
    """What a client got."""

    status: int
    body: bytes
    headers: dict[str, str]

    def json(self) -> Any:
        return json.loads(self.body)


async def curl(url: str, **options: object) -> Answered:
    """Ask by libcurl; options are named as pycurl names them."""
    return await asyncio.to_thread(_curl, url, options)


def _curl(url: str, options: dict[str, object]) -> Answered:
    body, headers = bytearray(), {}

    def header(line: bytes) -> None:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            headers[name.lower()] = value.strip()

    handle = pycurl.Curl()
    try:
        settings = {"NOSIGNAL": 1, "TIMEOUT": 20, "NOPROXY": "*", "HTTPHEADER": ["Expect:"]} | options
        for name, value in settings.items():
            handle.setopt(getattr(pycurl, name), value)
        handle.setopt(pycurl.URL, url)
        handle.setopt(pycurl.WRITEFUNCTION, lambda piece: body.extend(piece))
        handle.setopt(pycurl.HEADERFUNCTION, header)
        handle.perform()
        return Answered(handle.getinfo(pycurl.RESPONSE_CODE), bytes(body), headers)
    finally:
        handle.close()


async def raw(port: int, sent: bytes, *, host: str = "127.0.0.1") -> bytes:
    """Send these bytes, and all that comes until the server closes."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(sent)
        async with asyncio.timeout(10):
            return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()
