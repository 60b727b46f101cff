"""What a turn's verdicts say of each service that is watched. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import CheckVerdict, Message, Readiness, ServiceVerdict, Verdicts, message
from kontum_netcheck.plan import PORTAL
from kontum_netcheck.watch.standing import Look
from kontum_netcheck.watch.turns import Seen, Unit

Carriers = Mapping[tuple[str, str], str]
"""The id of the carrier by the ids of site and service."""


def carriers_of(inventory: Inventory) -> Carriers:
    """Who runs which line."""
    found: dict[tuple[str, str], str] = {}
    for site in inventory.sites:
        lines = [(line.id, line.carrier) for line in site.internet]
        lines += [(phone.id, phone.carrier) for phone in site.phones]
        lines += [(fax.id, fax.carrier) for fax in site.faxes]
        found |= {(site.id, line_id): carrier for line_id, carrier in lines if carrier}
    return found


def seen_in(verdicts: Verdicts, begun_at: datetime, ended_at: datetime, carriers: Carriers) -> Iterator[Seen]:
    """Each service as this turn saw it.

    Of a service that machines ask, only what they ask is watched: what a person at the site must look at would
    hide that the line got worse. Where what decides the verdict got no answer in this turn (our own link, our own
    fault), the turn has seen nothing of it: an old answer confirms nothing.
    """
    for district in verdicts.districts:
        for site in district.sites:
            for service in site.services:
                unit = Unit(
                    f"{site.id}/{service.id}",
                    service.kind,
                    service.name,
                    site.id,
                    site.name,
                    district.code,
                    district.name,
                    carriers.get((site.id, service.id), ""),
                )
                yield Seen(unit, _look(service, begun_at, ended_at), site.readiness)
    for portal in verdicts.portals:
        unit = Unit(f"{PORTAL}/{portal.id}", portal.kind, portal.name)
        yield Seen(unit, _look(portal, begun_at, ended_at), portal.readiness)


def _look(service: ServiceVerdict, begun_at: datetime, ended_at: datetime) -> Look | None:
    asked = [verdict for verdict in service.checks if verdict.check.skip is None]
    watched = asked or list(service.checks)
    if not watched:
        return None
    readiness = max(_worth(verdict) for verdict in watched)
    deciding = [verdict for verdict in watched if _worth(verdict) is readiness]
    moments = [moment for verdict in deciding for moment in _moments(verdict)]
    if not asked or readiness is Readiness.NOT_CHECKED:
        at = ended_at if readiness is Readiness.NOT_CHECKED else max(moments, default=ended_at)
        return Look(readiness, at, _reason(deciding[0]))
    new = [moment for moment in moments if moment >= begun_at]
    return Look(readiness, min(new), _reason(deciding[0])) if new else None


def _moments(verdict: CheckVerdict) -> Iterator[datetime]:
    """When it was asked; where several places ask, from each of them: any of them sees something new."""
    observations = [view.observation for view in verdict.views] or [verdict.observation]
    return (observation.started_at for observation in observations if observation is not None)


def _worth(verdict: CheckVerdict) -> Readiness:
    return verdict.readiness.capped(verdict.check.optional)


def _reason(verdict: CheckVerdict) -> Message:
    if verdict.check.is_for_people:
        return verdict.reason
    return message(
        "{reason} ({probe} {target})",
        reason=verdict.reason,
        probe=verdict.check.probe,
        target=verdict.check.target,
    )
