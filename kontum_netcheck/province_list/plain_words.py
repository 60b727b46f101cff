"""A text beside itself without marks, letter by letter: what is found in the one is cut out of the other. Pure."""

import re
import unicodedata
from collections.abc import Iterable

_NOTHING = frozenset(
    {
        "", "-", "--", "x x", "khong", "khong co", "chua", "chua co", "ko", "k", "n/a", "na", "none", "no", "nil",
        "0", "/", ".", "...", "…", "?", "false", "chua lap", "chua lap dat", "chua cap nhat", "kh", "–", "—",
    }
)  # fmt: skip
_YES = re.compile(r"(?:co|x|v|yes|y|true|1|√|✓|✔|☑|ok|dat)(?![\w])|da (?:co|lap)")
_NO = re.compile(r"(?:khong|ko|no|n|false|0|chua|☐|✗|✘)(?![\w])")
_SIGNS = re.compile(r"[\s:;,./|()\[\]+&–—-]+")


def plain(text: str) -> str:
    """As many characters as `text` has, small and without marks; đ is d."""
    return "".join(map(_letter, text))


def _letter(sign: str) -> str:
    if sign.isascii():
        return sign.lower()
    small = unicodedata.normalize("NFD", sign.casefold())[0]
    return {"đ": "d", "’": "'", "‘": "'", "\n": "\n"}.get(small, small)


def says_nothing(text: str) -> bool:
    """Whether a cell says that there is none: empty, a dash, “không có”."""
    return " ".join(plain(text).split()) in _NOTHING


def yes_or_no(text: str) -> bool | None:
    """`Có`, `x`, `yes (2)` → True, `Không`, `0` → False; None: it says neither."""
    words = plain(text).strip()
    if not words or words in ("-", "–", "/"):
        return False
    if _YES.match(words):
        return True
    return False if _NO.match(words) else None


class Leftover:
    """A text from which what was understood is cut out."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._plain = plain(text)

    @property
    def plain(self) -> str:
        """What is left, small and without marks; what was cut out is blank."""
        return self._plain

    def cut(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        """All matches in what is left, which they are then no longer part of."""
        found = list(pattern.finditer(self._plain))
        for match in found:
            self._blank(range(match.start(), match.end()))
        return found

    def words(self) -> str:
        """What is left, as it was written, without signs."""
        kept = "".join(letter if self._plain[at] != "\0" else " " for at, letter in enumerate(self._text))
        return " ".join(part for part in _SIGNS.split(kept) if part)

    def _blank(self, places: Iterable[int]) -> None:
        letters = list(self._plain)
        for at in places:
            letters[at] = "\0"
        self._plain = "".join(letters)
