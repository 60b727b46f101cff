"""The server's own way of being measured: down, up with the receiver's count, latency."""

import json
import os
import zlib

import pytest

from kontum_netcheck.serving import channel
from tests.serving.running import curl, raw, running


async def test_a_program_learns_what_the_server_is() -> None:
    async with running() as server:
        said = (await curl(server.url("/"))).json()
    assert said["server"] == "kontum-netcheck"
    assert said["version"]
    assert said["token"] is False


async def test_a_browser_gets_a_page_in_its_language() -> None:
    async with running() as server:
        for wanted, code in (("en-GB,en;q=0.9,vi;q=0.5", "en"), ("vi-VN,en;q=0.5", "vi"), ("fr", "vi")):
            headers = ["Accept: text/html,*/*", f"Accept-Language: {wanted}"]
            page = await curl(server.url("/"), HTTPHEADER=headers)
            assert page.headers["content-type"] == "text/html; charset=utf-8"
            assert f'<html lang="{code}">' in page.body.decode()
            assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_a_download_has_the_length_that_was_asked_for() -> None:
    async with running() as server:
        for count in (0, 1, 70_000, 9_000_000):  # the last is longer than the noise
            got = await curl(server.url(f"/download?bytes={count}"))
            assert (got.status, len(got.body)) == (200, count)


async def test_a_download_cannot_be_compressed() -> None:
    async with running() as server:
        body = (await curl(server.url("/download?bytes=300000"))).body
    assert len(zlib.compress(body, 9)) >= len(body)


async def test_nobody_on_the_way_may_keep_or_change_what_is_sent() -> None:
    async with running() as server:
        got = await curl(server.url("/download?bytes=10"))
    assert got.headers["cache-control"] == "no-store, no-transform"


async def test_a_number_of_bytes_that_is_none_is_refused() -> None:
    async with running() as server:
        for wrong in ("x", "-1", "1e9", "99999999999999999999", "%D9%A1"):
            assert (await curl(server.url(f"/download?bytes={wrong}"))).status == 400


async def test_head_tells_the_length_and_sends_nothing() -> None:
    async with running() as server:
        got = await raw(server.port, b"HEAD /download?bytes=77 HTTP/1.0\r\n\r\n")
    assert b"Content-Length: 77\r\n" in got
    assert got.endswith(b"\r\n\r\n")


async def test_an_upload_is_told_as_its_receiver_saw_it() -> None:
    async with running() as server:
        got = await curl(server.url("/upload"), POST=1, POSTFIELDS=b"x" * 3_000_000)
    told = got.json()
    assert told["received_bytes"] == 3_000_000
    assert told["samples"][-1] == [told["duration_s"], 3_000_000]
    assert told["samples"] == sorted(told["samples"])
    assert 0 < told["duration_s"] < 10


async def test_an_upload_without_a_length_is_counted_without_its_chunk_lines() -> None:
    pieces = [b"y" * 100_000 for _ in range(30)]
    async with running() as server:
        headers = ["Transfer-Encoding: chunked", "Expect:"]
        got = await curl(
            server.url("/upload"),
            POST=1,
            HTTPHEADER=headers,
            READFUNCTION=lambda _size: pieces.pop()[:16_000] if pieces else b"",
        )
    assert got.json()["received_bytes"] == 30 * 16_000


async def test_a_client_that_waits_for_a_go_ahead_gets_it() -> None:
    async with running() as server:
        got = await raw(
            server.port,
            b"POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n"
            b"Connection: close\r\n\r\nabc",
        )
    assert got.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


async def test_an_empty_upload_is_an_upload_of_nothing() -> None:
    async with running() as server:
        told = (await curl(server.url("/upload"), POST=1, POSTFIELDS="")).json()
    assert (told["received_bytes"], told["duration_s"], told["samples"]) == (0, 0, [])


async def test_requests_follow_each_other_on_one_connection() -> None:
    ask = b"GET /ping HTTP/1.1\r\nHost: a\r\n\r\n"
    upload = b"POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"
    last = b"GET /download?bytes=4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    async with running() as server:
        got = await raw(server.port, ask + upload + ask + last)
    assert got.count(b"HTTP/1.1 204 No Content\r\n") == 2
    assert b'"received_bytes":2' in got
    assert got.count(b"HTTP/1.1 200 OK\r\n") == 2


async def test_what_is_not_there_is_not_there() -> None:
    async with running() as server:
        for path in ("/../../etc/passwd", "/%2e%2e/etc/passwd", "//etc/passwd", "/download/", "/x"):
            got = await raw(server.port, b"GET %s HTTP/1.0\r\n\r\n" % path.encode())
            assert got.startswith(b"HTTP/1.1 404 "), path


async def test_a_wrong_method_is_told_the_right_ones() -> None:
    async with running() as server:
        got = await curl(server.url("/upload"), CUSTOMREQUEST="GET")
    assert (got.status, got.headers["allow"]) == (405, "POST, PUT")


async def test_both_protocols_reach_a_server_without_a_host() -> None:
    async with running(host=None) as server:
        for host in ("127.0.0.1", "::1"):
            got = await raw(server.port, b"GET /getIP.php HTTP/1.0\r\n\r\n", host=host)
            assert json.loads(got.partition(b"\r\n\r\n")[2])["processedString"] == host


async def test_a_system_that_must_copy_measures_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Windows and macOS do it: no memfd, no MSG_TRUNC that drops."""
    monkeypatch.delattr(os, "memfd_create", raising=False)
    monkeypatch.setattr(channel, "_DROPS", False)
    async with running() as server:
        down = await curl(server.url("/download?bytes=9000000"))
        up = await curl(server.url("/upload"), POST=1, POSTFIELDS=b"x" * 3_000_000)
    assert len(down.body) == 9_000_000
    assert up.json()["received_bytes"] == 3_000_000
