"""How many lines of a kind must work, and what a broken one is worth when another works. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from kontum_netcheck.inventory.schema import Need
from kontum_netcheck.model import Message, Readiness, ServiceVerdict, message

WORKING = (Readiness.READY, Readiness.DEGRADED)
"""Who sees or has one of these has what is needed."""


@dataclass(frozen=True, slots=True)
class KindVerdict:
    """The lines of one kind at one site: their joint readiness, and each reason with its own weight."""

    readiness: Readiness
    reasons: tuple[tuple[Readiness, Message], ...]


def judge_kind(services: Sequence[ServiceVerdict], need: Need) -> KindVerdict:
    """Roll the services of one kind up.

    Optional services degrade, never block. Of the others `need` must work: when enough do, one that is broken
    or not checked makes the kind `degraded`; when enough only might, `not_checked`; else `not_ready`.
    """
    needed = [service for service in services if not service.optional]
    count = _count(need, len(needed))
    working = sum(service.readiness in WORKING for service in needed)
    unknown = sum(service.readiness is Readiness.NOT_CHECKED for service in needed)
    ceiling = ceiling_of(count, working, unknown)
    weights = [min(service.readiness.capped(service.optional), ceiling) for service in services]
    reasons = tuple(
        (weight, _named(service, weight))
        for service, weight in zip(services, weights, strict=True)
        if service.readiness is not Readiness.READY
    )
    short = ceiling if working < count else Readiness.READY
    return KindVerdict(max([short, *weights]), reasons)


def ceiling_of(count: int, working: int, unknown: int) -> Readiness:
    """The worst that one of many can make of the whole, where `count` must work."""
    if working >= count:
        return Readiness.DEGRADED
    return Readiness.NOT_CHECKED if working + unknown >= count else Readiness.NOT_READY


def _count(need: Need, there_count: int) -> int:
    """How many must work, of those that are there."""
    if need == "all":
        return there_count
    return min(1 if need == "any" else int(need), there_count)


def _named(service: ServiceVerdict, weight: Readiness) -> Message:
    reason = service.reasons[0]
    if len(service.reasons) > 1:
        reason = message("{reason} (and {count} more)", reason=reason, count=len(service.reasons) - 1)
    named = message("{kind} {name}: {reason}", kind=service.kind, name=service.name, reason=reason)
    if weight is service.readiness:
        return named
    if service.optional:
        return message("{reason} (optional)", reason=named)
    return message("{reason} (another line works)", reason=named)
