"""Verdicts, run and inventory → Report: the rows that every format shows. Pure, in the inventory's order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kontum_netcheck.model import (
    CheckVerdict,
    DistrictVerdict,
    Message,
    Readiness,
    Run,
    ServiceVerdict,
    SiteVerdict,
    Verdicts,
    count,
)
from kontum_netcheck.report.past import NOTHING, Past
from kontum_netcheck.report.reasons import all_reasons, brief_reasons, portal_reasons

if TYPE_CHECKING:
    from kontum_netcheck.inventory.schema import Inventory, Site

PORTAL_ROLE = "portal"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where results come from, as every row says: the built-in lab, a sample inventory, or the world."""

    lab: bool
    sample: bool


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check, with the service it proves."""

    site: "SiteRow"
    service: ServiceVerdict
    verdict: CheckVerdict
    origin: Origin


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One site, or one portal of the province (`number` and `district` None, role `portal`)."""

    number: int | None  # STT: over the whole report, from 1
    district: DistrictVerdict | None
    verdict: SiteVerdict
    typed: "Site | None"  # what the inventory says of it
    carriers: Mapping[str, str]  # id → name
    origin: Origin

    @property
    def reasons(self) -> tuple[Message, ...]:
        """Why, one sentence a service: where there is little room."""
        return brief_reasons(self.verdict)

    @property
    def all_reasons(self) -> tuple[Message, ...]:
        """Why, with nothing left out."""
        return all_reasons(self.verdict)


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """One district. `planned_count` sites stand in the inventory; fewer may have been selected."""

    verdict: DistrictVerdict
    planned_count: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class Report:
    """All that a format needs. Rows are in the order of the inventory; portals come last."""

    verdicts: Verdicts
    run: Run
    province: str
    origin: Origin
    districts: tuple[DistrictRow, ...]
    sites: tuple[SiteRow, ...]
    portals: tuple[SiteRow, ...]
    checks: tuple[CheckRow, ...]
    past: Past = NOTHING  # only where a wanted format looks back

    @property
    def counts(self) -> Mapping[Readiness, int]:
        """Sites per readiness."""
        return count(row.verdict.readiness for row in self.sites)


def build(verdicts: Verdicts, run: Run, inventory: "Inventory") -> Report:
    """Lay the judgement out in rows."""
    origin = Origin(lab=run.lab or _from_lab(verdicts), sample=inventory.sample)
    typed = {site.id: site for site in inventory.sites}
    carriers = {carrier.id: carrier.name for carrier in inventory.carriers}
    planned: dict[str, int] = {}
    for site in inventory.sites:
        planned[site.district] = planned.get(site.district, 0) + 1
    pairs = [(district, site) for district in verdicts.districts for site in district.sites]
    sites = tuple(
        SiteRow(number, district, site, typed.get(site.id), carriers, origin)
        for number, (district, site) in enumerate(pairs, 1)
    )
    portals = tuple(SiteRow(None, None, _as_site(p), None, carriers, origin) for p in verdicts.portals)
    return Report(
        verdicts=verdicts,
        run=run,
        province=inventory.province.name,
        origin=origin,
        districts=tuple(DistrictRow(d, planned.get(d.code, 0), origin) for d in verdicts.districts),
        sites=sites,
        portals=portals,
        checks=tuple(
            CheckRow(row, service, check, origin)
            for row in (*sites, *portals)
            for service in row.verdict.services
            for check in service.checks
        ),
    )


def _as_site(portal: ServiceVerdict) -> SiteVerdict:
    """A portal stands in the tables of sites with a row of its own."""
    reasons = portal_reasons(portal)
    return SiteVerdict(
        f"portal/{portal.id}", portal.name, "", PORTAL_ROLE, portal.readiness, reasons, (portal,)
    )


def _from_lab(verdicts: Verdicts) -> bool:
    """Whether any fact came from the lab: then the whole report says so."""
    services = [service for site in verdicts.sites for service in site.services]
    return any(
        seen.lab
        for service in (*services, *verdicts.portals)
        for check in service.checks
        for seen in check.evidence
    )
