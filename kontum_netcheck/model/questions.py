"""What is asked, and by which limits its answer is judged."""

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kontum_netcheck.model.scales import Cause, Readiness, See, ServiceKind, TurnKind
from kontum_netcheck.model.sentences import Failure, Message


@dataclass(frozen=True, slots=True)
class Metric:
    """A declared metric of a probe: its name is a contract and ends in its unit."""

    name: str
    label: Message
    lower_is_better: bool | None = None  # None: not a quantity that a limit can be put on


@dataclass(frozen=True, slots=True)
class Limit:
    """Up to (or down to) `ready` is ready, up to `degraded` is degraded, beyond is not ready.

    `degraded=math.inf` (`-math.inf` where higher is better): beyond `ready` only degrades, never blocks.
    """

    metric: str
    ready: float
    degraded: float
    lower_is_better: bool
    source: str
    required: bool = False  # a person asked for it by name: unmeasured, the check is not checked

    def judge(self, value: float) -> Readiness:
        """The readiness that `value`, in the metric's unit, earns. NaN earns `not_ready`."""
        sign = 1.0 if self.lower_is_better else -1.0
        if sign * value <= sign * self.ready:
            return Readiness.READY
        if sign * value <= sign * self.degraded:
            return Readiness.DEGRADED
        return Readiness.NOT_READY

    @property
    def blocks(self) -> bool:
        """Whether any value at all makes the check `not_ready`."""
        return not math.isinf(self.degraded)


@dataclass(frozen=True, slots=True)
class Cost:
    """What asking one question takes at most."""

    packets_count: int = 0
    bytes_count: int = 0
    duration_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """Must not be asked beside others: after all light checks, and alone on each of its lanes."""

    kind: TurnKind
    lanes: frozenset[str]  # "carrier vnpt", "uplink thpt-a/ftth", "server speed.example"
    gap_s: float = 0.0  # from the end of the turn before it on a lane to its own beginning


_FOR_PEOPLE = frozenset({ServiceKind.PHONE, ServiceKind.FAX, ServiceKind.CHECKLIST})


@dataclass(frozen=True, slots=True)
class Check:
    """One planned question: this probe, that target, these limits."""

    id: str  # site/service/probe[/n], stable between runs
    site_id: str  # "portal" for province-wide portals
    service_id: str
    kind: ServiceKind
    probe: str
    target: str
    params: Any  # the probe's own parameters, a pydantic model
    limits: tuple[Limit, ...]
    valid_for: timedelta
    optional: bool = False
    skip: Failure | None = None  # planned, but on purpose not asked: why
    cost: Cost = Cost()
    turn: Turn | None = None  # None: may be asked beside anything
    vantages: tuple[str, ...] = ()  # the places that it is asked from; none: anywhere, and once is enough
    see: See = See.ALL  # from how many of them it must be in order

    @property
    def is_on_site(self) -> bool:
        """Whether only a machine at the site asks it; what is typed can't have such an id."""
        return "/onsite." in self.id

    @property
    def is_for_people(self) -> bool:
        """Whether a person's word answers it (a call, a page, a look), also where a machine could try it."""
        return self.kind in _FOR_PEOPLE

    @property
    def needs_a_person(self) -> bool:
        """Whether no machine can ask it: a call, a page, a look."""
        return self.skip is not None and self.skip.cause is Cause.NEEDS_A_PERSON
