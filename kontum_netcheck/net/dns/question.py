"""One question as it goes over the wire, and what an answer to it must repeat."""

import struct
from dataclasses import dataclass

import dns.exception
import dns.name
import dns.rdatatype
import dns.reversename

from kontum_netcheck.net.address import address_of

PAYLOAD_BYTES = 1232
"""The largest UDP answer asked for: no fragments on any usual path (DNS flag day 2020)."""

_HEADER = struct.Struct("!HHHHHH")
_RECURSION_DESIRED = 0x0100
_RESPONSE = 0x8000
_TYPE_AND_CLASS_BYTES = 4
_CLASS_IN = 1
_RCODES_WITHOUT_QUESTION = frozenset({1, 2, 4, 5})  # FORMERR, SERVFAIL, NOTIMP, REFUSED need not repeat it

# EDNS (RFC 6891): root name, type OPT, payload size, no extended code, version 0, DO (RFC 3225), no options.
# With DO a validating server says in AD whether it vouches for the answer (RFC 4035 §3.2.3).
_EDNS = struct.pack("!BHHBBHH", 0, 41, PAYLOAD_BYTES, 0, 0, 0x8000, 0)


@dataclass(frozen=True, slots=True)
class Question:
    """A name and a type of class IN."""

    rdtype: dns.rdatatype.RdataType
    section: bytes  # the question section: name in lower case, type, class

    @classmethod
    def of(cls, name: str, rdtype: str) -> "Question":
        """The question for a name as typed: absolute, IDN encoded; of an address, its PTR name.

        Raises ValueError where the name or the type cannot be asked for.
        """
        try:
            number = dns.rdatatype.from_text(rdtype)
            if number == dns.rdatatype.PTR and (address := address_of(name)) is not None:
                absolute = dns.reversename.from_address(str(address))
            else:
                absolute = dns.name.from_text(name, dns.name.root)
        except (dns.exception.DNSException, UnicodeError) as error:
            raise ValueError(f"{name} {rdtype}: {error}") from error
        return cls(number, absolute.to_digestable() + struct.pack("!HH", number, _CLASS_IN))

    def to_wire(self, message_id: int) -> bytes:
        """The whole message: one question, recursion desired, EDNS with DO."""
        return _HEADER.pack(message_id, _RECURSION_DESIRED, 1, 0, 0, 1) + self.section + _EDNS

    def is_answered_by(self, wire: bytes) -> bool:
        """Whether the message is a response to this question, by its header and question section.

        Names compare without case. Some refusals come with an empty question section.
        """
        if len(wire) < _HEADER.size:
            return False
        _, flags, question_count, *_ = _HEADER.unpack_from(wire)
        if not flags & _RESPONSE:
            return False
        if question_count == 0:
            return flags & 0xF in _RCODES_WITHOUT_QUESTION
        name_end = _HEADER.size + len(self.section) - _TYPE_AND_CLASS_BYTES
        name = wire[_HEADER.size : name_end].lower()
        type_and_class = wire[name_end : name_end + _TYPE_AND_CLASS_BYTES]
        return question_count == 1 and name + type_and_class == self.section


def id_of(wire: bytes) -> int | None:
    """The id of a message, None where it is too short to have one."""
    return int.from_bytes(wire[:2], "big") if len(wire) >= 2 else None
