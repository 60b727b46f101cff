"""History as JSON: `kontum-netcheck/history`, version 1. Strict; what was not measured is absent or null."""

import math

from kontum_netcheck.history import Day, Gap, History, Outage, Point, Track
from kontum_netcheck.model import Limit
from kontum_netcheck.report.facts import instant, rounded
from kontum_netcheck.report.json_layout import laid_out
from kontum_netcheck.report.options import Options


def as_json(history: History, options: Options) -> str:
    """All observations, and all that was made of them."""
    document = {
        "format": "kontum-netcheck/history",
        "version": 1,
        "site": {"id": history.site_id, "name": history.site, "district": history.district or None},
        "service": history.service_id or None,
        "since": instant(history.start),
        "until": instant(history.end),
        "timezone": str(options.zone),
        "judged_by": "limits of today's inventory",
        "vantages": history.vantages,
        "checks": [_track(track, options) for track in history.tracks],
    }
    return laid_out(document, levels=2)


def _track(track: Track, options: Options) -> dict[str, object]:
    check, last = track.check, track.last
    return {
        "id": check.id,
        **({"vantage": track.vantage} if track.vantage else {}),
        "service": check.service_id,
        "kind": check.kind.value,
        "probe": check.probe,
        "target": check.target,
        "in_inventory": track.planned,
        "limits": [_limit(limit) for limit in check.limits],
        "valid_for_s": check.valid_for.total_seconds(),
        "readiness": None if last is None else last.readiness.key,
        "whole": None if track.whole is None else _day(track.whole),
        "days": [{"day": day.day.isoformat()} | _day(day) for day in track.days],
        "outages": [_outage(outage, options) for outage in track.outages],
        "gaps": [_gap(gap, options) for gap in track.gaps],
        "observations": [_point(point, options) for point in track.points],
    }


def _limit(limit: Limit) -> dict[str, object]:
    return {
        "metric": limit.metric,
        "ready": limit.ready,
        "degraded": limit.degraded if math.isfinite(limit.degraded) else None,
        "lower_is_better": limit.lower_is_better,
        "source": limit.source,
    }


def _day(day: Day) -> dict[str, object]:
    return {
        "answers_count": day.answers_count,
        "worked_count": day.worked_count,
        "unanswered_count": day.unanswered_count,
        "available_least_pct": _number(day.available_least_pct),
        "available_most_pct": _number(day.available_most_pct),
        "covered_s": day.covered.total_seconds(),
        "down_least_s": day.down_least.total_seconds(),
        "down_most_s": day.down_most.total_seconds(),
        "typical": {name: rounded(value) for name, value in day.typical.items()},
    }


def _number(value: float | None) -> object:
    return None if value is None else rounded(value)


def _outage(outage: Outage, options: Options) -> dict[str, object]:
    least, most = outage.recovered_least, outage.recovered_most
    return {
        "last_good_at": outage.last_good_at and instant(outage.last_good_at),
        "first_bad_at": instant(outage.first_bad_at),
        "last_bad_at": instant(outage.last_bad_at),
        "first_good_at": outage.first_good_at and instant(outage.first_good_at),
        "bad_count": outage.bad_count,
        "recovered_least_s": None if least is None else least.total_seconds(),
        "recovered_most_s": None if most is None else most.total_seconds(),
        "reason": options.language.say(outage.reason, options.zone),
    }


def _gap(gap: Gap, options: Options) -> dict[str, object]:
    return {
        "start": instant(gap.start),
        "end": instant(gap.end),
        "reason": options.language.say(gap.reason, options.zone),
    }


def _point(point: Point, options: Options) -> dict[str, object]:
    seen = point.observation
    failure = seen.failure
    return {
        "started_at": instant(point.at),
        "outcome": seen.outcome.value,
        "readiness": None if point.corrected else point.readiness.key,
        "reason": options.language.say(point.reason, options.zone),
        "target": seen.target,
        "metrics": {name: rounded(value) for name, value in seen.metrics.items()},
        "failure": failure
        and {"stage": failure.stage.value, "cause": failure.cause.value, "detail": failure.detail},
        "vantage": seen.vantage,
        "operator": seen.operator,
        "countersigned_by": seen.countersigned_by,
        "corrected": point.corrected,
        "run": point.kept.run_id,
        "evidence": point.kept.id,
    }
