"""From an inventory and a selection to the questions of a run. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlsplit

from kontum_netcheck.inventory.numbers import national
from kontum_netcheck.inventory.schema import Fax, Inventory, Line, Need, Phone, Site
from kontum_netcheck.model import Cause, Check, Cost, Failure, ServiceKind, Stage
from kontum_netcheck.probes import PROBES
from kontum_netcheck.probes.by_hand import CallParams, FaxParams, ManualParams
from kontum_netcheck.probes.declaration import ProbeParams, merged_limits
from kontum_netcheck.selection import EVERYTHING, Selection

PORTAL = "portal"
"""Stands in place of a site's id in the ids of the province's portals."""


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

    def valid_at_most(self, longest: timedelta) -> "Plan":
        """The same questions, whose evidence counts no longer than this unless the inventory says how long it does."""

        def shorter(services: Iterable[PlannedService]) -> tuple[PlannedService, ...]:
            return tuple(
                replace(s, checks=tuple(_valid_at_most(check, longest) for check in s.checks))
                for s in services
            )

        districts = tuple(
            replace(d, sites=tuple(replace(site, services=shorter(site.services)) for site in d.sites))
            for d in self.districts
        )
        return Plan(districts, shorter(self.portals))


def _valid_at_most(check: Check, longest: timedelta) -> Check:
    typed = check.params is not None and check.params.valid_for is not None
    return check if typed else replace(check, valid_for=min(check.valid_for, longest))


def echoes_count(checks: Iterable[Check]) -> int:
    """How many echoes the pinger has to send, which it does no faster than its `max_pps`."""
    return sum(check.cost.packets_count for check in checks if check.probe == "ping" and check.skip is None)


@dataclass(frozen=True, slots=True)
class OwnAddresses:
    """What the on-site checks need to know of the machine at the site."""

    gateway: str | None = "gateway"  # None: this machine's way out has none (PPPoE, 4G)


ON_EXAM_DAYS = timedelta(hours=24)
"""On a day with sittings evidence counts no longer, unless the inventory says otherwise (ACT, VUE practice)."""


def plan(
    inventory: Inventory,
    selection: Selection = EVERYTHING,
    own: OwnAddresses | None = None,
    *,
    on: date | None = None,
) -> Plan:
    """Plan the questions for what is selected; `on` is the day, in the inventory's zone, for which they are judged.

    Districts stay in the plan without a site (they show as such) unless a place or a carrier is selected.
    Portals belong to the province: selecting a place or a carrier leaves them out.
    """
    own = own or OwnAddresses()  # not looked yet: the gateway stands by its name
    districts = []
    for district in inventory.districts:
        sites = tuple(
            planned
            for site in inventory.sites
            if site.district == district.code and selection.has_site(site)
            if (planned := _site(inventory, site, selection, own)) is not None
        )
        if sites or not selection.narrows_places:
            districts.append(PlannedDistrict(district.code, district.name, sites))
    portals = () if selection.narrows_places else tuple(_portals(inventory, selection))
    whole = Plan(tuple(districts), portals)
    return whole.valid_at_most(ON_EXAM_DAYS) if on in inventory.exam.days else whole


def _site(inventory: Inventory, site: Site, selection: Selection, own: OwnAddresses) -> PlannedSite | None:
    services = []
    for service in _services(inventory, site, selection, own):
        kept = tuple(check for check in service.checks if selection.has_probe(check.probe))
        if kept or not (service.checks or selection.narrows_probes):
            services.append(PlannedService(service.id, service.kind, service.name, service.optional, kept))
    if not services and (selection.carriers or selection.narrows_probes):
        return None
    need = {
        ServiceKind.INTERNET: site.need.internet,
        ServiceKind.PHONE: site.need.phone,
        ServiceKind.FAX: site.need.fax,
    }
    return PlannedSite(site.id, site.name, site.district, site.role, need, tuple(services))


def _services(
    inventory: Inventory, site: Site, selection: Selection, own: OwnAddresses
) -> Iterator[PlannedService]:
    for line in site.internet:
        if selection.has_carrier(line.carrier):
            checks = (*_asked(inventory, site, line), *_on_site(inventory, site, line, selection, own))
            yield PlannedService(line.id, ServiceKind.INTERNET, line.id, line.optional, checks)
    for phone in site.phones:
        if selection.has_carrier(phone.carrier):
            yield _by_hand(site, phone, ServiceKind.PHONE, CallParams(call=phone.number))
    for fax in site.faxes:
        if selection.has_carrier(fax.carrier):
            yield _by_hand(site, fax, ServiceKind.FAX, FaxParams(fax=fax.number))
    for item in site.checklist if not selection.carriers else ():
        params = ManualParams(manual=item.name, valid_for=item.valid_for)
        check = _person_check(site.id, item.id, ServiceKind.CHECKLIST, params)
        yield PlannedService(item.id, ServiceKind.CHECKLIST, item.name, item.optional, (check,))


def _asked(inventory: Inventory, site: Site, line: Line) -> Iterator[Check]:
    endpoints = inventory.endpoints_of(line, site)
    return _checks(site.id, line.id, ServiceKind.INTERNET, endpoints)


def _portals(inventory: Inventory, selection: Selection) -> Iterator[PlannedService]:
    for portal in inventory.portals:
        checks = tuple(
            check
            for check in _checks(PORTAL, portal.id, ServiceKind.PORTAL, inventory.endpoints_of(portal))
            if selection.has_probe(check.probe)
        )
        if checks or not selection.narrows_probes:
            yield PlannedService(portal.id, ServiceKind.PORTAL, portal.name, portal.optional, checks)


def _checks(
    site_id: str, service_id: str, kind: ServiceKind, endpoints: Iterable[ProbeParams]
) -> Iterator[Check]:
    """One check an end point; the second of a probe is `…/probe/2` unless the end point has an id."""
    seen: dict[str, int] = {}
    for params in endpoints:
        count = seen[params.probe] = seen.get(params.probe, 0) + 1
        suffix = f"/{params.id}" if params.id else f"/{count}" if count > 1 else ""
        yield _check(f"{site_id}/{service_id}/{params.probe}{suffix}", site_id, service_id, kind, params)


def _check(
    check_id: str,
    site_id: str,
    service_id: str,
    kind: ServiceKind,
    params: ProbeParams,
    skip: Failure | None = None,
) -> Check:
    probe = PROBES[params.probe]
    return Check(
        id=check_id,
        site_id=site_id,
        service_id=service_id,
        kind=kind,
        probe=probe.name,
        target=params.target,
        params=params,
        limits=merged_limits(probe, params.limits),
        valid_for=params.valid_for or probe.valid_for,
        optional=params.optional,
        skip=skip,
        cost=Cost() if skip else probe.cost(params),
    )


def _by_hand(site: Site, line: Phone | Fax, kind: ServiceKind, params: ProbeParams) -> PlannedService:
    check = _person_check(site.id, line.id, kind, params)
    return PlannedService(line.id, kind, national(line.number), line.optional, (check,))


def _person_check(site_id: str, service_id: str, kind: ServiceKind, params: ProbeParams) -> Check:
    """What no machine can ask: planned all the same, so that it is missed where nobody has recorded it."""
    skip = Failure(Stage.PLAN, Cause.NEEDS_A_PERSON)
    return _check(f"{site_id}/{service_id}/{params.probe}", site_id, service_id, kind, params, skip)


def _on_site(
    inventory: Inventory, site: Site, line: Line, selection: Selection, own: OwnAddresses
) -> Iterator[Check]:
    """What only a machine at the site can ask; elsewhere it is planned and skipped, so that it is missed."""
    away = None if site.id in selection.at else Failure(Stage.PLAN, Cause.ONLY_ON_SITE)
    start = f"{site.id}/{line.id}"
    place = (site.id, line.id, ServiceKind.INTERNET)
    if "gateway" in line.onsite and own.gateway is not None:
        gateway = PROBES["ping"].params(ping=own.gateway)
        yield _check(f"{start}/ping/onsite.gateway", *place, gateway, away)
    if "resolver" in line.onsite:
        resolver = PROBES["dns"].params(dns=_known_name(inventory))
        yield _check(f"{start}/dns/onsite.resolver", *place, resolver, away)
    if "portals" in line.onsite:
        for portal in inventory.portals:
            for check in _checks(PORTAL, portal.id, ServiceKind.PORTAL, inventory.endpoints_of(portal)):
                number = check.id.split("/", 3)[3:]  # a dot keeps these ids apart from any that is typed
                here_id = ".".join([f"{start}/{check.probe}/onsite", portal.id, *number])
                here = _check(here_id, *place, check.params.only_reached(), away)
                # Whether the portal is right and fast is the portal's own verdict, never the line's.
                yield replace(here, limits=(), optional=True)
    if "bandwidth" in line.onsite:
        yield Check(
            id=f"{start}/bandwidth/onsite",
            site_id=site.id,
            service_id=line.id,
            kind=ServiceKind.INTERNET,
            probe="bandwidth",
            target=line.id,
            params=None,
            limits=(),
            valid_for=timedelta(days=7),
            skip=away or Failure(Stage.PLAN, Cause.NOT_ASKED_FOR),
            optional=True,  # this version can't ask it
        )


def _known_name(inventory: Inventory) -> str:
    """A name that a resolver at the site ought to know: the first portal's host, else the country's zone."""
    for portal in inventory.portals:
        for params in inventory.endpoints_of(portal):
            if params.probe == "http" and (host := urlsplit(params.target).hostname):
                return host
    return "vn"
