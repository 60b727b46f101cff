"""The HTTP engine against a real web server: what nginx does is what we say."""

from collections.abc import Iterator

import pytest

from kontum_netcheck.net.http import Request
from kontum_netcheck.net.network import Network
from tests.servers import needs_nginx, nginx

pytestmark = needs_nginx
LOCATIONS = """
    location = / {{ return 200 "{page}"; }}
    location = /old {{ return 301 /; }}
    location / {{ return 404; }}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an nginx on a free port, ready to answer."""
    with nginx(tmp_path_factory.mktemp("nginx"), LOCATIONS.format(page="exam " * 500)) as url:
        yield url


async def test_nginx_answers_and_its_compressed_page_is_read(server: str) -> None:
    async with Network() as network:
        answer = await network.http.fetch(Request(f"{server}/"))
    assert (answer.status, answer.failure, answer.body) == (200, None, b"exam " * 500)
    assert (answer.header("server") or "").startswith("nginx")
    assert answer.header("content-encoding") == "gzip"


async def test_nginx_redirects_and_we_follow(server: str) -> None:
    async with Network() as network:
        answer = await network.http.fetch(Request(f"{server}/old"))
    assert (answer.status, answer.redirect_count, answer.url) == (200, 1, f"{server}/")


async def test_a_page_that_nginx_does_not_have(server: str) -> None:
    async with Network() as network:
        assert (await network.http.fetch(Request(f"{server}/nowhere"))).status == 404
