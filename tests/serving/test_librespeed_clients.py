"""LibreSpeed's page and librespeed-cli: their requests as their sources make them, and what they take for good."""

import asyncio

from tests.serving.running import curl, running


async def test_librespeed_cli_takes_the_server_for_up() -> None:
    """`IsUp` in its defs/server.go: status 200 and an empty body, of whatever address its list has for the ping."""
    async with running() as server:
        for path in ("/empty.php", "/backend/empty.php"):
            got = await curl(server.url(path))
            assert (got.status, got.body) == (200, b"")


async def test_librespeed_cli_learns_its_address() -> None:
    async with running() as server:
        got = await curl(server.url("/backend/getIP.php?isp=true&distance=km"))
    assert got.json() == {"processedString": "127.0.0.1", "rawIspInfo": ""}


async def test_librespeed_cli_downloads_in_mebibytes() -> None:
    async with running() as server:
        for query, length in (("?ckSize=3", 3), ("", 4), ("?ckSize=0", 4), ("?ckSize=x", 4)):
            got = await curl(server.url(f"/garbage.php{query}"))
            assert len(got.body) == length << 20, query


async def test_no_more_than_a_gibibyte_at_once() -> None:
    async with running() as server:
        got = await curl(server.url("/garbage.php?ckSize=9999"), NOBODY=1)
    assert got.headers["content-length"] == str(1 << 30)


async def test_librespeed_cli_uploads_without_end() -> None:
    """Its body is a reader that begins again and again, which Go sends in chunks of 32 KiB until the program ends."""
    chunk = b"8000\r\n" + b"z" * 32_768 + b"\r\n"
    async with running() as server:
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(
            b"POST /empty.php HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + 20 * chunk
        )
        await writer.drain()
        writer.close()
        line = (await server.logged())[0]
    assert f" received={20 * 32_768} " in line
    assert " client_left " in line


async def test_the_pages_uploads_are_answered_with_nothing() -> None:
    """A blob of 20 MiB, again and again; here a smaller one."""
    async with running() as server:
        got = await curl(server.url("/backend/empty.php?r=0.1"), POST=1, POSTFIELDS="z" * 100_000)
    assert (got.status, got.body) == (200, b"")


async def test_the_page_measures_from_elsewhere_when_it_asks_so() -> None:
    """`cors=true` in speedtest_worker.js, and the browser's question beforehand where it uploads."""
    async with running() as server:
        asked = await curl(server.url("/backend/garbage.php?cors=true&r=0.5&ckSize=1"), NOBODY=1)
        unasked = await curl(server.url("/backend/garbage.php?r=0.5&ckSize=1"), NOBODY=1)
        before = await curl(server.url("/backend/empty.php?cors=true"), CUSTOMREQUEST="OPTIONS")
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in unasked.headers
    assert before.status == 204
    assert before.headers["access-control-allow-headers"] == "Content-Encoding, Content-Type"
