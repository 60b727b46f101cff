"""Words that no line holds: where they may be broken. Word breaks them by itself, typst never would. Pure."""

import re
from typing import Any

_LONGEST = 23
_PIECE = 8  # of the widest letters a narrow column holds as many
_SIGN = re.compile(r"(?<=[/.:_?&=@,;+-])(?=[^/.:_?&=@,;+-])")
_ZERO_WIDTH_SPACE = "\u200b"


def breakable(value: Any, longest: int = _LONGEST) -> Any:
    """Texts, in dicts and lists too, with an invisible place to break in each word of more than `longest` characters.

    After a sign within the word, and where a piece without signs is longer than 8.
    """
    match value:
        case str():
            return re.sub(rf"\S{{{longest + 1},}}", _with_breaks, value)
        case dict():
            return {name: breakable(part, longest) for name, part in value.items()}
        case list() | tuple():
            return [breakable(part, longest) for part in value]
    return value


def _with_breaks(word: re.Match[str]) -> str:
    pieces = (
        piece[start : start + _PIECE]
        for piece in _SIGN.split(word[0])
        for start in range(0, len(piece), _PIECE)
    )
    return _ZERO_WIDTH_SPACE.join(pieces)
