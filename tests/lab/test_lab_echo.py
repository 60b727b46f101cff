"""The scripted echo host keeps to its script."""

import asyncio
import socket

import pytest

from kontum_netcheck.lab.echo import SILENT, UNREACHABLE, EchoHost, EchoScript
from kontum_netcheck.net.icmp.packets import ECHO_HEADER, IPV4, echo_request, ones_sum, parse_refusal


async def ask(script: EchoScript, number: int) -> list[bytes]:
    """All that comes back for one echo, up to an echo that is answered at once."""
    cookie = b"cookie"
    requests = [echo_request(IPV4, 9, n, cookie, n, b"", ones_sum(cookie)) for n in (number, 500)]
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        async with EchoHost(script) as host:
            replies = []
            for request in requests:
                await loop.sock_sendto(sock, request, host.endpoint)
            while (reply := await loop.sock_recv(sock, 2048))[6:8] != (500).to_bytes(2, "big"):
                replies.append(reply)
    return replies


async def test_a_reply_keeps_identifier_sequence_and_payload() -> None:
    (reply,) = await ask(EchoScript(), 3)
    icmp_type, code, _, identifier, sequence = ECHO_HEADER.unpack_from(reply)
    assert (icmp_type, code, identifier, sequence, reply[8:14]) == (0, 0, 9, 3, b"cookie")
    assert ones_sum(reply) == 0


async def test_a_lost_echo_gets_none() -> None:
    assert await ask(EchoScript(lost={3}), 3) == []


async def test_a_duplicated_echo_gets_two() -> None:
    assert len(await ask(EchoScript(duplicated={3}), 3)) == 2


async def test_an_unreachable_host_is_refused_by_a_router() -> None:
    (message,) = await ask(EchoScript(unreachable={3}), 3)
    refused = parse_refusal(IPV4, message)
    assert refused is not None
    assert (refused.type, refused.code, refused.sequence) == (3, 1, 3)
    assert socket.inet_ntoa(refused.destination) == "192.0.2.1"


def test_delays_repeat_in_turn() -> None:
    script = EchoScript(delay_ms=10, jitter_ms=(0, 5))
    assert [script.delay_s(number) for number in range(3)] == pytest.approx([0.010, 0.015, 0.010])


def test_whole_hosts_are_silent_or_unreachable() -> None:
    assert 999 in SILENT.lost
    assert 999 in UNREACHABLE.unreachable
