"""Messages as JSON and back: the sentence, and each value with its type.

Sentences come from strangers too: a template may only name its values. `{x.__class__}` or `{x:>999999999}` would
be executed by whoever shows it, and is refused.
"""

import string
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

from kontum_netcheck.model import Cause, Failure, Message, Outcome, Readiness, ServiceKind, Stage
from kontum_netcheck.store import canonical
from kontum_netcheck.store.fields import Fields

LONGEST_SENTENCE = 2000
DEEPEST = 5
"""Messages within messages."""

_US = timedelta(microseconds=1)
_LISTS: Mapping[str, type[Outcome] | type[ServiceKind] | type[Cause] | type[Stage]] = MappingProxyType(
    {"outcome": Outcome, "kind": ServiceKind, "cause": Cause, "stage": Stage}
)


def message_object(sentence: Message) -> dict[str, object]:
    """The JSON object of a Message. A value of an unknown type is written as its text."""
    values = {name: _written(value) for name, value in sentence.values.items()}
    return {"text": sentence.text, "values": values}


def read_message(value: object, where: str, depth: int = 0) -> Message:
    """The Message of such an object; NotWellFormed where it is none."""
    fields = Fields(value, where)
    text = fields.text("text")
    if len(text) > LONGEST_SENTENCE or not _only_names(text) or depth > DEEPEST:
        raise fields.wrong("text")
    values = {
        name: _read(item, fields.at(f"values.{name}"), depth)
        for name, item in fields.mapping("values").items()
    }
    fields.end()
    return Message(text, values)


def _only_names(template: str) -> bool:
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError:
        return False
    return all(
        name is None or (name.isidentifier() and not spec and not turn) for _, name, spec, turn in parts
    )


def _written(value: object) -> object:
    """Plain values as they are; others as an object of one field, which names the type."""
    match value:
        case Readiness():
            return {"readiness": value.key}
        case Outcome() | ServiceKind() | Cause() | Stage():
            name = next(name for name, words in _LISTS.items() if isinstance(value, words))
            return {name: value.value}
        case None | bool() | int():
            return value
        case float():
            return value if value - value == 0 else {"number": str(value)}
        case str():
            return str(value)
        case datetime():
            return (
                {"local": value.isoformat()}
                if value.tzinfo is None
                else {"instant": canonical.instant(value)}
            )
        case date():
            return {"day": value.isoformat()}
        case timedelta():
            return {"span_us": value // _US}
        case Message():
            return {"message": message_object(value)}
        case Failure():
            return {"failure": {"stage": value.stage, "cause": value.cause, "detail": value.detail}}
        case tuple() | list():
            return [_written(part) for part in value]
        case _:
            return str(value)


def _read(value: object, where: str, depth: int) -> object:
    if isinstance(value, list):
        return tuple(_read(part, where, depth) for part in value)
    if not isinstance(value, dict):
        return value
    fields = Fields(value, where)
    name = next(iter(value), "")
    found = _read_typed(fields, name, depth)
    fields.end()
    return found


def _read_typed(fields: Fields, name: str, depth: int) -> object:
    match name:
        case "readiness":
            word = fields.text(name)
            return next((readiness for readiness in Readiness if readiness.key == word), word)
        case "outcome" | "kind" | "cause" | "stage":
            return fields.word(name, _LISTS[name])
        case "instant":
            return fields.moment(name)
        case "local" | "day" | "number" | "span_us":
            return _read_plain(fields, name)
        case "message":
            return read_message(fields.take(name), fields.at(name), depth + 1)
        case "failure":
            return read_failure(fields.take(name), fields.at(name))
    raise fields.wrong(name)


def _read_plain(fields: Fields, name: str) -> object:
    value = fields.take(name)
    try:
        match name, value:
            case "local", str():
                return datetime.fromisoformat(value)
            case "day", str():
                return date.fromisoformat(value)
            case "number", "nan" | "inf" | "-inf":
                return float(value)
            case "span_us", int():
                return timedelta(microseconds=value)
    except (ValueError, OverflowError):
        pass
    raise fields.wrong(name)


def read_failure(value: object, where: str) -> Failure:
    """The Failure of its object."""
    fields = Fields(value, where)
    failure = Failure(fields.word("stage", Stage), fields.word("cause", Cause), fields.text("detail", ""))
    fields.end()
    return failure
