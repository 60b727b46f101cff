"""sendmmsg and recvmmsg of Linux, through ctypes: many packets a call, and without letting go of the GIL.

A non-blocking call is over sooner than a busy event loop would give the GIL back: Python's own sendto waits
up to 5 ms for it after each packet, and the paced sends of ten thousand hosts would be late.
"""

import ctypes
import os
import time
from typing import Final

from kontum_netcheck.net.icmp.linux_slots import HEADER_BYTES, NAME_BYTES, Slots
from kontum_netcheck.net.icmp.wire import RECEIVE_BATCH

CONTROL_BYTES: Final = 128  # a stamp takes 32, both kinds of it 96, a drop count 24
SEND_BATCH: Final = 32  # one time is taken for all of them
_SMALLEST_SLOT_BYTES = 256
_LARGEST_SLOT_BYTES = 2048


class Syscalls:
    """Both calls, on one non-blocking socket. Not thread-safe: the memory is its own."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        libc = ctypes.PyDLL(None, use_errno=True)
        self._sendmmsg, self._recvmmsg = libc.sendmmsg, libc.recvmmsg
        self._sendmmsg.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int)
        self._recvmmsg.argtypes = (*self._sendmmsg.argtypes, ctypes.c_void_p)

    def send(self, slots: Slots, first: int, count: int) -> tuple[int, int, int]:
        """Send so many of the messages. Raises OSError where not even one went.

        Returns how many went, and perf_counter ns just before and after the call.
        """
        sendmmsg, fd, headers = self._sendmmsg, self._fd, slots.address + first * HEADER_BYTES
        start_ns = time.perf_counter_ns()
        sent_count = sendmmsg(fd, headers, count, 0)
        end_ns = time.perf_counter_ns()
        return _checked(sent_count), start_ns, end_ns

    def receive(self, inbox: "Inbox", flags: int = 0) -> int:
        """Fetch what there is; how many. Raises BlockingIOError where there is nothing."""
        inbox.reset()
        return _checked(self._recvmmsg(self._fd, inbox.slots.address, inbox.count, flags, None))


class Inbox:
    """Room for a batch of packets: `message_at` bytes into each the ICMP message begins, so that seals are aligned."""

    def __init__(
        self,
        ip_header_bytes: int = 0,
        message_bytes: int = 0,
        *,
        count: int = RECEIVE_BATCH,
        control_bytes: int = CONTROL_BYTES,
    ) -> None:
        self.count = count
        self.control_words = control_bytes // 8
        self.start_bytes = -ip_header_bytes % 8
        self.message_at = self.start_bytes + ip_header_bytes
        wanted_bytes = (
            self.message_at + message_bytes + 1
        )  # one more, so that a longer one is seen to be longer
        self.stride_bytes = _SMALLEST_SLOT_BYTES
        while self.stride_bytes < min(wanted_bytes, _LARGEST_SLOT_BYTES):
            self.stride_bytes *= 2
        self.slots = Slots(
            bytearray(count * self.stride_bytes),
            bytearray(count * NAME_BYTES),
            count=count,
            stride_bytes=self.stride_bytes,
            length_bytes=self.stride_bytes - self.start_bytes,
            name_bytes=NAME_BYTES,
            start_bytes=self.start_bytes,
            control_bytes=control_bytes,
        )
        self.halfwords = memoryview(self.slots.packets).cast("H")
        self.words = memoryview(self.slots.packets).cast("Q")
        self.headers = memoryview(self.slots.headers).cast("I")
        self.controls = memoryview(self.slots.controls).cast("q")
        self._pristine = bytes(self.slots.headers)

    def reset(self) -> None:
        """Undo what the kernel wrote into the headers."""
        self.slots.headers[:] = self._pristine


def _checked(count: int) -> int:
    if count < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return count
