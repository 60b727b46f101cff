"""One question as it goes over the wire, and what an answer to it must repeat."""

import re
import struct
from dataclasses import dataclass

from kontum_netcheck.net.address import address_of

PAYLOAD_BYTES = 1232
"""The largest UDP answer asked for: no fragments on any usual path (DNS flag day 2020)."""

HEADER = struct.Struct("!HHHHHH")  # id, flags, and how many questions, answers, authorities, additionals

_RECURSION_DESIRED = 0x0100
_RESPONSE = 0x8000
_TYPE_AND_CLASS_BYTES = 4
_CLASS_IN = 1
_TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
_PLAIN_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?")
_PLAIN_MAX_LENGTH = 253
_RCODES_WITHOUT_QUESTION = frozenset({1, 2, 4, 5})  # FORMERR, SERVFAIL, NOTIMP, REFUSED need not repeat it

# EDNS (RFC 6891): root name, type OPT, payload size, no extended code, version 0, DO (RFC 3225), no options.
# With DO a validating server says in AD whether it vouches for the answer (RFC 4035 §3.2.3).
_EDNS = struct.pack("!BHHBBHH", 0, 41, PAYLOAD_BYTES, 0, 0, 0x8000, 0)


@dataclass(frozen=True, slots=True)
class Question:
    """A name and a type of class IN."""

    rdtype: int
    section: bytes  # the question section: name in lower case, type, class

    @classmethod
    def of(cls, name: str, rdtype: str) -> "Question":
        """The question for a name as typed: absolute, IDN encoded; of an address, its PTR name.

        Raises ValueError where the name or the type cannot be asked for.
        """
        number = _TYPES.get(rdtype) or _rare_type(rdtype)
        plain = name.lower()
        if rdtype != "PTR" and len(plain) <= _PLAIN_MAX_LENGTH and _PLAIN_NAME.fullmatch(plain):
            encoded = _encoded(plain)
        else:
            encoded = _by_dnspython(name, rdtype)
        return cls(number, encoded + struct.pack("!HH", number, _CLASS_IN))

    def to_wire(self, message_id: int) -> bytes:
        """The whole message: one question, recursion desired, EDNS with DO."""
        return HEADER.pack(message_id, _RECURSION_DESIRED, 1, 0, 0, 1) + self.section + _EDNS

    def is_answered_by(self, wire: bytes) -> bool:
        """Whether the message is a response to this question, by its header and question section.

        Names compare without case. Some refusals come with an empty question section.
        """
        if len(wire) < HEADER.size:
            return False
        _, flags, question_count, *_ = HEADER.unpack_from(wire)
        if not flags & _RESPONSE:
            return False
        if question_count == 0:
            return flags & 0xF in _RCODES_WITHOUT_QUESTION
        name_end = HEADER.size + len(self.section) - _TYPE_AND_CLASS_BYTES
        name = wire[HEADER.size : name_end].lower()
        type_and_class = wire[name_end : name_end + _TYPE_AND_CLASS_BYTES]
        return question_count == 1 and name + type_and_class == self.section


def id_of(wire: bytes) -> int | None:
    """The id of a message, None where it is too short to have one."""
    return int.from_bytes(wire[:2], "big") if len(wire) >= 2 else None


def _encoded(plain: str) -> bytes:
    """Letters, digits, hyphens and dots as labels with their lengths."""
    labels = plain.removesuffix(".").encode("ascii").split(b".")
    return b"".join(bytes((len(label),)) + label for label in labels) + b"\0"


def _by_dnspython(name: str, rdtype: str) -> bytes:
    """Any name: the root, escapes, internationalised ones, addresses for PTR. Raises ValueError."""
    import dns.exception
    import dns.name
    import dns.reversename

    try:
        if rdtype == "PTR" and (address := address_of(name)) is not None:
            return dns.reversename.from_address(str(address)).to_digestable()
        return dns.name.from_text(name, dns.name.root).to_digestable()
    except (dns.exception.DNSException, UnicodeError) as error:
        raise ValueError(f"{name} {rdtype}: {error}") from error


def _rare_type(rdtype: str) -> int:
    import dns.exception
    import dns.rdatatype

    try:
        return int(dns.rdatatype.from_text(rdtype))
    except dns.exception.DNSException as error:
        raise ValueError(f"{rdtype}: {error}") from error
