"""One way to write a value as bytes, so that equal facts have equal hashes. JSON, strict.

Keys are sorted, there are no spaces, text is UTF-8 as it was given (not normalised), numbers are Python's `repr`
(the shortest that gives the same double again), instants are ISO 8601 in UTC with microseconds and Z. A
field that says nothing is absent.
"""

import json
import re
from datetime import UTC, datetime
from typing import NoReturn

Object = dict[str, object]
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


def write(value: object) -> bytes:
    """The bytes of a value of dicts, lists, text, numbers, booleans and None. ValueError on NaN and infinities.

    A lone surrogate (a byte of a foreign text that was no UTF-8) is written as its JSON escape.
    """
    text = _ENCODER.encode(value)
    try:
        return text.encode()
    except UnicodeEncodeError:
        joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
        return joined.encode("utf-8", "backslashreplace")


def object_of(fields: Object) -> Object:
    """Without the fields that say nothing: None, false, empty. A number always says something."""
    return {name: value for name, value in fields.items() if value or _is_zero(value)}


def _is_zero(value: object) -> bool:
    return isinstance(value, int | float) and value is not False


def read(body: bytes) -> object:
    """The value of such bytes. ValueError on what is no strict JSON; whether it is canonical is not checked."""
    try:
        return _DECODER.decode(body.decode())
    except RecursionError:
        raise ValueError("nested too deeply") from None


def instant(moment: datetime) -> str:
    """An aware moment as text."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment}: a moment without a time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def moment(text: str) -> datetime:
    """The moment of such a text; ValueError on any other way to write it."""
    if not _INSTANT.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def _no_such_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_DECODER = json.JSONDecoder(parse_constant=_no_such_number)
