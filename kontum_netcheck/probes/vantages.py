"""The places that something is asked from, as people type their names."""

import re
from typing import Annotated
from unicodedata import combining, normalize

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.probes.notation import SLUG

MOST_COUNT = 100
"""Vantages of one check: each asks it, and each is told of in its reason."""
NAME_MAX_CHARACTERS = 32
"""A vantage's name stands in the names of queues and of PostgreSQL's channels, which have 63 bytes."""


def _name(text: str) -> str:
    """A vantage's name is an id: it stands in queues, labels and reports."""
    if len(text) <= NAME_MAX_CHARACTERS and SLUG.fullmatch(text):
        return text
    better = _plain(text)
    raise WrongValue(
        message(
            "“{value}” is no name of a vantage: small letters a-z, digits and single hyphens make one,"
            " at most {most} of them.",
            value=text,
            most=NAME_MAX_CHARACTERS,
        ),
        message("Write {id}.", id=better) if better else None,
    )


def _plain(text: str) -> str:
    """The nearest name: `Đắk Tô` → `dak-to`."""
    bare = normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(sign for sign in bare if not combining(sign))
    return re.sub(r"[^a-z0-9]+", "-", letters)[:NAME_MAX_CHARACTERS].strip("-")


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    for at, name in enumerate(names):
        if name in names[:at]:
            raise WrongValue(message("The vantage {name} stands here twice.", name=name))
    return names


VantageName = Annotated[
    str, AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": f"^{SLUG.pattern}$"})
]

Vantages = Annotated[
    tuple[VantageName, ...],
    Field(max_length=MOST_COUNT),
    AfterValidator(_each_once),
    BeforeValidator(_as_list),
]
"""As typed: one name, or a list of them; an empty list means anywhere."""
