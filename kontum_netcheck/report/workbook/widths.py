"""How wide a text stands in a column, in digits of the font, and how many lines it takes there.

Combining marks count nothing, East Asian signs two. Neither Excel nor LibreOffice fits rows and columns on opening.
"""

import re
from functools import lru_cache
from textwrap import wrap

from wcwidth import wcwidth

_HEADER_LINES = 3
_LEAST_CHARACTERS = 40
_LETTERS_A_DIGIT = 1.25  # letters are narrower than digits, by which columns are measured
_COUNTS_ONE = re.compile("[ -~\u00a1-\u00ac\u00ae-\u024f\u1ea0-\u1eff‐-—‘-”…≤≥]*")
"""Signs that take one column each: Vietnamese and its neighbours, and nearly every text that there is."""


def width(text: str) -> int:
    """Columns that the text takes on one line."""
    return len(text) if _COUNTS_ONE.fullmatch(text) else sum(map(_sign, text))


@lru_cache(maxsize=4096)
def _sign(character: str) -> int:
    return max(0, wcwidth(character))


@lru_cache(maxsize=256)
def _lines(room: int) -> re.Pattern[str]:
    """As much as has room up to a space or the end, else a piece of a word: line by line, in one pass."""
    return re.compile(f".{{1,{room}}}(?: |$)|.{{1,{room}}}")


def lines_count(text: str, room: int) -> int:
    """Lines of the text in a column of that width, wrapped at spaces; a longer word is broken."""
    room, text = int(room * _LETTERS_A_DIGIT), text.strip(" ")
    if 2 * len(text) <= room:
        return 1
    if "  " not in text and _COUNTS_ONE.fullmatch(text):
        return len(_lines(room).findall(text))
    lines, left = 1, room
    for word in text.split(" "):
        size = width(word)
        if size > left and left < room:
            lines, left = lines + 1, room
        if size > room:
            lines, left = lines + (size - 1) // room, room - (size - 1) % room - 1
        else:
            left -= size
        left -= 1  # the space
    return lines


def in_rows(text: str, room: int) -> list[str]:
    """The text on as many rows as it takes across so many digits."""
    return wrap(text, max(_LEAST_CHARACTERS, int(room * _LETTERS_A_DIGIT))) or [""]


class Widest:
    """The width that a column needs for what stands in it, at most `most`."""

    __slots__ = ("_most", "found")

    def __init__(self, label: str, most: int) -> None:
        # A header may break at its spaces, a word of it may not.
        words = max(map(width, label.split() or [""]))
        self.found = max(words, width(label) // _HEADER_LINES + 2)
        self._most = max(most, self.found)

    def see(self, text: str) -> bool:
        """Take a cell's text into account; whether a shorter one could still matter."""
        if self.found < self._most:
            self.found = min(self._most, max(self.found, width(text)))
        return self.found < self._most and 2 * len(text) > self.found

    def at_least(self, count: int) -> None:
        """A cell of another kind takes that many columns."""
        self.found = max(self.found, count)
