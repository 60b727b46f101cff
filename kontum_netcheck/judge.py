"""Verdicts: a pure function of the plan, the observations and the time. Changing a limit re-judges history."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from kontum_netcheck.model import (
    Check,
    CheckVerdict,
    DistrictVerdict,
    Limit,
    Message,
    MetricValue,
    Observation,
    Outcome,
    Readiness,
    ServiceVerdict,
    SiteVerdict,
    Verdicts,
    count,
    message,
)
from kontum_netcheck.needs import judge_kind
from kontum_netcheck.plan import Plan, PlannedDistrict, PlannedService, PlannedSite
from kontum_netcheck.probes import PROBES
from kontum_netcheck.wording import cause_message

_CLOCKS_DIFFER = timedelta(minutes=5)
_ANSWERED = frozenset({Outcome.MEASURED, Outcome.FAILED})

Evidence = Mapping[str, tuple[Observation, ...]]
"""Observations by the id of their check."""


def judge(plan: Plan, observations: Iterable[Observation], now: datetime) -> Verdicts:
    """Judge every check, service, site, portal and district of the plan at `now` (aware)."""
    evidence = _by_check(observations)
    districts = tuple(_judge_district(district, evidence, now) for district in plan.districts)
    portals = tuple(_judge_service(portal, evidence, now) for portal in plan.portals)
    parts = [d.readiness for d in districts if d.readiness is not None]
    parts += [portal.readiness.capped(portal.optional) for portal in portals]
    return Verdicts(districts, portals, max(parts, default=Readiness.NOT_CHECKED))


def judge_check(check: Check, observations: Iterable[Observation], now: datetime) -> CheckVerdict:
    """Judge one check by its newest fresh answer; without one it is not checked, and the reason says why.

    A later question that got no answer for reasons of our own (skipped, error) doesn't take away what an
    earlier one found, as long as that is fresh.
    """
    newest = sorted(observations, key=lambda observation: observation.started_at, reverse=True)
    answered = [observation for observation in newest if observation.outcome in _ANSWERED]
    fresh = next((o for o in answered if _is_fresh(o, check, now)), None)
    if fresh is not None:
        return _judge_answer(check, fresh)
    past = [observation for observation in answered if observation.started_at <= now]
    if past:
        stale = message("last checked {age} ago", age=now - past[0].started_at)
        return CheckVerdict(check, Readiness.NOT_CHECKED, stale, past[0])
    if answered:
        future = message(
            "its answer is dated in the future, {moment}: clocks differ", moment=answered[0].started_at
        )
        return CheckVerdict(check, Readiness.NOT_CHECKED, future, answered[0])
    failure = newest[0].failure if newest else check.skip
    reason = cause_message(failure) if failure else message("not asked yet")
    return CheckVerdict(check, Readiness.NOT_CHECKED, reason, newest[0] if newest else None)


def _is_fresh(observation: Observation, check: Check, now: datetime) -> bool:
    """Neither too old nor, by more than clocks may differ, from the future."""
    return -_CLOCKS_DIFFER <= now - observation.started_at <= check.valid_for


def _judge_answer(check: Check, observation: Observation) -> CheckVerdict:
    worst, reason = Readiness.READY, message("in order")
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
    metric, value = PROBES[check.probe].metric(limit.metric), metrics.get(limit.metric)
    assert metric is not None, limit
    if isinstance(value, bool) or not isinstance(value, int | float):
        unmeasured = Readiness.NOT_CHECKED if limit.required else Readiness.READY
        return unmeasured, message(
            "{metric}: not measured, and the inventory asks for it", metric=metric.label
        )
    verdict = limit.judge(value)
    late_ms = _late_ms(limit, metrics)
    if limit.judge(value - late_ms) is not verdict:
        return Readiness.NOT_CHECKED, message(
            "{metric}: {value}, but up to {late} ms of it was this machine's own lateness: check again",
            metric=metric.label,
            value=value,
            late=late_ms,
        )
    bound = limit.degraded if verdict is Readiness.NOT_READY else limit.ready
    if limit.lower_is_better:
        beyond = message(
            "{metric}: {value}, should be at most {limit}", metric=metric.label, value=value, limit=bound
        )
    else:
        beyond = message(
            "{metric}: {value}, should be at least {limit}", metric=metric.label, value=value, limit=bound
        )
    return verdict, beyond


def _late_ms(limit: Limit, metrics: Mapping[str, MetricValue]) -> float:
    """How much of the value may be our own lateness: of a time as much as its probe says, else nothing."""
    late_ms = metrics.get("late_ms")
    if not limit.metric.endswith("_ms") or isinstance(late_ms, bool) or not isinstance(late_ms, int | float):
        return 0.0
    return float(late_ms)


def _judge_service(service: PlannedService, evidence: Evidence, now: datetime) -> ServiceVerdict:
    verdicts = tuple(judge_check(check, evidence.get(check.id, ()), now) for check in service.checks)
    if not verdicts:
        nothing = (message("the inventory lists nothing to ask"),)
        return ServiceVerdict(
            service.id, service.kind, service.name, Readiness.NOT_CHECKED, service.optional, nothing, ()
        )
    worth = {v.check.id: v.readiness.capped(v.check.optional) for v in verdicts}
    reasons = tuple(
        v.reason
        if v.check.needs_a_person
        else message(
            "{probe} {target}: {reason}", probe=v.check.probe, target=v.check.target, reason=v.reason
        )
        for v in sorted(verdicts, key=lambda verdict: -worth[verdict.check.id])
        if v.readiness is not Readiness.READY
    )
    return ServiceVerdict(
        service.id, service.kind, service.name, max(worth.values()), service.optional, reasons, verdicts
    )


def _judge_site(site: PlannedSite, evidence: Evidence, now: datetime) -> SiteVerdict:
    services = tuple(_judge_service(service, evidence, now) for service in site.services)
    if not services:
        nothing = (message("the inventory lists nothing to check"),)
        return SiteVerdict(
            site.id, site.name, site.district_code, site.role, Readiness.NOT_CHECKED, nothing, ()
        )
    kinds = dict.fromkeys(service.kind for service in services)
    parts = [
        judge_kind([s for s in services if s.kind is kind], site.need.get(kind, "all")) for kind in kinds
    ]
    reasons = sorted((reason for part in parts for reason in part.reasons), key=lambda pair: -pair[0])
    return SiteVerdict(
        site.id,
        site.name,
        site.district_code,
        site.role,
        max(part.readiness for part in parts),
        tuple(reason for _, reason in reasons),
        services,
    )


def _judge_district(district: PlannedDistrict, evidence: Evidence, now: datetime) -> DistrictVerdict:
    sites = tuple(_judge_site(site, evidence, now) for site in district.sites)
    counts = count(site.readiness for site in sites)
    worst = max((site.readiness for site in sites), default=None)
    return DistrictVerdict(district.code, district.name, worst, counts, sites)


def _by_check(observations: Iterable[Observation]) -> Evidence:
    found: dict[str, list[Observation]] = {}
    for observation in observations:
        found.setdefault(observation.check_id, []).append(observation)
    return {check_id: tuple(group) for check_id, group in found.items()}
