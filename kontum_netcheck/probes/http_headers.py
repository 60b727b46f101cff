"""Headers of a request as typed in the inventory. Of a secret only the name of its variable is kept.

The secret itself is read when the request is made, and taken out of all that came back before anything is
judged or reported: some servers repeat what they were sent.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import PlainValidator, ValidationError, ValidationInfo, WithJsonSchema
from pydantic_core import InitErrorDetails, PydanticKnownError

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage, WrongValue, message
from kontum_netcheck.probes.notation import SecretRef

if TYPE_CHECKING:
    from kontum_netcheck.net.http import Fetched

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")  # RFC 9110, section 5.6.2
_MAX_CHARACTERS = 4_000
_SECRET_NAMES = frozenset({"authorization", "cookie", "proxy-authorization"})
_WORD_MIN_CHARACTERS = 6


def _value(value: object, info: ValidationInfo) -> str | SecretRef:
    """Plain text, or the reference to a secret that is there and can stand in a header."""
    if isinstance(value, SecretRef):
        return value
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")
    if "${" not in value:
        if len(value) > _MAX_CHARACTERS:
            raise PydanticKnownError("string_too_long", {"max_length": _MAX_CHARACTERS})
        return value
    reference = SecretRef.parse(value, info)
    env = (info.context or {}).get("env")
    if env is not None and not reference.resolve(env).isprintable():
        raise WrongValue(
            message("The environment variable {name} holds a line break.", name=reference.name),
            message("Set it again, without one at its end."),
        )
    return reference


def _header(name: str, typed: object, info: ValidationInfo) -> str | SecretRef:
    """The value of one header. Raises WrongValue or PydanticKnownError."""
    if not _TOKEN.fullmatch(name):
        raise WrongValue(message("“{value}” is not the name of a header.", value=name))
    content = _value(typed, info)
    if isinstance(content, SecretRef):
        return content
    if name.lower() in _SECRET_NAMES:
        raise WrongValue(
            message("The value of {name} is a secret, and none must stand in the inventory.", name=name),
            message("Put all of it into an environment variable and write its name here: ${{NAME}}."),
        )
    if not content.isprintable():
        raise WrongValue(message("The value of header {name} holds a control character.", name=name))
    return content


def _headers(typed: object, info: ValidationInfo) -> dict[str, str | SecretRef]:
    """All headers, or what is wrong with each of them, all at once."""
    if not isinstance(typed, dict):
        raise PydanticKnownError("dict_type")
    headers: dict[str, str | SecretRef] = {}
    wrong: list[InitErrorDetails] = []
    for name, value in typed.items():
        try:
            headers[name] = _header(name, value, info)
        except WrongValue as error:
            wrong.append(InitErrorDetails(type="value_error", loc=(name,), input=None, ctx={"error": error}))
        except PydanticKnownError as error:
            wrong.append(InitErrorDetails(type=error.type, loc=(name,), input=None, ctx=error.context or {}))
    if wrong:
        raise ValidationError.from_exception_data("headers", wrong)
    return headers


_VALUE = {"type": ["string", "number"], "maxLength": _MAX_CHARACTERS}
_SCHEMA = {"type": "object", "additionalProperties": _VALUE}
Headers = Annotated[dict[str, str | SecretRef], PlainValidator(_headers), WithJsonSchema(_SCHEMA)]
"""name: value; `${NAME}` where the value is a secret."""


def secrets_of(headers: Mapping[str, str | SecretRef], env: Mapping[str, str]) -> dict[SecretRef, str]:
    """The secrets that the headers refer to. Raises CannotMeasure where one isn't there or can't be sent."""
    found = {}
    for reference in headers.values():
        if isinstance(reference, SecretRef):
            found[reference] = env.get(reference.name, "")
            if not found[reference] or not found[reference].isprintable():
                detail = f"environment variable {reference.name} is not set, or holds a line break"
                raise CannotMeasure(Failure(Stage.REQUEST, Cause.NO_PERMISSION, detail))
    return found


def sent(headers: Mapping[str, str | SecretRef], secrets: Mapping[SecretRef, str]) -> dict[str, str]:
    """The headers as they go out."""
    return {name: value if isinstance(value, str) else secrets[value] for name, value in headers.items()}


def without_secrets(fetched: "Fetched", secrets: Mapping[SecretRef, str]) -> "Fetched":
    """What came back, with `${NAME}` wherever the server repeats a secret, or the token behind a scheme."""
    if not secrets:
        return fetched
    words = {
        word: str(reference)
        for reference, secret in secrets.items()
        for word in (secret, *(part for part in secret.split() if len(part) >= _WORD_MIN_CHARACTERS))
    }
    longest_first = sorted(words.items(), key=lambda pair: -len(pair[0]))

    def masked(text: str) -> str:
        for word, name in longest_first:
            text = text.replace(word, name)
        return text

    body = fetched.body
    for word, name in longest_first:
        body = body.replace(word.encode(), name.encode())
    failure = fetched.failure
    return replace(
        fetched,
        url=masked(fetched.url),
        body=body,
        headers=tuple((name, masked(value)) for name, value in fetched.headers),
        failure=failure and replace(failure, detail=masked(failure.detail)),
    )
