"""What the lab's DNS servers answer, right or wrong: the script, and the messages made from it. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

_CHAIN_LENGTH = 8
_GARBAGE = bytes(range(200, 240))
_LARGEST_BYTES = 65535
_OPT_BYTES = 11
_SHORTEST_POINTER = b"\xc0\x0c"  # to the name of the question


class DnsFault(StrEnum):
    """What a server can do wrong."""

    SILENT = "silent"
    TRUNCATED = "truncated"  # over UDP; the full answer comes over TCP
    GARBAGE = "garbage"  # bytes that are no message
    OTHER_ID = "other_id"
    OTHER_QUESTION = "other_question"
    OTHER_ADDRESS = "other_address"  # the right answer from the wrong port
    CUT = "cut"  # a message that breaks off in the middle of its records
    LOOP = "loop"  # the first record's name points to itself
    DRIP = "drip"  # over a connection: a byte now and then, never all


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

    def asked(self, wire: bytes) -> "Asked | None":
        """A question as it came, with its reply; None where it is no question."""
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None
        if not isinstance(query, dns.message.QueryMessage) or not query.question:
            return None
        question = query.question[0]
        return Asked(self, query, self.reply(_key(question.name), dns.rdatatype.to_text(question.rdtype)))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what the script has for it."""

    script: DnsScript
    query: dns.message.QueryMessage
    reply: DnsReply

    def datagram(self) -> bytes | None:
        """The answer over UDP, truncated where the client takes no datagram of its size; None: silence."""
        if self.reply.fault is DnsFault.TRUNCATED:
            return _truncated(self.query)
        try:
            return self.message(max(512, self.query.payload))
        except dns.exception.TooBig:
            return _truncated(self.query)

    def message(self, max_bytes: int = _LARGEST_BYTES) -> bytes | None:
        """The answer with its fault; None: silence. Raises dns.exception.TooBig."""
        match self.reply.fault:
            case DnsFault.SILENT:
                return None
            case DnsFault.GARBAGE:
                return _GARBAGE
            case DnsFault.OTHER_ID:
                return bytes(byte ^ 0x55 for byte in self._right(max_bytes)[:2]) + self._right(max_bytes)[2:]
            case DnsFault.OTHER_QUESTION:
                asked = self.query.question[0]
                other = dns.message.make_query(dns.name.from_text("other.invalid."), asked.rdtype)
                other.id = self.query.id
                return dns.message.make_response(other).to_wire()
            case DnsFault.CUT:
                return self._right(max_bytes)[: -_OPT_BYTES - 3]
            case DnsFault.LOOP:
                return _looped(self._right(max_bytes))
            case _:
                return self._right(max_bytes)

    def _right(self, max_bytes: int) -> bytes:
        """The right answer, with the chain of CNAMEs that leads to the records."""
        reply, asked = self.reply, self.query.question[0]
        response = dns.message.make_response(self.query, recursion_available=True)
        name, rdtype = asked.name, dns.rdatatype.to_text(asked.rdtype)
        replies = self.script.replies
        for _ in range(_CHAIN_LENGTH):
            is_alias = (_key(name), rdtype) not in replies and reply.rcode == "NOERROR"
            is_alias = is_alias and (_key(name), "CNAME") in replies
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
        return response.to_wire(max_size=max_bytes)


def _looped(wire: bytes) -> bytes:
    """The message with a first record whose name is a pointer to itself."""
    place = wire.find(_SHORTEST_POINTER, 12)
    return wire[:place] + (0xC000 | place).to_bytes(2, "big") + wire[place + 2 :]


def _truncated(query: dns.message.QueryMessage) -> bytes:
    response = dns.message.make_response(query, recursion_available=True)
    response.flags |= dns.flags.TC
    return response.to_wire()


def _key(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
