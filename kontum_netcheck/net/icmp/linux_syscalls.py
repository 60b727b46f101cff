"""sendto and recvmmsg of Linux, through ctypes: many packets a call, and without letting go of the GIL.

A non-blocking call is over sooner than a busy event loop would give the GIL back: Python's own sendto waits
up to 5 ms for it after each packet, and the paced sends of ten thousand hosts would be late.
"""

import ctypes
import os
import sys
from typing import Final

from kontum_netcheck.net.icmp import linux

BATCH: Final = 128
_PACKET_BYTES = 2048
_NAME_BYTES = 32  # a sockaddr_in6 has 28
_CONTROL_BYTES = 64  # a stamp takes 32, a drop count 24
_CONTROL_WORDS = _CONTROL_BYTES // 8  # of a stamp: length, level and type, seconds, nanoseconds
_STAMP_BYTES = 32
_HEADER_WORDS = 16  # 2: length of the name, 10: of the control data, 14: of the packet
_PACKETS_AT = range(0, BATCH * _PACKET_BYTES, _PACKET_BYTES)
_NAMES_AT = range(0, BATCH * _NAME_BYTES, _NAME_BYTES)

POSSIBLE = linux.HERE and ctypes.sizeof(ctypes.c_void_p) == 8 and sys.byteorder == "little"
"""Whether the layouts below, those of 64-bit Linux, are the ones of this machine."""


class _IoVec(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _MessageHeader(ctypes.Structure):
    """struct mmsghdr of 64-bit Linux: a msghdr and the length received."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("iov", ctypes.c_void_p),
        ("iov_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
        ("padding", ctypes.c_int),
        ("received", ctypes.c_uint32),
    )


Received = tuple[bytes, bytes, int]
"""A packet, its sender's sockaddr, and the kernel's CLOCK_REALTIME stamp in ns, 0 without one."""


class Syscalls:
    """Both calls, on one non-blocking socket. Not thread-safe: the buffers are its own."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.dropped_count = 0  # packets that found our receive buffer full, says the kernel
        libc = ctypes.PyDLL(None, use_errno=True)
        self._sendto = libc.sendto
        data = ctypes.c_char_p
        self._sendto.argtypes = (ctypes.c_int, data, ctypes.c_size_t, ctypes.c_int, data, ctypes.c_uint32)
        self._recvmmsg = libc.recvmmsg
        self._packets = ctypes.create_string_buffer(BATCH * _PACKET_BYTES)
        self._names = ctypes.create_string_buffer(BATCH * _NAME_BYTES)
        self._controls = ctypes.create_string_buffer(BATCH * _CONTROL_BYTES)
        self._iovecs = (_IoVec * BATCH)()
        self._headers = (_MessageHeader * BATCH)()
        self._point_headers()
        self._pristine = bytes(self._headers)
        self._packet_view = memoryview(self._packets).cast("B")
        self._name_view = memoryview(self._names).cast("B")
        self._control_words = memoryview(self._controls).cast("B").cast("q")
        self._header_words = memoryview(self._headers).cast("B").cast("I")

    def _point_headers(self) -> None:
        for slot, (iovec, header) in enumerate(zip(self._iovecs, self._headers, strict=True)):
            iovec.base = ctypes.addressof(self._packets) + slot * _PACKET_BYTES
            iovec.length = _PACKET_BYTES
            header.name, header.name_length = ctypes.addressof(self._names) + slot * _NAME_BYTES, _NAME_BYTES
            header.iov, header.iov_count = ctypes.addressof(iovec), 1
            header.control = ctypes.addressof(self._controls) + slot * _CONTROL_BYTES
            header.control_length = _CONTROL_BYTES

    def send(self, packet: bytes, sockaddr: bytes) -> None:
        """sendto(2). Raises OSError."""
        if self._sendto(self._fd, packet, len(packet), 0, sockaddr, len(sockaddr)) < 0:
            _raise_errno()

    def receive(self) -> list[Received]:
        """recvmmsg(2): what there is, at most BATCH. Raises BlockingIOError where there is nothing."""
        ctypes.memmove(self._headers, self._pristine, len(self._pristine))
        count = self._recvmmsg(self._fd, self._headers, BATCH, 0, None)
        if count < 0:
            _raise_errno()
        headers = self._header_words[: count * _HEADER_WORDS].tolist()
        controls = self._control_words[: count * _CONTROL_WORDS].tolist()
        lengths, name_lengths = headers[14::_HEADER_WORDS], headers[2::_HEADER_WORDS]
        stamps = self._stamps(headers[10::_HEADER_WORDS], controls)
        packets, names = self._packet_view, self._name_view
        return [
            (bytes(packets[at : at + length]), bytes(names[name_at : name_at + name_length]), stamp_ns)
            for at, length, name_at, name_length, stamp_ns in zip(
                _PACKETS_AT, lengths, _NAMES_AT, name_lengths, stamps, strict=False
            )
        ]

    def _stamps(self, control_lengths: list[int], controls: list[int]) -> list[int]:
        """The kernel's stamps, 0 without one; a drop count that stands behind the last one is kept."""
        kinds, seconds = controls[1::_CONTROL_WORDS], controls[2::_CONTROL_WORDS]
        nanoseconds = controls[3::_CONTROL_WORDS]
        if control_lengths[-1] > _STAMP_BYTES and controls[-3] >> 32 == linux.SO_RXQ_OVFL:
            self.dropped_count = controls[-2] & 0xFFFFFFFF
        return [
            second * 1_000_000_000 + nanosecond if length and kind >> 32 == linux.SO_TIMESTAMPNS else 0
            for length, kind, second, nanosecond in zip(
                control_lengths, kinds, seconds, nanoseconds, strict=False
            )
        ]


def _raise_errno() -> None:
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number))
