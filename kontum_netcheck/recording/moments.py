"""When it was tried: as people write days and times, in the inventory's zone. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo

from kontum_netcheck.inventory.schema import Inventory, QuietWindow
from kontum_netcheck.model import Message, WrongValue, message

_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})\s*(?:[:hg.]\s*(?P<minute>\d{2})?)(?::(?P<second>\d{2}))?"
    r"(?:\s*(?:(?P<morning>SA|sáng|AM)|(?P<later>CH|chiều|tối|PM)))?",
    re.IGNORECASE,
)
_AMERICAN = re.compile(r"\b[AP]M\b", re.IGNORECASE)
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[/.-](?P<month>\d{1,2})[/.-](?P<day>\d{1,2})")
_ZONE = re.compile(r"(?:[zZ]|[+-]\d{2}:?\d{2})$")
_SPACE_BEFORE_ZONE = re.compile(r" (?=(?:[zZ]|[+-]\d{2}:?\d{2})$)")

_CLOCKS_DIFFER = timedelta(minutes=5)
_LONG_BEFORE = timedelta(days=366)


def moment(text: str, zone: tzinfo, now: datetime | None) -> datetime:
    """`27/6/2024 9:30`, `2024-06-27T09:30+07:00`, `2:15 CH` or `14h15` (today) as an aware time.

    Without a zone of its own it is local in `zone`. Where `now` is None, the day must be there. Raises WrongValue.
    """
    plain = _SPACE_BEFORE_ZONE.sub("", unicodedata.normalize("NFC", " ".join(text.split())))
    if _ZONE.search(plain) and _YEAR_FIRST.match(plain):
        try:
            return datetime.fromisoformat(plain.replace(" ", "T", 1))
        except ValueError:
            raise _unreadable(text) from None
    day, clock = _day_and_clock(plain)
    if clock is None:
        raise (
            _unreadable(text) if day is None else _half(message("“{value}” has no time of day.", value=text))
        )
    if day is None and now is None:
        raise _half(message("“{value}” has a time and no day.", value=text))
    if day is not None and _AMERICAN.search(plain):
        _refuse_month_first(text, day)
    try:
        when = _date(day) if day else _today(zone, now)
        minute, second = (int(clock[part] or 0) for part in ("minute", "second"))
        return datetime(when.year, when.month, when.day, _hour(clock), minute, second, tzinfo=zone)
    except ValueError:
        raise _unreadable(text) from None


def _day_and_clock(plain: str) -> tuple[re.Match[str] | None, re.Match[str] | None]:
    """What of it is a day and what a time, in either order; a time alone is one."""
    first, _, rest = plain.replace("T", " ", 1).partition(" ")
    if day := _YEAR_FIRST.fullmatch(first) or _DAY_FIRST.fullmatch(first):
        return day, _CLOCK.fullmatch(rest.strip())
    head, _, last = plain.rpartition(" ")
    if day := _DAY_FIRST.fullmatch(last) or _YEAR_FIRST.fullmatch(last):  # 9:30 27/6/2024
        return day, _CLOCK.fullmatch(head.strip())
    return None, _CLOCK.fullmatch(plain)


def _hour(clock: re.Match[str]) -> int:
    """0 to 23, of 24 hours or of 12 with a word for the half of the day. Raises ValueError where both contradict."""
    hour = int(clock["hour"])
    if (clock["morning"] and hour > 12) or (clock["later"] and hour == 0):
        raise ValueError(f"{hour} is not in that half of the day")
    if clock["morning"]:
        return hour % 12
    return hour + 12 if clock["later"] and hour < 12 else hour


def _refuse_month_first(text: str, day: re.Match[str]) -> None:
    """Who writes AM and PM may write the month before the day. Raises WrongValue where either can be meant."""
    if day.re is _DAY_FIRST and int(day["day"]) <= 12 and day["day"] != day["month"]:
        raise WrongValue(
            message("“{value}” has AM or PM: its month may stand before its day.", value=text),
            message("Write it as 27/06/2024 09:30, as 2024-06-27 09:30, or as 09:30 for today."),
        )


def _today(zone: tzinfo, now: datetime | None) -> date:
    return (now or datetime.now(zone)).astimezone(zone).date()


def _date(found: re.Match[str]) -> date:
    """Raises ValueError for a day that there is not."""
    year = int(found["year"])
    return date(year + 2000 if year < 100 else year, int(found["month"]), int(found["day"]))


def refuse_impossible(at: datetime, inventory: Inventory, now: datetime) -> None:
    """Raises WrongValue for a time in the future, or long before there was anything to check.

    Evidence of an exam is gathered in the months before it; a year is far beyond, so an older date is a slip of
    the keyboard (project). Without exam days it is a year before now.
    """
    local = local_time(at, inventory.zone)
    if at > now + _CLOCKS_DIFFER:
        raise WrongValue(
            message(
                "{time} is in the future: it is {now} now.", time=local, now=local_time(now, inventory.zone)
            ),
            message("Write when it was tried, with the day: 27/06/2024 09:30."),
        )
    days = inventory.exam.days
    start = datetime(min(days).year, min(days).month, min(days).day, tzinfo=inventory.zone) if days else now
    earliest = min(start, now) - _LONG_BEFORE
    if at < earliest:
        raise WrongValue(
            message("{time} is more than a year before what this inventory is for.", time=local),
            message("Check the year."),
        )


def other_zone(text: str, at: datetime, zone: tzinfo) -> bool:
    """Whether it was written with an offset that is not the zone's: then the reader is told what it is here."""
    return bool(_ZONE.search(text.strip())) and at.utcoffset() != at.astimezone(zone).utcoffset()


def quiet_at(at: datetime, inventory: Inventory) -> QuietWindow | None:
    """The quiet window that the moment lies in."""
    return _within(local_time(at, inventory.zone), inventory.quiet)


def _within(local: datetime, windows: Iterable[QuietWindow]) -> QuietWindow | None:
    return next((window for window in windows if window.start <= local < window.end), None)


def local_time(at: datetime, zone: tzinfo) -> datetime:
    """As clocks in the zone show it, without a zone of its own: sentences show it as it is."""
    return at.astimezone(zone).replace(tzinfo=None)


def _half(problem: Message) -> WrongValue:
    return WrongValue(problem, message("Write both: 27/06/2024 09:30."))


def _unreadable(text: str) -> WrongValue:
    return WrongValue(
        message("“{value}” is not a day or time.", value=text),
        message("Write it as 27/06/2024 09:30, as 2024-06-27 09:30, or as 09:30 for today."),
    )
