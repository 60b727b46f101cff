"""sendmmsg and recvmmsg of Linux, through ctypes: many packets a call, and without letting go of the GIL.

A non-blocking call is over sooner than a busy event loop would give the GIL back: Python's own sendto waits
up to 5 ms for it after each packet, and the paced sends of ten thousand hosts would be late.
"""

import ctypes
import os
import time
from collections.abc import Hashable
from typing import Final

from kontum_netcheck.net.icmp import linux
from kontum_netcheck.net.icmp.linux_slots import (
    CONTROL_LENGTH,
    CONTROL_WORDS,
    HEADER_WORDS,
    IOVEC_WORDS,
    NAME_BYTES,
    NAME_LENGTH,
    PACKET_BYTES,
    RECEIVED_LENGTH,
    Slots,
)

RECEIVE_BATCH: Final = 128
SEND_BATCH: Final = 8  # few, for one time is taken for all of them
_STAMP_BYTES = 32  # control data: length, level and type, seconds, nanoseconds
_PACKETS_AT = range(0, RECEIVE_BATCH * PACKET_BYTES, PACKET_BYTES)
_NAMES_AT = range(0, RECEIVE_BATCH * NAME_BYTES, NAME_BYTES)

Received = tuple[bytes, bytes, int]
"""A packet, its sender's sockaddr, and the kernel's CLOCK_REALTIME stamp in ns, 0 without one."""


class Syscalls:
    """Both calls, on one non-blocking socket. Not thread-safe: the memory is its own."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.dropped_count = 0  # packets that found our receive buffer full, says the kernel
        libc = ctypes.PyDLL(None, use_errno=True)
        self._sendmmsg, self._recvmmsg = libc.sendmmsg, libc.recvmmsg
        self._out = Slots(SEND_BATCH, with_control=False)
        self._in = Slots(RECEIVE_BATCH, with_control=True)

    def send(self, packets: list[tuple[bytes, Hashable]]) -> tuple[int, int, int]:
        """Send packets to their sockaddrs, at most SEND_BATCH. Raises OSError where not even one went.

        Returns how many went, and perf_counter ns just before and after the call.
        """
        out = self._out
        for slot, (packet, sockaddr) in enumerate(packets):
            assert isinstance(sockaddr, bytes)
            at, name_at = slot * PACKET_BYTES, slot * NAME_BYTES
            out.packets[at : at + len(packet)] = packet
            out.names[name_at : name_at + len(sockaddr)] = sockaddr
            out.iovec_words[slot * IOVEC_WORDS + 1] = len(packet)
            out.header_words[slot * HEADER_WORDS + NAME_LENGTH] = len(sockaddr)
        sendmmsg, fd, headers, count = self._sendmmsg, self._fd, out.headers, len(packets)
        start_ns = time.perf_counter_ns()
        sent_count = sendmmsg(fd, headers, count, 0)
        end_ns = time.perf_counter_ns()
        return self._checked(sent_count), start_ns, end_ns

    def receive(self) -> list[Received]:
        """What there is, at most RECEIVE_BATCH. Raises BlockingIOError where there is nothing."""
        self._in.reset()
        count = self._checked(self._recvmmsg(self._fd, self._in.headers, RECEIVE_BATCH, 0, None))
        headers = self._in.header_words[: count * HEADER_WORDS].tolist()
        controls = self._in.control_words[: count * CONTROL_WORDS].tolist()
        lengths, name_lengths = headers[RECEIVED_LENGTH::HEADER_WORDS], headers[NAME_LENGTH::HEADER_WORDS]
        stamps = self._stamps(headers[CONTROL_LENGTH::HEADER_WORDS], controls)
        packets, names = self._in.packets, self._in.names
        return [
            (bytes(packets[at : at + length]), bytes(names[name_at : name_at + name_length]), stamp_ns)
            for at, length, name_at, name_length, stamp_ns in zip(
                _PACKETS_AT, lengths, _NAMES_AT, name_lengths, stamps, strict=False
            )
        ]

    def _stamps(self, control_lengths: list[int], controls: list[int]) -> list[int]:
        """The kernel's stamps, 0 without one; a drop count that stands behind the last one is kept."""
        kinds, seconds = controls[1::CONTROL_WORDS], controls[2::CONTROL_WORDS]
        nanoseconds = controls[3::CONTROL_WORDS]
        if control_lengths[-1] > _STAMP_BYTES and controls[-3] >> 32 == linux.SO_RXQ_OVFL:
            self.dropped_count = controls[-2] & 0xFFFFFFFF
        return [
            second * 1_000_000_000 + nanosecond if length and kind >> 32 == linux.SO_TIMESTAMPNS else 0
            for length, kind, second, nanosecond in zip(
                control_lengths, kinds, seconds, nanoseconds, strict=True
            )
        ]

    def _checked(self, count: int) -> int:
        if count < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return count
