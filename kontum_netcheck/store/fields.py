"""Reads an object of an entry field by field, and refuses what is missing, of a wrong type, too long or unknown."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar, cast

from kontum_netcheck.model import message
from kontum_netcheck.store import canonical
from kontum_netcheck.store.fault import NotWellFormed

LONGEST_NAME = 300
"""Characters of an id, a name, a word: what stands in a column with an index."""

Value = TypeVar("Value")
_REQUIRED = object()
_Words = TypeVar("_Words", bound=StrEnum)


class Fields:
    """The fields of one JSON object. Each may be taken once; `end` refuses what nobody took."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise NotWellFormed(message("{where}: an object is expected there.", where=where))
        self._left = dict(cast(dict[str, object], value))
        self._where = where

    def end(self) -> None:
        """No field may be left: it would be lost in silence."""
        for name in self._left:
            raise NotWellFormed(
                message(
                    "{field} is unknown here; a newer kontum-netcheck may have written it.",
                    field=self.at(name),
                )
            )

    def at(self, name: str) -> str:
        """How a sentence names the field."""
        return f"{self._where}.{name}"[:200]

    def wrong(self, name: str) -> NotWellFormed:
        """The refusal of a field's value."""
        return NotWellFormed(message("{field} has a value that can't be.", field=self.at(name)))

    def has(self, name: str) -> bool:
        """Whether the field is there and not taken yet."""
        return name in self._left

    def take(self, name: str, default: object = _REQUIRED) -> object:
        """Any value; `default` where the field is absent."""
        value = self._left.pop(name, default)
        if value is _REQUIRED:
            raise NotWellFormed(message("{field} is missing.", field=self.at(name)))
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """Any text."""
        value = self.take(name, _REQUIRED if default is None else default)
        if not isinstance(value, str):
            raise self.wrong(name)
        return value

    def name(self, name: str) -> str:
        """A printable text of 1 to `LONGEST_NAME` characters: it may stand in a column, a path, a title."""
        value = self.text(name)
        if not value or len(value) > LONGEST_NAME or not value.isprintable():
            raise self.wrong(name)
        return value

    def sha256(self, name: str, *, or_nothing: bool = False) -> str:
        """64 hexadecimal digits; with `or_nothing`, also absent: ""."""
        value = self.text(name, "" if or_nothing else None)
        if or_nothing and value == "":
            return value
        if len(value) != 64 or not set(value) <= set("0123456789abcdef"):
            raise self.wrong(name)
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """True or false."""
        value = self.take(name, default)
        if not isinstance(value, bool):
            raise self.wrong(name)
        return value

    def number(self, name: str, default: float | None = None) -> float:
        """A finite double."""
        value = self.take(name, _REQUIRED if default is None else default)
        if not isinstance(value, float) or not math.isfinite(value):
            raise self.wrong(name)
        return value

    def count(self, name: str) -> int:
        """A whole number, not negative, of at most 63 bits."""
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
            raise self.wrong(name)
        return value

    def moment(self, name: str) -> datetime:
        """An instant."""
        try:
            return canonical.moment(self.text(name))
        except ValueError:
            raise self.wrong(name) from None

    def word(self, name: str, words: type[_Words]) -> _Words:
        """A word of a closed list."""
        try:
            return words(self.text(name))
        except ValueError:
            raise self.wrong(name) from None

    def items(self, name: str, read: Callable[[object], Value]) -> tuple[Value, ...]:
        """A list, each item read; absent: empty."""
        value = self.take(name, [])
        if not isinstance(value, list):
            raise self.wrong(name)
        return tuple(read(item) for item in value)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; absent: empty."""

        def text(item: object) -> str:
            if not isinstance(item, str):
                raise self.wrong(name)
            return item

        return self.items(name, text)

    def mapping(self, name: str) -> Mapping[str, object]:
        """An object; absent: empty."""
        value = self.take(name, {})
        if not isinstance(value, dict):
            raise self.wrong(name)
        return value
