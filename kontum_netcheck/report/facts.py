"""One check as the JSON formats tell it."""

import math
from datetime import UTC, datetime

from kontum_netcheck.model import CheckVerdict, Failure, MetricValue, Outcome, Readiness
from kontum_netcheck.probes.by_hand import is_by_hand
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.views import alone


def check_facts(verdict: CheckVerdict, now: datetime, options: Options) -> dict[str, object]:
    """The check, its verdict at `now` and the fact behind it. What was not measured is absent or null."""
    check, observation = verdict.check, verdict.observation
    failure = observation.failure if observation is not None else check.skip
    asked = None if observation is None or observation.outcome is Outcome.SKIPPED else observation
    return {
        "id": check.id,
        "probe": check.probe,
        "target": check.target,
        "optional": check.optional,
        "readiness": verdict.readiness.key,
        "reason": options.language.say(verdict.reason, options.zone),
        "reason_code": reason_code(verdict, now),
        "outcome": None if observation is None else observation.outcome.value,
        "started_at": None if asked is None else instant(asked.started_at),
        "duration_ms": None if asked is None or is_by_hand(asked) else rounded(asked.duration_ms),
        "metrics": {}
        if observation is None
        else {name: rounded(value) for name, value in observation.metrics.items()},
        "failure": None if failure is None else _failure(failure),
        "vantage": None if observation is None else observation.vantage,
        "operator": None if observation is None else observation.operator,
        "countersigned_by": [] if observation is None else observation.countersigned_by,
        "lab": observation is not None and observation.lab,
        **_views(verdict, now, options),
    }


_OF_A_VIEW = (
    "readiness", "reason", "reason_code", "outcome", "started_at", "duration_ms", "metrics", "failure", "operator",
)  # fmt: skip


def _views(verdict: CheckVerdict, now: datetime, options: Options) -> dict[str, object]:
    """How each of its places sees the check, and from how many it must be in order; nothing where it names none."""
    if not verdict.views:
        return {}
    views = []
    for view in verdict.views:
        facts = check_facts(alone(verdict, view), now, options)
        views.append({"vantage": view.vantage, **{key: facts[key] for key in _OF_A_VIEW}})
    return {"see": verdict.check.see.value, "views": views}


def reason_code(verdict: CheckVerdict, now: datetime) -> str:
    """Why, in one word that no translation changes: a cause, or one of the words below."""
    observation = verdict.observation
    if verdict.readiness is Readiness.READY:
        return "in_order"
    if observation is None:
        return "not_asked" if verdict.check.skip is None else verdict.check.skip.cause.value
    answered = observation.outcome in (Outcome.MEASURED, Outcome.FAILED)
    if verdict.readiness is Readiness.NOT_CHECKED and answered:
        if observation.started_at > now:
            return "from_the_future"
        if now - observation.started_at > verdict.check.valid_for:
            return "too_old"
        seen = observation.metrics.keys()
        is_complete = all(limit.metric in seen for limit in verdict.check.limits if limit.required)
        return "own_lateness" if "late_ms" in seen and is_complete else "not_measured"
    return "beyond_limit" if observation.failure is None else observation.failure.cause.value


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC to the millisecond, with Z."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat("T", "milliseconds")[:-6] + "Z"  # without +00:00


def rounded(value: MetricValue) -> object:
    """A float to six significant digits, or to three places where that is more: µs of what is in ms.

    JSON has no NaN and no infinity: what is no number is null.
    """
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        return None
    size = abs(value)
    if size >= 100 or not value:
        return round(value, 3) or 0.0
    return round(value, 5 - math.floor(math.log10(size)))


def _failure(failure: Failure) -> dict[str, object]:
    return {"stage": failure.stage.value, "cause": failure.cause.value, "detail": failure.detail}
