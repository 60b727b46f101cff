"""The kinds of value that an inventory is typed in: ids, local times, numbers, how many are needed; and its blocks."""

import re
from datetime import date, datetime
from functools import cache
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import InitErrorDetails

from kontum_netcheck.inventory.numbers import parse
from kontum_netcheck.inventory.places import fold, nearest
from kontum_netcheck.inventory.typing_slips import straight_quotes, without_curly_quotes
from kontum_netcheck.model import Message, WrongValue, message
from kontum_netcheck.probes.notation import SLUG, SLUG_MAX_CHARACTERS

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(.*)")


class Typed(BaseModel):
    """The ground of every model of the inventory: unknown keys are errors, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def located(*wrong: tuple[tuple[str | int, ...], WrongValue]) -> ValidationError:
    """An error that stands at certain fields of a model: for validators that look at several."""
    return ValidationError.from_exception_data(
        "inventory",
        [
            InitErrorDetails(type="value_error", loc=loc, input=None, ctx={"error": error})
            for loc, error in wrong
        ],
    )


def slug_of(text: str) -> str:
    """The id that a name would have: `Trường THPT Kon Tum` → `truong-thpt-kon-tum`."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text))[:SLUG_MAX_CHARACTERS].strip("-")


def _slug(text: str) -> str:
    if len(text) <= SLUG_MAX_CHARACTERS and SLUG.fullmatch(text):
        return text
    better = slug_of(text)
    raise WrongValue(
        message("“{value}” is not an id: small letters a-z, digits and single hyphens make one.", value=text),
        message("Write {id}.", id=better) if better else None,
    )


Slug = Annotated[
    str, AfterValidator(_slug), WithJsonSchema({"type": "string", "pattern": f"^{SLUG.pattern}$"})
]
"""An id: it stands in check ids, so it is short, plain and stays."""

Name = Annotated[str, Field(min_length=1, max_length=300)]


def _code(text: str) -> str:
    if hint := straight_quotes(text):
        raise WrongValue(message("“{value}” stands in curly quotes.", value=without_curly_quotes(text)), hint)
    return text


Code = Annotated[str, Field(min_length=1, max_length=20), AfterValidator(_code)]
Count = Annotated[int, Field(ge=0, le=100_000)]
Speed = Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]


def _local_time(value: object) -> object:
    return _instant(value, "%Y-%m-%d %H:%M", "2024-06-27 07:00") if isinstance(value, str) else value


def _day(value: object) -> object:
    return _instant(value, "%Y-%m-%d", "2024-06-27").date() if isinstance(value, str) else value


def _instant(text: str, pattern: str, example: str) -> datetime:
    plain = text.strip().replace("T", " ")
    try:
        return datetime.strptime(plain.removesuffix(":00") if plain.count(":") > 1 else plain, pattern)  # noqa: DTZ007
    except ValueError:
        pass
    hint = message("Write it as in {example}.", example=example)
    if found := _DAY_FIRST.fullmatch(plain):
        day, month, year, rest = found.groups()
        hint = message("Write the year first: {value}.", value=f"{year}-{month:0>2}-{day:0>2}{rest}")
    raise WrongValue(message("“{value}” is not a day or time.", value=text), hint)


LocalTime = Annotated[
    datetime,
    BeforeValidator(_local_time),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:00)?$",
            "examples": ["2024-06-27 07:00"],
        }
    ),
]
"""A moment in the inventory's own time zone, as people there read their clocks."""

Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$", "examples": ["2024-06-27"]}),
]


def _e164(value: object) -> object:
    return parse(value).e164 if isinstance(value, str) else value


SubscriberNumber = Annotated[str, BeforeValidator(_e164), WithJsonSchema({"type": ["string", "integer"]})]
"""As people write it, normalised to E.164."""


def _need(value: object) -> object:
    if isinstance(value, str) and value not in ("all", "any"):
        if value.isdecimal() and value.isascii() and 0 < int(value[:6]) <= 1000:
            return int(value)
        raise WrongValue(message("“{value}” is neither all, any, nor a number of lines.", value=value))
    return value


Need = Literal["all", "any"] | int
TypedNeed = Annotated[
    Need,
    BeforeValidator(_need),
    WithJsonSchema({"anyOf": [{"enum": ["all", "any"]}, {"type": "integer", "minimum": 1}]}),
]


def _version(value: object) -> object:
    if value in ("1", 1):
        return 1
    raise WrongValue(message("This program reads inventories of version 1."), message("Write version: 1."))


Version = Annotated[Literal[1], BeforeValidator(_version)]


@cache
def _zones() -> frozenset[str]:
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


def _zone(text: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(text)
    except (OSError, ValueError, KeyError):
        near = nearest(text, _zones())
        raise WrongValue(
            message("“{value}” is not a time zone.", value=text), did_you_mean(near or "Asia/Ho_Chi_Minh")
        ) from None
    return text


TimeZone = Annotated[str, AfterValidator(_zone)]


def did_you_mean(word: str | None) -> Message | None:
    """The hint that names the nearest right word, where there is one."""
    return message("Did you mean {nearest}?", nearest=word) if word else None
