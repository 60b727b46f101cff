"""What is judged of it: checks, services, sites, districts, everything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kontum_netcheck.model.facts import Observation
from kontum_netcheck.model.questions import Check
from kontum_netcheck.model.scales import Readiness, ServiceKind
from kontum_netcheck.model.sentences import Message


def count(readinesses: Iterable[Readiness]) -> dict[Readiness, int]:
    """How many of each readiness, also of those that don't occur."""
    counts = dict.fromkeys(Readiness, 0)
    for readiness in readinesses:
        counts[readiness] += 1
    return counts


@dataclass(frozen=True, slots=True)
class View:
    """How a check stands as seen from one of its vantages, why, and by which fact of that place."""

    vantage: str
    readiness: Readiness
    reason: Message
    observation: Observation | None


@dataclass(frozen=True, slots=True)
class CheckVerdict:
    """How one check stands now, why, and by which fact: of several views by that of the one that decided."""

    check: Check
    readiness: Readiness
    reason: Message
    observation: Observation | None
    views: tuple[View, ...] = ()  # of each of its vantages, in their order; none where it names none

    @property
    def evidence(self) -> tuple[Observation, ...]:
        """All facts that it is judged by: of each view its own."""
        found = [view.observation for view in self.views] if self.views else [self.observation]
        return tuple(observation for observation in found if observation is not None)


@dataclass(frozen=True, slots=True)
class ServiceVerdict:
    """One line, phone, fax, checklist item or portal: as ready as its worst check."""

    id: str
    kind: ServiceKind
    name: str
    readiness: Readiness
    optional: bool
    reasons: tuple[Message, ...]
    checks: tuple[CheckVerdict, ...]


@dataclass(frozen=True, slots=True)
class SiteVerdict:
    """One exam site. `reasons` are those that decided, each naming its service."""

    id: str
    name: str
    district_code: str
    role: str
    readiness: Readiness
    reasons: tuple[Message, ...]
    services: tuple[ServiceVerdict, ...]


@dataclass(frozen=True, slots=True)
class DistrictVerdict:
    """One district: its worst site, with counts. `readiness` is None where it has no exam site."""

    code: str
    name: str
    readiness: Readiness | None
    counts: Mapping[Readiness, int]
    sites: tuple[SiteVerdict, ...]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The whole judgement: districts with their sites, and the portals of the province."""

    districts: tuple[DistrictVerdict, ...]
    portals: tuple[ServiceVerdict, ...]
    readiness: Readiness  # of everything; `not_checked` where nothing was selected

    @property
    def sites(self) -> tuple[SiteVerdict, ...]:
        """All sites, district by district."""
        return tuple(site for district in self.districts for site in district.sites)
