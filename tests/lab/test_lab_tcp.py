"""The lab's TCP ports as a plain client sees them."""

import asyncio
import sys

import pytest

from kontum_netcheck.lab.tcp import TcpFault, TcpScript, TcpServer


async def read_all(script: TcpScript) -> bytes:
    """What a client reads that says goodbye at once."""
    async with TcpServer(script) as server:
        reader, writer = await asyncio.open_connection(*server.address)
        try:
            writer.write_eof()
            return await reader.read()
        finally:
            writer.close()


async def test_a_banner_is_said() -> None:
    assert await read_all(TcpScript(b"hello\r\n")) == b"hello\r\n"


async def test_silence_says_nothing() -> None:
    assert await read_all(TcpScript(b"hello", fault=TcpFault.SILENT)) == b""


async def test_a_port_that_closes_does_so_after_its_banner() -> None:
    async with TcpServer(TcpScript(b"hello", fault=TcpFault.CLOSES)) as server:
        reader, writer = await asyncio.open_connection(*server.address)
        assert await reader.read() == b"hello"
        writer.close()


async def test_a_reset_is_a_reset() -> None:
    with pytest.raises(ConnectionResetError):
        await read_all(TcpScript(delay_ms=1, fault=TcpFault.RESETS))


async def test_a_refusing_port_refuses() -> None:
    with pytest.raises(ConnectionRefusedError):
        await read_all(TcpScript(fault=TcpFault.REFUSES))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full queue refuses")
async def test_a_deaf_port_lets_a_client_wait() -> None:
    async with TcpServer(TcpScript(fault=TcpFault.DEAF)) as server:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await asyncio.open_connection(*server.address)


async def test_the_lab_ends_while_clients_are_connected() -> None:
    async with TcpServer(TcpScript(b"hello")) as server:
        reader, writer = await asyncio.open_connection(*server.address)
        assert await reader.readexactly(5) == b"hello"
    assert await reader.read() == b""
    writer.close()
