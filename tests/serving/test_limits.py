"""What a client may have: bytes and tests an hour, connections, time; and who may have anything at all."""

import asyncio
import json
from dataclasses import replace

from tests.serving.running import QUICK, curl, raw, running

TOKEN = "0123456789abcdefXYZ"


async def test_who_has_had_the_bytes_of_an_hour_is_told_when_to_come_again() -> None:
    async with running(replace(QUICK, bytes_per_hour=100_000)) as server:
        assert (await curl(server.url("/download?bytes=60000"))).status == 200
        refused = await curl(server.url("/download?bytes=60000"))
        assert refused.status == 429
        assert 3500 < int(refused.headers["retry-after"]) <= 3660
        assert refused.json()["refused"] == "bytes_per_hour"
        assert (await curl(server.url("/download?bytes=40000"))).status == 200
        assert (await curl(server.url("/ping"))).status == 204  # latency stays measurable


async def test_an_upload_that_grows_beyond_the_limit_is_ended_and_told_what_came() -> None:
    request = b"POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n" % 60_000 + b"u" * 60_000 + b"\r\n"
    async with running(replace(QUICK, bytes_per_hour=100_000)) as server:
        got = await raw(server.port, request + 3 * chunk)
    head, _, body = got.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 429 ")
    assert b"Connection: close" in head
    told = json.loads(body)
    assert told["refused"] == "bytes_per_hour"
    assert told["received_bytes"] >= 100_000


async def test_transfers_without_a_pause_are_one_test() -> None:
    async with running(replace(QUICK, tests_per_hour=1)) as server:
        for _ in range(3):
            assert (await curl(server.url("/download?bytes=10"))).status == 200
    async with running(replace(QUICK, tests_per_hour=1, test_pause_s=0.0)) as server:
        assert (await curl(server.url("/download?bytes=10"))).status == 200
        refused = await curl(server.url("/download?bytes=10"))
    assert (refused.status, refused.json()["refused"]) == (429, "tests_per_hour")


async def test_a_client_has_only_so_many_connections() -> None:
    async with running(replace(QUICK, connections_per_client=2)) as server:
        held = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(2)]
        got = await raw(server.port, b"GET /ping HTTP/1.1\r\nHost: a\r\n\r\n")
        for _, writer in held:
            writer.close()
    assert got.startswith(b"HTTP/1.1 429 ")
    assert b"connections_per_client" in got


async def test_who_connects_without_end_is_turned_away_without_a_word() -> None:
    limits = replace(QUICK, new_connections_at_once=3, new_connections_per_s=0.001)
    async with running(limits) as server:
        got = [await raw(server.port, b"GET /ping HTTP/1.0\r\n\r\n") for _ in range(5)]
    assert [answer[:12] for answer in got] == [b"HTTP/1.1 204"] * 3 + [b""] * 2


async def test_a_full_server_says_so_and_when_to_ask_again() -> None:
    async with running(replace(QUICK, connections=1)) as server:
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        got = await raw(server.port, b"GET /ping HTTP/1.1\r\nHost: a\r\n\r\n")
        writer.close()
    assert got.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After: 10\r\n" in got


async def test_a_download_that_takes_too_long_is_cut() -> None:
    async with running(replace(QUICK, transfer_s=0.1)) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /download?bytes=1000000000 HTTP/1.1\r\nHost: a\r\n\r\n")
        line = (await server.logged())[0]
        writer.close()
    assert " transfer_too_long " in line
    assert reader


async def test_an_upload_that_takes_too_long_is_told_what_came() -> None:
    request = b"POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nonly this"
    async with running(replace(QUICK, transfer_s=0.1)) as server:
        got = await raw(server.port, request)
    assert got.startswith(b"HTTP/1.1 408 ")
    assert json.loads(got.partition(b"\r\n\r\n")[2])["received_bytes"] == len(b"only this")


async def test_a_transfer_in_which_nothing_moves_is_dropped() -> None:
    async with running(replace(QUICK, stall_s=0.1)) as server:
        got = await raw(
            server.port, b"POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nonly this"
        )
        line = (await server.logged())[0]
    assert got == b""
    assert " stalled " in line


async def test_only_who_knows_the_token_is_answered() -> None:
    async with running(token=TOKEN) as server:
        refused = await curl(server.url("/ping"))
        wrong = await curl(server.url("/ping"), HTTPHEADER=[f"Authorization: Bearer {TOKEN}x"])
        basic = await curl(server.url("/ping"), HTTPHEADER=[f"Authorization: Basic {TOKEN}"])
        right = await curl(server.url("/ping"), HTTPHEADER=[f"Authorization: Bearer {TOKEN}"])
        root = await curl(server.url("/"))
        log = "\n".join(server.log)
    assert [refused.status, wrong.status, basic.status, right.status] == [401, 401, 401, 204]
    assert refused.headers["www-authenticate"].startswith("Bearer ")
    assert root.json()["token"] is True  # who asks learns that there is one
    assert TOKEN not in log


async def test_an_upload_without_the_token_is_not_read() -> None:
    async with running(token=TOKEN) as server:
        got = await raw(
            server.port, b"POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n" + b"x" * 60_000
        )
        line = (await server.logged())[0]
    assert got.startswith(b"HTTP/1.1 401 ")
    assert " received=0 " in line
