"""Day by day, in the local zone: how many checks, how many found it working, and for what share of the time. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise
from statistics import fmean, median

from kontum_netcheck.history.points import Point
from kontum_netcheck.history.spans import Span
from kontum_netcheck.model import MetricValue

_NOTHING = timedelta(0)


@dataclass(slots=True)
class _Sum:
    points: list[Point] = field(default_factory=list)
    worked: timedelta = _NOTHING
    broken: timedelta = _NOTHING
    between: timedelta = _NOTHING


@dataclass(frozen=True, slots=True)
class Day:
    """One local day of one check.

    Availability is time: 1 − down / covered (the shape of QCVN 34:2019's formula), where `covered` is the time between
    neighbouring answers, gaps left out. What lies between a good and a bad answer may have been either: hence an
    interval. Both ends None: nothing is covered. Outages between two good answers are not seen.
    """

    day: date
    answers_count: int
    worked_count: int
    unanswered_count: int
    covered: timedelta
    down_least: timedelta
    down_most: timedelta
    typical: dict[str, float]  # of each metric that is followed: the median, of percentages the mean

    @property
    def available_least_pct(self) -> float | None:
        """At least so much of the covered time it worked."""
        return _share_pct(self.covered - self.down_most, self.covered)

    @property
    def available_most_pct(self) -> float | None:
        """At most so much of the covered time it worked."""
        return _share_pct(self.covered - self.down_least, self.covered)


def _share_pct(part: timedelta, whole: timedelta) -> float | None:
    return 100 * (part / whole) if whole else None


def days(
    points: Sequence[Point], spans: Sequence[Span], zone: tzinfo, metrics: Sequence[str] = ()
) -> tuple[Day, ...]:
    """Every local day that has a point, or time that is covered."""
    sums: dict[date, _Sum] = {}
    for point in points:
        if not point.corrected:
            sums.setdefault(point.at.astimezone(zone).date(), _Sum()).points.append(point)
    for span in spans:
        for start, end in _by_day(span, zone):
            total = sums.setdefault(start.date(), _Sum())
            length = _elapsed(start, end)
            match span.worked:
                case True:
                    total.worked += length
                case False:
                    total.broken += length
                case None:
                    total.between += length
    return tuple(_day(day, sums[day], metrics) for day in sorted(sums))


def whole(days: Sequence[Day], points: Sequence[Point], metrics: Sequence[str] = ()) -> Day | None:
    """All days as one, dated with the first; None: there are none."""
    if not days:
        return None
    return Day(
        day=days[0].day,
        answers_count=sum(day.answers_count for day in days),
        worked_count=sum(day.worked_count for day in days),
        unanswered_count=sum(day.unanswered_count for day in days),
        covered=sum((day.covered for day in days), _NOTHING),
        down_least=sum((day.down_least for day in days), _NOTHING),
        down_most=sum((day.down_most for day in days), _NOTHING),
        typical=_typical(points, metrics),
    )


def _by_day(span: Span, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """The span cut at local midnights."""
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    if start.date() == end.date():
        return iter(((start, end),))
    cuts = [start]
    day = start.date()
    while (midnight := _midnight_after(day, zone)) < end:
        cuts.append(midnight)
        day = midnight.date()
    return pairwise([*cuts, end])


def _midnight_after(day: date, zone: tzinfo) -> datetime:
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=zone)


def _elapsed(start: datetime, end: datetime) -> timedelta:
    """Real time: the difference of two local times in one zone would ignore summer time."""
    return timedelta(seconds=end.timestamp() - start.timestamp())


def _day(day: date, total: _Sum, metrics: Sequence[str]) -> Day:
    told = [point for point in total.points if point.works is not None]
    return Day(
        day=day,
        answers_count=len(told),
        worked_count=sum(point.works is True for point in told),
        unanswered_count=len(total.points) - len(told),
        covered=total.worked + total.broken + total.between,
        down_least=total.broken,
        down_most=total.broken + total.between,
        typical=_typical(total.points, metrics),
    )


def _typical(points: Sequence[Point], metrics: Sequence[str]) -> dict[str, float]:
    measured = [point.observation.metrics for point in points if not point.corrected]
    found = {}
    for name in metrics:
        values = [value for each in measured if (value := _number(each.get(name))) is not None]
        if values:
            found[name] = fmean(values) if name.endswith("_pct") else median(values)
    return found


def number(point: Point, name: str) -> float | None:
    """The point's value of that metric; None where it was not measured, or is no number."""
    return None if point.corrected else _number(point.observation.metrics.get(name))


def _number(value: MetricValue | None) -> float | None:
    return None if isinstance(value, bool) or not isinstance(value, int | float) else float(value)
