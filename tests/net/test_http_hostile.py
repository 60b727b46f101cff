"""Servers that mean harm: each is one bounded row, and a good server asked at the same time is told as it is."""

import asyncio
import gzip
import itertools
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from kontum_netcheck.lab.http import LabHttp, Page
from kontum_netcheck.model import Cause, Stage
from kontum_netcheck.net.http import Fetched, Request
from kontum_netcheck.net.network import Detours, Network, NetworkOptions
from tests.large_certificate import large_certificate

PATIENT_S = 20.0
OK = b"HTTP/1.1 200 OK\r\n"
BODY_MAX_BYTES = 100_000
ENDLESS = itertools.repeat
BOMB = gzip.compress(bytes(50_000_000))


@asynccontextmanager
async def server_of(parts: Iterable[bytes], tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Sends the parts, perhaps without end, to each who asks; its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            for part in parts:
                writer.write(part)
                await asyncio.sleep(0)
                await writer.drain()
        writer.transport.abort()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls) as server:
        yield server.sockets[0].getsockname()[1]


async def fetched_beside_a_good_one(port: int, scheme: str = "http") -> Fetched:
    async with LabHttp({"good.example": Page(body="good")}) as lab:
        table = {
            **lab.detours(),
            ("tcp", "bad.example", 443 if scheme == "https" else 80): ("127.0.0.1", port),
        }
        async with Network(NetworkOptions(detours=Detours(table))) as network:
            bad = Request(f"{scheme}://bad.example/", timeout_s=PATIENT_S, max_body_bytes=BODY_MAX_BYTES)
            answer, good = await asyncio.gather(
                network.http.fetch(bad), network.http.fetch(Request("http://good.example/"))
            )
    assert (good.body, good.failure) == (b"good", None)
    assert len(answer.body) <= BODY_MAX_BYTES
    return answer


@pytest.mark.parametrize(
    ("parts", "stage", "cause"),
    [
        pytest.param(
            itertools.chain([OK], ENDLESS(b"X-Again: and again\r\n")),
            Stage.REPLY,
            Cause.TOO_LARGE,
            id="header",
        ),
        pytest.param(
            itertools.chain([OK], ENDLESS(b"X-Again: " + b"x" * 1_000 + b"\r\n")),
            Stage.REPLY,
            Cause.TOO_LARGE,
            id="header of long lines",
        ),
        pytest.param(
            itertools.chain([OK + b"X-Long: "], ENDLESS(b"x" * 10_000)),
            Stage.REPLY,
            Cause.TOO_LARGE,
            id="line",
        ),
        pytest.param(
            ENDLESS(b"HTTP/1.1 103 Early\r\n\r\n"), Stage.REPLY, Cause.TOO_LARGE, id="early answers"
        ),
        pytest.param(
            itertools.chain(
                [OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n"],
                ENDLESS(b"X-Trailer: again\r\n"),
            ),
            Stage.TRANSFER,
            Cause.TOO_LARGE,
            id="trailers",
        ),
        pytest.param(ENDLESS(b"\x00\xff\x1b[2J"), Stage.REPLY, Cause.BAD_REPLY, id="garbage"),
        pytest.param(
            [OK + b"Content-Length: -5\r\n\r\nbody"], Stage.REPLY, Cause.BAD_REPLY, id="negative length"
        ),
        pytest.param(
            [OK + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nbody"],
            Stage.TRANSFER,
            Cause.BAD_REPLY,
            id="chunk beyond all bounds",
        ),
        pytest.param(
            [OK + b"Content-Encoding: gzip\r\n\r\nno gzip at all"],
            Stage.TRANSFER,
            Cause.BAD_REPLY,
            id="no gzip",
        ),
    ],
)
async def test_what_is_no_answer_ends_as_one_failure(
    parts: Iterable[bytes], stage: Stage, cause: Cause
) -> None:
    async with server_of(parts) as port:
        answer = await fetched_beside_a_good_one(port)
    assert answer.failure is not None
    assert (answer.failure.stage, answer.failure.cause) == (stage, cause)


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(itertools.chain([OK + b"\r\n"], ENDLESS(b"x" * 65_536)), id="without end"),
        pytest.param(
            itertools.chain([OK + b"Content-Length: 10000000000\r\n\r\n"], ENDLESS(b"x" * 65_536)), id="10 GB"
        ),
        pytest.param([OK + b"Content-Encoding: gzip\r\n\r\n", BOMB], id="50 MB in 50 KB"),
        pytest.param(
            [OK + b"Content-Encoding: deflate\r\n\r\n", zlib.compress(bytes(50_000_000))], id="deflated"
        ),
        pytest.param(
            [OK + b"Content-Encoding: gzip, gzip\r\n\r\n", gzip.compress(BOMB)], id="a bomb in a bomb"
        ),
    ],
)
async def test_of_too_large_a_body_the_beginning_is_read(parts: Iterable[bytes]) -> None:
    async with server_of(parts) as port:
        answer = await fetched_beside_a_good_one(port)
    assert (answer.status, answer.failure, answer.body_cut) == (200, None, True)
    assert answer.body_bytes == BODY_MAX_BYTES


@pytest.mark.parametrize(
    ("beginning", "stage"),
    [
        pytest.param(OK + b"X-Slow: ", Stage.REPLY, id="header"),
        pytest.param(OK + b"\r\n", Stage.TRANSFER, id="body"),
        pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\nFFFFFF\r\n", Stage.TRANSFER, id="chunk"),
    ],
)
async def test_what_drips_and_never_ends_takes_its_timeout_and_no_more(
    beginning: bytes, stage: Stage
) -> None:
    async with dripping_server(beginning) as port, Network() as network:
        answer = await network.http.fetch(Request(f"http://127.0.0.1:{port}/", timeout_s=0.5))
    assert answer.failure is not None
    assert (answer.failure.stage, answer.failure.cause) == (stage, Cause.TIMEOUT)


@asynccontextmanager
async def dripping_server(beginning: bytes) -> AsyncIterator[int]:
    """Sends the beginning and then a byte now and then, as long as somebody listens; its port."""
    dripping: set[asyncio.Task[None]] = set()

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        dripping.add(task)
        with suppress(OSError, asyncio.CancelledError):
            writer.write(beginning)
            while True:
                writer.write(b"0")
                await writer.drain()
                await asyncio.sleep(0.02)
        writer.transport.abort()
        await asyncio.sleep(0)

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
        for task in dripping:
            task.cancel()
        await asyncio.gather(*dripping)


async def test_a_certificate_of_a_megabyte_fails_in_the_handshake(tmp_path: Path) -> None:
    async with server_of([OK], large_certificate(tmp_path)) as port:
        answer = await fetched_beside_a_good_one(port, "https")
    assert answer.failure is not None
    assert (answer.failure.stage, answer.failure.cause) == (Stage.TLS, Cause.TLS_FAILED)


async def test_a_port_where_nobody_accepts_takes_its_timeout_and_no_more() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        async with Network() as network:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
            answer = await network.http.fetch(Request(url, timeout_s=0.2))
    assert answer.failure is not None and answer.failure.cause is Cause.TIMEOUT
