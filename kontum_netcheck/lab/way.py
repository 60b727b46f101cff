"""The way to a database, through a port of this machine: it can be cut, and mended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

_PIECE_BYTES = 1 << 16


class Way:
    """A port that leads to a server's socket."""

    def __init__(self, socket: Path) -> None:
        self.at = ""  # its host and port
        self._socket = socket
        self._is_cut = False
        self._lines: set[asyncio.Task[None]] = set()

    async def cut(self) -> None:
        """End every connection, and let none through."""
        self._is_cut = True
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    def mend(self) -> None:
        """Let all through again."""
        self._is_cut = False

    async def lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        if self._is_cut:
            writer.transport.abort()
            return
        line = asyncio.create_task(self._through(reader, writer))
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)

    async def _through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner_reader, inner_writer = await asyncio.open_unix_connection(str(self._socket))
        except OSError:
            writer.transport.abort()
            return
        pumps = [
            asyncio.create_task(_pump(reader, inner_writer)),
            asyncio.create_task(_pump(inner_reader, writer)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for each in (writer, inner_writer):
                each.transport.abort()


@asynccontextmanager
async def way_to(socket: Path) -> AsyncIterator[Way]:
    """Open a way that is closed with the block."""
    way = Way(socket)
    server = await asyncio.start_server(way.lead, "127.0.0.1", 0)
    way.at = "{}:{}".format(*server.sockets[0].getsockname())
    try:
        yield way
    finally:
        server.close()
        await way.cut()
        await server.wait_closed()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_PIECE_BYTES):
        writer.write(data)
        await writer.drain()
