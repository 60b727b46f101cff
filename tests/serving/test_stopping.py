"""The end of a server: at once for who does nothing, within moments for who does, told where that can be."""

import asyncio
import json
from dataclasses import replace

import pytest

from tests.serving.running import QUICK, raw, running

WELCOME = b"HTTP/1.1 100 Continue\r\n\r\n"


async def test_an_upload_that_is_under_way_is_told_what_came() -> None:
    async with running(replace(QUICK, farewell_s=0.05)) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(
            b"POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n"
        )
        assert await reader.readexactly(len(WELCOME)) == WELCOME
        writer.write(b"x" * 500)
        await writer.drain()
    got = await reader.read()
    writer.close()
    assert got.startswith(b"HTTP/1.1 503 ")
    told = json.loads(got.partition(b"\r\n\r\n")[2])
    assert (told["refused"], told["received_bytes"]) == ("stopping", 500)


async def test_a_download_that_is_under_way_is_cut() -> None:
    async with running(replace(QUICK, farewell_s=0.05)) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /download?bytes=9000000000 HTTP/1.1\r\nHost: a\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
    assert len(server.log) == 1
    assert " stopping " in server.log[0]
    writer.close()


async def test_a_short_transfer_may_end() -> None:
    async with running(replace(QUICK, farewell_s=5)) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        assert await reader.readexactly(len(WELCOME)) == WELCOME
        ending = asyncio.create_task(server.server.__aexit__())
        await asyncio.sleep(0)
        writer.write(b"last")
        got = await reader.read()
        await ending
        writer.close()
    assert b'"received_bytes":4' in got
    assert b"Connection: close" in got or got.startswith(b"HTTP/1.1 200 ")


async def test_an_idle_connection_is_closed_at_once() -> None:
    async with running(replace(QUICK, farewell_s=60, linger_s=60)) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /ping HTTP/1.1\r\nHost: a\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.wait_for(server.server.__aexit__(), 10)
    writer.close()


async def test_nobody_is_let_in_any_more() -> None:
    async with running() as server:
        port = server.port
    with pytest.raises(ConnectionRefusedError):
        await raw(port, b"")


async def test_a_port_that_is_taken_is_an_error_and_nothing_stays_open() -> None:
    async with running() as server:
        with pytest.raises(OSError, match="in use"):
            async with running(port=server.port):
                pass
