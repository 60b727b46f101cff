"""From an inventory and a selection to the questions of a run. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlsplit

from kontum_netcheck.inventory.duty_room import RoomPhone, lacking
from kontum_netcheck.inventory.numbers import national
from kontum_netcheck.inventory.schema import Fax, Inventory, Line, Phone, Site
from kontum_netcheck.model import Cause, Check, Cost, Failure, Message, See, ServiceKind, Stage, Turn
from kontum_netcheck.plan.calls import Calls, planned_call
from kontum_netcheck.plan.loads import Loads, with_loads
from kontum_netcheck.plan.selection import EVERYTHING, Selection
from kontum_netcheck.plan.tree import Plan, PlannedDistrict, PlannedService, PlannedSite
from kontum_netcheck.probes import PROBES
from kontum_netcheck.probes.by_hand import CallParams, FaxParams, ManualParams
from kontum_netcheck.probes.declaration import ProbeParams, merged_limits

_NO_SERVER = "http://localhost/"  # stands where the inventory names none, and is never asked
PORTAL = "portal"
"""Stands in place of a site's id in the ids of the province's portals."""


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
    calls: Calls | None = None,
    loads: Loads | None = None,
) -> Plan:
    """Plan the questions for what is selected; `on` is the day, in the inventory's zone, for which they are judged.

    No machine calls anybody unless `calls` are asked for, and none fills a line unless `loads` are.

    Districts stay in the plan without a site (they show as such) unless a place or a carrier is selected.
    Portals belong to the province: selecting a place or a carrier leaves them out.
    """
    own = own or OwnAddresses()  # not looked yet: the gateway stands by its name
    has_phones = any(site.phones for site in inventory.sites)
    districts = []
    for district in inventory.districts:
        sites = tuple(
            planned
            for site in inventory.sites
            if site.district == district.code and selection.has_site(site)
            if (planned := _site(inventory, site, selection, own, calls, has_phones=has_phones)) is not None
        )
        if sites or not selection.narrows_places:
            districts.append(PlannedDistrict(district.code, district.name, sites))
    portals = () if selection.narrows_places else tuple(_portals(inventory, selection))
    whole = with_loads(Plan(tuple(districts), portals), inventory, loads)
    if calls is not None:
        whole = whole.with_calls_at_most(calls.most_count)
    return whole.valid_at_most(ON_EXAM_DAYS) if on in inventory.exam.days else whole


def _site(
    inventory: Inventory,
    site: Site,
    selection: Selection,
    own: OwnAddresses,
    calls: Calls | None,
    *,
    has_phones: bool,
) -> PlannedSite | None:
    services = []
    for service in _services(inventory, site, selection, own, calls):
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
    whole = not (selection.carriers or selection.narrows_probes)
    flaws = tuple(_flaws(site)) if whole and has_phones else ()
    return PlannedSite(site.id, site.name, site.district, site.role, need, tuple(services), flaws)


def _flaws(site: Site) -> Iterator[Message]:
    """What its duty room lacks; not asked where the inventory has no phone at all (docs/decisions/0013)."""
    phones = [RoomPhone(phone.number, phone.role or "", phone.loudspeaker) for phone in site.phones]
    if (lack := lacking(phones)) is not None:
        yield lack


def _services(
    inventory: Inventory, site: Site, selection: Selection, own: OwnAddresses, calls: Calls | None
) -> Iterator[PlannedService]:
    for line in site.internet:
        if selection.has_carrier(line.carrier):
            checks = (*_asked(inventory, site, line), *_on_site(inventory, site, line, selection, own))
            yield PlannedService(line.id, ServiceKind.INTERNET, line.id, line.optional, checks)
    for phone in site.phones:
        if selection.has_carrier(phone.carrier):
            yield _called(inventory, site, phone, calls)
    for fax in site.faxes:
        if selection.has_carrier(fax.carrier):
            yield _called(inventory, site, fax, calls)
    for item in site.checklist if not selection.carriers else ():
        params = ManualParams(manual=item.name, valid_for=item.valid_for)
        nobody = Failure(Stage.PLAN, Cause.NEEDS_A_PERSON)
        check = _check(f"{site.id}/{item.id}/manual", site.id, item.id, ServiceKind.CHECKLIST, params, nobody)
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
    turn: Turn | None = None,
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
        turn=turn,
        vantages=params.vantage,
        see=See(params.see),
    )


def _called(inventory: Inventory, site: Site, line: Phone | Fax, calls: Calls | None) -> PlannedService:
    """A phone or fax: where no machine calls it, it is planned all the same, so that a person's word is missed."""
    planned = planned_call(inventory, line, calls)
    kind = ServiceKind.PHONE if isinstance(line, Phone) else ServiceKind.FAX
    params: ProbeParams = FaxParams(fax=line.number, way=planned.way)
    if kind is ServiceKind.PHONE:
        params = CallParams(call=line.number, way=planned.way)
    check_id = f"{site.id}/{line.id}/{params.probe}"
    check = _check(check_id, site.id, line.id, kind, params, planned.skip, planned.turn)
    return PlannedService(line.id, kind, national(line.number), line.optional, (check,))


def dial_tone_of(line: Check) -> Check:
    """Whether the line of this phone or fax has a dial tone: for a modem that is plugged into it (docs/modem.md)."""
    params = PROBES["modem"].params(modem=line.target)
    check_id = f"{line.site_id}/{line.service_id}/{params.probe}"
    return _check(check_id, line.site_id, line.service_id, line.kind, params)


def _on_site(
    inventory: Inventory, site: Site, line: Line, selection: Selection, own: OwnAddresses
) -> Iterator[Check]:
    """What only a machine at the site can ask; elsewhere it is planned and skipped, so that it is missed."""
    away = _away(site, line, selection)
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
                yield replace(here, limits=(), optional=True, vantages=())
    if "bandwidth" in line.onsite:
        server = inventory.speed_server_of(line)
        nobody = Failure(Stage.PLAN, Cause.NO_SERVER_NAMED)
        params = server or PROBES["bandwidth"].params(bandwidth=_NO_SERVER)
        here = _check(f"{start}/bandwidth/onsite.speed", *place, params, away or (None if server else nobody))
        yield here if server else replace(here, target=line.id, optional=True)


def _away(site: Site, line: Line, selection: Selection) -> Failure | None:
    """Why this machine can't ask it: it is elsewhere, or behind another line. What it measures is its own line."""
    if site.id not in selection.at:
        return Failure(Stage.PLAN, Cause.ONLY_ON_SITE)
    if selection.at_line not in (None, line.id):
        return Failure(Stage.PLAN, Cause.ANOTHER_LINE)
    return None


def _known_name(inventory: Inventory) -> str:
    """A name that a resolver at the site ought to know: the first portal's host, else the country's zone."""
    for portal in inventory.portals:
        for params in inventory.endpoints_of(portal):
            if params.probe == "http" and (host := urlsplit(params.target).hostname):
                return host
    return "vn"
