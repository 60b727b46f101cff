"""speedtest-cli measures against us as against a Speedtest Mini, by its own Python API."""

import asyncio
import gc
from typing import Any

import pytest

from tests.serving.running import Running, curl, running

speedtest = pytest.importorskip("speedtest")

pytestmark = [
    # What speedtest-cli does, not we: old names of the library, sockets that it leaves to the collector.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SMALL = {
    # Not 65,536: of those it promises 65,536 bytes and sends 65,529, and then waits with us for the rest.
    "sizes": {"download": [350, 500], "upload": [32_768, 131_072]},
    "counts": {"download": 2, "upload": 2},
    "threads": {"download": 2, "upload": 2},
    "length": {"download": 5, "upload": 5},
    "upload_max": 4,
    "client": {},
    "ignore_servers": [],
}


class Private(speedtest.Speedtest):  # type: ignore[misc, name-defined]
    """Asks nobody but the server that it is given."""

    def get_config(self) -> dict[str, Any]:
        """What www.speedtest.net would say, with small tests."""
        self.config.update(SMALL)
        return self.config  # type: ignore[no-any-return]


def measured(server: Running) -> dict[str, Any]:
    client = Private()
    best = client.get_best_server(client.set_mini_server(f"http://127.0.0.1:{server.port}/"))
    client.download()
    client.upload(pre_allocate=True)
    assert best["latency"] < 3600  # it says 3600 where the answers weren't the right ones
    result: dict[str, Any] = client.results.dict()
    return result


async def test_speedtest_cli_measures_both_ways() -> None:
    async with running() as server:
        result = await asyncio.to_thread(measured, server)
        gc.collect()  # here, where its unclosed sockets are expected
        log = server.log
    assert result["bytes_received"] == 2 * (350 * 350 + 500 * 500) * 2
    assert result["bytes_sent"] == 2 * 32_768 + 2 * 131_072
    assert result["download"] > 0 < result["upload"]
    assert all(" 200 " in line for line in log), log


async def test_a_picture_is_as_long_as_minis() -> None:
    async with running() as server:
        for side, minis_bytes in ((350, 245_388), (4000, 31_625_365)):
            got = await curl(server.url(f"/speedtest/random{side}x{side}.jpg"), NOBODY=1)
            assert abs(int(got.headers["content-length"]) / minis_bytes - 1) < 0.02


async def test_there_is_no_larger_picture_and_no_other() -> None:
    async with running() as server:
        for name in ("random9999x9999.jpg", "random350x500.jpg", "random00x00.jpg", "random1000.jpg"):
            assert (await curl(server.url(f"/speedtest/{name}"))).status == 404
