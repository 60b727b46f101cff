"""The lab's web servers do as scripted, and its certificates have the faults that they are made with."""

import asyncio
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from kontum_netcheck.lab.certificates import CertificateAuthority, CertificateKind
from kontum_netcheck.lab.http import LabHttp, Page


async def asked(port: int, host: str, path: str = "/") -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_one_server_answers_for_many_hosts_and_paths() -> None:
    pages = {"a.example": Page(body="a"), "b.example": Page(body="b"), "b.example/c": Page(body="c")}
    async with LabHttp(pages) as lab:
        asking = (
            asked(lab.port, *where) for where in (("a.example",), ("b.example:80",), ("b.example", "/c?d"))
        )
        assert [answer[-1:] for answer in await asyncio.gather(*asking)] == [b"a", b"b", b"c"]


async def test_a_host_without_a_script_is_not_found() -> None:
    async with LabHttp({}) as lab:
        assert (await asked(lab.port, "x.example")).startswith(b"HTTP/1.1 404 ")


async def test_every_host_has_a_detour_to_its_server() -> None:
    async with LabHttp({"a.example": Page(), "a.example/b": Page()}) as lab:
        assert lab.detours() == {("tcp", "a.example", 80): ("127.0.0.1", lab.port)}


def shown(authority: CertificateAuthority, folder: Path, kind: CertificateKind) -> x509.Certificate:
    authority.context("a.example", kind)
    newest = max(folder.glob("[0-9]*.pem"), key=lambda path: int(path.stem))
    return x509.load_pem_x509_certificate(newest.read_bytes().partition(b"-----END PRIVATE KEY-----\n")[2])


@pytest.mark.parametrize(
    ("kind", "days_left"),
    [
        (CertificateKind.GOOD, 90),
        (CertificateKind.EXPIRING, 12),
        (CertificateKind.EXPIRED, -3),
        (CertificateKind.NOT_YET_VALID, 93),
    ],
)
def test_a_certificate_expires_when_its_kind_says(
    tmp_path: Path, kind: CertificateKind, days_left: int
) -> None:
    certificate = shown(CertificateAuthority(tmp_path), tmp_path, kind)
    assert (certificate.not_valid_after_utc - datetime.now(UTC)).days == days_left


def test_a_context_is_made_once(tmp_path: Path) -> None:
    authority = CertificateAuthority(tmp_path)
    assert authority.context("a.example") is authority.context("a.example")


def test_who_trusts_the_file_trusts_the_authority(tmp_path: Path) -> None:
    context = ssl.create_default_context(cafile=CertificateAuthority(tmp_path).path)
    assert len(context.get_ca_certs()) == 1
