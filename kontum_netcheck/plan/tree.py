"""The questions of a run, in the tree in which their answers are judged. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from kontum_netcheck.inventory.schema import Need
from kontum_netcheck.model import Cause, Check, Cost, Failure, Message, ServiceKind, Stage, TurnKind


@dataclass(frozen=True, slots=True)
class PlannedService:
    """One line, phone, fax, checklist item or portal, with what will be asked of it."""

    id: str
    kind: ServiceKind
    name: str
    optional: bool
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class PlannedSite:
    """One site; `need` says how many services of a kind must work."""

    id: str
    name: str
    district_code: str
    role: str
    need: Mapping[ServiceKind, Need]
    services: tuple[PlannedService, ...]
    flaws: tuple[Message, ...] = ()  # what the inventory itself shows to be not as it must be


@dataclass(frozen=True, slots=True)
class PlannedDistrict:
    """One district with its selected sites, in the inventory's order."""

    code: str
    name: str
    sites: tuple[PlannedSite, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The questions of a run, in the tree in which their answers are judged."""

    districts: tuple[PlannedDistrict, ...]
    portals: tuple[PlannedService, ...]

    @property
    def checks(self) -> tuple[Check, ...]:
        """All questions: portals first, then site by site."""
        services = [*self.portals, *(s for d in self.districts for site in d.sites for s in site.services)]
        return tuple(check for service in services for check in service.checks)

    def changed(self, change: Callable[[Check], Check]) -> "Plan":
        """The same tree with each question as `change` makes it; it is asked in the order of the plan."""

        def each(services: Iterable[PlannedService]) -> tuple[PlannedService, ...]:
            return tuple(replace(s, checks=tuple(map(change, s.checks))) for s in services)

        portals = each(self.portals)
        districts = tuple(
            replace(d, sites=tuple(replace(site, services=each(site.services)) for site in d.sites))
            for d in self.districts
        )
        return Plan(districts, portals)

    def valid_at_most(self, longest: timedelta) -> "Plan":
        """The same questions, whose evidence counts no longer than this unless the inventory says how long it does."""
        return self.changed(lambda check: _valid_at_most(check, longest))

    def with_calls_at_most(self, most_count: int) -> "Plan":
        """The same questions; of the calls, those beyond so many are left out."""
        calls = [check.id for check in self.checks if check.turn and check.turn.kind is TurnKind.CALL]
        beyond, enough = frozenset(calls[most_count:]), Failure(Stage.PLAN, Cause.ENOUGH_CALLS)
        if not beyond:
            return self
        return self.changed(
            lambda check: replace(check, skip=enough, turn=None, cost=Cost()) if check.id in beyond else check
        )


def _valid_at_most(check: Check, longest: timedelta) -> Check:
    typed = check.params is not None and check.params.valid_for is not None
    return check if typed else replace(check, valid_for=min(check.valid_for, longest))


def echoes_count(checks: Iterable[Check]) -> int:
    """How many echoes the pinger has to send, which it does no faster than its `max_pps`."""
    return sum(check.cost.packets_count for check in checks if check.probe == "ping" and check.skip is None)
