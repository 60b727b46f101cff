"""Every observation of a check, each judged at its own time by the limits that are given. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kontum_netcheck.judge import judge_answers
from kontum_netcheck.judge.conflicts import WITHIN
from kontum_netcheck.model import (
    Cause,
    Check,
    KeptObservation,
    LimitsInForce,
    Message,
    Observation,
    Outcome,
    Readiness,
    ServiceKind,
    message,
)
from kontum_netcheck.plan import PORTAL
from kontum_netcheck.probes import PROBES
from kontum_netcheck.recording.corrections import standing

_ANSWERED = frozenset({Outcome.MEASURED, Outcome.FAILED})
_NOT_MEANT = frozenset(
    {
        Cause.ONLY_ON_SITE,
        Cause.ANOTHER_LINE,
        Cause.OTHER_VANTAGE,
        Cause.NEEDS_A_PERSON,
        Cause.NOT_ASKED_FOR,
    }
)
"""A run that can't ask a question says nothing about who can."""
_WORKS = frozenset({Readiness.READY, Readiness.DEGRADED})
_KINDS = {"call": ServiceKind.PHONE, "fax": ServiceKind.FAX, "manual": ServiceKind.CHECKLIST}


@dataclass(frozen=True, slots=True)
class Point:
    """One observation and what it was worth at its time."""

    kept: KeptObservation
    readiness: Readiness
    reason: Message
    answered: bool  # it tells something of the target, and still stands
    works: bool | None  # not below what still only degrades; None: this observation does not tell
    corrected: bool = False  # its author has taken it back since: it counts for nothing

    @property
    def observation(self) -> Observation:
        """The fact."""
        return self.kept.observation

    @property
    def at(self) -> datetime:
        """When it was asked."""
        return self.kept.observation.started_at


def judged(check: Check, kept: Sequence[KeptObservation]) -> tuple[Point, ...]:
    """The points of a check, in the order of time.

    An older target counts as what it was; what people said is judged with what others said within the hour
    before. Questions that a run left to others are not points.
    """
    meant = [each for each in kept if _is_meant(each.observation)]
    meant.sort(key=lambda each: (each.observation.started_at, each.id))
    if not PROBES[check.probe].by_person:
        return tuple(_point(check, each, [each.observation]) for each in meant)
    stands = standing(meant)
    stands_ids = {id(each) for each in stands}
    points = []
    for each in meant:
        if id(each) not in stands_ids:
            reason = message("corrected since")
            points.append(
                Point(each, Readiness.NOT_CHECKED, reason, answered=False, works=None, corrected=True)
            )
            continue
        at = each.observation.started_at
        near = [o.observation for o in stands if at - WITHIN <= o.observation.started_at <= at]
        points.append(_point(check, each, near))
    return tuple(points)


def _is_meant(observation: Observation) -> bool:
    failure = observation.failure
    return observation.outcome in _ANSWERED or failure is None or failure.cause not in _NOT_MEANT


def _point(check: Check, kept: KeptObservation, observations: Sequence[Observation]) -> Point:
    seen = kept.observation
    asked = check if seen.target == check.target else replace(check, target=seen.target)
    verdict = judge_answers(asked, observations, seen.started_at)
    answered, readiness = seen.outcome in _ANSWERED, verdict.readiness
    works = readiness in _WORKS if answered and readiness is not Readiness.NOT_CHECKED else None
    return Point(kept, readiness, verdict.reason, answered, works)


def remembered(last: Observation, in_force: LimitsInForce | None) -> Check | None:
    """A check that the inventory doesn't have any more, by the limits of its own time. None: an unknown probe."""
    probe = PROBES.get(last.probe)
    site_id, _, rest = last.check_id.partition("/")
    if probe is None:
        return None
    limits = in_force.limits if in_force else probe.limits
    return Check(
        id=last.check_id,
        site_id=site_id,
        service_id=rest.partition("/")[0],
        kind=ServiceKind.PORTAL if site_id == PORTAL else _KINDS.get(last.probe, ServiceKind.INTERNET),
        probe=last.probe,
        target=last.target,
        params=None,
        limits=tuple(limit for limit in limits if probe.metric(limit.metric) is not None),
        valid_for=in_force.valid_for if in_force else probe.valid_for,
    )
