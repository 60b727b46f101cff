"""What a web page must answer, as typed in the inventory, and what is wrong with one that doesn't."""

import html
import re
import unicodedata
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from kontum_netcheck.model import Cause, Failure, Stage, WrongValue, message
from kontum_netcheck.probes.matching import matches, takes_long

if TYPE_CHECKING:
    from kontum_netcheck.net.http import Fetched

_PATTERN_MAX_CHARACTERS = 500
_OPEN_REPEATS_MAX_COUNT = 3
_SHOWN_CHARACTERS = 120
_CHARSETS = frozenset({"utf-8", "us-ascii", "iso-8859-1", "windows-1252", "windows-1258", "utf-16"})


def one_or_more(value: object) -> object:
    """A single value may stand without brackets."""
    return list(value) if isinstance(value, list | tuple) else [value]


def _pattern(value: str) -> str:
    """A regular expression that compiles, and that no page can make run for ever."""
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise WrongValue(
            message("“{value}” is not a regular expression: {reason}.", value=value, reason=str(error))
        ) from None
    bare = re.sub(
        r"\\[^1-9]|\[\^?\]?(?:\\.|[^\]\\])*\]", "c", value
    )  # escapes and classes stand for one character
    repeats_count = len(re.findall(r"[*+]|\{\d*,\}", bare))
    if repeats_count > _OPEN_REPEATS_MAX_COUNT or re.search(r"[*+}][^()]*\)\s*[*+{]|\\[1-9]|\(\?P=", bare):
        raise WrongValue(
            message("“{value}” could take for ever on some pages.", value=value),
            message(
                "Write at most {count} open repeats (* or +), none inside another, and no back references.",
                count=_OPEN_REPEATS_MAX_COUNT,
            ),
        )
    return value


Text = Annotated[str, Field(min_length=1, max_length=10_000)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(one_or_more, json_schema_input_type=str | list[str])]
Pattern = Annotated[str, Field(min_length=1, max_length=_PATTERN_MAX_CHARACTERS), AfterValidator(_pattern)]
Status = Annotated[int, Field(ge=100, le=599)]
Statuses = Annotated[tuple[Status, ...], BeforeValidator(one_or_more, json_schema_input_type=int | list[int])]


class HttpExpect(BaseModel):
    """What the final answer must be. Regular expressions are matched line by line."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Statuses = Field(default=(), description="One, or several that will all do; else 200 to 399.")
    headers: dict[str, Pattern] = Field(
        default_factory=dict, description="name: text or regular expression that its value contains."
    )
    body: Text | None = Field(default=None, description="Text that must stand in the body.")
    body_matches: Pattern | None = Field(
        default=None, description="Regular expression that a line of the body must match."
    )
    body_forbids: Texts = Field(
        default=(), description="Texts that must not stand in the body: a defaced page. Case doesn't matter."
    )

    @property
    def needs_body(self) -> bool:
        """Whether the body is looked at."""
        return bool(self.body or self.body_matches or self.body_forbids)

    @property
    def takes_long(self) -> bool:
        """Whether judging may wait for a process: then it belongs in a thread."""
        if not self.headers and self.body_matches is None:
            return False
        return any(takes_long(pattern) for pattern in (*self.headers.values(), self.body_matches or ""))


def unmet(expect: HttpExpect, fetched: "Fetched") -> Failure | None:
    """What is wrong with an answer, the most telling first, with what was found instead; None: nothing.

    Of a body that was cut at its limit only the part that was read is judged; where the rest could have
    decided, the failure is `too_large`.
    """
    status = fetched.status or 0
    if not (status in expect.status if expect.status else 200 <= status <= 399):
        return Failure(Stage.EXPECTATION, Cause.UNEXPECTED_STATUS, str(status))
    for name, pattern in expect.headers.items():
        value = fetched.header(name)
        if value is None or not matches(pattern, value):
            seen = "–" if value is None else value[:_SHOWN_CHARACTERS]
            return Failure(Stage.EXPECTATION, Cause.UNEXPECTED_HEADER, f"{name}: {seen}")
    return _unmet_by_body(expect, fetched) if expect.needs_body else None


def _unmet_by_body(expect: HttpExpect, fetched: "Fetched") -> Failure | None:
    text = _text(fetched)
    folded = text.casefold()
    for forbidden in expect.body_forbids:
        position = folded.find(_normal(forbidden).casefold())
        if position >= 0:
            return Failure(Stage.EXPECTATION, Cause.TEXT_FORBIDDEN, _excerpt(folded, position))
    is_missing = expect.body is not None and _normal(expect.body) not in text
    is_missing = is_missing or (expect.body_matches is not None and not matches(expect.body_matches, text))
    if fetched.body_cut and (is_missing or expect.body_forbids):
        return Failure(Stage.EXPECTATION, Cause.TOO_LARGE, f"{len(fetched.body)} bytes read")
    return Failure(Stage.EXPECTATION, Cause.TEXT_MISSING, _beginning(text)) if is_missing else None


def _text(fetched: "Fetched") -> str:
    """The body as text, composed (NFC), with what it writes as character references (`&#7871;`) resolved."""
    content_type = (fetched.header("content-type") or "").lower()
    charset = content_type.partition("charset=")[2].partition(";")[0].strip(" \"'")
    text = fetched.body.decode(charset if charset in _CHARSETS else "utf-8", "replace")
    return _normal(html.unescape(text) if "&" in text else text)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _excerpt(text: str, position: int) -> str:
    """The text around a position."""
    start = max(0, position - _SHOWN_CHARACTERS // 3)
    return " ".join(text[start : start + _SHOWN_CHARACTERS].split())


def _beginning(text: str) -> str:
    """How the page begins, for people: its title, or its first words without the tags."""
    title = re.search(r"<title[^>]{0,200}>([^<]{1,200})", text[:20_000], re.IGNORECASE)
    words = title[1] if title else re.sub(r"<[^<>]{0,500}>", " ", text[:5_000])
    return " ".join(words.split())[:_SHOWN_CHARACTERS]
