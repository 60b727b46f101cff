"""What changed between two moments: the state of the evidence at each, judged by the same limits. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kontum_netcheck.model import (
    CheckVerdict,
    Message,
    Readiness,
    ServiceKind,
    ServiceVerdict,
    Verdicts,
    count,
    message,
)

NOT_IN_INVENTORY = message("no longer in the inventory")


class Change(StrEnum):
    """What became of a check. What nobody knows is neither better nor worse: it is gone."""

    WORSE = "worse"
    BETTER = "better"
    NEW = "new"  # known now, and not before
    GONE = "gone"  # known before, and not now: too old, or no longer asked
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Moment:
    """One of the two sides: when, and the run that ended then, if it is one."""

    at: datetime
    run_id: str = ""


@dataclass(frozen=True, slots=True)
class CheckChange:
    """One check on both sides."""

    change: Change
    site_id: str
    kind: ServiceKind
    service: str  # its name
    before: CheckVerdict
    after: CheckVerdict

    @property
    def reason(self) -> Message:
        """Why it changed: of what got better, what was wrong before."""
        return self.before.reason if self.change is Change.BETTER else self.after.reason


@dataclass(frozen=True, slots=True)
class SiteChange:
    """One site (or portal) with those of its checks that changed."""

    id: str
    name: str
    district: str  # its name; "": a portal, or a site that the inventory doesn't have
    before: Readiness
    after: Readiness
    checks: tuple[CheckChange, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two moments."""

    before: Moment
    after: Moment
    sites: tuple[SiteChange, ...]  # those where something changed, in the inventory's order, portals last
    counts: Mapping[Change, int]  # checks of each kind of change
    same: Mapping[Readiness, int]  # of those that did not change, how they stand

    @property
    def checks(self) -> tuple[CheckChange, ...]:
        """All that changed."""
        return tuple(check for site in self.sites for check in site.checks)

    @property
    def worst(self) -> Readiness:
        """The worst state that any check has come into; ready where nothing got worse."""
        return max(
            (
                check.after.readiness.capped(check.after.check.optional)
                for check in self.checks
                if check.change is not Change.BETTER
            ),
            default=Readiness.READY,
        )


_Place = tuple[str, str, str, Readiness, Sequence[ServiceVerdict]]
"""Id, name, district and readiness of a site or portal, and its services."""


def difference(
    before: Moment,
    after: Moment,
    verdicts: tuple[Verdicts, Verdicts],
    vanished: Sequence[CheckVerdict] = (),
) -> Difference:
    """Compare two judgements of one plan. `vanished`: what was known before of checks that are not in that plan."""
    every: list[SiteChange] = []
    for old, new in zip(_places(verdicts[0]), _places(verdicts[1]), strict=True):
        id_, name, district, was, services = old
        checks = tuple(
            _changed(id_, service, check, check_now)
            for service, service_now in zip(services, new[4], strict=True)
            for check, check_now in zip(service.checks, service_now.checks, strict=True)
        )
        every.append(SiteChange(id_, name, district, was, new[3], checks))
    every += _vanished(vanished)
    checks = tuple(check for site in every for check in site.checks)
    counts = Counter(check.change for check in checks)
    return Difference(
        before,
        after,
        sites=tuple(changed for site in every if (changed := _only_changed(site)).checks),
        counts={change: counts[change] for change in Change},
        same=count(check.after.readiness for check in checks if check.change is Change.SAME),
    )


def _only_changed(site: SiteChange) -> SiteChange:
    return replace(site, checks=tuple(check for check in site.checks if check.change is not Change.SAME))


def _places(verdicts: Verdicts) -> Iterator[_Place]:
    for district in verdicts.districts:
        for site in district.sites:
            yield site.id, site.name, district.name, site.readiness, site.services
    for portal in verdicts.portals:
        yield f"portal/{portal.id}", portal.name, "", portal.readiness, (portal,)


def _changed(site_id: str, service: ServiceVerdict, old: CheckVerdict, new: CheckVerdict) -> CheckChange:
    return CheckChange(_change(old.readiness, new.readiness), site_id, service.kind, service.name, old, new)


def _change(old: Readiness, new: Readiness) -> Change:
    if old is new:
        return Change.SAME
    if old is Readiness.NOT_CHECKED:
        return Change.NEW
    if new is Readiness.NOT_CHECKED:
        return Change.GONE
    return Change.WORSE if new > old else Change.BETTER


def _vanished(verdicts: Sequence[CheckVerdict]) -> list[SiteChange]:
    """What the inventory doesn't have any more, site by site."""
    by_site: dict[str, list[CheckChange]] = {}
    for old in verdicts:
        new = CheckVerdict(old.check, Readiness.NOT_CHECKED, NOT_IN_INVENTORY, None)
        check = old.check
        by_site.setdefault(check.site_id, []).append(
            CheckChange(Change.GONE, check.site_id, check.kind, check.service_id, old, new)
        )
    return [
        SiteChange(
            id_, id_, "", max(c.before.readiness for c in checks), Readiness.NOT_CHECKED, tuple(checks)
        )
        for id_, checks in by_site.items()
    ]
