"""The inventory as a person types it. Every scalar arrives as text and gets its type here.

What one model can say of itself is checked here; what needs two places of the file is in `references.py`.
"""

from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal, Union
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from kontum_netcheck.probes import PROBES
from kontum_netcheck.probes.declaration import LimitPair, ProbeParams


def _probe_of(value: object) -> str | None:
    """The probe that an end point names: by its one key that is a probe's name."""
    if isinstance(value, ProbeParams):
        return value.probe
    names = [key for key in value if key in PROBES] if isinstance(value, dict) else []
    return names[0] if len(names) == 1 else None


def _short_form(value: object) -> object:
    """A bare URL is an HTTP end point, any other bare text a host to ping."""
    if isinstance(value, str):
        return {"http": value} if value.startswith(("http://", "https://")) else {"ping": value}
    return value


if TYPE_CHECKING:
    Endpoint = ProbeParams
else:
    Endpoint = Annotated[
        Union[tuple(Annotated[probe.params, Tag(name)] for name, probe in PROBES.items() if probe.run)],
        Discriminator(_probe_of),
        BeforeValidator(_short_form),
    ]

OnSite = Literal["gateway", "resolver", "portals", "bandwidth"]
Need = Literal["all", "any"] | int
Role = Literal["main", "reserve", "headquarters"]


class Typed(BaseModel):
    """The ground of every model of the inventory: unknown keys are errors, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Province(Typed):
    """Whose exam it is."""

    code: str
    name: str


class QuietWindow(Typed):
    """No calls, no load tests, in the inventory's local time."""

    start: datetime = Field(alias="from")
    end: datetime = Field(alias="to")


class Carrier(Typed):
    """Who runs the lines."""

    id: str
    name: str


class District(Typed):
    """A group of sites: a district before 1 July 2025, a commune after."""

    code: str
    name: str
    level: Literal["district", "commune"] = "district"
    parent: str | None = None


class ProfileCheck(Typed):
    """Parameters and limits for every end point of one probe; with a target, an end point of its own."""


class Profile(Typed):
    """A named set of checks and limits."""

    checks: tuple[dict[str, object], ...] = ()


class Contact(Typed):
    """Whom to call about a site."""

    name: str
    phone: str | None = None


class Phone(Typed):
    """One telephone line."""

    id: str
    number: str  # E.164, as the loader normalised it
    carrier: str | None = None
    role: str | None = None
    loudspeaker: bool = False
    via: Literal["manual", "sip", "modem"] = "manual"
    no_calls: bool = False
    optional: bool = False


class Fax(Typed):
    """One fax line."""

    id: str
    number: str
    carrier: str | None = None
    transport: Literal["pstn", "g711", "t38"] = "pstn"
    via: Literal["manual", "sip", "modem"] = "manual"
    no_calls: bool = False
    optional: bool = False


class CommittedSpeed(Typed):
    """What the carrier has committed to, each way."""

    down: float
    up: float


class Line(Typed):
    """One Internet line and the end points that prove it."""

    id: str
    carrier: str | None = None
    role: Literal["primary", "backup"] = "primary"
    committed_mbit_per_s: CommittedSpeed | None = None
    profile: str | None = None
    endpoints: tuple[Endpoint, ...] = ()
    onsite: tuple[OnSite, ...] = ()
    optional: bool = False


class ChecklistItem(Typed):
    """Something that a person looks at."""

    id: str
    name: str
    valid_for: timedelta | None = None
    optional: bool = False


class Needs(Typed):
    """How many lines of each kind must work: all, any, or a number."""

    internet: Need = "any"
    phone: Need = "any"
    fax: Need = "any"


class Site(Typed):
    """One exam site."""

    id: str
    name: str
    district: str
    role: Role = "main"
    address: str | None = None
    rooms: int | None = None
    candidates: int | None = None
    contact: Contact | None = None
    profile: str | None = None
    need: Needs = Needs()
    phones: tuple[Phone, ...] = ()
    faxes: tuple[Fax, ...] = ()
    internet: tuple[Line, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()


class Portal(Typed):
    """A province-wide web service."""

    id: str
    name: str
    endpoints: tuple[Endpoint, ...] = ()
    profile: str | None = None
    optional: bool = False


class Inventory(Typed):
    """The whole file, or the folder of files, merged."""

    version: Literal[1]
    sample: bool = False
    province: Province
    timezone: str = "Asia/Ho_Chi_Minh"
    reference: Endpoint | None = None
    quiet: tuple[QuietWindow, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    districts: tuple[District, ...] = ()
    profiles: dict[str, Profile] = Field(default_factory=dict)
    portals: tuple[Portal, ...] = ()
    sites: tuple[Site, ...] = ()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of quiet windows and of printed times."""
        return ZoneInfo(self.timezone)
