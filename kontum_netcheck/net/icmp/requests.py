"""The echo requests of a cohort, in one piece of memory that is rewritten column by column for each echo."""

import sys
from array import array

from kontum_netcheck.net.icmp.packets import ECHO_HEADER, SEAL_BYTES, Family, ones_sum

_CHECKSUM, _SEQUENCE, _NUMBER = 1, 3, 7  # the places of these fields, in 16-bit words from the start


class EchoRequests:
    """One request for each cookie, all equally long. What differs from echo to echo is written by `renew`."""

    def __init__(self, family: Family, identifier: int, cookies: list[bytes], payload_bytes: int) -> None:
        self.length_bytes = ECHO_HEADER.size + payload_bytes
        self.stride_bytes = self.length_bytes + self.length_bytes % 2
        head = ECHO_HEADER.pack(family.echo_request, 0, 0, identifier, 0)
        tail = bytes(self.stride_bytes - ECHO_HEADER.size - SEAL_BYTES + 2)
        self.memory = bytearray(b"".join([head + cookie + tail for cookie in cookies]))
        self._words = memoryview(self.memory).cast("H")
        # RFC 1624: all that stays the same is summed up once; each request's place stands for its sequence number
        head_sum = ones_sum(head)
        self._sums = [
            int.from_bytes(cookie, "big") % 0xFFFF + place for place, cookie in enumerate(cookies, head_sum)
        ]

    def renew(self, first: int, sequences: range, number: int) -> None:
        """Make the requests from `first` on the echoes of that number, with these sequence numbers."""
        change = sequences.start - first + number
        sums = self._sums[first : first + len(sequences)]
        self._write(_CHECKSUM, first, array("H", [0xFFFF - (total + change) % 0xFFFF for total in sums]))
        self._write(_SEQUENCE, first, array("H", sequences))
        self._write(_NUMBER, first, array("H", [number]) * len(sequences))

    def packet(self, place: int) -> bytes:
        """One of them, as it goes out."""
        start = place * self.stride_bytes
        return bytes(self.memory[start : start + self.length_bytes])

    def _write(self, field: int, first: int, column: "array[int]") -> None:
        if sys.byteorder == "little":
            column.byteswap()
        step = self.stride_bytes // 2
        self._words[first * step + field : (first + len(column)) * step : step] = column
