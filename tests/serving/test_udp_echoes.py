"""Echoes over UDP: counted, never longer than what was asked, and only for who has shown that the address is his."""

import asyncio
import socket
from dataclasses import replace

from kontum_netcheck.net.udp_echo import ANSWER, HEADER, MOST_BYTES, EchoPacket, question, read_packet
from kontum_netcheck.serving.cookie import CookieJar
from tests.serving.running import QUICK, Running, curl, running


async def exchange(server: Running, *packets: bytes, host: str = "127.0.0.1") -> list[bytes]:
    """Send the packets and then one that is surely answered; all answers up to that one."""
    last = question(await cookie(server), 0xFFFFFFFF)
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.connect((host, server.server.udp_port))
        for packet in (*packets, last):
            await loop.sock_sendall(sock, packet)
        answers: list[bytes] = []
        async with asyncio.timeout(10):
            while True:
                answer = await loop.sock_recv(sock, 2048)
                if taken(answer).sequence == 0xFFFFFFFF:
                    return answers
                answers.append(answer)


async def cookie(server: Running) -> bytes:
    said = (await curl(server.url("/udp"))).json()
    assert said["port"] == server.server.udp_port
    return bytes.fromhex(said["cookie"])


def taken(answer: bytes) -> EchoPacket:
    packet = read_packet(answer)
    assert packet is not None
    return packet


async def test_a_question_comes_back_with_how_many_there_were() -> None:
    async with running(udp_port=0) as server:
        mine = await cookie(server)
        answers = await exchange(server, *(question(mine, number, 200) for number in (7, 8, 9)))
    assert [taken(answer).kind for answer in answers] == [ANSWER] * 3
    assert [taken(answer).sequence for answer in answers] == [7, 8, 9]
    assert [taken(answer).received_count for answer in answers] == [1, 2, 3]
    times_ns = [taken(answer).arrived_ns for answer in answers]
    assert times_ns == sorted(times_ns)
    assert [len(answer) for answer in answers] == [200] * 3


async def test_without_the_cookie_nobody_is_answered() -> None:
    async with running(udp_port=0) as server:
        forged = question(b"\0" * 8, 1)
        strangers = question(CookieJar(lambda: 0.0).bake("127.0.0.1"), 2)
        assert await exchange(server, forged, strangers) == []


async def test_what_is_no_question_of_ours_is_not_answered() -> None:
    async with running(udp_port=0) as server:
        mine = await cookie(server)
        good = question(mine, 1)
        answer = bytes([*good[:4], ANSWER, *good[5:]])  # two servers must not echo each other for ever
        assert (
            await exchange(server, b"", b"hello", good[:-1], answer, good.ljust(MOST_BYTES + 1, b"\0")) == []
        )


async def test_a_client_is_answered_only_so_often() -> None:
    async with running(replace(QUICK, echoes_per_s=10_000), udp_port=0) as server:
        mine = await cookie(server)
        many = await exchange(server, *(question(mine, number) for number in range(50)))
    assert len(many) == 50
    async with running(replace(QUICK, echoes_per_s=5), udp_port=0) as server:
        loop, mine = asyncio.get_running_loop(), await cookie(server)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.connect(("127.0.0.1", server.server.udp_port))
            for number in range(50):
                await loop.sock_sendall(sock, question(mine, number))
            counted = (await curl(server.url("/metrics"))).body.decode()
    assert 'echoes_total{outcome="too_many"} 4' in counted


async def test_a_server_on_every_address_answers_from_the_one_that_was_asked() -> None:
    async with running(host=None, udp_port=0) as server:
        mine = question(await cookie(server), 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:  # not connected: hears whoever answers
            sock.setblocking(False)
            sock.bind(("127.0.0.1", 0))
            sock.sendto(mine, ("127.0.0.2", server.server.udp_port))
            loop = asyncio.get_running_loop()
            async with asyncio.timeout(10):
                answer, sender = await loop.sock_recvfrom(sock, 2048)
    assert sender[0] == "127.0.0.2"
    assert len(answer) == HEADER.size


async def test_a_server_without_echoes_says_so() -> None:
    async with running() as server:
        assert (await curl(server.url("/udp"))).status == 404


def test_a_cookie_is_good_for_its_address_and_its_time() -> None:
    now_s = [1_000.0]
    jar = CookieJar(lambda: now_s[0])
    baked = jar.bake("192.0.2.1")
    assert jar.knows("192.0.2.1", baked)
    assert not jar.knows("192.0.2.2", baked)
    now_s[0] += 600
    assert jar.knows("192.0.2.1", baked)
    now_s[0] += 600
    assert not jar.knows("192.0.2.1", baked)
