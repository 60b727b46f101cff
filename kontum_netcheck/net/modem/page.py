"""The test page: who tests whom and when, and patterns on which a bad line or a worn machine shows."""

from collections.abc import Iterator
from dataclasses import dataclass

from kontum_netcheck.net.modem import t4
from kontum_netcheck.net.modem.lettering import dots

_MARGIN = 96  # pels: 12 mm
_ACROSS, _DOWN = 5, 3  # how large a dot is: 8 pels/mm across, 3.85 lines/mm down
_BAR_WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
_BAR_LINES = 16
_LONGEST_LINE = (t4.WIDTH - 2 * _MARGIN) // (6 * _ACROSS)
_MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a few lines of text; `sender` is the number that the far end prints as ours."""

    lines: tuple[str, ...]
    sender: str = ""

    def rows(self) -> Iterator[list[bool]]:
        """The rows of pels at normal resolution, from the top; True is black."""
        yield from _blank(_BAR_LINES)
        for text in self.lines[:_MOST_LINES]:
            for row in dots(text[:_LONGEST_LINE]):
                yield from [_in_page([dot for dot in row for _ in range(_ACROSS)])] * _DOWN
            yield from _blank(2 * _DOWN)
        for width in _BAR_WIDTHS:
            bars = [(pel // width) % 2 == 0 for pel in range(t4.WIDTH - 2 * _MARGIN)]
            yield from [_in_page(bars)] * _BAR_LINES
        yield from [_in_page([True] * (t4.WIDTH - 2 * _MARGIN))] * _BAR_LINES
        yield from _blank(_BAR_LINES)

    def coded_rows(self) -> Iterator[str]:
        """The code words of each row, one-dimensional T.4. Rows come again and again, and are coded once."""
        known: dict[int, str] = {}
        rows = tuple(self.rows())  # held, so that no two of them have the same id
        for row in rows:
            if id(row) not in known:
                known[id(row)] = t4.line_bits(row)
            yield known[id(row)]

    def coded(self) -> bytes:
        """The whole page, for a modem that fills short lines by itself (Class 2)."""
        return t4.joined(self.coded_rows())


def _in_page(pels: list[bool]) -> list[bool]:
    return ([False] * _MARGIN + pels + [False] * t4.WIDTH)[: t4.WIDTH]


def _blank(lines_count: int) -> Iterator[list[bool]]:
    yield from [[False] * t4.WIDTH] * lines_count
