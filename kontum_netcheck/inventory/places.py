"""Names of places and other Vietnamese words: compared, and the nearest right one found."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´′")


def fold(text: str) -> str:
    """The form in which names are compared: no case, no marks, đ as d, no apostrophes, single spaces.

    Đắk Hà, Đăk Hà and DAK HA are one, as are the three spellings of Ia H'Drai, composed or decomposed.
    """
    bare = unicodedata.normalize("NFD", text.casefold().translate(_APOSTROPHES)).replace("đ", "d")
    return " ".join("".join(char for char in bare if not unicodedata.combining(char)).split())


def nearest(word: str, candidates: Iterable[str], *, likeness: float = 0.6) -> str | None:
    """The candidate that was probably meant, compared folded; None where nothing is so like it (0 to 1)."""
    by_folded: dict[str, str] = {}
    for candidate in candidates:
        by_folded.setdefault(fold(candidate), candidate)
    near = get_close_matches(fold(word), by_folded, n=1, cutoff=likeness)
    return by_folded[near[0]] if near else None
