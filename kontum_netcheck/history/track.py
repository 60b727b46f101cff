"""All that can be said of one check over time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from kontum_netcheck.history.days import Day, days, whole
from kontum_netcheck.history.points import Point, judged
from kontum_netcheck.history.spans import Gap, Outage, Span, gaps, longest_span, outages, spans
from kontum_netcheck.model import Check, KeptObservation, Readiness
from kontum_netcheck.probes.by_hand import PEOPLES


@dataclass(frozen=True, slots=True)
class Track:
    """One check over time; by the limits of `check`."""

    check: Check
    planned: bool  # today's inventory has it
    metrics: tuple[str, ...]  # those that are followed
    points: tuple[Point, ...]
    spans: tuple[Span, ...]
    gaps: tuple[Gap, ...]
    outages: tuple[Outage, ...]
    days: tuple[Day, ...]
    whole: Day | None
    vantage: str = ""  # the place that saw it so, where the check names its places

    @property
    def last(self) -> Point | None:
        """The newest answer that stands."""
        return next((point for point in reversed(self.points) if point.answered), None)

    @property
    def changes(self) -> tuple[Point, ...]:
        """The answers that brought another verdict than the one before, the first answer among them.

        Of what only people answer, all: each is somebody's word.
        """
        found: list[Point] = []
        before: Point | None = None
        by_hand = self.check.probe in PEOPLES
        for point in self.points:
            if point.corrected and by_hand:
                found.append(point)
            elif point.answered:
                if by_hand or before is None or before.readiness is not point.readiness:
                    found.append(point)
                before = point
        return tuple(found)


def track(
    check: Check,
    kept: Sequence[KeptObservation],
    zone: tzinfo,
    metrics: Sequence[str] | None = None,
    *,
    planned: bool = True,
) -> Track:
    """Judge and sum up what was kept of a check. `metrics`: those to follow, else those that limits are put on."""
    points = judged(check, kept)
    longest = longest_span(points, check.valid_for)
    covered = spans(points, longest)
    followed = tuple(metrics) if metrics is not None else _limited(check, points)
    by_day = days(points, covered, zone, followed)
    return Track(
        check=check,
        planned=planned,
        metrics=followed,
        points=points,
        spans=covered,
        gaps=gaps(points, longest),
        outages=outages(points),
        days=by_day,
        whole=whole(by_day, points, followed),
    )


def tracks(
    check: Check,
    kept: Sequence[KeptObservation],
    zone: tzinfo,
    metrics: Sequence[str] | None = None,
    *,
    planned: bool = True,
) -> tuple[Track, ...]:
    """The check over time; where it names vantages, as each of them saw it, and then what was seen from elsewhere.

    So a way that is broken from one place is an outage there, and no coming and going of the line.
    """
    places: dict[str, list[KeptObservation]] = {name: [] for name in check.vantages}
    elsewhere: list[KeptObservation] = []
    for each in kept:
        places.get(each.observation.vantage, elsewhere).append(each)
    found = [
        replace(track(check, seen, zone, metrics, planned=planned), vantage=name)
        for name, seen in places.items()
    ]
    if elsewhere or not places:
        found.append(track(check, elsewhere, zone, metrics, planned=planned))
    return tuple(found)


def _limited(check: Check, points: Sequence[Point]) -> tuple[str, ...]:
    """The metrics that limits are put on, and that were ever measured."""
    return tuple(
        limit.metric
        for limit in check.limits
        if any(limit.metric in point.observation.metrics for point in points)
    )


@dataclass(frozen=True, slots=True)
class History:
    """What a person asked to see: a site, or one of its services, over a time."""

    site_id: str
    site: str  # its name; its id where the inventory doesn't have it
    district: str  # its name; "" where there is none
    service_id: str  # "": all services of the site
    start: datetime
    end: datetime
    tracks: tuple[Track, ...]
    vantages: tuple[str, ...] = ()  # from where it was checked, each once

    @property
    def worst(self) -> Readiness:
        """The worst of how the checks stood at last; not checked where nothing was answered."""
        last = [point.readiness for track in self.tracks if (point := track.last) is not None]
        return max(last, default=Readiness.NOT_CHECKED)
