"""A server that is not who it says is told apart from one that is not there, and from one that lets nobody in."""

from pathlib import Path

import pytest
import trustme

from kontum_netcheck.store.agents import connect
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.store import Store
from tests.store.tls_server import tls_server

NO_TLS = "no TLS with this server, or its certificate is not to be trusted; check sslmode and sslrootcert"


@pytest.fixture
def authority() -> trustme.CA:
    """Who signs the server's certificate."""
    pytest.importorskip("psycopg", reason="needs psycopg (extra postgres)")
    return trustme.CA()


def _url(
    port: int, trusted: trustme.CA, folder: Path, mode: str = "verify-full", host: str = "127.0.0.1"
) -> str:
    file = folder / "authority.pem"
    trusted.cert_pem.write_to_path(str(file))
    options = f"host={host}&hostaddr=127.0.0.1&sslmode={mode}&sslrootcert={file}"
    return f"postgresql://netcheck:secret@:{port}/evidence?{options}"


def _refusal(url: str) -> str:
    sentences = []
    for way in (Store.open, connect):
        with pytest.raises(StoreError) as refused:
            way(url)
        sentences.append(str(refused.value))
    assert sentences[0] == sentences[1] and "secret" not in sentences[0]
    return sentences[0]


def test_a_certificate_that_another_authority_signed_is_told(authority: trustme.CA, tmp_path: Path) -> None:
    with tls_server(authority.issue_cert("127.0.0.1"), tmp_path) as port:
        assert NO_TLS in _refusal(_url(port, trustme.CA(), tmp_path))


def test_a_certificate_of_another_name_is_told(authority: trustme.CA, tmp_path: Path) -> None:
    with tls_server(authority.issue_cert("db.example"), tmp_path) as port:
        assert NO_TLS in _refusal(_url(port, authority, tmp_path, host="evidence.example"))


def test_with_the_right_certificate_it_is_the_login_that_is_told(
    authority: trustme.CA, tmp_path: Path
) -> None:
    with tls_server(authority.issue_cert("db.example"), tmp_path) as port:
        assert "the server refuses to let you in" in _refusal(
            _url(port, authority, tmp_path, host="db.example")
        )
