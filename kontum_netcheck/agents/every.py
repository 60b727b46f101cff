"""`--every 5m`: how often to ask again, as people type it and as cron says it. Pure."""

import re
from dataclasses import dataclass
from datetime import timedelta

from kontum_netcheck.model import WrongValue, message

_TYPED = re.compile(r"(\d{1,6})\s*([smhd])", re.ASCII)
_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_MINUTES = tuple(60 * count for count in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30))
_HOURS = tuple(3600 * count for count in (1, 2, 3, 4, 6, 8, 12, 24))
SPANS_S = (10, 12, 15, 20, 30, *_MINUTES, *_HOURS)
"""What divides the minute, the hour or the day: turns come at the same times each day, whenever it was started."""


@dataclass(frozen=True, slots=True)
class Every:
    """An interval. `cron` has five fields, or six with the seconds last, in UTC, as procrastinate reads it."""

    span: timedelta
    cron: str


def every_of(text: str, offset: timedelta = timedelta(0)) -> Every:
    """The interval that was typed: 30s, 5m, 2h, 1d. Hours and days are counted from midnight `offset` east of UTC.

    WrongValue, with the nearest right ones, where no list of fixed times of a day is that.
    """
    found = _TYPED.fullmatch(text.strip().lower())
    if found is None:
        raise WrongValue(
            message("“{typed}” is no interval: write a number and s, m, h or d: 30s, 5m, 1h.", typed=text)
        )
    span_s = int(found[1]) * _UNITS_S[found[2]]
    if span_s not in SPANS_S:
        raise WrongValue(
            message(
                "Every {typed} would not come at the same times each day: write {near}.",
                typed=text.strip(),
                near=tuple(shown(each) for each in _nearest(span_s)),
            )
        )
    return Every(timedelta(seconds=span_s), _cron(span_s, round(offset.total_seconds() / 60)))


def shown(span_s: int) -> str:
    """As it is typed: `5m`."""
    unit = next(unit for unit in "dhms" if span_s % _UNITS_S[unit] == 0)
    return f"{span_s // _UNITS_S[unit]}{unit}"


def _nearest(span_s: int) -> list[int]:
    """The next shorter and the next longer one, where there are."""
    shorter = [each for each in SPANS_S if each < span_s]
    longer = [each for each in SPANS_S if each > span_s]
    return [*shorter[-1:], *longer[:1]]


def _cron(span_s: int, offset_min: int) -> str:
    if span_s < 60:
        return f"* * * * * */{span_s}"
    if span_s < 3600:
        return f"*/{span_s // 60} * * * *"
    starts_min = [(hour * 60 - offset_min) % 1440 for hour in range(0, 24, span_s // 3600)]
    hours = ",".join(str(hour) for hour in sorted(start // 60 for start in starts_min))
    return f"{starts_min[0] % 60} {hours} * * *"
