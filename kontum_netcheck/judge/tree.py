"""The roll-up: from checks to services, sites, districts and everything. Each is as ready as its worst part."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from kontum_netcheck.judge.needs import judge_kind
from kontum_netcheck.judge.views import judge_check
from kontum_netcheck.model import (
    DistrictVerdict,
    Observation,
    Readiness,
    ServiceVerdict,
    SiteVerdict,
    Verdicts,
    count,
    message,
)
from kontum_netcheck.plan import Plan, PlannedDistrict, PlannedService, PlannedSite

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
        if v.check.is_for_people
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
    flaws = [(Readiness.DEGRADED, flaw) for flaw in site.flaws]
    found = [*(reason for part in parts for reason in part.reasons), *flaws]
    reasons = sorted(found, key=lambda pair: -pair[0])
    return SiteVerdict(
        site.id,
        site.name,
        site.district_code,
        site.role,
        max([*(part.readiness for part in parts), *(worth for worth, _ in flaws)]),
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
