"""A batch of packets as recvmmsg laid it down, read column by column where all of it is ordinary."""

import sys
from array import array
from typing import Final

from kontum_netcheck.net.icmp import linux
from kontum_netcheck.net.icmp.linux_slots import (
    CONTROL_LENGTH,
    HEADER_HALVES,
    NAME_BYTES,
    NAME_LENGTH,
    RECEIVED_LENGTH,
)
from kontum_netcheck.net.icmp.linux_syscalls import Inbox
from kontum_netcheck.net.icmp.packets import ECHO_HEADER, SEALED_ECHO, without_ipv4_header
from kontum_netcheck.net.icmp.wire import RECEIVE_BATCH, Arrival, Batch, Columns, Peer, Wire

_PLAIN_IPV4 = 0x45  # version 4, a header of five words: no options
_STAMP = linux.SO_TIMESTAMPNS << 32 | 1  # level SOL_SOCKET
_STAMP_BYTES = 32  # control data: length, level and type, seconds, nanoseconds
_DROPS_WORDS = 3  # control data: length, level and type, count
_NAMES_AT: Final = range(0, RECEIVE_BATCH * NAME_BYTES, NAME_BYTES)


class LinuxBatch(Batch):
    """So many packets in an inbox; valid until it is filled again. `offset_ns`: from stamps to perf_counter."""

    def __init__(self, wire: Wire, inbox: Inbox, count: int, offset_ns: int | None, now_ns: int) -> None:
        self._wire = wire
        self._inbox = inbox
        self._count = count
        self._offset_ns = offset_ns
        self._now_ns = now_ns

    def __len__(self) -> int:
        return self._count

    def dropped_count(self) -> int | None:
        """How many packets the kernel had dropped when it laid down the last one; None: it didn't say."""
        controls = self._inbox.controls
        end_word = self._header(CONTROL_LENGTH)[-1] // 8  # it stands behind the stamps
        at = (self._count - 1) * self._inbox.control_words + end_word - _DROPS_WORDS
        if end_word > _DROPS_WORDS and controls[at + 1] >> 32 == linux.SO_RXQ_OVFL:
            return controls[at + 2] & 0xFFFFFFFF
        return None

    def arrivals(self) -> list[Arrival]:
        """One by one; those without a stamp came now."""
        start, step = self._inbox.start_bytes, self._inbox.stride_bytes
        packets = self._inbox.slots.packets
        messages = [
            bytes(packets[at : at + length])
            for at, length in zip(
                range(start, start + self._count * step, step), self._header(RECEIVED_LENGTH), strict=True
            )
        ]
        if self._wire.has_ip_header:
            messages = [without_ipv4_header(message) for message in messages]
        offset_ns = self._offset_ns
        received_ns = [
            self._now_ns if not stamp_ns or offset_ns is None else stamp_ns - offset_ns
            for stamp_ns in self._stamps()
        ]
        return list(zip(messages, self._peers(), received_ns, strict=True))

    def columns(self) -> Columns | None:
        """All at once, if they are nothing but replies to this wire's echoes, equally long, and all stamped."""
        lengths = self._header(RECEIVED_LENGTH)
        length = lengths[0] - self._inbox.message_at + self._inbox.start_bytes
        received_ns = self._received_ns()
        if (
            received_ns is None
            or not _are_all(lengths, lengths[0])
            or length < SEALED_ECHO.size
            or length % 8
            or not self._are_replies(length)
            or not _are_all(names := self._header(NAME_LENGTH), names[0])
        ):
            return None
        sequences = array("H", self._field(6).tobytes())
        if sys.byteorder == "little":
            sequences.byteswap()
        message_word = self._inbox.message_at // 8
        seals = self._word(message_word + ECHO_HEADER.size // 8).tolist()
        peers = bytes(memoryview(self._inbox.slots.names)[: self._count * NAME_BYTES])
        return Columns(sequences.tolist(), seals, peers, received_ns, length)

    def _received_ns(self) -> list[int] | None:
        """When each came, on our own clock; None where one isn't stamped, or the stamps are worth nothing."""
        controls, step = self._inbox.controls, self._inbox.control_words
        end = self._count * step
        if (
            self._offset_ns is None
            or not _are_all(controls[1:end:step], _STAMP)
            or min(self._header(CONTROL_LENGTH)) < _STAMP_BYTES
        ):
            return None
        seconds, nanoseconds = controls[2:end:step], controls[3:end:step].tolist()
        if _are_all(seconds, seconds[0]):
            base_ns = seconds[0] * 1_000_000_000 - self._offset_ns
            return [base_ns + part_ns for part_ns in nanoseconds]
        return [
            second * 1_000_000_000 + part_ns - self._offset_ns
            for second, part_ns in zip(seconds, nanoseconds, strict=True)
        ]

    def _are_replies(self, length: int) -> bool:
        """Whether all have a plain IP header, are echo replies to us, and zeros where we sent zeros."""
        wire, count = self._wire, self._count
        if wire.has_ip_header:
            first_bytes = self._inbox.slots.packets[self._inbox.start_bytes :: self._inbox.stride_bytes]
            if first_bytes.count(_PLAIN_IPV4, 0, count) != count:
                return False
        identifier = int.from_bytes(wire.identifier.to_bytes(2, "big"), sys.byteorder)
        kind = int.from_bytes(bytes((wire.family.echo_reply, 0)), sys.byteorder)
        first = (self._inbox.message_at + SEALED_ECHO.size) // 8
        end = first + (length - SEALED_ECHO.size) // 8
        return (
            _are_all(self._field(0), kind)
            and _are_all(self._field(4), identifier)
            and all(_are_all(self._word(word), 0) for word in range(first, end))
        )

    def _field(self, at: int) -> memoryview:
        """The 16 bits so far into each ICMP message, as this machine reads them."""
        step = self._inbox.stride_bytes // 2
        return self._inbox.halfwords[(self._inbox.message_at + at) // 2 : self._count * step : step]

    def _word(self, word: int) -> memoryview:
        """That 64-bit word of each slot."""
        step = self._inbox.stride_bytes // 8
        return self._inbox.words[word : self._count * step : step]

    def _header(self, half: int) -> memoryview:
        """That field of each message header."""
        return self._inbox.headers[half : self._count * HEADER_HALVES : HEADER_HALVES]

    def _peers(self) -> list[Peer]:
        """A name shorter than its slot, as all are, has zeros behind it."""
        names = bytes(self._inbox.slots.names)
        return [
            names[at : at + length].ljust(NAME_BYTES, b"\0")
            for at, length in zip(_NAMES_AT, self._header(NAME_LENGTH), strict=False)
        ]

    def _stamps(self) -> list[int]:
        """The kernel's CLOCK_REALTIME stamps in ns, 0 without one."""
        controls, step = self._inbox.controls, self._inbox.control_words
        end = self._count * step
        fields = (controls[1:end:step], controls[2:end:step], controls[3:end:step])
        return [
            seconds * 1_000_000_000 + nanoseconds if length >= _STAMP_BYTES and kind == _STAMP else 0
            for length, kind, seconds, nanoseconds in zip(self._header(CONTROL_LENGTH), *fields, strict=True)
        ]


def _are_all(column: memoryview, value: int) -> bool:
    """Whether a column has only that value; its bytes are compared, which is much faster than its numbers."""
    return column.tobytes() == value.to_bytes(column.itemsize, sys.byteorder) * len(column)
