"""Names of places and other Vietnamese words: compared, sorted, and the nearest right one found."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´′")
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANKS = {letter: rank for rank, letter in enumerate(_LETTERS)}
_TONES = (
    "\N{COMBINING GRAVE ACCENT}",
    "\N{COMBINING HOOK ABOVE}",
    "\N{COMBINING TILDE}",
    "\N{COMBINING ACUTE ACCENT}",
    "\N{COMBINING DOT BELOW}",
)
_TONE_RANKS = {tone: rank for rank, tone in enumerate(_TONES, start=1)}

SortKey = tuple[tuple[tuple[int, int], ...], tuple[int, ...], tuple[bool, ...]]


def fold(text: str) -> str:
    """The form in which names are compared: no case, no marks, đ as d, no apostrophes, single spaces.

    Đắk Hà, Đăk Hà and DAK HA are one, as are the three spellings of Ia H'Drai, composed or decomposed.
    """
    bare = unicodedata.normalize("NFD", text.casefold().translate(_APOSTROPHES)).replace("đ", "d")
    return " ".join("".join(char for char in bare if not unicodedata.combining(char)).split())


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that was probably meant, compared folded; None where nothing is near."""
    by_folded: dict[str, str] = {}
    for candidate in candidates:
        by_folded.setdefault(fold(candidate), candidate)
    near = get_close_matches(fold(word), by_folded, n=1, cutoff=0.6)
    return by_folded[near[0]] if near else None


def sort_key(text: str) -> SortKey:
    """Sorts as Vietnamese dictionaries do: letters, then tones (ngang huyền hỏi ngã sắc nặng), then case.

    Source: the Vietnamese tailoring of CLDR; equals ICU's order for letters, digits, spaces and apostrophes.
    """
    letters: list[tuple[int, int]] = []
    tones: list[int] = []
    capitals: list[bool] = []
    for char in unicodedata.normalize("NFC", text):
        letter, tone = _split(char.lower())
        letters.append(_rank(letter))
        tones.append(tone)
        capitals.append(char.isupper())
    return tuple(letters), tuple(tones), tuple(capitals)


def _split(char: str) -> tuple[str, int]:
    """A lower-case character as its letter (ă, ơ, đ stay letters) and the rank of its tone."""
    marks = unicodedata.normalize("NFD", char)
    tone = max((_TONE_RANKS.get(mark, 0) for mark in marks), default=0)
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONE_RANKS)), tone


def _rank(letter: str) -> tuple[int, int]:
    """Spaces, then other signs, then digits, then the Vietnamese alphabet, then foreign letters."""
    if letter in _LETTER_RANKS:
        return 3, _LETTER_RANKS[letter]
    group = 0 if letter.isspace() else 2 if letter.isdecimal() else 4 if letter.isalpha() else 1
    return group, ord(letter[0]) if letter else 0
