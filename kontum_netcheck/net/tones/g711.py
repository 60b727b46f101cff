"""G.711: A-law and µ-law, to and from 16-bit linear samples (ITU-T G.711, tables 1 and 2)."""

from array import array
from collections.abc import Callable
from functools import cache

_ULAW_BIAS = 0x84
_ULAW_CLIP = 32635


def from_alaw(data: bytes) -> "array[int]":
    """Linear samples of A-law bytes (payload type 8 of RFC 3551)."""
    return array("h", map(_alaw_table().__getitem__, data))


def from_ulaw(data: bytes) -> "array[int]":
    """Linear samples of µ-law bytes (payload type 0 of RFC 3551)."""
    return array("h", map(_ulaw_table().__getitem__, data))


def to_alaw(samples: "array[int]") -> bytes:
    """A-law bytes of linear samples."""
    table = _encoding(_alaw_of)
    return bytes(table[sample + 32768] for sample in samples)


def to_ulaw(samples: "array[int]") -> bytes:
    """µ-law bytes of linear samples."""
    table = _encoding(_ulaw_of)
    return bytes(table[sample + 32768] for sample in samples)


@cache
def _alaw_table() -> tuple[int, ...]:
    return tuple(_alaw_value(code) for code in range(256))


@cache
def _ulaw_table() -> tuple[int, ...]:
    return tuple(_ulaw_value(code) for code in range(256))


@cache
def _encoding(code_of: Callable[[int], int]) -> bytes:
    return bytes(code_of(sample) for sample in range(-32768, 32768))


def _alaw_value(code: int) -> int:
    """Even bits are inverted on the line; then sign, three bits of segment, four bits of interval."""
    code ^= 0x55
    segment, interval = (code >> 4) & 7, code & 15
    magnitude = (interval << 4) + (8 if segment == 0 else 0x108)
    if segment > 1:
        magnitude <<= segment - 1
    return magnitude if code & 0x80 else -magnitude


def _ulaw_value(code: int) -> int:
    """All bits are inverted on the line; the bias makes each segment twice as wide as the one before it."""
    code ^= 0xFF
    magnitude = ((((code & 15) << 3) + _ULAW_BIAS) << ((code >> 4) & 7)) - _ULAW_BIAS
    return -magnitude if code & 0x80 else magnitude


def _alaw_of(sample: int) -> int:
    sign, magnitude = (0x80, sample) if sample >= 0 else (0, -sample - 1)
    magnitude >>= 4
    segment = max(0, magnitude.bit_length() - 4)
    interval = (magnitude >> max(0, segment - 1)) & 15
    return (sign | segment << 4 | interval) ^ 0x55


def _ulaw_of(sample: int) -> int:
    sign, magnitude = (0, sample) if sample >= 0 else (0x80, -sample)
    magnitude = min(magnitude, _ULAW_CLIP) + _ULAW_BIAS
    segment = magnitude.bit_length() - 8
    return (sign | segment << 4 | (magnitude >> (segment + 3)) & 15) ^ 0xFF
