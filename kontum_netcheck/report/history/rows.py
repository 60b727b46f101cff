"""History as rows for CSV: observations, verdict changes, days, or outages. Keys and order are a contract."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from kontum_netcheck.history import Day, History, Outage, Point, Track
from kontum_netcheck.model import Outcome, message
from kontum_netcheck.probes import PROBES
from kontum_netcheck.report.columns import METRIC_NAMES, Column
from kontum_netcheck.report.comma_separated import table
from kontum_netcheck.report.history import Rows
from kontum_netcheck.report.history.words import target
from kontum_netcheck.report.options import Options


@dataclass(frozen=True, slots=True)
class _Row:
    """One thing of a track; only one of the three is there."""

    track: Track
    point: Point
    day: Day
    outage: Outage


def as_csv(history: History, rows: Rows, options: Options) -> bytes:
    """The rows of one kind, of all tracks, in the order of check and time."""
    columns = (*_OF_CHECK, *_OF[rows], *(_metrics(history) if rows is Rows.OBSERVATIONS else ()))
    if rows in (Rows.DAYS, Rows.OUTAGES) and any(track.vantage for track in history.tracks):
        columns = (*columns, _PLACE)
    return table(columns, _rows(history, rows), options)


def _rows(history: History, rows: Rows) -> Iterator[_Row]:
    nothing: Any = None
    for track in history.tracks:
        match rows:
            case Rows.DAYS:
                yield from (_Row(track, nothing, day, nothing) for day in track.days)
            case Rows.OUTAGES:
                yield from (_Row(track, nothing, nothing, outage) for outage in track.outages)
            case _:
                points = track.points if rows is Rows.OBSERVATIONS else track.changes
                yield from (_Row(track, point, nothing, nothing) for point in points)


def _seen(name: str) -> Callable[[_Row], object]:
    return lambda row: getattr(row.point.observation, name) or None


def _asked_at(row: _Row) -> object:
    return row.point.at


def _duration_ms(row: _Row) -> object:
    return None if row.point.observation.outcome is Outcome.SKIPPED else row.point.observation.duration_ms


def _of_day(name: str) -> Callable[[_Row], object]:
    return lambda row: getattr(row.day, name)


def _span_s(name: str) -> Callable[[_Row], object]:
    return lambda row: getattr(row.day, name).total_seconds()


def _outage(name: str) -> Callable[[_Row], object]:
    return lambda row: getattr(row.outage, name)


def _recovered_s(name: str) -> Callable[[_Row], object]:
    return lambda row: None if (span := getattr(row.outage, name)) is None else span.total_seconds()


def _cause(row: _Row) -> object:
    failure = row.point.observation.failure
    return failure and failure.cause


_OF_CHECK: tuple[Column[Any], ...] = (
    Column("site_id", message("Site id"), lambda row: row.track.check.site_id),
    Column("service_id", message("Service id"), lambda row: row.track.check.service_id),
    Column("check_id", message("Check id"), lambda row: row.track.check.id),
    Column("probe", message("Probe"), lambda row: row.track.check.probe),
)
_PLACE: Column[Any] = Column("vantage", message("Checked from"), lambda row: row.track.vantage or None)
"""The last column where tracks are told apart by the places that saw them."""
_POINT: tuple[Column[Any], ...] = (
    Column("target", message("Target"), lambda row: _target_then(row)),
    Column("started_at", message("Checked at"), _asked_at),
    Column("duration_ms", message("Took (ms)"), _duration_ms),
    Column("outcome", message("Outcome"), _seen("outcome")),
    Column(
        "readiness", message("Conclusion"), lambda row: None if row.point.corrected else row.point.readiness
    ),
    Column("reason", message("Reason"), lambda row: row.point.reason, prose=True),
    Column("failure_cause", message("Cause"), _cause),
    Column("vantage", message("Checked from"), _seen("vantage")),
    Column("operator", message("Checked by"), _seen("operator")),
    Column("countersigned_by", message("Countersigned by"), _seen("countersigned_by")),
    Column("corrected", message("Corrected since"), lambda row: row.point.corrected),
    Column("run_id", message("Run"), lambda row: row.point.kept.run_id),
    Column("evidence_id", message("Evidence"), lambda row: row.point.kept.id),
)
_DAY: tuple[Column[Any], ...] = (
    Column("day", message("Day"), _of_day("day"), machine=lambda row: row.day.day.isoformat()),
    Column("answers_count", message("Checks"), _of_day("answers_count")),
    Column("worked_count", message("Worked"), _of_day("worked_count")),
    Column("unanswered_count", message("Unanswered"), _of_day("unanswered_count")),
    Column("available_least_pct", message("Available, at least (%)"), _of_day("available_least_pct")),
    Column("available_most_pct", message("Available, at most (%)"), _of_day("available_most_pct")),
    Column("covered_s", message("Time with evidence (s)"), _span_s("covered")),
    Column("down_least_s", message("Down, at least (s)"), _span_s("down_least")),
    Column("down_most_s", message("Down, at most (s)"), _span_s("down_most")),
)
_OUTAGE: tuple[Column[Any], ...] = (
    Column("last_good_at", message("Last good check"), _outage("last_good_at")),
    Column("first_bad_at", message("First bad check"), _outage("first_bad_at")),
    Column("last_bad_at", message("Last bad check"), _outage("last_bad_at")),
    Column("first_good_at", message("First good check again"), _outage("first_good_at")),
    Column("bad_count", message("Bad checks"), _outage("bad_count")),
    Column("recovered_least_s", message("Recovered after, at least (s)"), _recovered_s("recovered_least")),
    Column("recovered_most_s", message("Recovered after, at most (s)"), _recovered_s("recovered_most")),
    Column("reason", message("Reason"), _outage("reason"), prose=True),
)
_OF = {Rows.OBSERVATIONS: _POINT, Rows.CHANGES: _POINT, Rows.DAYS: _DAY, Rows.OUTAGES: _OUTAGE}


def _target_then(row: _Row) -> str:
    """The target as it was at that time."""
    then = row.point.observation.target
    return target(row.track.check) if then == row.track.check.target else then


def _metrics(history: History) -> Iterator[Column[Any]]:
    """A column for each metric that was measured, in the order of all declared ones."""
    seen = {name for track in history.tracks for point in track.points for name in point.observation.metrics}
    for name in METRIC_NAMES:
        if name in seen:
            label = next(metric.label for probe in PROBES.values() if (metric := probe.metric(name)))
            yield Column(name, label, _metric(name))


def _metric(name: str) -> Callable[[_Row], object]:
    return lambda row: row.point.observation.metrics.get(name)
