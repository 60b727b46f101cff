"""Test calls against SIPp and against peers that do as scripted: what comes of them, and that they are cleared."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path

import pytest

from kontum_netcheck.model import Cause, Measurement, MetricValue
from kontum_netcheck.net.network import Network
from kontum_netcheck.net.sip import Account, ring
from tests.sip_peer import Peer, method, peer, reply
from tests.sipp import NEEDS_SIPP, sipp

NUMBER = "02603000001"
PATIENT_S = 10.0


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    async with Network() as network:
        yield network


def outcome(measured: Measurement) -> tuple[MetricValue | None, MetricValue | None, Cause | None]:
    """Result, status and cause."""
    cause = measured.failure.cause if measured.failure else None
    return measured.metrics.get("result"), measured.metrics.get("status"), cause


@NEEDS_SIPP
@pytest.mark.parametrize(("sipps", "ours"), [("u1", "udp"), ("t1", "tcp")])
async def test_it_rings_and_the_call_is_taken_back(
    network: Network, tmp_path: Path, sipps: str, ours: str
) -> None:
    async with sipp(tmp_path, "ring.xml", transport=sipps) as phone:
        account = Account("127.0.0.1", phone.port, transport="udp" if ours == "udp" else "tcp")
        measured = await ring(network, account, NUMBER, ring_for_s=0.1, timeout_s=PATIENT_S)
        assert await phone.succeeded()
    assert outcome(measured) == ("ring", 180, None)
    assert measured.metrics["method"] == "sip"
    assert "wait_ms" in measured.metrics


@NEEDS_SIPP
@pytest.mark.parametrize(
    ("status", "result", "cause"),
    [
        ("486 Busy Here", "busy", Cause.BUSY),
        ("404 Not Found", "no_such_number", Cause.NO_SUCH_NUMBER),
        ("480 Temporarily Unavailable", "no_answer", Cause.NO_ANSWER),
        ("603 Decline", "rejected", Cause.CALL_REJECTED),
        ("503 Service Unavailable", "congestion", Cause.CONGESTION),
    ],
)
async def test_a_refusal_has_its_name_and_is_acknowledged(
    network: Network, tmp_path: Path, status: str, result: str, cause: Cause
) -> None:
    async with sipp(tmp_path, "refuse.xml", status=status) as exchange:
        measured = await ring(network, Account("127.0.0.1", exchange.port), NUMBER, timeout_s=PATIENT_S)
        assert await exchange.succeeded()
    assert outcome(measured) == (result, int(status[:3]), cause)
    assert measured.failure is not None
    assert measured.failure.detail == status


@NEEDS_SIPP
async def test_an_answered_call_is_acknowledged_and_hung_up(network: Network, tmp_path: Path) -> None:
    async with sipp(tmp_path, "answer.xml") as phone:
        measured = await ring(network, Account("127.0.0.1", phone.port), NUMBER, timeout_s=PATIENT_S)
        assert await phone.succeeded()
    assert outcome(measured) == ("answered", 200, None)


@NEEDS_SIPP
async def test_an_answer_that_crosses_our_cancel_is_hung_up(network: Network, tmp_path: Path) -> None:
    async with sipp(tmp_path, "crossing.xml") as phone:
        account = Account("127.0.0.1", phone.port)
        measured = await ring(network, account, NUMBER, ring_for_s=0.1, timeout_s=PATIENT_S)
        assert await phone.succeeded()
    assert outcome(measured) == ("ring", 180, None)


@NEEDS_SIPP
async def test_ctrl_c_clears_the_call_and_what_is_known_was_told(network: Network, tmp_path: Path) -> None:
    known: dict[str, MetricValue] = {}
    rings = asyncio.Event()

    def note(metrics: Mapping[str, MetricValue]) -> None:
        known.update(metrics)
        if metrics.get("result") == "ring":
            rings.set()

    async with sipp(tmp_path, "ring.xml") as phone:
        account = Account("127.0.0.1", phone.port)
        calling = asyncio.create_task(ring(network, account, NUMBER, ring_for_s=PATIENT_S, on_progress=note))
        await rings.wait()
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        assert await phone.succeeded()
    assert (known["result"], known["status"]) == ("ring", 180)


async def test_before_anything_has_come_no_cancel_is_sent(network: Network) -> None:
    """RFC 3261, section 9.1: it waits for the first provisional answer."""

    def trying_when_asked_again(wire: bytes) -> Iterable[bytes]:
        asked.append(method(wire))
        if asked == ["INVITE", "INVITE"]:
            return [reply(wire, "100 Trying")]
        if method(wire) == "CANCEL":
            return [
                reply(wire, "200 OK"),
                reply(wire, "487 Request Terminated", changed={"CSeq": "1 INVITE"}),
            ]
        return []

    asked: list[str] = []
    async with peer(trying_when_asked_again) as exchange:
        calling = asyncio.create_task(ring(network, Account(*exchange.address), NUMBER))
        await exchange.until("INVITE")
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        await exchange.until("ACK")
    assert asked == ["INVITE", "INVITE", "CANCEL", "ACK"]


async def test_our_digest_opens_the_trunk(network: Network) -> None:
    challenge = 'Proxy-Authenticate: Digest realm="trunk", nonce="n", qop="auth", algorithm=SHA-256\r\n'

    def trunk(wire: bytes) -> Iterable[bytes]:
        if method(wire) != "INVITE":
            return []
        if b"Proxy-Authorization: Digest" in wire:
            return [reply(wire, "486 Busy Here")]
        return [reply(wire, "407 Proxy Authentication Required", headers=challenge)]

    async with peer(trunk) as exchange:
        account = Account(*exchange.address, user="school", password="s3cret")
        measured = await ring(network, account, NUMBER, timeout_s=PATIENT_S)
        await exchange.until("ACK", 2)
    assert outcome(measured) == ("busy", 486, Cause.BUSY)
    assert [method(wire) for wire in exchange.came] == ["INVITE", "ACK", "INVITE", "ACK"]


async def test_a_trunk_that_does_not_take_us_says_nothing_of_the_number(network: Network) -> None:
    async with peer(lambda w: [reply(w, "401 Unauthorized")] if method(w) == "INVITE" else []) as exchange:
        measured = await ring(network, Account(*exchange.address), NUMBER, timeout_s=PATIENT_S)
    assert outcome(measured) == (None, 401, Cause.CREDENTIALS_REFUSED)


async def test_a_silent_trunk_says_nothing_of_the_number(network: Network) -> None:
    async with peer(lambda _: []) as exchange:
        calling = asyncio.create_task(ring(network, Account(*exchange.address), NUMBER, timeout_s=0.1))
        await exchange.until("INVITE")
        exchange.send(
            reply(exchange.came[0], "486 Busy Here", changed={"branch": "z9hG4bKx"}), _own(exchange)
        )
        measured = await calling
    assert outcome(measured) == (None, None, Cause.TIMEOUT)


def _own(exchange: Peer) -> tuple[str, int]:
    host, port = exchange.came[0].split(b"Via: SIP/2.0/UDP ")[1].split(b";")[0].rsplit(b":", 1)
    return host.decode(), int(port)


async def test_a_refusal_that_comes_again_is_acknowledged_again(network: Network) -> None:
    async with peer(lambda w: [reply(w, "486 Busy")] * 3 if method(w) == "INVITE" else []) as exchange:
        measured = await ring(network, Account(*exchange.address), NUMBER, timeout_s=PATIENT_S)
        await exchange.until("ACK", 3)
    assert outcome(measured)[0] == "busy"


async def test_two_phones_that_answer_are_both_hung_up(network: Network) -> None:
    def forked(wire: bytes) -> Iterable[bytes]:
        if method(wire) == "BYE":
            return [reply(wire, "200 OK")]
        if method(wire) != "INVITE":
            return []
        return [reply(wire, "200 OK").replace(b";tag=peer", tag) for tag in (b";tag=first", b";tag=second")]

    async with peer(forked) as exchange:
        measured = await ring(network, Account(*exchange.address), NUMBER, timeout_s=PATIENT_S)
        await exchange.until("BYE", 2)
    assert outcome(measured) == ("answered", 200, None)
    ended = {tag for wire in exchange.came for tag in (b"first", b"second") if b"BYE" in wire and tag in wire}
    assert ended == {b"first", b"second"}


async def test_the_other_end_hangs_up_while_we_listen(network: Network) -> None:
    def hangs_up(wire: bytes) -> Iterable[bytes]:
        if method(wire) == "INVITE":
            return [reply(wire, "200 OK")]
        if method(wire) != "ACK":
            return []
        return [_bye_for(wire)]

    async with peer(hangs_up) as exchange:
        account = Account(*exchange.address)
        measured = await ring(network, account, NUMBER, timeout_s=PATIENT_S, listen_s=PATIENT_S)
        assert exchange.came[-1].startswith(b"SIP/2.0 200 OK")
    assert outcome(measured) == ("answered", 200, None)


def _bye_for(ack: bytes) -> bytes:
    lines = dict(line.split(": ", 1) for line in ack.decode().split("\r\n")[1:] if ": " in line)
    return (
        f"BYE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKbye\r\nFrom: {lines['To']}\r\n"
        f"To: {lines['From']}\r\nCall-ID: {lines['Call-ID']}\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n"
    ).encode()


async def test_a_phone_that_rings_after_we_have_given_up_is_silenced(network: Network) -> None:
    async with peer(lambda w: [reply(w, "200 OK")] if method(w) == "CANCEL" else []) as exchange:
        measured = await ring(network, Account(*exchange.address), NUMBER, timeout_s=0.1)
        exchange.send(reply(exchange.came[0], "180 Ringing"), _own(exchange))
        await exchange.until("CANCEL", 2)
    assert outcome(measured) == (None, None, Cause.TIMEOUT)


async def test_who_leaves_a_silent_trunk_takes_the_call_back_all_the_same(network: Network) -> None:
    """A phone may begin to ring when nobody here listens any more."""
    async with peer(lambda _: []) as exchange:
        await ring(network, Account(*exchange.address), NUMBER, timeout_s=0.01)
        invite, cancel = exchange.came[0], await exchange.until("CANCEL")
    assert branch(cancel) == branch(invite)


def branch(wire: bytes) -> bytes:
    return wire.split(b"branch=")[1].split(b";")[0]


async def test_an_answer_that_came_while_we_stood_still_is_no_silence(network: Network) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as exchange:
        exchange.bind(("127.0.0.1", 0))

        def stand_still(metrics: Mapping[str, MetricValue]) -> None:
            if "status" not in metrics and "result" not in metrics:
                invite, from_where = exchange.recvfrom(65_535)
                exchange.sendto(reply(invite, "486 Busy Here"), from_where)
                time.sleep(0.02)  # the event loop doesn't turn, and the time is over when it does

        account = Account(*exchange.getsockname())
        measured = await ring(network, account, NUMBER, timeout_s=0.01, on_progress=stand_still)
    assert outcome(measured) == ("busy", 486, Cause.BUSY)
