"""What came from the network or a file reaches a reader as visible characters only."""

import re

_DANGEROUS = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0 with newline and tab, DEL, C1: escape sequences, false rows
    "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # invisible; bidi marks and overrides
    "\ufff9-\ufffb\U000e0000-\U000e0fff"  # interlinear and tag characters
    "\ud800-\udfff"  # lone surrogates: cannot be written as UTF-8
    "]"
)
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def visible(text: str) -> str:
    """`text` with each control, invisible and direction-changing character as an escape: `\\x1b`, `\\u202e`.

    The rules: Unicode TR 36, Trojan Source (CVE-2021-42574). The result is one line and valid UTF-8.
    """
    return _DANGEROUS.sub(_escape, text) if _DANGEROUS.search(text) else text


def json_visible(document: str) -> str:
    """A JSON text with the same characters in its strings as JSON escapes: it means what it meant.

    Newline between tokens stays.
    """
    return _DANGEROUS.sub(_json_escape, document) if _DANGEROUS.search(document) else document


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escape(match: re.Match[str]) -> str:
    character = match[0]
    if character == "\n":
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
