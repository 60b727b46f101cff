"""What a fax machine says of itself: the frames DIS, CSI and NSF of ITU-T T.30, and the ones that answer them.

In a frame each octet has the bit first that comes first on the line as its lowest, as in Class 1 of ITU-T T.31.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

ADDRESS = 0xFF  # T.30, 5.3.4
MORE, FINAL = 0x03, 0x13  # T.30, 5.3.5: the control field of a frame, and of the last one of a signal
_FIF = 3  # the facsimile information field follows address, control and facsimile control field
IDENT_LENGTH = 20  # T.30, 5.3.6.2.4


class Fcf(IntEnum):
    """Facsimile control fields, T.30, 5.3.6.1; in those of a caller that has seen a DIS the lowest bit is set."""

    DIS = 0x80
    CSI = 0x40
    NSF = 0x20
    DCS = 0x83
    TSI = 0x43
    CFR = 0x84
    FTT = 0x44
    EOP = 0x2F
    MCF = 0x8C
    RTP = 0xCC
    RTN = 0x4C
    DCN = 0xFB


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a DIS says that the machine can do (T.30, table 2)."""

    receives: bool  # bit 10; without it the machine can't take a page now
    speeds_bit_per_s: tuple[int, ...]  # bits 11 to 14
    fine: bool  # bit 15: 7.7 lines/mm
    superfine: bool  # bit 41: 15.4 lines/mm
    two_dimensional: bool  # bit 16
    error_correction: bool  # bit 27
    t6: bool  # bit 31
    v8: bool  # bit 6: also speaks V.34
    line_ms: int  # bits 21 to 23: how long each line of 3.85 lines/mm must take at least

    @property
    def fastest_bit_per_s(self) -> int | None:
        """The highest speed that it names; V.34, agreed upon by V.8, is not among them."""
        return max(self.speeds_bit_per_s, default=None)


@dataclass(frozen=True, slots=True)
class Introduction:
    """What one signal of an answering machine said."""

    capabilities: Capabilities | None = None  # None: no DIS came through
    csi: str | None = None  # its own number, as somebody typed it into it


_V27TER, _V29, _V17 = (2400, 4800), (7200, 9600), (7200, 9600, 12000, 14400)
_SPEEDS = {
    0b0000: _V27TER[:1],
    0b0100: _V27TER,
    0b1000: _V29,
    0b1100: (*_V27TER, *_V29),
    0b1101: (*_V27TER, *_V17),
    0b1110: (*_V27TER, *_V17),  # V.33, in machines from before 1994
}
"""T.30, table 2, bits 11, 12, 13, 14 of a DIS. What is not here is reserved."""

_LINE_MS = (20, 40, 10, 10, 5, 20, 20, 0)
"""T.30, table 2, bits 21, 22, 23 of a DIS, for normal resolution; 101 is the one that fine lines halve from 40."""


def introduction(frames: Iterable[bytes]) -> Introduction:
    """What the frames say, without their checksums. Frames of other kinds are passed over; a later one counts."""
    capabilities: Capabilities | None = None
    csi: str | None = None
    for frame in frames:
        if len(frame) < _FIF or frame[0] != ADDRESS or frame[1] & ~0x10 != MORE:
            continue
        if frame[2] == Fcf.DIS:
            capabilities = dis(frame[_FIF:])
        elif frame[2] == Fcf.CSI:
            csi = ident(frame[_FIF:]) or csi
    return Introduction(capabilities, csi)


def dis(field: bytes) -> Capabilities:
    """Read the information field of a DIS. A bit that was not sent is 0 (T.30, 5.3.6.2.1)."""

    def bit(number: int) -> bool:
        octet, place = divmod(number - 1, 8)
        return _reaches(field, octet) and bool(field[octet] >> place & 1)

    speed = sum(bit(number) << (14 - number) for number in range(11, 15))
    return Capabilities(
        receives=bit(10),
        speeds_bit_per_s=tuple(sorted(set(_SPEEDS.get(speed, ())))),
        fine=bit(15),
        superfine=bit(41),
        two_dimensional=bit(16),
        error_correction=bit(27),
        t6=bit(31),
        v8=bit(6),
        line_ms=_LINE_MS[sum(bit(number) << (23 - number) for number in range(21, 24))],
    )


def _reaches(field: bytes, octet: int) -> bool:
    """Whether that octet is part of the field: from the third on, each says by its last bit that one follows."""
    if octet >= len(field):
        return False
    return all(field[before] & 0x80 for before in range(2, octet))


def ident(field: bytes) -> str:
    """The number in a CSI or TSI: 20 characters, the last one first (T.30, 5.3.6.2.4).

    A stranger wrote it: what can't be printed becomes a question mark.
    """
    text = bytes(reversed(field[:IDENT_LENGTH])).decode("latin-1").strip(" \0")
    return "".join(character if character.isprintable() else "?" for character in text)


def ident_field(text: str) -> bytes:
    """The field that says `text`; T.30 knows digits, space and +, and of the rest nothing is sent."""
    return known_characters(text).rjust(IDENT_LENGTH).encode("ascii")[::-1]


def known_characters(text: str) -> str:
    """What T.30 can carry of a number: digits, space and +, twenty of them at most."""
    return "".join(character for character in text if character in "0123456789+ ")[:IDENT_LENGTH]


def frame(fcf: int, field: bytes = b"", *, final: bool = True) -> bytes:
    """A frame to send, without its checksum."""
    return bytes((ADDRESS, FINAL if final else MORE, fcf)) + field


def is_final(received: bytes) -> bool:
    """Whether the sender says that no frame follows in this signal."""
    return len(received) > 1 and received[1] == FINAL
