"""Cells by what their value is: a number, a moment and a verdict as what they are, all else as text."""

from datetime import datetime
from enum import Enum
from math import floor, isfinite, log10
from types import NoneType

from kontum_netcheck.model import Message, Outcome, Readiness, ServiceKind
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.safe import visible

_MOST_CHARACTERS = 16_000  # Excel takes 32,767 UTF-16 units a cell
_NO_XML = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}
_MOST_DIGITS = 6

Cell = str | int | float | datetime | Readiness | None
"""What a cell holds in the end; None: nothing."""

_OFTEN_ALIKE = frozenset({str, bool, datetime, Outcome, ServiceKind})


class Cells:
    """Turns values into cells for one reader. What occurs again is not made again."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._known: dict[object, str] = {}

    def column(self, values: list[object]) -> list[Cell]:
        """The cells of a column: of values that are alike, one is made for all."""
        kinds = set(map(type, values)) - {NoneType}
        if kinds <= {Readiness} or kinds == {int}:
            return values  # type: ignore[return-value]
        if kinds == {float}:
            return [value if isinstance(value, float) and isfinite(value) else None for value in values]
        if len(kinds) == 1 and kinds <= _OFTEN_ALIKE:
            made = {value: self.of(value) for value in set(values)}
            return [made[value] for value in values]
        return [self.of(value) for value in values]

    def of(self, value: object) -> Cell:
        """The value, in the reader's words where it isn't a number, a moment or a verdict."""
        kind = type(value)
        if isinstance(value, float):
            return value if isfinite(value) else None
        if kind is str:
            return self._known.get(value) or self._known.setdefault(value, _text(visible(str(value))))
        if kind is int or value is None or kind is Readiness:
            return value  # type: ignore[return-value]
        if isinstance(value, datetime):
            return value.astimezone(self._options.zone).replace(tzinfo=None, microsecond=0)
        if isinstance(value, Enum | bool):
            key = kind, value  # a bool equals an integer, a StrEnum its text
            return self._known.get(key) or self._known.setdefault(key, self._options.text(value))
        if isinstance(value, Message) and not value.values:
            said = kind, value.text
            return self._known.get(said) or self._known.setdefault(said, _text(self._options.text(value)))
        if isinstance(value, tuple):
            return _text("; ".join(map(self._options.text, value)))
        return _text(self._options.text(value))


def digits_of(number: float) -> int:
    """Places after the point that leave three significant digits."""
    if number == int(number):
        return 0
    size = abs(number)
    if size >= 100:
        return 0
    if size >= 1:
        return 1 if size >= 10 else 2
    return min(_MOST_DIGITS, 2 - floor(log10(size)))


def _text(text: str) -> str:
    if len(text) > _MOST_CHARACTERS:
        text = text[: _MOST_CHARACTERS - 1] + "…"
    return text if text.isascii() else text.translate(_NO_XML)
