"""Memory for sendmmsg and recvmmsg: an array of struct mmsghdr, each with a packet, a name and control data."""

import ctypes
import sys
from array import array

from kontum_netcheck.net.icmp import linux

NAME_BYTES = 32  # room for a name; a sockaddr_in6 has 28
HEADER_BYTES = 64
_IOVEC_BYTES = 16

# struct mmsghdr of 64-bit Linux in 64-bit words: msghdr, padded, and the length sent or received
_HEADER_WORDS = 8
_NAME, _NAME_LENGTH, _IOVECS, _IOVECS_COUNT, _CONTROL, _CONTROL_LENGTH = range(6)
# the same in 32-bit words
HEADER_HALVES = 16
NAME_LENGTH, CONTROL_LENGTH, RECEIVED_LENGTH = 2, 10, 14

POSSIBLE = linux.HERE and ctypes.sizeof(ctypes.c_void_p) == 8 and sys.byteorder == "little"
"""Whether the layouts above, those of 64-bit Linux, are the ones of this machine."""


class Slots:
    """So many messages, pointing into memory of ours. The kernel reads and writes it: keep this object alive."""

    def __init__(
        self,
        packets: bytearray,
        names: bytearray,
        *,
        count: int,
        stride_bytes: int,
        length_bytes: int,
        name_bytes: int,
        start_bytes: int = 0,
        control_bytes: int = 0,
    ) -> None:
        self.packets, self.names = packets, names
        self.controls = bytearray(count * control_bytes)
        self._iovecs = bytearray(count * _IOVEC_BYTES)
        self.headers = bytearray(count * HEADER_BYTES)
        iovecs = memoryview(self._iovecs).cast("Q")
        iovecs[0::2] = _steps(_address(packets) + start_bytes, stride_bytes, count)
        iovecs[1::2] = array("Q", [length_bytes]) * count
        words = memoryview(self.headers).cast("Q")
        words[_NAME::_HEADER_WORDS] = _steps(_address(names), len(names) // count, count)
        words[_NAME_LENGTH::_HEADER_WORDS] = array("Q", [name_bytes]) * count
        words[_IOVECS::_HEADER_WORDS] = _steps(_address(self._iovecs), _IOVEC_BYTES, count)
        words[_IOVECS_COUNT::_HEADER_WORDS] = array("Q", [1]) * count
        if control_bytes:
            words[_CONTROL::_HEADER_WORDS] = _steps(_address(self.controls), control_bytes, count)
            words[_CONTROL_LENGTH::_HEADER_WORDS] = array("Q", [control_bytes]) * count
        self.address = _address(self.headers)


def _address(memory: bytearray) -> int:
    """Where it lies; it stays there as long as nobody resizes it."""
    return ctypes.addressof(ctypes.c_char.from_buffer(memory)) if memory else 0


def _steps(start: int, step: int, count: int) -> "array[int]":
    return array("Q", range(start, start + step * count, step))
