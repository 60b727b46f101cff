"""Reads SIP messages (RFC 3261, section 7): what a stranger sent, so every step is bounded and linear in its length."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

HEAD_MAX_BYTES = 32_768
"""Start line and headers. Real ones have 300 to 3,000 bytes."""
BODY_MAX_BYTES = 65_536
_FIELDS_MAX_COUNT = 300
_METHOD = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]{1,40}")
_STATUS = re.compile(r"[1-6][0-9]{2}")
_LENGTH = re.compile(r"[0-9]{1,8}")
_VERSION = "SIP/2.0"

_COMPACT = {
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
    "f": "from",
    "s": "subject",
    "k": "supported",
    "t": "to",
    "v": "via",
}
"""RFC 3261, section 7.3.3: the short names of fields that are read here."""


class BadMessage(ValueError):
    """It is no SIP message; its text says why, in few words and without what came."""


class TooLarge(BadMessage):
    """It has more bytes than anybody needs."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Header fields by their long names in small letters, each with its values in their order, and the body."""

    fields: Mapping[str, list[str]]
    body: bytes

    def first(self, name: str) -> str | None:
        """The first value of a field; control characters in it are as they came."""
        values = self.fields.get(name)
        return values[0] if values else None

    def all(self, name: str) -> list[str]:
        """Every value of a field, one for each of its lines."""
        return self.fields.get(name, [])


@dataclass(frozen=True, slots=True)
class Response(Fields):
    """What a server answers."""

    status: int
    reason: str

    @property
    def is_final(self) -> bool:
        """Whether nothing more comes after it."""
        return self.status >= 200

    @property
    def line(self) -> str:
        """Status and reason as people know them: `486 Busy Here`."""
        return f"{self.status} {self.reason[:80]}".strip()


@dataclass(frozen=True, slots=True)
class Request(Fields):
    """What the far end asks of us."""

    method: str
    uri: str


def read_message(wire: bytes) -> Request | Response:
    """Read one datagram or one message of a stream. Raises BadMessage."""
    head, end, body = wire.lstrip(b"\r\n").partition(b"\r\n\r\n")
    if not end:
        raise BadMessage("no empty line ends the headers")
    if len(head) > HEAD_MAX_BYTES:
        raise TooLarge(f"more than {HEAD_MAX_BYTES} bytes of headers")
    start, *lines = _unfolded(head.decode("utf-8", "replace"))
    fields = _fields(lines)
    body = _body(fields, body)
    first, _, rest = start.partition(" ")
    if first.upper() == _VERSION:
        status, _, reason = rest.partition(" ")
        if not _STATUS.fullmatch(status):
            raise BadMessage("its status is no number from 100 to 699")
        return Response(fields, body, int(status), reason)
    uri, _, version = rest.rpartition(" ")
    if version.upper() != _VERSION or not _METHOD.fullmatch(first) or not uri or " " in uri:
        raise BadMessage("its first line is neither a request's nor a response's")
    return Request(fields, body, first, uri)


def content_length(head: bytes) -> int:
    """How many bytes of body follow this head on a stream. Raises BadMessage where it doesn't say, or too many."""
    length = _length(_fields(_unfolded(head.decode("utf-8", "replace"))[1:]))
    if length is None:
        raise BadMessage("no Content-Length on a stream")
    return length


def _unfolded(head: str) -> list[str]:
    """The lines; one that begins with white space goes on the line before it (section 7.3.1)."""
    if "\r\n " not in head and "\r\n\t" not in head:
        return head.split("\r\n")
    lines: list[list[str]] = []
    for line in head.split("\r\n"):
        if line[:1] in (" ", "\t") and lines:
            lines[-1].append(line.strip(" \t"))
        else:
            lines.append([line])
    return [" ".join(parts) for parts in lines]


def _fields(lines: list[str]) -> dict[str, list[str]]:
    if len(lines) > _FIELDS_MAX_COUNT:
        raise TooLarge(f"more than {_FIELDS_MAX_COUNT} headers")
    fields: dict[str, list[str]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadMessage("a header without a colon")
        name = name.rstrip(" \t").lower()
        fields.setdefault(_COMPACT.get(name, name), []).append(value.strip(" \t"))
    return fields


def _length(fields: Mapping[str, list[str]]) -> int | None:
    values = fields.get("content-length")
    if not values:
        return None
    if not _LENGTH.fullmatch(values[0]) or any(value != values[0] for value in values):
        raise BadMessage("its Content-Length is no number")
    if int(values[0]) > BODY_MAX_BYTES:
        raise TooLarge(f"more than {BODY_MAX_BYTES} bytes of body")
    return int(values[0])


def _body(fields: Mapping[str, list[str]], came: bytes) -> bytes:
    """What belongs to the message: of a datagram all, if it doesn't say (section 18.3)."""
    length = _length(fields)
    if length is None:
        if len(came) > BODY_MAX_BYTES:
            raise TooLarge(f"more than {BODY_MAX_BYTES} bytes of body")
        return came
    if len(came) < length:
        raise BadMessage("its body is shorter than it says")
    return came[:length]
