"""HDLC frames in a stream of bits: flags, stuffed zeros, checksum (ISO/IEC 13239; ITU-T T.30, 5.3)."""

_FLAG = 0x7E
_ABORT_ONES = 7
_FCS_GOOD = 0xF0B8
"""What the checksum of a whole frame, with its own checksum, comes to (X.25, 2.2.7)."""
MAX_FRAME_BYTES = 300
"""T.30 frames of error correction mode carry 256 bytes; nothing is longer."""
_SURE_FLAGS = 5


class Deframer:
    """Takes bits in the order in which they come, gives frames with a right checksum, without it."""

    def __init__(self) -> None:
        self._last8 = 0
        self._ones = 0
        self._bits: list[int] | None = None  # of the frame that is under way; None: no flag was seen
        self._since_flag = 0
        self.flags_count = 0  # in a row
        self.bad_frames_count = 0

    @property
    def hears_flags(self) -> bool:
        """Whether flags come one after the other, as at the beginning of every T.30 signal."""
        return self.flags_count >= _SURE_FLAGS

    def feed(self, bit: int) -> bytes | None:
        """Take in a bit; return the frame that it completes."""
        self._last8 = (self._last8 >> 1) | (bit << 7)
        self._since_flag += 1
        if self._last8 == _FLAG:
            return self._flag()
        if bit:
            self._ones += 1
            if self._ones >= _ABORT_ONES:
                self._bits, self.flags_count = None, 0
            elif self._bits is not None:
                self._bits.append(1)
        else:
            stuffed, self._ones = self._ones == 5, 0
            if self._bits is not None and not stuffed:
                self._bits.append(0)
        if self._bits is not None and len(self._bits) > 8 * MAX_FRAME_BYTES:
            self._bits = None
        return None

    def _flag(self) -> bytes | None:
        self.flags_count = self.flags_count + 1 if self._since_flag in (8, 7) else 1
        bits, self._bits, self._ones, self._since_flag = self._bits, [], 0, 0
        if bits is None or len(bits) <= 8:
            return None
        del bits[-7:]  # the flag's first seven bits looked like data
        frame = _octets(bits)
        if len(bits) % 8 == 0 and len(frame) > 4 and fcs(frame) == _FCS_GOOD:
            return frame[:-2]
        self.bad_frames_count += 1
        return None


def _octets(bits: list[int]) -> bytes:
    """The first bit that came is the lowest of its octet."""
    return bytes(
        sum(bit << place for place, bit in enumerate(bits[start : start + 8]))
        for start in range(0, len(bits) - 7, 8)
    )


def fcs(frame: bytes) -> int:
    """The 16-bit frame check sequence of X.25, not yet inverted."""
    value = 0xFFFF
    for octet in frame:
        value ^= octet
        for _ in range(8):
            value = (value >> 1) ^ (0x8408 if value & 1 else 0)
    return value


def with_fcs(frame: bytes) -> bytes:
    """The frame and its checksum, as it goes on the line."""
    return frame + (fcs(frame) ^ 0xFFFF).to_bytes(2, "little")


def framed_bits(frames: list[bytes], flags_count: int = 38) -> list[int]:
    """The bits of a signal: flags, then each frame with its checksum, stuffed, and a flag after it."""
    flag = [_FLAG >> place & 1 for place in range(8)]
    bits = flag * flags_count
    for frame in frames:
        ones = 0
        for octet in with_fcs(frame):
            for place in range(8):
                bit = octet >> place & 1
                bits.append(bit)
                ones = ones + 1 if bit else 0
                if ones == 5:
                    bits.append(0)
                    ones = 0
        bits += flag
    return bits


def without_fcs(frame: bytes) -> bytes:
    """The frame without its checksum, where it has one: modems of Class 1 leave it on (T.31), some don't."""
    return frame[:-2] if len(frame) > 4 and fcs(frame) == _FCS_GOOD else frame
