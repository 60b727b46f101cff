"""One-dimensional coding of a page, Modified Huffman (ITU-T T.4, 4.1)."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

WIDTH = 1728  # pels a line: 215 mm (T.4, 2.1)
EOL = "000000000001"
_RETURN_TO_CONTROL = EOL * 6


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_WHITE = _words(
    "00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101 101010 "
    "101011 0100111 0001100 0001000 0010111 0000011 0000100 0101000 0101011 0010011 0100100 0011000 00000010 "
    "00000011 00011010 00011011 00010010 00010011 00010100 00010101 00010110 00010111 00101000 00101001 00101010 "
    "00101011 00101100 00101101 00000100 00000101 00001010 00001011 01010010 01010011 01010100 01010101 00100100 "
    "00100101 01011000 01011001 01011010 01011011 01001010 01001011 00110010 00110011 00110100"
)
_BLACK = _words(
    "0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111 000011000 "
    "0000010111 0000011000 0000001000 00001100111 00001101000 00001101100 00000110111 00000101000 00000010111 "
    "00000011000 000011001010 000011001011 000011001100 000011001101 000001101000 000001101001 000001101010 "
    "000001101011 000011010010 000011010011 000011010100 000011010101 000011010110 000011010111 000001101100 "
    "000001101101 000011011010 000011011011 000001010100 000001010101 000001010110 000001010111 000001100100 "
    "000001100101 000001010010 000001010011 000000100100 000000110111 000000111000 000000100111 000000101000 "
    "000001011000 000001011001 000000101011 000000101100 000001011010 000001100110 000001100111"
)
"""T.4, table 2: runs of 0 to 63 pels."""
_WHITE_MAKE_UP = _words(
    "11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100 011001101 "
    "011010010 011010011 011010100 011010101 011010110 011010111 011011000 011011001 011011010 011011011 "
    "010011000 010011001 010011010 011000 010011011"
)
_BLACK_MAKE_UP = _words(
    "0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101 0000001101100 "
    "0000001101101 0000001001010 0000001001011 0000001001100 0000001001101 0000001110010 0000001110011 "
    "0000001110100 0000001110101 0000001110110 0000001110111 0000001010010 0000001010011 0000001010100 "
    "0000001010101 0000001011010 0000001011011 0000001100100 0000001100101"
)
"""T.4, table 3a: runs of 64, 128 … 1,728 pels, each followed by one of table 2."""


def coded(lines: Iterable[Sequence[bool]], least_line_bits: int = 0) -> bytes:
    """The page as it goes on the line, the first bit in the lowest place of its octet. True is black.

    A line shorter than `least_line_bits` is filled up with zeros: paper moves slower than the line (T.4, 4.1.3).
    """
    bits = EOL + "".join(f"{_filled(line_bits(line), least_line_bits)}{EOL}" for line in lines)
    bits = bits.removesuffix(EOL) + _RETURN_TO_CONTROL
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[start : start + 8][::-1], 2) for start in range(0, len(bits), 8))


def line_bits(line: Sequence[bool]) -> str:
    """The code words of one line, which begins with a white run, be it empty. Raises ValueError for a wrong width."""
    if len(line) != WIDTH:
        raise ValueError(f"a line has {WIDTH} pels, not {len(line)}")
    return "".join(_runs(line))


def _runs(line: Sequence[bool]) -> Iterator[str]:
    if line[0]:
        yield _WHITE[0]
    for is_black, pels in groupby(line):
        length = sum(1 for _ in pels)
        make_up, rest = divmod(length, 64)
        if make_up:
            yield (_BLACK_MAKE_UP if is_black else _WHITE_MAKE_UP)[make_up - 1]
        yield (_BLACK if is_black else _WHITE)[rest]


def _filled(bits: str, least_bits: int) -> str:
    return bits + "0" * max(0, least_bits - len(bits) - len(EOL))
