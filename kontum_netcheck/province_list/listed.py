"""What a province's list says, before it is written as an inventory. Pure data."""

from dataclasses import dataclass
from typing import Literal

from kontum_netcheck.model import Message
from kontum_netcheck.province_list.cells import Place
from kontum_netcheck.province_list.notes import Note

Role = Literal["main", "reserve", "headquarters"]
Level = Literal["district", "commune"]


@dataclass(frozen=True, slots=True)
class ListedCarrier:
    """Who runs lines."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ListedDistrict:
    """A district or commune; `is_own_code`: its code was made from its name, for the list has none."""

    code: str
    name: str
    level: Level = "district"
    is_own_code: bool = False


@dataclass(frozen=True, slots=True)
class ListedProvince:
    """Whose list it is."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ListedNumber:
    """A phone or a fax. `loudspeaker` is None where the list doesn't say."""

    e164: str
    extension: str | None = None
    carrier: str | None = None
    role: str | None = None
    loudspeaker: bool | None = None


@dataclass(frozen=True, slots=True)
class ListedContact:
    """Whom to call."""

    name: str
    e164: str | None = None
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class Speed:
    """Mbit/s to and from the site. `up` is None where the list has one number for both ways."""

    down_mbit_per_s: float
    up_mbit_per_s: float | None


@dataclass(frozen=True, slots=True)
class ListedLine:
    """An Internet line. `targets` are (probe, target)."""

    id: str
    carrier: str | None = None
    is_backup: bool = False
    is_metered: bool = False
    speed: Speed | None = None
    targets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ListedItem:
    """Something that a person looks at."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ListedPortal:
    """A site's own pages on the Web."""

    id: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ListedSite:
    """One exam site. `remarks` stand beside it as comments."""

    id: str
    name: str
    district_code: str
    places: tuple[Place, ...] = ()
    role: Role | None = None  # where the list doesn't say
    address: str | None = None
    latitude: str | None = None
    longitude: str | None = None
    rooms: int | None = None
    candidates: int | None = None
    contact: ListedContact | None = None
    phones: tuple[ListedNumber, ...] = ()
    faxes: tuple[ListedNumber, ...] = ()
    lines: tuple[ListedLine, ...] = ()
    checklist: tuple[ListedItem, ...] = ()
    remarks: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class ProvinceList:
    """All that was read, and all there is to tell about it."""

    source: str  # the file's name
    province: ListedProvince
    carriers: tuple[ListedCarrier, ...] = ()
    districts: tuple[ListedDistrict, ...] = ()
    portals: tuple[ListedPortal, ...] = ()
    sites: tuple[ListedSite, ...] = ()
    notes: tuple[Note, ...] = ()
    is_sample: bool = False
