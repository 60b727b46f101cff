"""pydantic's complaints, in our own words and with the nearest right key."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kontum_netcheck.inventory.document import Path
from kontum_netcheck.inventory.endpoints import ASKABLE, LOCATION_TAGS, TAGS
from kontum_netcheck.inventory.fields import did_you_mean
from kontum_netcheck.inventory.places import nearest
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.inventory.typing_slips import key_from_vietnamese, space_missing, straight_quotes
from kontum_netcheck.model import Message, WrongValue, message

_SHOWN_CHARACTERS = 60
_MB = 1_000_000
_WANT_A_BLOCK = ("dict_type", "model_type", "model_attributes_type")


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong, at a path of the data; at its key where the key itself is wrong."""

    path: Path
    problem: Message
    hint: Message | None = None
    of_key: bool = False


def complaints(error: ValidationError, data: Any) -> Iterator[Complaint]:
    """All of pydantic's errors about `data`, each in a sentence of ours."""
    for line in error.errors(include_url=False):
        yield _complaint(line, data)


def _complaint(line: ErrorDetails, data: Any) -> Complaint:
    kind, typed, ctx = line["type"], line["input"], line.get("ctx", {})
    path = tuple(part for part in line["loc"] if part not in LOCATION_TAGS)
    cause = ctx.get("error")
    quotes = straight_quotes(typed) if isinstance(typed, str) else None
    if isinstance(cause, WrongValue):
        return Complaint(path, cause.problem, quotes or cause.hint, of_key="limits" in path)
    if kind == "missing":
        return Complaint(path[:-1], message("{key} is missing.", key=path[-1] if path else ""))
    if kind == "extra_forbidden":
        hint = _right_key(str(path[-1]), _keys_at(line["loc"][:-1], data))
        return Complaint(path, message("There is no key {key} here.", key=path[-1]), hint, of_key=True)
    if typed is None:
        empty = message("Nothing stands behind this key.")
        return Complaint(path, empty, message("Fill it in, or delete the line."), of_key=True)
    problem, hint = _WORDS.get(kind, _unforeseen)(_shown(typed), ctx)
    if isinstance(typed, str) and kind in _WANT_A_BLOCK:
        hint = space_missing(typed) or hint
    return Complaint(path, problem, quotes or hint)


def _right_key(word: str, keys: list[str]) -> Message | None:
    return (
        did_you_mean(key_from_vietnamese(word, keys))
        or space_missing(word)
        or did_you_mean(nearest(word, keys))
    )


def _shown(typed: object) -> str:
    text = str(typed) if isinstance(typed, str | int | float) else "{…}" if isinstance(typed, dict) else "[…]"
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"


Words = tuple[Message, Message | None]
Context = Mapping[str, Any]


def _whole_number(value: str, _ctx: Context) -> Words:
    return message("“{value}” is not a whole number.", value=value), None


def _number(value: str, _ctx: Context) -> Words:
    hint = None
    point = value.replace(",", ".")
    if value.count(",") == 1 and point.replace(".", "", 1).isdecimal():
        hint = message("Write it with a point: {value}.", value=point)
    return message("“{value}” is not a number.", value=value), hint


def _yes_or_no(value: str, _ctx: Context) -> Words:
    return message("“{value}” is neither true nor false.", value=value), None


def _one_of(value: str, ctx: Context) -> Words:
    allowed = ctx["expected"].replace("'", "").replace(" or ", ", ")
    near = nearest(value, allowed.split(", "))
    return message("“{value}” can't stand here, only {allowed}.", value=value, allowed=allowed), did_you_mean(
        near
    )


def _limit(value: str, limit: float) -> str:
    """The limit as a person writes it: in MB where a size with its unit was typed."""
    if value[-1:] in ("B", "b") and limit >= _MB and limit % _MB == 0:
        return f"{limit / _MB:g}MB"
    return f"{limit:.15g}"


def _at_least(value: str, ctx: Context) -> Words:
    return message(
        "{value} is too small: at least {limit}.", value=value, limit=_limit(value, ctx["ge"])
    ), None


def _more_than(value: str, ctx: Context) -> Words:
    return message(
        "{value} is too small: more than {limit}.", value=value, limit=_limit(value, ctx["gt"])
    ), None


def _at_most(value: str, ctx: Context) -> Words:
    return message(
        "{value} is too large: at most {limit}.", value=value, limit=_limit(value, ctx["le"])
    ), None


def _less_than(value: str, ctx: Context) -> Words:
    return message(
        "{value} is too large: less than {limit}.", value=value, limit=_limit(value, ctx["lt"])
    ), None


def _too_short(_value: str, _ctx: Context) -> Words:
    return message("The text is empty or too short."), None


def _too_long(_value: str, ctx: Context) -> Words:
    return message("The text is longer than {limit} characters.", limit=ctx["max_length"]), None


def _too_many(_value: str, ctx: Context) -> Words:
    return message("The list has more than {limit} items.", limit=ctx["max_length"]), None


def _too_few(_value: str, ctx: Context) -> Words:
    return message("The list has fewer than {limit} items.", limit=ctx["min_length"]), None


def _text(_value: str, _ctx: Context) -> Words:
    return message("A text belongs here, not a list or block."), message("Put texts with brackets in quotes.")


def _list(value: str, _ctx: Context) -> Words:
    hint = message("Write [{value}], or each item on a line of its own behind “- ”.", value=value)
    return message("A list belongs here."), hint


def _block(_value: str, _ctx: Context) -> Words:
    return message("A block of keys with values belongs here."), None


def _size(value: str, _ctx: Context) -> Words:
    return message("“{value}” is not a size.", value=value), message("Write it as in 500kB, 25MB.")


def _unforeseen(value: str, ctx: Context) -> Words:
    cause = ctx.get("error")
    if isinstance(cause, Exception) and str(cause):
        return message("“{value}” can't stand here: {reason}.", value=value, reason=str(cause)), None
    return message("“{value}” can't stand here.", value=value), None


_WORDS: Mapping[str, Callable[[str, Context], Words]] = {
    "int_parsing": _whole_number,
    "int_parsing_size": _whole_number,
    "int_from_float": _whole_number,
    "int_type": _whole_number,
    "float_parsing": _number,
    "float_type": _number,
    "finite_number": _number,
    "bool_parsing": _yes_or_no,
    "bool_type": _yes_or_no,
    "literal_error": _one_of,
    "enum": _one_of,
    "greater_than_equal": _at_least,
    "greater_than": _more_than,
    "less_than_equal": _at_most,
    "less_than": _less_than,
    "string_too_short": _too_short,
    "string_too_long": _too_long,
    "too_long": _too_many,
    "too_short": _too_few,
    "string_type": _text,
    "tuple_type": _list,
    "list_type": _list,
    "dict_type": _block,
    "model_type": _block,
    "model_attributes_type": _block,
    "byte_size": _size,
    "byte_size_unit": _size,
}


def _keys_at(loc: tuple[int | str, ...], data: Any) -> list[str]:
    """The keys that may stand in the block at pydantic's location."""
    model: Any = Inventory
    for part in loc:
        if part in TAGS:
            model = ASKABLE[TAGS[str(part)]].params
        elif part == "(defaults)":
            model = _defaults_model(data)
        elif part not in LOCATION_TAGS:
            model = _step(model, part)
        if isinstance(data, dict | list) and part not in LOCATION_TAGS:
            data = data[part] if isinstance(part, int) else data.get(part)  # type: ignore[union-attr]
    fields = model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else {}
    return [info.alias or name for name, info in fields.items()]


def _defaults_model(data: Any) -> Any:
    probe = (
        ASKABLE.get(data["probe"]) if isinstance(data, dict) and isinstance(data.get("probe"), str) else None
    )
    return probe.params if probe else None


def _step(model: Any, part: int | str) -> Any:
    """The type of an item of a list, of a value of a mapping, or of a model's field."""
    if isinstance(model, type) and issubclass(model, BaseModel):
        fields = model.model_fields.items()
        return next((_bare(info.annotation) for name, info in fields if part in (name, info.alias)), None)
    arguments = get_args(model)
    if get_origin(model) is dict:
        return _bare(arguments[1])
    return _bare(arguments[0]) if arguments else None


def _bare(annotation: Any) -> Any:
    """Without what Annotated adds and without `| None`."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return next((_bare(part) for part in get_args(annotation) if part is not type(None)), None)
    return annotation
