"""One reader's language. Explicit and frozen: nothing here is set for the whole process."""

import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from gettext import GNUTranslations, NullTranslations

from kontum_netcheck.locale import DOMAIN, LOCALE_DIR, LanguageCode
from kontum_netcheck.model import Cause, Failure, Message, Outcome, Readiness, ServiceKind, Stage, message
from kontum_netcheck.wording import (
    CAUSE_WORDS,
    KIND_WORDS,
    OUTCOME_WORDS,
    READINESS_WORDS,
    STAGE_WORDS,
    cause_message,
)

_DAY = {"vi": "%d/%m/%Y", "en": "%Y-%m-%d"}
_YES, _NO = message("yes"), message("no")
_NOTHING = "–"
_SPANS = (
    (86_400, 3_600, message("{big} d"), message("{big} d {small} h")),
    (3_600, 60, message("{big} h"), message("{big} h {small} min")),
    (60, 1, message("{big} min"), message("{big} min {small} s")),
)
_SECONDS, _MILLISECONDS = message("{number} s"), message("{number} ms")


@dataclass(frozen=True, slots=True)
class Language:
    """Speaks one language. `code` is `vi` or `en`; the catalogue is read once."""

    code: LanguageCode
    _catalogue: NullTranslations = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_catalogue", _catalogue(self.code))

    def say(self, sentence: Message, zone: tzinfo = UTC) -> str:
        """The sentence in this language, its values formatted for it; times are shown in `zone`.

        A value that the sentence names and doesn't have stays as `{name}`: a report is never lost to it.
        """
        template = self._catalogue.gettext(sentence.text) if sentence.text else ""
        if not sentence.values and "{" not in template:
            return template
        shown = {name: self.show(value, zone) for name, value in sentence.values.items()}
        return template.format_map(_Values(shown))

    def show(self, value: object, zone: tzinfo = UTC) -> str:
        """Any value of a Message or of a report's cell, as text in this language. None is `–`."""
        if type(value) is str:  # most are
            return value
        sentence = _sentence(value)
        if sentence is not None:
            return self.say(sentence, zone)
        match value:
            case None:
                return _NOTHING
            case float():
                return self.number(value)
            case datetime():
                return self.moment(value, zone)
            case date():
                return value.strftime(_DAY[self.code])
            case timedelta():
                return self.span(value)
            case tuple() | list():
                return ", ".join(self.show(part, zone) for part in value)
            case _:
                return str(value)

    def number(self, value: float, digits: int | None = None) -> str:
        """`value` with `digits` places, or with as many as it deserves: three significant, no idle zeros."""
        if not math.isfinite(value):
            return _NOTHING if math.isnan(value) else "∞" if value > 0 else "-∞"
        text = f"{value:.{_worthy_digits(value) if digits is None else digits}f}"
        if digits is None and "." in text:
            text = text.rstrip("0").rstrip(".")
        if text.startswith("-") and not text.strip("-0."):
            text = text[1:]  # -0.0
        return text.replace(".", ",") if self.code == "vi" else text

    def moment(self, instant: datetime, zone: tzinfo) -> str:
        """Day and time to the minute: dd/mm/yyyy HH:MM in Vietnamese, ISO 8601 in English.

        An aware instant is shown in `zone`; a naive one is local already.
        """
        local = instant if instant.tzinfo is None else instant.astimezone(zone)
        return local.strftime(f"{_DAY[self.code]} %H:%M")

    def span(self, span: timedelta) -> str:
        """A length of time in its two largest units: `7 d 2 h`, `26 min 5 s`, `1.5 s`, `20 ms`."""
        seconds = span.total_seconds()
        if seconds < 0:
            return "-" + self.span(-span)
        if seconds < 1:
            return self.say(Message(_MILLISECONDS.text, {"number": seconds * 1000}))
        if seconds < 60:
            return self.say(Message(_SECONDS.text, {"number": round(seconds, 1)}))
        for big_s, small_s, alone, both in _SPANS:
            big, rest = divmod(int(seconds), big_s)
            if big:
                small = rest // small_s
                return self.say(Message((both if small else alone).text, {"big": big, "small": small}))
        raise AssertionError(seconds)


class _Values(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


def _sentence(value: object) -> Message | None:
    """What the model's own words and causes are called."""
    match value:
        case Message():
            return value
        case bool():
            return _YES if value else _NO
        case Readiness():
            return READINESS_WORDS[value]
        case Outcome():
            return OUTCOME_WORDS[value]
        case ServiceKind():
            return KIND_WORDS[value]
        case Cause():
            return CAUSE_WORDS[value]
        case Stage():
            return STAGE_WORDS[value]
        case Failure():
            return cause_message(value)
        case _:
            return None


def _worthy_digits(value: float) -> int:
    """Places after the point that leave three significant digits, at most six places."""
    if value == 0:
        return 0
    return min(6, max(0, 2 - math.floor(math.log10(abs(value)))))


@cache
def _catalogue(code: LanguageCode) -> NullTranslations:
    if code == "en":
        return NullTranslations()  # the sources are English
    with (LOCALE_DIR / code / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        return GNUTranslations(file)
