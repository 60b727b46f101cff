"""The error queue of a Linux socket, read without letting go of the GIL: ICMP errors, and stamps of packets sent."""

import struct
from collections.abc import Iterator

from kontum_netcheck.net.icmp import linux
from kontum_netcheck.net.icmp.linux_slots import CONTROL_LENGTH, HEADER_HALVES, NAME_BYTES, RECEIVED_LENGTH
from kontum_netcheck.net.icmp.linux_syscalls import Inbox, Syscalls
from kontum_netcheck.net.icmp.packets import Family

_BATCH = 16
_BATCHES_AT_ONCE = 8
_CONTROL_BYTES = 256  # stamps of both kinds, and an error with its reporter
_STAMP = linux.SO_TIMESTAMPNS << 32 | 1  # level SOL_SOCKET
_ORIGIN_WORD = 14  # behind 32 and 64 bytes of stamps, and a header
_CONTROL_HEADER = struct.Struct("=QII")  # struct cmsghdr of 64-bit Linux: length with itself, level, type


class ErrorQueue:
    """What lies there, taken out by `read` and kept by kind until somebody asks for it."""

    def __init__(self, syscalls: Syscalls, family: Family) -> None:
        self._syscalls = syscalls
        self._family = family
        self._inbox = Inbox(count=_BATCH, control_bytes=_CONTROL_BYTES)
        level, kind = linux.error_option(family)
        self._kind = kind << 32 | level
        self._errors: list[linux.QueuedError] = []
        self._send_stamps_ns: list[int] = []

    @property
    def has_errors(self) -> bool:
        """Whether there are errors that were taken out already."""
        return bool(self._errors)

    def take_errors(self) -> list[linux.QueuedError]:
        """The ICMP errors; stamps that come so late are of no use to anybody."""
        self._read()
        self._send_stamps_ns = []
        errors, self._errors = self._errors, []
        return errors

    def take_send_stamps(self) -> list[int]:
        """The stamps of packets that have just gone, in their order (CLOCK_REALTIME, ns)."""
        self._read()
        stamps_ns, self._send_stamps_ns = self._send_stamps_ns, []
        return stamps_ns

    def _read(self) -> None:
        for _ in range(_BATCHES_AT_ONCE):
            try:
                count = self._syscalls.receive(self._inbox, linux.MSG_ERRQUEUE)
            except OSError:  # empty
                return
            stamps_ns = self._only_send_stamps(count)
            if stamps_ns is None:
                for slot in range(count):
                    self._sort(slot)
            else:
                self._send_stamps_ns += stamps_ns
            if count < _BATCH:
                return

    def _only_send_stamps(self, count: int) -> list[int] | None:
        """The stamps, if these entries are nothing else: both kinds of stamp, and then who wrote the entry."""
        words, step = self._inbox.controls, self._inbox.control_words
        end = count * step
        lengths = self._inbox.headers[CONTROL_LENGTH : count * HEADER_HALVES : HEADER_HALVES].tolist()
        if (
            min(lengths) <= 8 * _ORIGIN_WORD
            or words[1:end:step].tolist().count(_STAMP) != count
            or words[_ORIGIN_WORD - 1 : end : step].tolist().count(self._kind) != count
            or any(word >> 32 & 0xFF != linux.FROM_TIMESTAMPING for word in words[_ORIGIN_WORD:end:step])
        ):
            return None
        times = zip(words[2:end:step], words[3:end:step], strict=True)
        return [seconds * 1_000_000_000 + nanoseconds for seconds, nanoseconds in times]

    def _sort(self, slot: int) -> None:
        inbox = self._inbox
        header = inbox.headers[slot * HEADER_HALVES : (slot + 1) * HEADER_HALVES]
        at = slot * _CONTROL_BYTES
        ancillary = list(control_messages(bytes(inbox.slots.controls[at : at + header[CONTROL_LENGTH]])))
        if linux.is_send_stamp(self._family, ancillary):
            self._send_stamps_ns.append(linux.stamp_in(ancillary))
            return
        start = slot * inbox.stride_bytes
        echo = bytes(inbox.slots.packets[start : start + header[RECEIVED_LENGTH]])
        name = bytes(inbox.slots.names[slot * NAME_BYTES : (slot + 1) * NAME_BYTES])
        error = linux.queued_error(self._family, echo, ancillary, linux.address_in(name))
        if error is not None:
            self._errors.append(error)


def control_messages(control: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Level, type and data of each control message, as recvmsg would give them."""
    at = 0
    while at + _CONTROL_HEADER.size <= len(control):
        length, level, kind = _CONTROL_HEADER.unpack_from(control, at)
        if length < _CONTROL_HEADER.size:
            return
        yield level, kind, control[at + _CONTROL_HEADER.size : at + length]
        at += (length + 7) // 8 * 8
