"""HTTPS and HTTP on one port."""

import ssl
from pathlib import Path

import pycurl
import pytest
import trustme

from tests.serving.running import curl, raw, running


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def context(authority: trustme.CA) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(made)
    return made


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> str:
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return str(file)


async def test_both_are_measured_on_the_same_port(context: ssl.SSLContext, trusted: str) -> None:
    async with running(tls=context) as server:
        for scheme in ("http", "https"):
            base = f"{scheme}://127.0.0.1:{server.port}"
            down = await curl(f"{base}/download?bytes=3000000", CAINFO=trusted)
            up = await curl(f"{base}/upload", CAINFO=trusted, POST=1, POSTFIELDS=b"x" * 3_000_000)
            pieces = [b"y" * 10_000] * 50
            chunked = await curl(
                f"{base}/upload",
                CAINFO=trusted,
                POST=1,
                HTTPHEADER=["Transfer-Encoding: chunked", "Expect:"],
                READFUNCTION=lambda _size, left=pieces: left.pop() if left else b"",
            )
            assert len(down.body) == 3_000_000
            assert up.json()["received_bytes"] == 3_000_000
            assert chunked.json()["received_bytes"] == 500_000
        assert [line.split()[2] for line in server.log] == ["http"] * 3 + ["https"] * 3


async def test_an_old_tls_is_refused(context: ssl.SSLContext, trusted: str) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    async with running(tls=context) as server:
        with pytest.raises(pycurl.error):
            await curl(
                f"https://127.0.0.1:{server.port}/ping",
                CAINFO=trusted,
                SSLVERSION=pycurl.SSLVERSION_TLSv1_2 | pycurl.SSLVERSION_MAX_TLSv1_2,
            )
        assert (await curl(f"https://127.0.0.1:{server.port}/ping", CAINFO=trusted)).status == 204


async def test_what_only_begins_like_tls_is_dropped(context: ssl.SSLContext) -> None:
    async with running(tls=context) as server:
        got = await raw(server.port, b"\x16\x03\x01" + b"\xff" * 100)
    assert b"HTTP/" not in got
