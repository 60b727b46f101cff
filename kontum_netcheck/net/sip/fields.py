"""Values of header fields taken apart: Via, CSeq, addresses, parameters. Linear in their length; nothing is raised."""

import re
from collections.abc import Iterator

from kontum_netcheck.net.sip.message import Fields

_CSEQ = re.compile(r"([0-9]{1,10})[ \t]+([A-Za-z0-9\-.!%*_+`'~]{1,40})")
_URI = re.compile(
    r"sips?:[\x21\x23-\x3b\x3d\x3f-\x7e]{1,500}", re.IGNORECASE
)  # no space, quote or angle bracket
_SHOWN_CHARACTERS = 100


def branch_of(message: Fields) -> str | None:
    """The branch of the topmost Via: which transaction it belongs to (RFC 3261, section 17.1.3)."""
    via = next(split(message.first("via") or "", ","), "")
    return parameters(via).get("branch")


def cseq_of(message: Fields) -> tuple[int, str] | None:
    """The number and method of CSeq; None where it makes no sense."""
    found = _CSEQ.fullmatch(message.first("cseq") or "")
    return (int(found[1]), found[2]) if found else None


def tag_of(address: str | None) -> str | None:
    """The tag of a From or To."""
    return parameters(_after_uri(address or "")).get("tag")


def uri_of(address: str | None) -> str | None:
    """The URI of a Contact or Record-Route; None where there is none that may stand in a request."""
    text = (address or "").strip()
    if "<" in _unquoted(text):
        text = _unquoted(text).partition("<")[2].partition(">")[0]
    else:
        text = text.partition(";")[0]
    return text if _URI.fullmatch(text) else None


def parameters(text: str) -> dict[str, str]:
    """`…;name=value;flag` by name in small letters; the first of each counts, quotes are taken off."""
    found: dict[str, str] = {}
    pieces = split(text, ";")
    next(pieces, None)
    for piece in pieces:
        name, _, value = piece.partition("=")
        found.setdefault(name.strip().lower(), unquoted(value.strip()))
    return found


def split(text: str, separator: str) -> Iterator[str]:
    """The pieces between separators that stand neither in quotes nor in angle brackets."""
    if '"' not in text and "<" not in text:
        yield from (piece.strip() for piece in text.split(separator))
        return
    piece: list[str] = []
    quoted = escaped = bracketed = False
    for char in text:
        if quoted:
            quoted, escaped = char != '"' or escaped, char == "\\" and not escaped
        elif char == '"':
            quoted = True
        elif char in "<>":
            bracketed = char == "<"
        elif char == separator and not bracketed:
            yield "".join(piece).strip()
            piece = []
            continue
        piece.append(char)
    yield "".join(piece).strip()


def unquoted(text: str) -> str:
    """A quoted string's content; anything else as it is."""
    if len(text) < 2 or not (text.startswith('"') and text.endswith('"')):
        return text
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)


def shown(text: str | None) -> str | None:
    """Free text of a stranger, such as Server: what can be printed of it, at most 100 characters."""
    clean = "".join(char for char in (text or "")[:1_000] if char.isprintable()).strip()
    return clean[:_SHOWN_CHARACTERS] or None


def _after_uri(address: str) -> str:
    """The parameters of the address itself, and not those of the URI in its brackets."""
    plain = _unquoted(address)
    return plain.partition(">")[2] if "<" in plain else address


def _unquoted(address: str) -> str:
    """Without a display name in quotes, which may hold anything."""
    if not address.startswith('"'):
        return address
    return re.sub(r'^"(?:[^"\\]|\\.)*"', "", address, count=1, flags=re.DOTALL)
