"""What strangers send: bounded, one row each, and nothing else disturbed."""

import socket
from collections.abc import AsyncIterator, Iterable

import pytest

from kontum_netcheck.model import Cause
from kontum_netcheck.net.network import Network
from kontum_netcheck.net.sip import Account, options, ring
from tests.sip_peer import peer, reply, stream_peer

SHORT_S = 0.2
PATIENT_S = 10.0


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    async with Network() as network:
        yield network


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"Call-ID": "another"}, "to another call"),
        ({"CSeq": "77 OPTIONS"}, "to another call"),
        ({"CSeq": "1 INVITE"}, "to another request"),
        ({"branch": "z9hG4bKother"}, "to another request"),
    ],
)
async def test_an_answer_to_something_else_is_no_answer(
    network: Network, wrong: dict[str, str], told: str
) -> None:
    async with peer(lambda wire: [reply(wire, "200 OK", changed=wrong)]) as server:
        measured = await options(network, Account(*server.address), timeout_s=SHORT_S)
    assert measured.failure is not None
    assert (measured.failure.cause, measured.failure.detail) == (
        Cause.TIMEOUT,
        f"messages ignored: 1 {told}",
    )
    assert "status" not in measured.metrics


@pytest.mark.parametrize("wire", [b"x", b"\x00" * 1000, b"HTTP/1.1 200 OK\r\n\r\n", b"SIP/2.0 200 OK"])
async def test_what_is_not_sip_is_counted_and_ignored(network: Network, wire: bytes) -> None:
    async with peer(lambda _: [wire]) as server:
        measured = await options(network, Account(*server.address), timeout_s=SHORT_S)
    assert measured.failure is not None
    assert "1 that are not SIP" in measured.failure.detail


async def test_an_answer_from_another_address_is_no_answer(network: Network) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.2", 0))

        def from_elsewhere(wire: bytes) -> Iterable[bytes]:
            port = int(wire.split(b"Via: SIP/2.0/UDP ")[1].split(b";")[0].rsplit(b":", 1)[1])
            stranger.sendto(reply(wire, "200 OK"), ("127.0.0.1", port))
            return []

        async with peer(from_elsewhere) as server:
            measured = await options(network, Account(*server.address), timeout_s=SHORT_S)
    assert measured.failure is not None
    assert measured.failure.detail == "messages ignored: 1 from another address (127.0.0.2)"


async def test_of_two_answers_the_first_counts(network: Network) -> None:
    async with peer(lambda wire: [reply(wire, "200 OK"), reply(wire, "503 No")]) as server:
        measured = await options(network, Account(*server.address), timeout_s=PATIENT_S)
        again = await options(network, Account(*server.address), timeout_s=PATIENT_S)
    assert (measured.metrics["status"], again.metrics["status"]) == (200, 200)


async def test_a_megabyte_of_headers_is_not_read(network: Network) -> None:
    flood = b"SIP/2.0 200 OK\r\n" + b"X: " + b"x" * 1_000_000
    async with stream_peer(lambda _: [flood]) as at:
        measured = await options(network, Account(*at, transport="tcp"), timeout_s=PATIENT_S)
    assert measured.failure is not None
    assert measured.failure.cause is Cause.TOO_LARGE


@pytest.mark.parametrize("said", [b"SSH-2.0-OpenSSH\r\n\r\n", b"\r\n\r\nHTTP/1.1 400 Bad\r\n\r\n"])
async def test_a_stream_of_something_else_is_told(network: Network, said: bytes) -> None:
    async with stream_peer(lambda _: [said]) as at:
        measured = await options(network, Account(*at, transport="tcp"), timeout_s=PATIENT_S)
    assert measured.failure is not None
    assert measured.failure.cause is Cause.BAD_REPLY


async def test_an_answer_in_single_bytes_is_read(network: Network) -> None:
    def bytewise(wire: bytes) -> Iterable[bytes]:
        return [bytes((byte,)) for byte in reply(wire, "200 OK")]

    async with stream_peer(bytewise) as at:
        measured = await options(network, Account(*at, transport="tcp"), timeout_s=PATIENT_S)
    assert measured.metrics["status"] == 200


async def test_control_characters_of_the_server_are_not_shown(network: Network) -> None:
    headers = f"Server: \x1b[31mgateway\x07{'x' * 500}\r\n"
    async with peer(lambda wire: [reply(wire, "503 \x1b]0;pwned\x07No", headers=headers)]) as server:
        measured = await options(network, Account(*server.address), timeout_s=PATIENT_S)
    assert measured.failure is not None
    shown = f"{measured.metrics['server']}{measured.failure.detail}"
    assert shown.isprintable()
    assert str(measured.metrics["server"]).startswith("[31mgateway")
    assert len(str(measured.metrics["server"])) == 100


async def test_a_stranger_beside_it_disturbs_no_other_question(network: Network) -> None:
    async with peer(lambda wire: [b"\xff" * 60_000] * 50 + [reply(wire, "200 OK")]) as server:
        measured = await options(network, Account(*server.address), timeout_s=PATIENT_S)
    assert measured.metrics["status"] == 200


@pytest.mark.parametrize("number", ["", "1\r\nX: y", "0260 3000001", "a@b", "1" * 100])
async def test_what_is_no_number_is_never_dialled(network: Network, number: str) -> None:
    with pytest.raises(ValueError, match="a number to dial has digits"):
        await ring(network, Account("127.0.0.1", 9), number)


def test_a_line_break_never_comes_into_a_message_and_the_password_into_no_text() -> None:
    with pytest.raises(ValueError, match="the password of a SIP account holds a line break"):
        Account("gw.example", password="s3cret\r\nX: y")
    assert "s3cret" not in repr(Account("gw.example", password="s3cret"))
