"""Clients that mean no good, or are no clients at all: each costs little, and nobody else notices."""

import asyncio
import socket
import struct
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kontum_netcheck.serving.access_log import AccessLog, log_line
from kontum_netcheck.serving.exchange import Exchange
from tests.serving.running import QUICK, curl, raw, running


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",  # TLS to a server that has none
        b"GET http://[bad/ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /?" + b"&".join(b"a=1" for _ in range(50)) + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    ],
)
async def test_what_is_no_request_is_refused_and_the_connection_closed(sent: bytes) -> None:
    async with running() as server:
        got = await raw(server.port, sent)
        assert got.startswith(b"HTTP/1.1 400 ")
        assert b"Connection: close" in got
        assert (await curl(server.url("/ping"))).status == 204


async def test_a_head_without_end_is_cut_off() -> None:
    async with running() as server:
        got = await raw(server.port, b"GET / HTTP/1.1\r\n" + b"X-Again: and again\r\n" * 2_000)
    assert got.startswith(b"HTTP/1.1 431 ")


async def test_a_head_that_drips_is_ended_in_time() -> None:
    async with running(replace(QUICK, head_s=0.1)) as server:
        got = await raw(server.port, b"GET / HTTP/1.1\r\nX: y")
    assert got.startswith(b"HTTP/1.1 408 ")


async def test_a_connection_that_asks_nothing_is_closed_without_a_word() -> None:
    async with running(replace(QUICK, idle_s=0.05)) as server:
        assert await raw(server.port, b"") == b""
        assert server.log == []


async def test_a_client_that_goes_in_the_middle_of_an_upload_is_counted_so_far() -> None:
    async with running() as server:
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + b"x" * 600)
        await writer.drain()
        writer.close()
        line = (await server.logged())[0]
    assert " received=600 " in line
    assert " client_left " in line


async def test_a_client_that_resets_in_the_middle_of_a_download_is_only_logged() -> None:
    async with running() as server:
        sock = socket.create_connection(("127.0.0.1", server.port))
        sock.sendall(b"GET /download?bytes=900000000 HTTP/1.1\r\nHost: a\r\n\r\n")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await asyncio.to_thread(sock.recv, 1000)
        sock.close()
        line = (await server.logged())[0]
        assert " client_left " in line
        assert (await curl(server.url("/ping"))).status == 204


async def test_a_half_open_connection_is_still_answered() -> None:
    async with running() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
        writer.write_eof()
        got = await reader.read()
        writer.close()
    assert b'"received_bytes":3' in got


async def test_a_greedy_download_does_not_hold_up_the_others() -> None:
    async with running() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1 << 16)
        writer.write(b"GET /download?bytes=10000000000 HTTP/1.0\r\n\r\n")
        await reader.readexactly(1 << 20)
        assert (await curl(server.url("/ping"))).status == 204
        writer.transport.abort()


async def test_no_client_writes_a_line_of_its_own_into_the_log() -> None:
    exchange = Exchange(
        "192.0.2.1", method="GET", path='/x"\r\n\u202e 200 ok', agent='a"\x1b[2J\n' + "z" * 999
    )
    line = log_line(exchange, datetime(2024, 6, 27, 1, 2, 3, tzinfo=UTC))
    assert line.isprintable()
    assert line.startswith('2024-06-27T01:02:03Z 192.0.2.1 http GET /x\\"')
    assert len(line) < 1_000


async def test_the_log_keeps_no_secret_that_stands_in_an_address() -> None:
    async with running() as server:
        await curl(server.url("/download?bytes=5&token=verysecret&bytes=6"))
        line = (await server.logged())[0]
    assert "verysecret" not in line
    assert " /download?bytes=6 200 sent=6 " in line


def test_nobody_fills_the_disk_with_the_log() -> None:
    lines: list[str] = []
    now_s = [0.0]
    log = AccessLog(lines.append, lambda: now_s[0])
    for _ in range(100_000):
        log.take(Exchange("192.0.2.1"))
        now_s[0] += 0.001
    assert len(lines) < 1_000 + 100 * 2 * 50 + 100
    left_out = sum(int(line.rsplit(" ", 1)[1]) for line in lines if "left out" in line)
    assert left_out > 90_000


async def test_the_log_shows_headers_as_they_came_and_escaped() -> None:
    async with running() as server:
        await raw(server.port, b'GET /ping HTTP/1.0\r\nUser-Agent: "; rm\t\xe2\x80\xae -rf\r\n\r\n')
        line = (await server.logged())[0]
    assert line.isprintable()
    assert line.endswith('"')
