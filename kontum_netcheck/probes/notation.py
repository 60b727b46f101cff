"""How people write ids and lengths of time and name their secrets: for the probes' parameters and the inventory."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from kontum_netcheck.model import WrongValue, message

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SLUG_MAX_CHARACTERS = 64


def _endpoint_id(text: str) -> str:
    if text.isdecimal():
        raise WrongValue(
            message(
                "“{value}” can't be an id: end points without one are counted by such numbers.", value=text
            ),
            message("Put a word in front, as in host-{value}.", value=text),
        )
    if not SLUG.fullmatch(text) or len(text) > SLUG_MAX_CHARACTERS:
        raise WrongValue(
            message(
                "“{value}” is not an id: small letters a-z, digits and single hyphens make one.", value=text
            ),
        )
    return text


EndpointId = Annotated[
    str,
    AfterValidator(_endpoint_id),
    WithJsonSchema({"type": "string", "pattern": rf"^(?!\d+$){SLUG.pattern}$"}),
]
"""An id that stands in a check's id in place of a count, and is never taken for one."""

_DURATION = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,7})s)?")


def duration(text: str) -> timedelta:
    """`7d`, `24h`, `1h30m`, `90 s` as a timedelta. Raises WrongValue."""
    parts = _DURATION.fullmatch("".join(text.lower().split()))
    days, hours, minutes, seconds = (int(part or 0) for part in (parts.groups() if parts else [None] * 4))
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not length:
        raise WrongValue(
            message("“{value}” is not a length of time.", value=text),
            message("Write days, hours or minutes, as in 7d, 24h or 30m."),
        )
    return length


Duration = Annotated[
    timedelta,
    BeforeValidator(lambda value: duration(value) if isinstance(value, str) else value),
    WithJsonSchema(
        {"type": "string", "pattern": r"^\s*(\d+\s*[dhmsDHMS]\s*)+$", "examples": ["7d", "24h", "30m"]}
    ),
]
"""A length of time as people type it: 7d, 24h, 30m."""

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class SecretRef:
    """`${NAME}`: a secret that stands in the environment. Keeps the name only, so that nothing can print it.

    A field of this type refuses anything but a reference. Validated with `context={"env": mapping}`, the
    variable must also be there.
    """

    name: str

    def resolve(self, env: Mapping[str, str]) -> str:
        """The secret itself, at the moment of its use. Raises KeyError where the variable isn't set."""
        return env[self.name]

    def __str__(self) -> str:
        return f"${{{self.name}}}"

    @classmethod
    def read(cls, value: object) -> "SecretRef":
        """Read a reference. The message of a refusal doesn't repeat the value: it may be the secret."""
        found = value if isinstance(value, SecretRef) else _REFERENCE.fullmatch(str(value).strip())
        if found is None:
            raise WrongValue(
                message("A secret must not stand in the inventory."),
                message("Put it into an environment variable and write its name here: ${{NAME}}."),
            )
        return found if isinstance(found, SecretRef) else cls(found[1])

    @classmethod
    def parse(cls, value: object, info: ValidationInfo) -> "SecretRef":
        """Read a reference whose variable must be there, where the environment is known."""
        reference = cls.read(value)
        env = (info.context or {}).get("env")
        if env is not None and not env.get(reference.name):
            raise WrongValue(
                message("The environment variable {name} is not set.", name=reference.name),
                message("Set it before you start the program."),
            )
        return reference

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        as_text = core_schema.to_string_ser_schema()
        return core_schema.with_info_plain_validator_function(cls.parse, serialization=as_text)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$"}


SecretName = Annotated[
    SecretRef,
    PlainValidator(SecretRef.read),
    WithJsonSchema({"type": "string", "pattern": r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$"}),
]
"""A secret whose variable need be there only when it is used: who doesn't call needs no password."""
