"""The lab's DNS server as dnspython's own client, and dnslib's, see it."""

import asyncio
import socket
from collections.abc import AsyncIterator

import dns.asyncquery
import dns.flags
import dns.message
import dns.rcode
import pytest
from dnslib import DNSRecord  # type: ignore[import-untyped]

from kontum_netcheck.lab.dns import DnsFault, DnsReply, DnsScript, DnsServer

SCRIPT = DnsScript(
    {
        ("school.example", "A"): DnsReply(("192.0.2.1",), ttl_s=42, authenticated=True),
        ("www.example", "CNAME"): DnsReply(("school.example.",)),
        ("long.example", "A"): DnsReply(("192.0.2.1",), fault=DnsFault.TRUNCATED),
    }
)


@pytest.fixture
async def server() -> AsyncIterator[DnsServer]:
    async with DnsServer(SCRIPT) as server:
        yield server


async def ask(server: DnsServer, name: str, rdtype: str = "A", over: str = "udp") -> dns.message.Message:
    query = dns.message.make_query(name, rdtype)
    host, port = server.address
    exchange = dns.asyncquery.udp if over == "udp" else dns.asyncquery.tcp
    return await exchange(query, host, port=port, timeout=10)


@pytest.mark.parametrize("over", ["udp", "tcp"])
async def test_a_scripted_record_is_served_over_both_transports(server: DnsServer, over: str) -> None:
    response = await ask(server, "school.example", over=over)
    assert [rrset.to_text() for rrset in response.answer] == ["school.example. 42 IN A 192.0.2.1"]
    assert response.flags & dns.flags.AD


async def test_an_alias_comes_with_what_it_leads_to(server: DnsServer) -> None:
    response = await ask(server, "www.example")
    assert [rrset.to_text() for rrset in response.answer] == [
        "www.example. 300 IN CNAME school.example.",
        "school.example. 42 IN A 192.0.2.1",
    ]


async def test_a_known_name_has_no_other_types_and_an_unknown_one_does_not_exist(server: DnsServer) -> None:
    known, unknown = await ask(server, "school.example", "MX"), await ask(server, "nobody.example")
    assert (known.rcode(), known.answer) == (dns.rcode.NOERROR, [])
    assert unknown.rcode() == dns.rcode.NXDOMAIN


async def test_a_truncated_answer_is_whole_over_tcp(server: DnsServer) -> None:
    short, whole = await ask(server, "long.example"), await ask(server, "long.example", over="tcp")
    assert short.flags & dns.flags.TC and not short.answer
    assert not whole.flags & dns.flags.TC and whole.answer


async def test_what_is_no_question_gets_no_answer(server: DnsServer) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"\x00\x01garbage", server.address)
    assert (await ask(server, "school.example")).answer
    assert server.asked_count == 1


async def test_an_independent_client_is_answered(server: DnsServer) -> None:
    host, port = server.address
    wire = await asyncio.to_thread(DNSRecord.question("school.example").send, host, port, timeout=10)
    assert DNSRecord.parse(wire).short() == "192.0.2.1"
