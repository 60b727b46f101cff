"""Servers of every evil, and good ones among them, on loopback until stdin ends: `-m tests.hostile_world FOLDER`.

The first line that it prints are the ports, as JSON.
"""

import asyncio
import json
import sys
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from kontum_netcheck.lab.dns import DnsFault, DnsReply, DnsScript, DnsServer
from kontum_netcheck.lab.http import Behaviour, LabHttp, Page
from kontum_netcheck.lab.tcp import TcpScript, TcpServer
from tests.large_certificate import large_certificate

HOST = "127.0.0.1"
PAGES = {f"{HOST}/{behaviour}": Page(behaviour=behaviour) for behaviour in Behaviour}
NAMES = {(f"{fault}.example", "A"): DnsReply(("192.0.2.1",), fault=fault) for fault in DnsFault}
GOOD_NAME = {("good.example", "A"): DnsReply(("192.0.2.1",))}


async def flood(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Says something without end, and never what is waited for."""
    with suppress(OSError):
        while True:
            writer.write(b"\x1b[31mnever what you wait for " * 100)
            await asyncio.sleep(0)
            await writer.drain()
    writer.transport.abort()


async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Nobody gets this far: the certificate is refused."""
    writer.transport.abort()


async def serve(folder: Path) -> None:
    async with AsyncExitStack() as stack:
        web = await stack.enter_async_context(LabHttp({HOST: Page(), **PAGES}))
        names = await stack.enter_async_context(DnsServer(DnsScript({**NAMES, **GOOD_NAME})))
        good = await stack.enter_async_context(TcpServer(TcpScript(banner=b"hello\r\n")))
        flooding = await stack.enter_async_context(await asyncio.start_server(flood, HOST, 0))
        large = await stack.enter_async_context(
            await asyncio.start_server(hang_up, HOST, 0, ssl=large_certificate(folder))
        )
        ports = {
            "web": web.port,
            "names": names.address[1],
            "good": good.address[1],
            "flood": flooding.sockets[0].getsockname()[1],
            "large": large.sockets[0].getsockname()[1],
        }
        sys.stdout.write(json.dumps(ports) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
