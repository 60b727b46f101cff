"""Digests: the examples of the RFCs, and challenges as servers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.net.sip.digest import Challenge, authorization, read_challenges, response

NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"


@pytest.mark.parametrize(
    ("algorithm", "proof"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_rfc_7616(algorithm: str, proof: str) -> None:
    challenge = Challenge("http-auth@example.org", NONCE, algorithm, "auth", OPAQUE, stale=False)
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    found = response(challenge, "Mufasa", "Circle of Life", "GET", "/dir/index.html", cnonce, "00000001")
    assert found == proof


def test_of_several_challenges_the_first_that_we_know_counts() -> None:
    values = [
        "Basic realm=x",
        'Digest realm="a", nonce="1", algorithm=FUTURE-1024',
        'Digest realm="b\\"c", nonce="2", algorithm=sha-256, qop="auth-int,auth", stale=TRUE, opaque=""',
        'Digest realm="d", nonce="3"',
    ]
    first, second = read_challenges(values)
    assert first == Challenge('b"c', "2", "sha-256", "auth", "", stale=True)
    assert second == Challenge("d", "3", "", None, None, stale=False)


def test_the_proof_is_written_as_servers_read_it() -> None:
    challenge = Challenge('b"c', "2", "SHA-256", "auth", "o", stale=False)
    written = authorization(challenge, "an", "s3cret", "OPTIONS", "sip:gw.example")
    assert written.startswith(
        'Digest username="an", realm="b\\"c", nonce="2", uri="sip:gw.example", response="'
    )
    assert ', algorithm=SHA-256, opaque="o", qop=auth, nc=00000001, cnonce="' in written
    assert "s3cret" not in written


@given(st.text(max_size=200))
def test_any_challenge_is_read_or_passed_over(value: str) -> None:
    for challenge in read_challenges([value, f"Digest {value}", f'Digest nonce="n", realm="{value}"']):
        written = authorization(challenge, "u", "p", "OPTIONS", "sip:x")
        assert written.isprintable()


def test_a_challenge_with_no_end_is_read_as_fast_as_any() -> None:
    evil = "Digest nonce=1" + ',a=""' * 100_000 + "\x00"
    read_challenges([evil])
