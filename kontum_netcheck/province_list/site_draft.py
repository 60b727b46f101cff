"""A site that is being put together from one row or several. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TypeVar

from kontum_netcheck.inventory.fields import slug_of
from kontum_netcheck.model import Message, WrongValue, message
from kontum_netcheck.probes.notation import SLUG_MAX_CHARACTERS
from kontum_netcheck.province_list.cells import Place, one_line
from kontum_netcheck.province_list.listed import ListedItem, ListedSite, Role
from kontum_netcheck.province_list.plain_values import (
    coordinate_in,
    coordinates_in,
    count_in,
    is_headquarters,
    name_in,
    role_in,
    targets_in,
    url_of,
)
from kontum_netcheck.province_list.plain_words import says_nothing, yes_or_no
from kontum_netcheck.province_list.row import Ledger, Row, Said
from kontum_netcheck.province_list.row_lines import SiteLines
from kontum_netcheck.province_list.row_numbers import SiteNumbers

Value = TypeVar("Value")

SECTION_OF_KEY = {
    "duty_phone": "phones", "phone": "phones", "phone_fax": "phones", "mobile": "phones", "extension": "phones",
    "loudspeaker": "phones", "phone_carrier": "phones", "fax": "faxes", "fax_carrier": "faxes", "contact": "contact",
    "contact_phone": "contact", "internet": "internet", "carrier": "internet", "speed": "internet", "down": "internet",
    "up": "internet", "target": "internet", "technology": "internet", "backup": "internet",
    "backup_carrier": "internet", "backup_speed": "internet", "backup_target": "internet",
}  # fmt: skip
"""In which part of a site what was not understood is told."""

CHECKLIST = {
    "generator": ListedItem("generator", "Máy phát điện dự phòng"),
    "ups": ListedItem("ups", "Bộ lưu điện"),
}
_LEADING = re.compile(r"^(?:(?:truong|diem-thi|hoi-dong-thi)-)+(?=[a-z0-9])")


def site_id(name: str, taken: Collection[str]) -> str:
    """An id from the site's name: `Trường THPT Kon Tum` → `thpt-kon-tum`; a second one gets -2."""
    return unique_id(_LEADING.sub("", slug_of(name)) or "diem-thi", taken)


def unique_id(stem: str, taken: Collection[str]) -> str:
    """The stem, or with the first number that makes it an id which nobody has."""
    stem = stem[: SLUG_MAX_CHARACTERS - 6].strip("-")
    return next(i for n in range(1, len(taken) + 2) if (i := stem if n == 1 else f"{stem}-{n}") not in taken)


@dataclass(slots=True)
class SiteDraft:
    """What is known so far."""

    id: str
    name: str
    district_code: str
    places: list[Place] = field(default_factory=list)
    role: Role | None = None
    address: str | None = None
    latitude: str | None = None
    longitude: str | None = None
    rooms: int | None = None
    candidates: int | None = None
    numbers: SiteNumbers = field(default_factory=SiteNumbers)
    lines: SiteLines = field(default_factory=SiteLines)
    checklist: dict[str, ListedItem] = field(default_factory=dict)
    urls: dict[str, None] = field(default_factory=dict)
    remarks: list[Message] = field(default_factory=list)

    def read(self, row: Row, ledger: Ledger) -> None:
        """Add what a row says; what can't be understood is noted."""
        self.places.append(row.place)
        for place, key, wrong in row.odd:
            ledger.lose(place, wrong, self.id, SECTION_OF_KEY.get(key, ""))
        self._read_values(row, ledger)
        self._read_place(row, ledger)
        self.numbers.read(row, self.id, ledger)
        self.lines.read(row, self.id, ledger)
        self._read_things(row, ledger)
        self._read_remarks(row)

    def _read_values(self, row: Row, ledger: Ledger) -> None:
        take = ledger.try_
        said = row.first("role")
        self.role = self._one(self.role, take(said, role_in, self.id), said, ledger)
        said = row.first("rooms")
        self.rooms = self._one(self.rooms, take(said, count_in, self.id), said, ledger)
        said = row.first("candidates")
        self.candidates = self._one(self.candidates, take(said, count_in, self.id), said, ledger)
        said = row.first("address")
        self.address = self._one(self.address, take(said, name_in, self.id), said, ledger)

    def _one(
        self, before: Value | None, value: Value | None, said: Said | None, ledger: Ledger
    ) -> Value | None:
        """The value, or the one that the site has already; another one is noted."""
        if before is None or value is None or value == before or said is None:
            return value if before is None else before
        another = message("Another row of the site says otherwise: “{value}”.", value=one_line(said.text))
        ledger.lose(said.place, WrongValue(another), self.id)
        return before

    def _read_place(self, row: Row, ledger: Ledger) -> None:
        both = ledger.try_(row.first("coordinates"), coordinates_in, self.id)
        latitude = ledger.try_(row.first("latitude"), lambda text: coordinate_in(text, 90), self.id)
        longitude = ledger.try_(row.first("longitude"), lambda text: coordinate_in(text, 180), self.id)
        if both is None and latitude is not None and longitude is not None:
            both = latitude, longitude
        if both is not None:
            self.latitude, self.longitude = both
        elif (latitude is None) != (longitude is None):
            half = WrongValue(message("Of latitude and longitude, one is missing."))
            ledger.lose(row.place, half, self.id)

    def _read_things(self, row: Row, ledger: Ledger) -> None:
        for key, item in CHECKLIST.items():
            said = row.first(key)
            if said is None:
                continue
            has_one = yes_or_no(said.text)
            if has_one is None:
                neither = message("“{value}” is neither yes nor no.", value=one_line(said.text))
                ledger.lose(
                    said.place, WrongValue(neither, message("Write Có or Không.")), self.id, "checklist"
                )
            elif has_one:
                self.checklist[key] = item
        for said in row.all("website"):
            for word in [] if says_nothing(said.text) else targets_in(said.text):
                url = ledger.try_(Said(said.place, word), url_of, self.id)
                if url is not None and url != word:
                    ledger.tell(said.place, message("A Web site without https:// in front got it."))
                if url is not None:
                    self.urls[url] = None

    def _read_remarks(self, row: Row) -> None:
        for said in row.all("site_code"):
            self.remarks.append(message("Code in the list: {code}", code=one_line(said.text)))
        for said in row.all("commune") if row.first("district") else ():
            self.remarks.append(message("Commune: {name}", name=one_line(said.text)))
        for said in row.all("note"):
            if not says_nothing(said.text):
                self.remarks.append(message("Note in the list: {note}", note=one_line(said.text)))

    def listed(self) -> ListedSite:
        """The site as it is known."""
        role = self.role or ("headquarters" if is_headquarters(self.name) else None)
        return ListedSite(
            id=self.id,
            name=self.name,
            district_code=self.district_code,
            places=tuple(self.places),
            role=role,
            address=self.address,
            latitude=self.latitude,
            longitude=self.longitude,
            rooms=self.rooms,
            candidates=self.candidates,
            contact=self.numbers.contact,
            phones=tuple(self.numbers.phones),
            faxes=tuple(self.numbers.faxes),
            lines=tuple(self.lines.lines),
            checklist=tuple(self.checklist.values()),
            remarks=tuple(self.remarks),
        )
