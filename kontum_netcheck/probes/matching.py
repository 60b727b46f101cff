"""Regular expressions against pages of strangers. Python's `re` can't be stopped, a process can.

A pattern that can't take long on one piece of a line is matched here, any other in a process of its own that
ends with the deadline. A page that takes longer doesn't match.
"""

import re
import subprocess
import sys
import unicodedata
from time import perf_counter

_LINE_CHARACTERS = 2_000  # longer lines are matched in pieces of this size that overlap by half
_MATCHING_MAX_S = 1.0
_START_MAX_S = 2.0  # of a process, on a busy machine
_STEPS_MAX_COUNT = 100_000_000  # of backtracking on one piece: less than a second or so
_ESCAPE_OR_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_BOUNDED = re.compile(r"\{(\d{0,6})(,?)(\d{0,6})\}")
_CHILD = """
import re, sys
pattern, _, text = sys.stdin.buffer.read().decode("utf-8", "surrogatepass").partition("\\0")
compiled, size = re.compile(pattern), int(sys.argv[1])
sys.exit(0 if any(
    compiled.search(line[start : start + size])
    for line in text.splitlines() or [""]
    for start in range(0, max(1, len(line) - size // 2), size // 2)
) else 9)
"""


def steps_count(pattern: str) -> float:
    """How many steps a match against one piece of a line can take at most, roughly, and never less."""
    bare = _ESCAPE_OR_CLASS.sub("c", pattern)
    if re.search(r"\)\s*[*+{]", bare):
        return float("inf")  # a choice repeated
    bare = re.sub(r"\(\?", "(", bare)
    steps = float(_LINE_CHARACTERS)
    for low, comma, high in _BOUNDED.findall(bare):
        steps *= max(1, (int(high) if high else _LINE_CHARACTERS) - int(low or 0)) + 1 if comma else 1
    bare = _BOUNDED.sub("", bare)
    exponent = len(re.findall(r"[*+]", bare))
    return float(
        steps * float(_LINE_CHARACTERS) ** exponent * 2.0 ** min(500, len(re.findall(r"[?|]", bare)))
    )


def takes_long(pattern: str) -> bool:
    """Whether matching it needs a process, and so a thread to wait for that."""
    return steps_count(pattern) > _STEPS_MAX_COUNT


def matches(pattern: str, text: str) -> bool:
    """Whether a line holds a match, found before the deadline."""
    pattern = unicodedata.normalize("NFC", pattern)
    return _matches_in_child(pattern, text) if takes_long(pattern) else _matches_here(pattern, text)


def _matches_here(pattern: str, text: str) -> bool:
    compiled = re.compile(pattern)
    ends_s = perf_counter() + _MATCHING_MAX_S
    step = _LINE_CHARACTERS // 2
    for line in text.splitlines() or [""]:
        for start in range(0, max(1, len(line) - step), step):
            if compiled.search(line[start : start + _LINE_CHARACTERS]):
                return True
            if perf_counter() > ends_s:
                return False
    return False


def _matches_in_child(pattern: str, text: str) -> bool:
    command = [sys.executable, "-I", "-S", "-c", _CHILD, str(_LINE_CHARACTERS)]
    given = f"{pattern}\0{text}".encode("utf-8", "surrogatepass")
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, timeout=_START_MAX_S + _MATCHING_MAX_S, check=False
        )
    except (subprocess.TimeoutExpired, OSError):
        return False
    return done.returncode == 0
