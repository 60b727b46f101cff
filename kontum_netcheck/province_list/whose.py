"""Whose list it is, and which area code its numbers share: told by titles, districts and whole numbers. Pure."""

from collections.abc import Sequence

from kontum_netcheck.inventory.area_codes import area_of, codes_of
from kontum_netcheck.inventory.places import fold
from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.province_list.known_districts import KON_TUM, KON_TUM_DISTRICTS, recognise
from kontum_netcheck.province_list.listed import ListedProvince
from kontum_netcheck.province_list.number_cells import numbers_in
from kontum_netcheck.province_list.parts import Part

_QUANG_NGAI = ListedProvince("51", "Quảng Ngãi")
_NUMBER_KEYS = frozenset({"phone", "duty_phone", "phone_fax", "fax", "contact_phone"})
_LOOKED_AT_ROWS = 400


class UnknownProvince(WrongValue):
    """The list doesn't say of which province it is."""


def province_of(parts: Sequence[Part], source: str) -> ListedProvince:
    """Whose list it is, by its titles or the districts in it."""
    titles = " ".join(
        cell.text for part in parts for row in part.sheet.rows[: part.header.first_row] for cell in row
    )
    said = fold(f"{titles} {' '.join(part.sheet.name for part in parts)} {source}")
    if "quang ngai" in said:
        return _QUANG_NGAI
    if "kon tum" in said or "kontum" in said or any(map(_names_a_known_district, parts)):
        return KON_TUM
    raise UnknownProvince(
        message("The list doesn't say of which province it is."),
        message('Say it with --province, code and name: --province "62 Kon Tum".'),
    )


def _names_a_known_district(part: Part) -> bool:
    columns = [
        column
        for column, key in part.columns.items()
        if key in ("district", "district_code", "order", "site")
    ]
    texts = {
        part.sheet.cell(row, c).text
        for row in range(min(len(part.sheet.rows), _LOOKED_AT_ROWS))
        for c in columns
    }
    found = (
        recognise(text, KON_TUM_DISTRICTS)
        for text in texts | {part.sheet.name}
        if text and not text.isdigit()
    )
    return any(each is not None and not each.is_guess for each in found)


def area_code_of(parts: Sequence[Part], province: ListedProvince) -> str | None:
    """The one area code of all whole fixed numbers in the list, else the province's only one; None: they differ."""
    seen = {
        area.code
        for part in parts
        for column, key in part.columns.items()
        if key in _NUMBER_KEYS
        for row in part.sheet.rows[part.header.last_row + 1 : _LOOKED_AT_ROWS]
        for found in (numbers_in(row[column].text).found if column < len(row) else ())
        if (area := area_of(found.e164[3:])) is not None
    }
    codes = seen or codes_of(province.name)
    return next(iter(codes)) if len(codes) == 1 else None
