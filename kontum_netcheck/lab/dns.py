"""A DNS server on loopback whose every answer and every fault is scripted."""

import asyncio
import functools
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self, cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from kontum_netcheck.lab.port_pair import bound_pair

_CHAIN_LENGTH = 8
_GARBAGE = bytes(range(200, 240))


class DnsFault(StrEnum):
    """What a server can do wrong."""

    SILENT = "silent"
    TRUNCATED = "truncated"  # over UDP; the full answer comes over TCP
    GARBAGE = "garbage"  # bytes that are no message
    OTHER_ID = "other_id"
    OTHER_QUESTION = "other_question"
    OTHER_ADDRESS = "other_address"  # the right answer from the wrong port
    CUT = "cut"  # a message that breaks off in the middle of its records


@dataclass(frozen=True, slots=True)
class DnsReply:
    """What is answered to one question. Answers are records as in a zone file."""

    answers: tuple[str, ...] = ()
    ttl_s: int = 300
    rcode: str = "NOERROR"
    authenticated: bool = False  # sets AD
    delay_ms: float = 0.0
    fault: DnsFault | None = None


@dataclass(frozen=True, slots=True)
class DnsScript:
    """Replies by (name, type): names in lower case without the final dot. CNAMEs are followed.

    A name known with another type has no records; `otherwise` answers for the rest.
    """

    replies: Mapping[tuple[str, str], DnsReply] = field(default_factory=dict)
    otherwise: DnsReply = DnsReply(rcode="NXDOMAIN")

    def reply(self, name: str, rdtype: str) -> DnsReply:
        """What is to be answered."""
        if (exact := self.replies.get((name, rdtype))) is not None:
            return exact
        if (alias := self.replies.get((name, "CNAME"))) is not None:
            return alias
        known = any(name == known_name for known_name, _ in self.replies)
        return DnsReply() if known else self.otherwise


class DnsServer:
    """Answers over UDP and TCP on one port of its own choice. Use it as an async context manager."""

    def __init__(self, script: DnsScript, host: str = "127.0.0.1") -> None:
        self.script = script
        self.asked_count = 0
        self._host = host
        self._port = 0
        self._stack: list[Callable[[], None]] = []
        self._elsewhere: socket.socket | None = None
        self._connections: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> tuple[str, int]:
        """Where to ask."""
        return self._host, self._port

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        udp, tcp = bound_pair(self._host)
        self._port = udp.getsockname()[1]
        self._elsewhere = socket.socket(udp.family, socket.SOCK_DGRAM)
        self._elsewhere.bind((self._host, 0))
        transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self), sock=udp)
        server = await asyncio.start_server(self._serve_connection, sock=tcp)
        self._stack = [self._elsewhere.close, transport.close, server.close]
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        for close in self._stack:
            close()
        writers = list(self._connections)
        for writer in writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)
        await asyncio.sleep(0)  # closed transports say so in the next turn of the loop

    def take_datagram(self, wire: bytes, respond: Callable[[bytes], None], client: tuple[str, int]) -> None:
        """Answer one UDP question as scripted, after its delay."""
        script = self._scripted(wire)
        if script is None:
            return
        query, reply = script
        if reply.fault is DnsFault.OTHER_ADDRESS:
            respond = functools.partial(self._respond_from_elsewhere, client)
        answer = self._datagram(query, reply)
        if answer is None:
            return
        if reply.delay_ms:
            asyncio.get_running_loop().call_later(reply.delay_ms / 1000, respond, answer)
        else:
            respond(answer)

    def _respond_from_elsewhere(self, client: tuple[str, int], answer: bytes) -> None:
        assert self._elsewhere is not None
        self._elsewhere.sendto(answer, client)

    def _scripted(self, wire: bytes) -> tuple[dns.message.QueryMessage, DnsReply] | None:
        """The question and the reply to it; None where it is no question."""
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None
        if not isinstance(query, dns.message.QueryMessage) or not query.question:
            return None
        self.asked_count += 1
        asked = query.question[0]
        return query, self.script.reply(_key(asked.name), dns.rdatatype.to_text(asked.rdtype))

    def _datagram(self, query: dns.message.QueryMessage, reply: DnsReply) -> bytes | None:
        """The UDP answer with its fault; None: silence."""
        match reply.fault:
            case DnsFault.SILENT:
                return None
            case DnsFault.GARBAGE:
                return _GARBAGE
            case DnsFault.OTHER_ID:
                other = self._message(query, reply)
                other.id = query.id ^ 0x5555
                return other.to_wire()
            case DnsFault.OTHER_QUESTION:
                asked = query.question[0]
                other_query = dns.message.make_query(dns.name.from_text("other.invalid."), asked.rdtype)
                other_query.id = query.id
                return dns.message.make_response(other_query).to_wire()
            case DnsFault.TRUNCATED:
                return _truncated(query)
            case DnsFault.CUT:
                return self._message(query, reply).to_wire()[:-14]  # OPT's 11 bytes and 3 of the last record
            case _:
                return self._fitting(query, reply)

    def _fitting(self, query: dns.message.QueryMessage, reply: DnsReply) -> bytes:
        """The right answer, truncated where the client takes no datagram of its size."""
        try:
            return self._message(query, reply).to_wire(max_size=max(512, query.payload))
        except dns.exception.TooBig:
            return _truncated(query)

    def _message(self, query: dns.message.QueryMessage, reply: DnsReply) -> dns.message.Message:
        """The right answer, with the chain of CNAMEs that leads to the records."""
        response = dns.message.make_response(query, recursion_available=True)
        asked = query.question[0]
        name, rdtype = asked.name, dns.rdatatype.to_text(asked.rdtype)
        for _ in range(_CHAIN_LENGTH):
            is_alias = (_key(name), rdtype) not in self.script.replies and reply.rcode == "NOERROR"
            is_alias = is_alias and (_key(name), "CNAME") in self.script.replies
            if reply.answers:
                kind = "CNAME" if is_alias else rdtype
                response.answer.append(dns.rrset.from_text(name, reply.ttl_s, "IN", kind, *reply.answers))
            if not is_alias:
                break
            name = dns.name.from_text(reply.answers[0])
            reply = replace(self.script.reply(_key(name), rdtype), authenticated=reply.authenticated)
        response.set_rcode(dns.rcode.from_text(reply.rcode))
        if reply.authenticated:
            response.flags |= dns.flags.AD
        return response

    async def _serve_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            while True:
                length = int.from_bytes(await reader.readexactly(2), "big")
                script = self._scripted(await reader.readexactly(length))
                if script is None or script[1].fault is DnsFault.SILENT:
                    return
                answer = self._message(*script).to_wire(max_size=65535)
                writer.write(len(answer).to_bytes(2, "big") + answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has what it wanted
        finally:
            self._connections.discard(writer)
            writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    """Hands each datagram to the server."""

    def __init__(self, server: DnsServer) -> None:
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)  # asyncio's own classes don't inherit it

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._server.take_datagram(data, lambda answer: self._send(answer, addr), addr)

    def _send(self, answer: bytes, addr: tuple[str, int]) -> None:
        if not self._transport.is_closing():  # a slow answer may come after the end
            self._transport.sendto(answer, addr)


def _truncated(query: dns.message.QueryMessage) -> bytes:
    response = dns.message.make_response(query, recursion_available=True)
    response.flags |= dns.flags.TC
    return response.to_wire()


def _key(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
