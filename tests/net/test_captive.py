"""Whether a login page answers in the web's place: judged from answers, and from real servers on loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.captive import Captive, Known, ask_captive, judge_answer
from kontum_netcheck.net.http import Fetched
from kontum_netcheck.net.network import Network

PAGE = "http://portal.example/"


def answer(status: int, location: str | None = None, body: bytes = b"") -> Fetched:
    return Fetched(
        PAGE,
        status=status,
        headers=(("location", location),) if location else (),
        body=body,
        body_bytes=len(body),
    )


@pytest.mark.parametrize(
    ("known", "fetched", "captive"),
    [
        (Known(PAGE), answer(200), Captive.FREE),
        (Known(PAGE), answer(511), Captive.PORTAL),
        (Known(PAGE), answer(302, "http://login.hotel.example/?back=portal.example"), Captive.PORTAL),
        (Known(PAGE), answer(307, "http://10.0.0.1/"), Captive.PORTAL),
        (Known(PAGE), answer(301, "https://portal.example/"), Captive.FREE),
        (Known(PAGE), answer(301, "https://www.portal.example/home"), Captive.FREE),
        (Known(PAGE), answer(301, "/home"), Captive.FREE),
        (Known(PAGE), answer(302, "http://[broken"), Captive.PORTAL),
        (Known(PAGE, redirect_hosts=("sso.example",)), answer(302, "https://sso.example/"), Captive.FREE),
        (Known(PAGE, status=(204,)), answer(204), Captive.FREE),
        (Known(PAGE, status=(204,)), answer(200, body=b"please log in"), Captive.PORTAL),
        (Known(PAGE, status=(200,), text="Kon Tum"), answer(200, body=b"Tra cuu Kon Tum"), Captive.FREE),
        (Known(PAGE, text="Kon Tum"), answer(200, body=b"please log in"), Captive.PORTAL),
        (Known(PAGE), answer(503), Captive.CANNOT_TELL),
        (Known(PAGE, status=(404,)), answer(404), Captive.FREE),
    ],
)
def test_what_an_answer_says_of_a_login_page(known: Known, fetched: Fetched, captive: Captive) -> None:
    assert judge_answer(known, fetched).captive is captive


def test_no_answer_proves_no_login_page() -> None:
    silence = Failure(Stage.CONNECT, Cause.TIMEOUT)
    judged = judge_answer(Known(PAGE), Fetched(PAGE, failure=silence))
    assert (judged.captive, judged.failure) == (Captive.CANNOT_TELL, silence)


@asynccontextmanager
async def server(reply: bytes) -> AsyncIterator[str]:
    """Answers every request with `reply`, on loopback."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"


async def test_a_login_page_on_the_way_is_seen() -> None:
    reply = b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.9/login\r\nContent-Length: 0\r\n\r\n"
    async with server(reply) as url, Network() as network:
        judged = await ask_captive(network, Known(url))
    assert (judged.captive, judged.redirected_to) == (Captive.PORTAL, "http://192.0.2.9/login")


async def test_the_known_page_itself_is_no_login_page() -> None:
    async with server(b"HTTP/1.1 204 No Content\r\n\r\n") as url, Network() as network:
        judged = await ask_captive(network, Known(url, status=(204,)))
    assert judged.captive is Captive.FREE


async def test_where_nobody_listens_nobody_can_tell() -> None:
    async with server(b"") as url:
        pass
    async with Network() as network:
        judged = await ask_captive(network, Known(url))
    assert judged.captive is Captive.CANNOT_TELL
    assert judged.failure is not None
    assert judged.failure.cause is Cause.REFUSED
