"""The packets of our echoes over UDP: for loss and jitter each way, against the program's own `serve`. Pure.

A packet is a header of 32 bytes and padding; the answer is as long as the question. All numbers are big-endian:

    0   4  magic "KNE1"
    4   1  kind: 1 question, 2 answer
    5   3  zero
    8   8  cookie, which the server gives over HTTP: `GET /udp` → {"port", "cookie" in hexadecimal digits}
    16  4  sequence number, the client's
    20  4  in an answer: how many questions with this cookie have come so far, this one included
    24  8  in an answer: when the question came, nanoseconds of the server's monotonic clock

Answers that are missing though their questions were counted were lost on the way back. What the server's clock says of
two questions, less what the client's says, is the jitter on the way there.
"""

import struct
from typing import NamedTuple

HEADER = struct.Struct(">4sB3x8sIIQ")
MAGIC = b"KNE1"
QUESTION, ANSWER = 1, 2
MOST_BYTES = 1472
"""What fits into one Ethernet frame over IPv4."""


class EchoPacket(NamedTuple):
    """A header, taken apart."""

    kind: int
    cookie: bytes
    sequence: int
    received_count: int
    arrived_ns: int


def read_packet(data: bytes | memoryview) -> EchoPacket | None:
    """The header of a packet; None: it is none of ours."""
    if not HEADER.size <= len(data) <= MOST_BYTES:
        return None
    magic, kind, cookie, sequence, received_count, arrived_ns = HEADER.unpack_from(data)
    if magic != MAGIC or kind not in (QUESTION, ANSWER):
        return None
    return EchoPacket(kind, cookie, sequence, received_count, arrived_ns)


def question(cookie: bytes, sequence: int, size_bytes: int = HEADER.size) -> bytes:
    """A packet of `size_bytes` to send."""
    header = HEADER.pack(MAGIC, QUESTION, cookie, sequence, 0, 0)
    return header.ljust(size_bytes, b"\0")


def answer_to(data: bytes, received_count: int, arrived_ns: int) -> bytes:
    """The answer to a question: the same bytes, with what the server knows put in."""
    asked = HEADER.unpack_from(data)
    header = HEADER.pack(MAGIC, ANSWER, asked[2], asked[3], received_count & 0xFFFFFFFF, arrived_ns)
    return header + data[HEADER.size :]
