"""Memory for sendmmsg and recvmmsg: an array of struct mmsghdr, each with a packet, a name and control data."""

import ctypes
import sys

from kontum_netcheck.net.icmp import linux

PACKET_BYTES = 2048
NAME_BYTES = 32  # a sockaddr_in6 has 28
CONTROL_BYTES = 64  # a stamp takes 32, a drop count 24
CONTROL_WORDS = CONTROL_BYTES // 8
IOVEC_WORDS = 2  # where, how long
HEADER_WORDS = 16  # of 32 bits; three of them are read and written here:
NAME_LENGTH, CONTROL_LENGTH, RECEIVED_LENGTH = 2, 10, 14

POSSIBLE = linux.HERE and ctypes.sizeof(ctypes.c_void_p) == 8 and sys.byteorder == "little"
"""Whether the layouts below, those of 64-bit Linux, are the ones of this machine."""


class _IoVec(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _MessageHeader(ctypes.Structure):
    """struct mmsghdr of 64-bit Linux: a msghdr, padded, and the length sent or received."""

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


class Slots:
    """So many messages, pointing at their memory, and views of it. The kernel writes into it; keep it alive."""

    def __init__(self, count: int, *, with_control: bool) -> None:
        packets = ctypes.create_string_buffer(count * PACKET_BYTES)
        names = ctypes.create_string_buffer(count * NAME_BYTES)
        controls = ctypes.create_string_buffer(count * CONTROL_BYTES)
        iovecs = (_IoVec * count)()
        self.headers = (_MessageHeader * count)()
        for slot, (iovec, header) in enumerate(zip(iovecs, self.headers, strict=True)):
            iovec.base, iovec.length = ctypes.addressof(packets) + slot * PACKET_BYTES, PACKET_BYTES
            header.name, header.name_length = ctypes.addressof(names) + slot * NAME_BYTES, NAME_BYTES
            header.iov, header.iov_count = ctypes.addressof(iovec), 1
            if with_control:
                header.control = ctypes.addressof(controls) + slot * CONTROL_BYTES
                header.control_length = CONTROL_BYTES
        self.packets = memoryview(packets).cast("B")
        self.names = memoryview(names).cast("B")
        self.control_words = memoryview(controls).cast("B").cast("q")
        self.iovec_words = memoryview(iovecs).cast("B").cast("Q")
        self.header_words = memoryview(self.headers).cast("B").cast("I")
        self._pristine = bytes(self.headers)

    def reset(self) -> None:
        """Undo what the kernel wrote into the headers."""
        ctypes.memmove(self.headers, self._pristine, len(self._pristine))
