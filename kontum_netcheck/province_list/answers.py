"""What a person answers when asked about a province and a first site. Each raises WrongValue. Pure."""

import re
from collections.abc import Sequence

from kontum_netcheck.inventory.area_codes import codes_of
from kontum_netcheck.inventory.fields import slug_of
from kontum_netcheck.inventory.places import nearest
from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.province_list.known_districts import level_of, recognise
from kontum_netcheck.province_list.line_cells import lines_in
from kontum_netcheck.province_list.listed import (
    ListedCarrier,
    ListedDistrict,
    ListedLine,
    ListedNumber,
    ListedProvince,
)
from kontum_netcheck.province_list.number_cells import numbers_in
from kontum_netcheck.province_list.plain_values import name_in, target_of
from kontum_netcheck.province_list.plain_words import says_nothing

SAMPLE_SITE = "Trường THPT Mẫu"
SAMPLE_PHONE = "0260 3000 002"
SAMPLE_LINE = "FTTH VNPT"

_CODE_AND_NAME = re.compile(r"(?P<code>[0-9A-Za-z]{1,20})\s*[ :.-]\s*(?P<name>[^\W\d_].*)")
_CODE_BEGINS = re.compile(r"\d")


def area_code_of(province: ListedProvince) -> str | None:
    """The province's area code, where it has only one."""
    codes = codes_of(province.name)
    return next(iter(codes)) if len(codes) == 1 else None


def districts_in(text: str, known: Sequence[ListedDistrict]) -> tuple[ListedDistrict, ...]:
    """`Đắk Hà, Ngọc Hồi` of the known ones; without known ones `534 Bình Sơn, 535 Trà Bồng`, or bare names."""
    parts = [part.strip() for part in re.split("[,;]", text) if part.strip()]
    found = [district_in(part, known) if known else _new_district(part) for part in parts]
    once = {district.code: district for district in found}
    if not once:
        raise WrongValue(message("Write at least one."))
    return tuple(once.values())


def district_in(text: str, known: Sequence[ListedDistrict]) -> ListedDistrict:
    """The known district that is meant."""
    found = recognise(text, known)
    if found is not None:
        return found.district
    names = [district.name for district in known]
    near = nearest(text, names)
    hint = (
        message("Did you mean {nearest}?", nearest=near)
        if near
        else message("The districts are {names}.", names=", ".join(names))
    )
    raise WrongValue(message("“{value}” is none of the districts.", value=text), hint)


def _new_district(text: str) -> ListedDistrict:
    found = _CODE_AND_NAME.fullmatch(text)
    if found and _CODE_BEGINS.match(found["code"]):
        name = name_in(found["name"])
        return ListedDistrict(found["code"], name, level_of(name, under_commune=False))
    name = name_in(text)
    own = slug_of(name)[:17].strip("-")
    if not own:
        raise WrongValue(message("“{value}” is no name.", value=text))
    return ListedDistrict(own, name, level_of(name, under_commune=False), is_own_code=True)


def one_number_in(text: str, area_code: str | None) -> ListedNumber | None:
    """One number; None for `-` or “không có”."""
    if says_nothing(text):
        return None
    numbers = numbers_in(text, area_code)
    if numbers.wrong:
        raise numbers.wrong[0]
    if len(numbers.found) != 1:
        raise WrongValue(message("Write one number: 0260 3000 002."))
    found = numbers.found[0]
    return ListedNumber(found.e164, found.extension)


def line_in(text: str) -> tuple[ListedLine, ListedCarrier | None] | None:
    """One Internet line; None for `-` or “không có”."""
    if says_nothing(text):
        return None
    lines = lines_in(text)
    if len(lines) != 1 or lines[0].words or len(lines[0].carriers) > 1:
        raise WrongValue(
            message("“{value}” was not understood as one line.", value=text),
            message("Write FTTH 100/50 Mbps VNPT."),
        )
    line = lines[0]
    carrier = line.carriers[0] if line.carriers else None
    made = ListedLine(
        line.technology or "internet",
        carrier.id if carrier else None,
        line.is_backup,
        line.is_metered,
        line.speed,
    )
    return made, carrier


def target_in(text: str) -> tuple[str, str] | None:
    """An address, a host or a URL to ask; None for `-` or “không có”."""
    return None if says_nothing(text) else target_of(text)


def province_in(text: str) -> ListedProvince:
    """`62 Kon Tum`: the official code and the name."""
    found = _CODE_AND_NAME.fullmatch(text.strip())
    if found is None or not _CODE_BEGINS.match(found["code"]):
        raise WrongValue(
            message("“{value}” is not a province's code and name.", value=text),
            message("Write it as in 62 Kon Tum."),
        )
    return ListedProvince(found["code"], name_in(found["name"]))
