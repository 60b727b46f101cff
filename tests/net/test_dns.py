"""The DNS engine against scripted servers on loopback."""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator

import pytest

from kontum_netcheck.lab.dns import DnsFault, DnsReply, DnsScript, DnsServer
from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.dns import Answer, DnsEngine
from kontum_netcheck.net.network import Detours, NetworkOptions

PATIENT_S = 10.0
SHORT_S = 0.4


@pytest.fixture
async def engine() -> AsyncIterator[DnsEngine]:
    engine = DnsEngine(NetworkOptions())
    yield engine
    await engine.close()


async def answered(
    engine: DnsEngine, reply: DnsReply, rdtype: str = "A", timeout_s: float = PATIENT_S
) -> Answer:
    """The answer to one question whose reply is scripted."""
    result = await asked(engine, reply, rdtype, timeout_s)
    assert isinstance(result, Answer), result
    return result


async def failed(engine: DnsEngine, reply: DnsReply, timeout_s: float = PATIENT_S) -> Failure:
    """The failure of one question whose reply is scripted."""
    result = await asked(engine, reply, "A", timeout_s)
    assert isinstance(result, Failure), result
    return result


async def asked(engine: DnsEngine, reply: DnsReply, rdtype: str, timeout_s: float) -> Answer | Failure:
    async with DnsServer(DnsScript({("school.example", rdtype): reply})) as server:
        return await engine.ask("school.example", rdtype, server.address, timeout_s)


async def test_records_come_sorted_with_their_ttl(engine: DnsEngine) -> None:
    answer = await answered(engine, DnsReply(("192.0.2.2", "192.0.2.1"), ttl_s=77))
    assert (answer.rcode, answer.answers, answer.ttl_s) == ("NOERROR", ("192.0.2.1", "192.0.2.2"), 77)
    assert (answer.transport, answer.authenticated, answer.answer_count) == ("udp", False, 2)


@pytest.mark.parametrize(
    ("rdtype", "typed", "said"),
    [
        ("AAAA", "2001:DB8:0::1", "2001:db8::1"),
        ("MX", "10 mail.example.", "10 mail.example."),
        ("NS", "ns.example.", "ns.example."),
        ("SOA", "ns.example. root.example. 1 2 3 4 5", "ns.example. root.example. 1 2 3 4 5"),
        ("CAA", '0 issue "ca.example"', '0 issue "ca.example"'),
        ("TXT", '"v=spf1 " "-all"', "v=spf1 -all"),
        ("TYPE65400", r"\# 2 abcd", r"\# 2 abcd"),
    ],
)
async def test_any_record_type_can_be_asked_for(
    engine: DnsEngine, rdtype: str, typed: str, said: str
) -> None:
    answer = await answered(engine, DnsReply((typed,)), rdtype)
    assert answer.answers == (said,)


async def test_a_chain_of_aliases_is_followed_and_its_shortest_ttl_counts(engine: DnsEngine) -> None:
    script = DnsScript(
        {
            ("www.example", "CNAME"): DnsReply(("web.example.",), ttl_s=60),
            ("web.example", "CNAME"): DnsReply(("host.example.",), ttl_s=20),
            ("host.example", "A"): DnsReply(("192.0.2.7",), ttl_s=300),
        }
    )
    async with DnsServer(script) as server:
        answer = await engine.ask("www.example", "A", server.address, PATIENT_S)
    assert isinstance(answer, Answer)
    assert (answer.answers, answer.ttl_s) == (("192.0.2.7",), 20)


@pytest.mark.parametrize("rcode", ["NXDOMAIN", "SERVFAIL", "REFUSED"])
async def test_a_refusal_is_an_answer_with_its_code(engine: DnsEngine, rcode: str) -> None:
    answer = await answered(engine, DnsReply(rcode=rcode))
    assert (answer.rcode, answer.answers, answer.ttl_s) == (rcode, (), None)


async def test_a_name_without_that_type_has_no_records_and_no_ttl(engine: DnsEngine) -> None:
    answer = await answered(engine, DnsReply())
    assert (answer.rcode, answer.answers, answer.ttl_s) == ("NOERROR", (), None)


async def test_the_server_says_whether_it_vouches_for_the_answer(engine: DnsEngine) -> None:
    answer = await answered(engine, DnsReply(("192.0.2.1",), authenticated=True))
    assert answer.authenticated


async def test_a_truncated_answer_is_asked_for_again_over_tcp_and_says_so(engine: DnsEngine) -> None:
    answer = await answered(engine, DnsReply(("192.0.2.1",), fault=DnsFault.TRUNCATED))
    assert (answer.answers, answer.transport) == (("192.0.2.1",), "tcp")


async def test_an_answer_that_fits_no_datagram_comes_whole(engine: DnsEngine) -> None:
    addresses = tuple(f"10.0.{index >> 8}.{index & 255}" for index in range(3000))
    answer = await answered(engine, DnsReply(addresses))
    assert (answer.answer_count, answer.transport) == (3000, "tcp")


async def test_the_time_is_the_servers_delay(engine: DnsEngine) -> None:
    answer = await answered(engine, DnsReply(("192.0.2.1",), delay_ms=50))
    assert answer.resolve_ms >= 49


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux stamps packets when they arrive")
async def test_a_late_event_loop_neither_counts_nor_makes_a_timeout(engine: DnsEngine) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        question = asyncio.create_task(engine.ask("school.example", "A", server.getsockname(), timeout_s=0.3))
        await asyncio.sleep(0)  # the question goes out
        wire, client = server.recvfrom(4096)
        server.sendto(wire[:2] + b"\x80\x00" + wire[4:], client)
        blocked_until = time.monotonic() + 0.4
        while time.monotonic() < blocked_until:
            pass  # our own program is busy: the answer waits in the socket
        answer = await question
    assert isinstance(answer, Answer)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what it drops")
async def test_answers_that_our_own_socket_had_no_room_for_are_our_fault(engine: DnsEngine) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        question = asyncio.create_task(engine.ask("school.example", "A", server.getsockname(), SHORT_S))
        await asyncio.sleep(0)  # the question goes out
        _, client = server.recvfrom(4096)
        for _ in range(30_000):  # our own program is busy: nobody reads
            server.sendto(b"flood" * 10, client)
        with pytest.raises(CannotMeasure) as raised:
            await question
    assert raised.value.failure.cause is Cause.OVERLOADED


async def test_a_flood_from_everywhere_is_told_in_few_words(engine: DnsEngine) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        question = asyncio.create_task(engine.ask("school.example", "A", server.getsockname(), SHORT_S))
        await asyncio.sleep(0)
        wire, client = server.recvfrom(4096)
        for number in range(1, 100):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
                stranger.bind((f"127.0.1.{number}", 0))
                stranger.sendto(wire[:2] + b"\x80\x00" + wire[4:], client)
        result = await question
    assert isinstance(result, Failure)
    assert result.cause is Cause.TIMEOUT
    assert len(result.detail) < 300


async def test_silence_is_a_timeout(engine: DnsEngine) -> None:
    failure = await failed(engine, DnsReply(fault=DnsFault.SILENT), SHORT_S)
    assert failure == Failure(Stage.REPLY, Cause.TIMEOUT, "no answer in 0.4 s")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (DnsFault.GARBAGE, "1 to nothing that was asked"),
        (DnsFault.OTHER_ID, "1 to nothing that was asked"),
        (DnsFault.OTHER_QUESTION, "1 to another question"),
        (DnsFault.OTHER_ADDRESS, "1 from another address"),
    ],
)
async def test_what_is_no_answer_is_ignored_and_told(engine: DnsEngine, fault: DnsFault, told: str) -> None:
    failure = await failed(engine, DnsReply(("192.0.2.1",), fault=fault), SHORT_S)
    assert failure.cause is Cause.TIMEOUT
    assert told in failure.detail


async def test_a_broken_message_is_a_bad_reply(engine: DnsEngine) -> None:
    failure = await failed(engine, DnsReply(("192.0.2.1",), fault=DnsFault.CUT))
    assert (failure.stage, failure.cause) == (Stage.REPLY, Cause.BAD_REPLY)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_a_closed_port_refuses_at_once(engine: DnsEngine, host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as taken:
        taken.bind((host, 0))
        port = taken.getsockname()[1]
    result = await engine.ask("school.example", "A", (host, port), PATIENT_S)
    assert isinstance(result, Failure)
    assert (result.stage, result.cause) == (Stage.REQUEST, Cause.REFUSED)


async def test_a_refusal_harms_no_other_question(engine: DnsEngine) -> None:
    """They share a socket, and the kernel reports errors on the socket."""
    script = DnsScript({("school.example", "A"): DnsReply(("192.0.2.1",), delay_ms=20)})
    async with DnsServer(script) as server:
        closed = ("127.0.0.2", server.address[1])
        targets = [server.address, closed] * 40
        results = await asyncio.gather(
            *(engine.ask("school.example", "A", each, PATIENT_S) for each in targets)
        )
    assert all(isinstance(result, Answer) for result in results[::2])
    assert all(isinstance(result, Failure) and result.cause is Cause.REFUSED for result in results[1::2])


async def test_many_questions_share_four_sockets_and_each_gets_its_own_answer(engine: DnsEngine) -> None:
    names = [f"host{index}.example" for index in range(500)]
    script = DnsScript({(name, "A"): DnsReply((f"10.0.{i >> 8}.{i & 255}",)) for i, name in enumerate(names)})
    async with DnsServer(script) as server:
        results = await asyncio.gather(*(engine.ask(name, "A", server.address, PATIENT_S) for name in names))
    said = [result.answers for result in results if isinstance(result, Answer)]
    assert said == [script.replies[name, "A"].answers for name in names]


async def test_thousands_of_questions_at_once_do_not_overrun_the_server(engine: DnsEngine) -> None:
    """Its socket holds some 250 questions."""
    async with DnsServer(DnsScript(otherwise=DnsReply(("192.0.2.1",)))) as server:
        results = await asyncio.gather(
            *(engine.ask(f"host{index}.example", "A", server.address, PATIENT_S) for index in range(2000))
        )
    assert all(isinstance(result, Answer) for result in results)


async def test_over_tcp_a_closed_port_is_told_with_what_came_before(engine: DnsEngine) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp_only:
        udp_only.bind(("127.0.0.1", 0))
        udp_only.setblocking(False)
        loop = asyncio.get_running_loop()
        question = asyncio.create_task(engine.ask("school.example", "A", udp_only.getsockname(), PATIENT_S))
        wire, client = await loop.sock_recvfrom(udp_only, 4096)
        await loop.sock_sendto(udp_only, wire[:2] + b"\x82\x00" + wire[4:], client)  # TC
        result = await question
    assert isinstance(result, Failure)
    assert (result.stage, result.cause) == (Stage.CONNECT, Cause.REFUSED)
    assert result.detail.startswith("truncated over UDP; over TCP:")


async def test_ipv6_servers_are_asked_too(engine: DnsEngine) -> None:
    script = DnsScript({("school.example", "A"): DnsReply(("192.0.2.1",))})
    async with DnsServer(script, host="::1") as server:
        answer = await engine.ask("school.example", "A", server.address, PATIENT_S)
    assert isinstance(answer, Answer)
    assert answer.server.host == "::1"


async def test_an_internationalised_name_is_asked_for_in_its_ascii_form(engine: DnsEngine) -> None:
    script = DnsScript({("xn--trng-rib8295b.example", "A"): DnsReply(("192.0.2.1",))})
    async with DnsServer(script) as server:
        answer = await engine.ask("Trường.example", "A", server.address, PATIENT_S)
    assert isinstance(answer, Answer)
    assert answer.answers == ("192.0.2.1",)


async def test_the_pointer_of_an_address_is_asked_for_by_the_address(engine: DnsEngine) -> None:
    script = DnsScript({("1.2.0.192.in-addr.arpa", "PTR"): DnsReply(("school.example.",))})
    async with DnsServer(script) as server:
        answer = await engine.ask("192.0.2.1", "PTR", server.address, PATIENT_S)
    assert isinstance(answer, Answer)
    assert answer.answers == ("school.example.",)


@pytest.mark.parametrize("name", ["a..example", "x" * 64 + ".example", ".".join(["x" * 60] * 5)])
async def test_what_cannot_be_a_name_fails_without_a_packet(engine: DnsEngine, name: str) -> None:
    async with DnsServer(DnsScript()) as server:
        result = await engine.ask(name, "A", server.address, PATIENT_S)
        assert server.asked_count == 0
    assert isinstance(result, Failure)
    assert result.cause is Cause.NO_SUCH_NAME


async def test_without_a_server_the_labs_stands_in() -> None:
    async with DnsServer(DnsScript({("school.example", "A"): DnsReply(("192.0.2.1",))})) as server:
        engine = DnsEngine(NetworkOptions(detours=Detours(name_server=server.address)))
        answer = await engine.ask("school.example", "A", None, PATIENT_S)
        await engine.close()
    assert isinstance(answer, Answer)
    assert answer.answers == ("192.0.2.1",)


async def test_a_source_address_is_used() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.setblocking(False)
        engine = DnsEngine(NetworkOptions(source_address="127.0.0.9"))
        question = asyncio.create_task(engine.ask("school.example", "A", server.getsockname(), SHORT_S))
        _, client = await asyncio.get_running_loop().sock_recvfrom(server, 4096)
        await question
        await engine.close()
    assert client[0] == "127.0.0.9"


@pytest.mark.parametrize("source_address", ["192.0.2.250", "::1"])
async def test_a_source_address_that_is_not_ours_is_our_fault(source_address: str) -> None:
    engine = DnsEngine(NetworkOptions(source_address=source_address))
    with pytest.raises(CannotMeasure) as raised:
        await engine.ask("school.example", "A", ("127.0.0.1", 53), SHORT_S)
    await engine.close()
    assert raised.value.failure.cause is Cause.NO_LOCAL_ADDRESS


async def test_a_cancelled_question_leaves_nothing_behind(engine: DnsEngine) -> None:
    async with DnsServer(DnsScript({("school.example", "A"): DnsReply(fault=DnsFault.SILENT)})) as server:
        question = asyncio.create_task(engine.ask("school.example", "A", server.address, PATIENT_S))
        await asyncio.sleep(0)
        question.cancel()
        with pytest.raises(asyncio.CancelledError):
            await question
        answer = await engine.ask("other.example", "A", server.address, PATIENT_S)
    assert isinstance(answer, Answer)
