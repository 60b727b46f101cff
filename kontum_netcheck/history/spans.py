"""What is known between two points: for how long it worked, did not, or nobody knows; outages and gaps. Pure.

Nothing is known of the time between two answers but what both say. Two good answers stand for working, two bad ones
for an outage, a good and a bad one for a change at an unknown moment between them. A state lasts until the next
observation, but no longer than its evidence is valid, and no longer than three times the usual time between two
observations: what is longer is a gap, not a line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from kontum_netcheck.history.points import Point
from kontum_netcheck.model import Message, Readiness, message
from kontum_netcheck.wording import cause_message

_USUAL_TIMES = 3
"""A state is carried over two left-out checks, not over more (project policy)."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time between two neighbouring answers. `worked` None: it changed somewhere in between."""

    start: datetime
    end: datetime
    worked: bool | None
    readiness: Readiness  # the worse one of both ends


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without evidence, and why: what kept us from asking, or nobody asked."""

    start: datetime
    end: datetime
    reason: Message


@dataclass(frozen=True, slots=True)
class Outage:
    """From the first bad answer to the first good one after it. Both changes lie between two answers."""

    last_good_at: datetime | None  # None: no answer before it says that it worked
    first_bad_at: datetime
    last_bad_at: datetime
    first_good_at: datetime | None  # None: it lasts
    reason: Message  # of its first bad answer
    bad_count: int

    @property
    def recovered_least(self) -> timedelta | None:
        """It took at least so long to recover; None: it has not."""
        return None if self.first_good_at is None else self.last_bad_at - self.first_bad_at

    @property
    def recovered_most(self) -> timedelta | None:
        """It took at most so long to recover; None: it has not, or nobody knows since when it was broken."""
        if self.first_good_at is None or self.last_good_at is None:
            return None
        return self.first_good_at - self.last_good_at


def longest_span(points: Sequence[Point], valid_for: timedelta) -> timedelta:
    """How long a state lasts at most where no observation follows."""
    distances = [later.at - earlier.at for earlier, later in pairwise(_asked(points))]
    seconds = [distance.total_seconds() for distance in distances if distance > timedelta(0)]
    usual = timedelta(seconds=median(seconds)) * _USUAL_TIMES if seconds else valid_for
    return min(valid_for, usual)


def spans(points: Sequence[Point], longest: timedelta) -> tuple[Span, ...]:
    """The times that are covered by evidence, in their order."""
    found = []
    for earlier, later in pairwise(_asked(points)):
        if earlier.works is None or later.at - earlier.at > longest:
            continue
        if later.works is None:
            found.append(Span(earlier.at, later.at, earlier.works, earlier.readiness))
        else:
            worked = earlier.works if later.works is earlier.works else None
            found.append(Span(earlier.at, later.at, worked, max(earlier.readiness, later.readiness)))
    return tuple(found)


def gaps(points: Sequence[Point], longest: timedelta) -> tuple[Gap, ...]:
    """The times between the first and the last point that are not covered, in their order."""
    found: list[Gap] = []
    for earlier, later in pairwise(_asked(points)):
        if earlier.works is not None and later.at - earlier.at <= longest:
            continue
        if found and found[-1].end == earlier.at:  # an unanswered question in the middle of a gap
            before = found.pop()
            reason = (
                _why(earlier) if earlier.works is None and before.reason == NOBODY_ASKED else before.reason
            )
            found.append(Gap(before.start, later.at, reason))
        else:
            found.append(Gap(earlier.at, later.at, _why(earlier)))
    return tuple(found)


NOBODY_ASKED = message("nobody asked")


def _why(point: Point) -> Message:
    """Why nothing is known after it."""
    if point.works is not None:
        return NOBODY_ASKED
    failure = point.observation.failure
    return point.reason if failure is None else cause_message(failure)


def outages(points: Sequence[Point]) -> tuple[Outage, ...]:
    """Every run of bad answers, with the good ones around it. Evidence may be missing in the middle of one."""
    found: list[Outage] = []
    good_at: datetime | None = None
    bad: list[Point] = []
    for point in points:
        if point.works is False:
            bad.append(point)
        elif point.works:
            if bad:
                found.append(_outage(good_at, bad, point.at))
            good_at, bad = point.at, []
    if bad:
        found.append(_outage(good_at, bad, None))
    return tuple(found)


def _outage(good_at: datetime | None, bad: Sequence[Point], until: datetime | None) -> Outage:
    return Outage(good_at, bad[0].at, bad[-1].at, until, bad[0].reason, len(bad))


def _asked(points: Sequence[Point]) -> list[Point]:
    return [point for point in points if not point.corrected]
