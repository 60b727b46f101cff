"""The inventory as a person types it. Every scalar arrives as text and gets its type here.

What one model can say of itself is checked here; what needs two places of the file is in `references.py`.
"""

from functools import cached_property
from typing import Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from kontum_netcheck.inventory.endpoints import Endpoint, ProbeDefaults, ProfileCheck, effective
from kontum_netcheck.inventory.fields import (
    Code,
    Count,
    Day,
    Name,
    Need,
    Slug,
    Speed,
    TimeZone,
    Typed,
    TypedNeed,
    Version,
)
from kontum_netcheck.inventory.speed import Budget, LineBudget, SpeedServer
from kontum_netcheck.inventory.telephones import Calls, Contact, Fax, Faxes, Phone, Phones, Trunk
from kontum_netcheck.inventory.windows import Maintenance, QuietWindow
from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.probes.declaration import ProbeParams
from kontum_netcheck.probes.notation import Duration
from kontum_netcheck.probes.vantages import Vantages

__all__ = ["Endpoint", "Fax", "Maintenance", "Need", "Phone", "QuietWindow"]

_Placed = TypeVar("_Placed", ProbeParams, ProbeParams | ProbeDefaults)
OnSite = Literal["gateway", "resolver", "portals", "bandwidth"]
Role = Literal["main", "reserve", "headquarters"]


class Province(Typed):
    """Whose exam it is."""

    code: Code = Field(description='Official code, in quotes: "62".')
    name: Name


class Exam(Typed):
    """When the exam is."""

    days: tuple[Day, ...] = Field(default=(), description="Days with sittings: 2024-06-27.")


class Carrier(Typed):
    """Who runs the lines."""

    id: Slug = Field(description="Short name that lines refer to: vnpt.")
    name: Name = Field(description="Name as reports print it.")
    speed_server: SpeedServer | None = Field(
        None, description="Its measurement server, for lines whose onsite names bandwidth."
    )


class District(Typed):
    """A group of sites: a district before 1 July 2025, a commune after."""

    code: Code = Field(description='Official code, in quotes: "608".')
    name: Name
    level: Literal["district", "commune"] = "district"
    parent: Code | None = Field(None, description="Code of the group that this one belongs to.")


class Profile(Typed):
    """A named set of checks and limits."""

    checks: tuple[ProfileCheck, ...] = Field(
        (), description="probe: NAME with parameters and limits: defaults. With a target: one more end point."
    )


class CommittedSpeed(Typed):
    """What the carrier has committed to, each way."""

    down: Speed = Field(description="Mbit/s to the site.")
    up: Speed = Field(description="Mbit/s from the site.")


class Line(Typed):
    """One Internet line and the end points that prove it."""

    id: Slug = Field(description="ftth, leased, 4g …")
    carrier: Slug | None = Field(None, description="Id of the carrier.")
    role: Literal["primary", "backup"] = "primary"
    committed_mbit_per_s: CommittedSpeed | None = None
    metered: bool = Field(default=False, description="Its data volume costs money.")
    budget: LineBudget | None = Field(None, description="What bandwidth tests of this line may cost.")
    profile: Name | None = Field(None, description="Named set of checks and limits; before the site's.")
    endpoints: tuple[Endpoint, ...] = Field((), description="What is asked: a host, a URL, or probe: target.")
    onsite: tuple[OnSite, ...] = Field((), description="Asked when somebody is at the site.")
    optional: bool = Field(default=False, description="Can degrade the site, never block it.")


class ChecklistItem(Typed):
    """Something that a person looks at."""

    id: Slug
    name: Name
    valid_for: Duration | None = Field(None, description="How long a look counts: 24h, 7d.")
    optional: bool = Field(default=False, description="Can degrade the site, never block it.")


class Needs(Typed):
    """How many lines of each kind must work: all, any, or a number."""

    internet: TypedNeed = "any"
    phone: TypedNeed = "any"
    fax: TypedNeed = "any"


class Site(Typed):
    """One exam site."""

    id: Slug = Field(description="Short and for ever: it stands in every check's id.")
    name: Name
    district: Code = Field(description='Code of its district, in quotes: "608".')
    role: Role = "main"
    address: Name | None = None
    lat: float | None = Field(
        None, ge=-90, le=90, allow_inf_nan=False, description="Latitude, degrees: 14.35."
    )
    lon: float | None = Field(
        None, ge=-180, le=180, allow_inf_nan=False, description="Longitude, degrees: 108."
    )
    rooms: Count | None = None
    candidates: Count | None = None
    contact: Contact | None = None
    profile: Name | None = Field(None, description="Named set of checks and limits for its lines.")
    need: Needs = Field(Needs(), description="How many lines of each kind must work.")
    phones: Phones = ()
    faxes: Faxes = ()
    internet: tuple[Line, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()

    @model_validator(mode="after")
    def _lies_somewhere(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise WrongValue(message("Of lat and lon, one is missing."), message("Write both or neither."))
        return self


class Portal(Typed):
    """A province-wide web service."""

    id: Slug
    name: Name
    endpoints: tuple[Endpoint, ...] = Field((), description="What is asked: a URL, a host, or probe: target.")
    profile: Name | None = Field(None, description="Named set of checks and limits.")
    vantage: Vantages = Field((), description="The places that ask its end points; before the profile's.")
    see: Literal["all", "majority", "any"] = Field(
        "all", description="From how many of these places an end point must be in order."
    )
    optional: bool = Field(default=False, description="Can degrade the whole, never block it.")

    def placed(self, check: _Placed) -> _Placed:
        """An end point, asked from the portal's own places where it doesn't say itself from which."""
        own = {name: getattr(self, name) for name in ("vantage", "see") if name in self.model_fields_set}
        if not own or not isinstance(check, ProbeParams):
            return check
        return check.model_copy(update={k: v for k, v in own.items() if k not in check.model_fields_set})


class Inventory(Typed):
    """The whole file, or the folder of files, merged."""

    version: Version = Field(description="Always 1.")
    sample: bool = Field(default=False, description="Invented numbers and hosts, for show.")
    province: Province
    timezone: TimeZone = Field("Asia/Ho_Chi_Minh", description="Of all times in this file.")
    exam: Exam = Field(default_factory=Exam, description="When the exam is.")
    reference: Endpoint | None = Field(None, description="Asked first: does our own link work at all?")
    quiet: tuple[QuietWindow, ...] = Field((), description="No calls and no load tests.")
    maintenance: tuple[Maintenance, ...] = Field(
        (), description="Somebody works on lines: checks go on, watch sends no notice."
    )
    calls: Calls = Field(
        default_factory=Calls, description="How test calls are made, where they are asked for."
    )
    speed_server: SpeedServer | None = Field(
        None,
        description="Measurement server for lines whose onsite names bandwidth; a carrier's own goes first.",
    )
    budget: Budget = Field(Budget(), description="What bandwidth tests may cost together.")
    carriers: tuple[Carrier, ...] = ()
    trunks: tuple[Trunk, ...] = Field((), description="SIP trunks and gateways to call lines over.")
    districts: tuple[District, ...] = ()
    profiles: dict[Name, Profile] = Field(
        default_factory=dict, description="Named sets of checks and limits."
    )
    portals: tuple[Portal, ...] = ()
    sites: tuple[Site, ...] = ()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of quiet windows and of printed times."""
        return ZoneInfo(self.timezone)

    def speed_server_of(self, line: Line) -> ProbeParams | None:
        """What the line is measured against from its site: its carrier's server, else the province's."""
        carrier = next((carrier for carrier in self.carriers if carrier.id == line.carrier), None)
        return (carrier.speed_server if carrier else None) or self.speed_server

    def trunk_of(self, line: Phone | Fax) -> Trunk | None:
        """What the line is called over: the trunk that it names, else its carrier's, else the only one."""
        if line.trunk is not None:
            return next((trunk for trunk in self.trunks if trunk.id == line.trunk), None)
        own = [trunk for trunk in self.trunks if trunk.carrier is not None and trunk.carrier == line.carrier]
        return next(iter(own or self.trunks), None) if len(own or self.trunks) == 1 else None

    def endpoints_of(self, service: Line | Portal, site: Site | None = None) -> tuple[ProbeParams, ...]:
        """What is asked of a line or portal, with its profile's defaults and additional end points.

        The nearest profile counts: the line's own, else its site's.
        """
        name = service.profile or (site.profile if site else None)
        checks = self.profiles[name].checks if name else ()
        if isinstance(service, Portal):
            return effective(map(service.placed, service.endpoints), map(service.placed, checks))
        return effective(service.endpoints, checks) if name else service.endpoints
