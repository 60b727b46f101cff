"""One check, as one place sees it: by its newest fresh answer, or, where two people differ, by the worse one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from kontum_netcheck.judge.calls import only_rings, proves, readiness_of, reason_of, sample, why_not_called
from kontum_netcheck.judge.conflicts import conflicting
from kontum_netcheck.judge.speeds import at_best, error_of, held_back
from kontum_netcheck.model import (
    Cause,
    Check,
    CheckVerdict,
    Failure,
    Limit,
    Message,
    MetricValue,
    Observation,
    Outcome,
    Readiness,
    ServiceKind,
    message,
)
from kontum_netcheck.probes import PROBES
from kontum_netcheck.probes.by_hand import PEOPLES
from kontum_netcheck.wording import cause_message

CLOCKS_DIFFER = timedelta(minutes=5)
"""How much the clocks of two machines may differ: an answer from so near a future is none from the future."""

_CALLED = frozenset({ServiceKind.PHONE, ServiceKind.FAX})
_ANSWERED = frozenset({Outcome.MEASURED, Outcome.FAILED})
IN_ORDER = message("in order")
"""The reason of what is ready."""


def judge_answers(check: Check, observations: Iterable[Observation], now: datetime) -> CheckVerdict:
    """Judge one check by its newest fresh answer, whoever gave it; without one it is not checked, and says why.

    A later question that got no answer for reasons of our own (skipped, error) doesn't take away what an
    earlier one found, as long as that is fresh.
    """
    given = sorted(observations, key=lambda observation: observation.started_at, reverse=True)
    newest = [observation for observation in given if _is_about(observation, check)]
    answered = [observation for observation in newest if observation.outcome in _ANSWERED]
    fresh = [observation for observation in answered if _is_fresh(observation, check, now)]
    if fresh:
        return _judge_fresh(check, fresh)
    past = [observation for observation in answered if observation.started_at <= now]
    if past:
        stale = message("last checked {age} ago", age=now - past[0].started_at)
        return CheckVerdict(check, Readiness.NOT_CHECKED, stale, past[0])
    if answered:
        future = message(
            "its answer is dated in the future, {moment}: clocks differ", moment=answered[0].started_at
        )
        return CheckVerdict(check, Readiness.NOT_CHECKED, future, answered[0])
    if given and not newest:
        moved = message("what was checked before is another target, {target}", target=given[0].target)
        return CheckVerdict(check, Readiness.NOT_CHECKED, moved, None)
    reason = _why_unasked(check, newest[0] if newest else None)
    return CheckVerdict(check, Readiness.NOT_CHECKED, reason, newest[0] if newest else None)


def _why_unasked(check: Check, newest: Observation | None) -> Message:
    failure = newest.failure if newest else check.skip
    if newest is not None and newest.outcome is Outcome.ERROR and check.kind in _CALLED:
        return why_not_called(check, newest)
    return message("not asked yet") if failure is None else why_unasked(check, failure)


def why_unasked(check: Check, failure: Failure) -> Message:
    """Why it is left out on purpose, and of a call how it would be made."""
    if failure.cause is Cause.NOT_ASKED_FOR and check.kind in _CALLED:
        return message("not called: use --calls, or record what a person found")
    return cause_message(failure)


def _is_fresh(observation: Observation, check: Check, now: datetime) -> bool:
    """Neither too old nor, by more than clocks may differ, from the future."""
    return -CLOCKS_DIFFER <= now - observation.started_at <= check.valid_for


def _is_about(observation: Observation, check: Check) -> bool:
    """Whether it answers this very question: a number or an address that has been changed since was another one.

    What is asked on site is whatever was there: the gateway has no address in the inventory.
    """
    return observation.target == check.target or check.is_on_site


def _judge_fresh(check: Check, fresh: Sequence[Observation]) -> CheckVerdict:
    """By the newest; of calls by those of its hour. Where another person said otherwise then, by the worse of both."""
    is_called = check.kind in _CALLED and check.probe in PEOPLES
    verdict = _judge_calls(check, fresh) if is_called else _judge_answer(check, fresh[0])
    for conflict in conflicting(fresh) if check.probe in PEOPLES else ():
        if conflict.later is not fresh[0]:
            continue
        one, other = _judge_answer(check, conflict.earlier), _judge_answer(check, conflict.later)
        worse = max(verdict, other, one, key=lambda each: each.readiness)
        differ = message(
            "{one} says: {this}; {other} says: {that}: the worse one counts",
            one=conflict.earlier.operator,
            this=one.reason,
            other=conflict.later.operator,
            that=other.reason,
        )
        verdict = CheckVerdict(check, worse.readiness, differ, worse.observation)
    return verdict


def _judge_calls(check: Check, fresh: Sequence[Observation]) -> CheckVerdict:
    """The calls of the newest one's hour as one sample; how well they were heard is judged by the newest."""
    calls = sample([call for call in fresh if proves(check, call)])
    if not calls:
        return CheckVerdict(check, Readiness.NOT_CHECKED, only_rings(fresh[0]), fresh[0])
    counted = CheckVerdict(check, readiness_of(calls), reason_of(calls), calls[0])
    heard = next((call for call in calls if call.outcome is Outcome.MEASURED), None)
    if heard is None or (limited := _judge_answer(check, heard)).readiness <= counted.readiness:
        return counted
    return limited


def _judge_answer(check: Check, observation: Observation) -> CheckVerdict:
    worst, reason = Readiness.READY, IN_ORDER
    if observation.outcome is Outcome.FAILED:
        assert observation.failure is not None, observation
        worst, reason = Readiness.NOT_READY, cause_message(observation.failure)
    else:
        for limit in check.limits:
            verdict, why = _judge_limit(check, limit, observation.metrics)
            if verdict > worst:
                worst, reason = verdict, why
    last_hop = observation.metrics.get("last_hop")
    if worst is not Readiness.READY and last_hop is not None:
        reason = message(
            "{reason}; the last answer on the way comes from {last_hop}", reason=reason, last_hop=last_hop
        )
    return CheckVerdict(check, worst, reason, observation)


def _judge_limit(check: Check, limit: Limit, metrics: Mapping[str, MetricValue]) -> tuple[Readiness, Message]:
    """What was not measured breaks no default limit; a limit that a person typed asks for a measurement."""
    value = metrics.get(limit.metric)
    if isinstance(value, bool) or not isinstance(value, int | float):
        if not limit.required:
            return Readiness.READY, IN_ORDER
        return Readiness.NOT_CHECKED, message(
            "{metric}: not measured, and the inventory asks for it", metric=_label(check, limit)
        )
    verdict = limit.judge(value)
    late_ms = _late_ms(limit, metrics)
    if late_ms and limit.judge(value - late_ms) is not verdict:
        return Readiness.NOT_CHECKED, message(
            "{metric}: {value}, but up to {late} ms of it was this machine's own lateness: check again",
            metric=_label(check, limit),
            value=value,
            late=late_ms,
        )
    if verdict is not Readiness.READY and (other := held_back(limit, metrics)) is not None:
        return Readiness.NOT_CHECKED, message(
            "{metric}: {value}, but the limit was {other} and not the line: check again with a faster one",
            metric=_label(check, limit),
            value=value,
            other=other,
        )
    possible = limit.judge(at_best(limit, value, metrics))
    if verdict is not Readiness.READY and possible is Readiness.READY:
        return Readiness.NOT_CHECKED, message(
            "{metric}: {value}, known to ± {error} % only, so that it may be enough: measure again",
            metric=_label(check, limit),
            value=value,
            error=error_of(limit, metrics),
        )
    verdict = min(verdict, possible)
    return verdict, IN_ORDER if verdict is Readiness.READY else _beyond(check, limit, value, verdict)


def _beyond(check: Check, limit: Limit, value: float, verdict: Readiness) -> Message:
    """What was measured, and the limit that it is beyond."""
    bound = limit.degraded if verdict is Readiness.NOT_READY else limit.ready
    metric = _label(check, limit)
    if limit.lower_is_better:
        return message(
            "{metric}: {value}, should be at most {limit}", metric=metric, value=value, limit=bound
        )
    return message("{metric}: {value}, should be at least {limit}", metric=metric, value=value, limit=bound)


def _label(check: Check, limit: Limit) -> Message:
    metric = PROBES[check.probe].metric(limit.metric)
    assert metric is not None, limit
    return metric.label


def _late_ms(limit: Limit, metrics: Mapping[str, MetricValue]) -> float:
    """How much of the value may be our own lateness: of a time as much as its probe says, else nothing."""
    late_ms = metrics.get("late_ms")
    if not limit.metric.endswith("_ms") or isinstance(late_ms, bool) or not isinstance(late_ms, int | float):
        return 0.0
    return float(late_ms)
