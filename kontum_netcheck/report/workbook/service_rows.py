"""The services of a report, one after the other, each with what the store knows of its past."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kontum_netcheck.model import ServiceKind, ServiceVerdict
from kontum_netcheck.report.build import Report, SiteRow
from kontum_netcheck.report.past import Followed

if TYPE_CHECKING:
    from kontum_netcheck.inventory.schema import Fax, Line, Phone


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service of a site, or a portal."""

    site: SiteRow
    verdict: ServiceVerdict
    followed: Followed | None

    @property
    def typed(self) -> "Line | Phone | Fax | None":
        """What the inventory says of it."""
        site = self.site.typed
        if site is None:
            return None
        of_kind: dict[ServiceKind, tuple[Line | Phone | Fax, ...]] = {
            ServiceKind.INTERNET: site.internet,
            ServiceKind.PHONE: site.phones,
            ServiceKind.FAX: site.faxes,
        }
        return next((one for one in of_kind.get(self.verdict.kind, ()) if one.id == self.verdict.id), None)


def rows(report: Report) -> Iterator[ServiceRow]:
    """In the order of the inventory, the portals last."""
    followed = report.past.followed
    for site in (*report.sites, *report.portals):
        for service in site.verdict.services:
            known = (followed[check.check.id] for check in service.checks if check.check.id in followed)
            yield ServiceRow(site, service, next(known, None))
