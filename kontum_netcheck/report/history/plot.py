"""A plot in a terminal: values over time as braille dots, four rows and two columns to a character; or as stars.

Values of one piece are joined by lines; between two pieces there is nothing, for nobody knows.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from kontum_netcheck.report.history.time_axis import TimeAxis

Piece = Sequence[tuple[datetime, float]]
"""Values that follow each other without a gap, by time."""

_BRAILLE = 0x2800
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))  # by column and row, Unicode 2800-28FF
_LIMIT_IN_SIGHT = 2.0
"""A limit further above the values than this would press them to the ground: it is named and not drawn."""


@dataclass(slots=True)
class Plot:
    """The field of a plot: `rows` by `axis.columns` characters, values from 0 to `top`."""

    axis: TimeAxis
    rows: int
    top: float
    ascii_only: bool = False
    _cells: dict[tuple[int, int], int] = field(default_factory=dict)

    def draw(self, piece: Piece) -> None:
        """Join the values of a piece; one alone is a dot."""
        places = [self._place(moment, value) for moment, value in piece]
        if len(places) == 1:
            self._dot(*places[0])
        for (x, y), (next_x, next_y) in pairwise(places):
            steps = max(abs(next_x - x), abs(next_y - y), 1)
            for step in range(steps + 1):
                self._dot(x + round((next_x - x) * step / steps), y + round((next_y - y) * step / steps))

    def row_of(self, value: float) -> int:
        """The row of a value, from 0 at the top."""
        return self.rows - 1 - min(int(value / self.top * self.rows), self.rows - 1)

    def lines(self, limits: Sequence[float]) -> list[str]:
        """The rows from the top, limits drawn through where no value stands."""
        crossed = {self.row_of(limit) for limit in limits}
        limit_sign = "." if self.ascii_only else "┈"
        return [
            "".join(
                self._sign(cell)
                if (cell := self._cells.get((column, row)))
                else limit_sign
                if row in crossed
                else " "
                for column in range(self.axis.columns)
            )
            for row in range(self.rows)
        ]

    def _sign(self, dots: int) -> str:
        return "*" if self.ascii_only else chr(_BRAILLE + dots)

    def _place(self, moment: datetime, value: float) -> tuple[int, int]:
        """In dots, from the left and from the ground."""
        high = self.rows * 4
        return int(self.axis.part(moment) * self.axis.columns * 2), min(
            max(int(value / self.top * high), 0), high - 1
        )

    def _dot(self, x: int, y: int) -> None:
        row = self.rows - 1 - y // 4
        cell = (x // 2, row)
        self._cells[cell] = self._cells.get(cell, 0) | _DOTS[x % 2][3 - y % 4]


def top_of(values: Sequence[float], limits: Sequence[float]) -> float:
    """A round number above all values, and above those limits that are not far above them."""
    highest = max((abs(value) for value in values), default=0.0)
    near = [limit for limit in limits if limit <= highest * _LIMIT_IN_SIGHT]
    return _round_up(max([highest, *near]) * 1.05)


def _round_up(value: float) -> float:
    """The next of 1, 2, 2.5, 5, 10 times a power of ten."""
    if value <= 0:
        return 1.0
    power: float = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= value)
