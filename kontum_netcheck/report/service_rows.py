"""The services of a report, one after the other, each with what is typed of it and what the store knows of its past."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kontum_netcheck.model import Message, Outcome, ServiceKind, ServiceVerdict, message
from kontum_netcheck.probes import PROBES
from kontum_netcheck.report.build import Report, SiteRow
from kontum_netcheck.report.past import Followed
from kontum_netcheck.wording import ROLE_WORDS

if TYPE_CHECKING:
    from kontum_netcheck.inventory.schema import Fax, Line, Phone

_ANSWERED = (Outcome.MEASURED, Outcome.FAILED)


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

    @property
    def role(self) -> object:
        """The word for its role; a person's own word stays."""
        role = getattr(self.typed, "role", None)
        return ROLE_WORDS.get(role, role) if role else None

    @property
    def carrier(self) -> str | None:
        """Its carrier's name."""
        carrier = self.typed.carrier if self.typed else None
        return self.site.carriers.get(carrier, carrier) if carrier else None

    @property
    def oldest_evidence_at(self) -> datetime | None:
        """When the oldest of the answers was given that it is judged by."""
        seen = (observation for check in self.verdict.checks for observation in check.evidence)
        return min((o.started_at for o in seen if o.outcome in _ANSWERED), default=None)

    @property
    def followed_label(self) -> Message | None:
        """What is followed: the label of its metric, which names the unit."""
        if self.followed is None:
            return None
        metrics = (probe.metric(self.followed.metric) for probe in PROBES.values())
        return next(metric.label for metric in metrics if metric is not None)

    @property
    def answered_lately(self) -> Message | None:
        """How many of the last times it answered."""
        if self.followed is None:
            return None
        good = sum(answer.value is not None for answer in self.followed.answers)
        return message("{good} of {count}", good=good, count=len(self.followed.answers))


def rows(report: Report) -> Iterator[ServiceRow]:
    """In the order of the inventory, the portals last."""
    for site in (*report.sites, *report.portals):
        yield from rows_of(site, report)


def rows_of(site: SiteRow, report: Report) -> Iterator[ServiceRow]:
    """Of one site or portal."""
    followed = report.past.followed
    for service in site.verdict.services:
        known = (followed[check.check.id] for check in service.checks if check.check.id in followed)
        yield ServiceRow(site, service, next(known, None))
