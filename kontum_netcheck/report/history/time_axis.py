"""Time from left to right: which column a moment falls into, and where the axis is labelled."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

_STEPS = tuple(
    timedelta(minutes=minutes)
    for minutes in (
        1,
        2,
        5,
        10,
        15,
        30,
        60,
        120,
        180,
        360,
        720,
        1440,
        2880,
        7200,
        10080,
        20160,
        43200,
        129600,
    )
)
_LABEL_COLUMNS = 9
_SHORTEST = timedelta(minutes=1)
_DAY = {"vi": "%d/%m", "en": "%m-%d"}


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """From `start` to `end` in so many columns; labelled in local time."""

    start: datetime
    end: datetime
    columns: int
    zone: tzinfo

    def part(self, moment: datetime) -> float:
        """Where it lies between start (0) and end (just below 1), both sides cut off there."""
        whole = max(self.end - self.start, _SHORTEST)
        return min(max((moment - self.start) / whole, 0.0), 1 - 1e-9)

    def column(self, moment: datetime) -> int:
        """The column of a moment, from 0."""
        return int(self.part(moment) * self.columns)

    def rows(self, language_code: str, *, ascii_only: bool) -> tuple[str, str]:
        """The axis with its ticks, and the labels under it: the day where it changes, else the time."""
        axis = ["-" if ascii_only else "─"] * self.columns
        labels = [" "] * self.columns
        free_from = 0
        day = None
        for tick in self._ticks():
            at = self.column(tick)
            text = tick.strftime("%H:%M" if tick.date() == day else _DAY[language_code])
            if at < free_from or at + len(text) > self.columns:
                continue
            day = tick.date()
            axis[at] = "+" if ascii_only else "┬"
            labels[at : at + len(text)] = text
            free_from = at + len(text) + 1
        return "".join(axis), "".join(labels).rstrip()

    def _ticks(self) -> Iterator[datetime]:
        """The start, and after it the round local times, no closer than labels fit."""
        whole = max(self.end - self.start, _SHORTEST)
        most = max(1, self.columns // _LABEL_COLUMNS)
        step = next(
            (step for step in _STEPS if whole <= step * most), _STEPS[-1] * (1 + whole // (_STEPS[-1] * most))
        )
        start, end = self.start.astimezone(self.zone), self.end.astimezone(self.zone)
        yield start
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
        tick = midnight + step * ((start - midnight) // step + 1)
        while tick <= end:
            yield tick
            tick += step
