"""A message as it came over the wire (RFC 1035 §4): its header and its records, whose data nobody decodes yet.

Every byte is the server's, so every step is bounded: names have at most 255 bytes, pointers lead backwards only and
few times, and a message that ends before its records do is refused.
"""

import struct
from typing import NamedTuple

from kontum_netcheck.net.dns.question import HEADER

TRUNCATED, AUTHENTICATED = 0x0200, 0x0020

_OPCODE = 0x7800
_FIXED = struct.Struct("!HHIH")  # type, class, TTL, length of the data
_CLASS_IN, _TYPE_OPT = 1, 41
_NAME_MAX_BYTES = 255
_POINTERS_MAX_COUNT = 127  # as many as a name can have labels
_TO_THE_QUESTION = b"\xc0\x0c"


class BadMessage(ValueError):
    """What came is no DNS message; the text says why."""


class Record(NamedTuple):
    """A record of the answer section. Its data stands at `start` of the message, `length` bytes of it."""

    name: bytes  # as in `read_name`, in lower case
    rdtype: int
    ttl_s: int
    start: int
    length: int


class Message(NamedTuple):
    """What the header says, and the records of class IN in the answer section."""

    wire: bytes
    rcode: int
    flags: int
    question: bytes  # its name, in lower case; empty where there is none
    answers: tuple[Record, ...]


def read_message(wire: bytes) -> Message:
    """Read header and answer section; walk over the rest for the response code's high bits (RFC 6891 §6.1.3).

    Bytes after the last record are ignored. Raises BadMessage.
    """
    try:
        _, flags, *counts = HEADER.unpack_from(wire)
        if flags & _OPCODE:
            raise BadMessage("the answer to no query")
        question, at = _read_question(wire, counts[0])
        answers = []
        for _ in range(counts[1]):
            record, rdclass, at = _read_record(wire, at, question)
            if rdclass == _CLASS_IN:
                answers.append(record)
        rcode = flags & 0xF | _high_bits(wire, at, counts[2] + counts[3])
    except (struct.error, IndexError):
        raise BadMessage("the message breaks off") from None
    return Message(wire, rcode, flags, question, tuple(answers))


def read_name(wire: bytes, at: int) -> tuple[bytes, int]:
    """The name there without compression, labels with their lengths, and the place after it.

    Raises BadMessage, and IndexError where the message ends too soon.
    """
    labels, room, pointer_count, after = [], _NAME_MAX_BYTES, 0, 0
    while True:
        length = wire[at]
        if length < 64:
            labels.append(wire[at : at + 1 + length])
            at, room = at + 1 + length, room - 1 - length
            if room < 0:
                raise BadMessage("a name of more than 255 bytes")
            if length == 0:
                return b"".join(labels), after or at
        elif length >= 0xC0:
            pointed = (length & 0x3F) << 8 | wire[at + 1]
            after, pointer_count = after or at + 2, pointer_count + 1
            if pointed >= at or pointer_count > _POINTERS_MAX_COUNT:
                raise BadMessage("a name that goes in circles")
            at = pointed
        else:
            raise BadMessage("a label of no known kind")


def _read_question(wire: bytes, count: int) -> tuple[bytes, int]:
    """The first name asked for, and the place after all questions."""
    first, at = b"", HEADER.size
    for index in range(count):
        name, at = read_name(wire, at)
        at += 4
        first = first if index else name.lower()
    return first, at


def _read_record(wire: bytes, at: int, question: bytes) -> tuple[Record, int, int]:
    """The record there, its class, and the place after it."""
    if question and wire[at : at + 2] == _TO_THE_QUESTION:
        name, at = question, at + 2
    else:
        name, at = read_name(wire, at)
        name = name.lower()
    rdtype, rdclass, ttl_s, length = _FIXED.unpack_from(wire, at)
    start = at + _FIXED.size
    if start + length > len(wire):
        raise BadMessage("the message breaks off")
    ttl_s = 0 if ttl_s >> 31 else ttl_s  # RFC 2181 §8
    return Record(name, rdtype, ttl_s, start, length), rdclass, start + length


def _high_bits(wire: bytes, at: int, count: int) -> int:
    """Walk over records without reading them; what OPT among them adds to the response code."""
    bits = 0
    for _ in range(count):
        while 0 < wire[at] < 64:
            at += 1 + wire[at]
        at += 1 if wire[at] == 0 else 2
        rdtype, _, ttl, length = _FIXED.unpack_from(wire, at)
        at += _FIXED.size + length
        if rdtype == _TYPE_OPT:
            bits = ttl >> 24 << 4
    if at > len(wire):
        raise BadMessage("the message breaks off")
    return bits
