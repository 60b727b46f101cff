"""The HTTP engine against a real web server: what nginx does is what we say."""

import shutil
import socket
import subprocess
from collections.abc import Iterator

import pytest

from kontum_netcheck.net.http import Request
from kontum_netcheck.net.network import Network

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian: nginx-light)")

CONFIGURATION = """
daemon off; worker_processes 1; error_log stderr; pid {folder}/nginx.pid;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  gzip on; gzip_min_length 1; gzip_types *;
  server {{
    listen 127.0.0.1:{port}; absolute_redirect off;
    location = / {{ return 200 "{page}"; }}
    location = /old {{ return 301 /; }}
    location / {{ return 404; }}
  }}
}}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an nginx on a free port, ready to answer."""
    assert NGINX is not None
    folder = tmp_path_factory.mktemp("nginx")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port, page="exam " * 500))
    process = subprocess.Popen(
        [NGINX, "-p", str(folder), "-c", str(configuration)], stderr=subprocess.DEVNULL
    )
    try:
        while not (folder / "nginx.pid").exists() and process.poll() is None:
            pass  # its sockets listen before it writes that file
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


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
