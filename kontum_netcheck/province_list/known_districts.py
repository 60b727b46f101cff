"""Districts as lists write them: “TP. Kon Tum”, “H. Đăk Hà”, “Ngọk Hồi”, “IaH'Drai”. Pure.

Source of the ten codes: the list of administrative units in force until 30 June 2025 (Decision
124/2004/QĐ-TTg as amended).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from kontum_netcheck.inventory.places import fold
from kontum_netcheck.province_list.listed import Level, ListedDistrict, ListedProvince

KON_TUM = ListedProvince("62", "Kon Tum")
KON_TUM_DISTRICTS: tuple[ListedDistrict, ...] = tuple(
    ListedDistrict(code, name)
    for code, name in (
        ("608", "Thành phố Kon Tum"),
        ("610", "Đắk Glei"),
        ("611", "Ngọc Hồi"),
        ("612", "Đắk Tô"),
        ("613", "Kon Plông"),
        ("614", "Kon Rẫy"),
        ("615", "Đắk Hà"),
        ("616", "Sa Thầy"),
        ("617", "Tu Mơ Rông"),
        ("618", "Ia H'Drai"),
    )
)

_KIND = re.compile(
    r"^(?P<city>thanh pho|tp|t p)(?![a-z])|^(?P<town>thi xa|tx|t x)(?![a-z])"
    r"|^(?P<district>huyen|h|quan|district)(?![a-z])"
    r"|^(?P<commune>xa|x|phuong|p|thi tran|tt|dac khu|commune|ward)(?![a-z])"
)
_COUNT = re.compile(r"^(?:[ivxlcdm]+|[a-z]|\d{1,2})\s*[.)/:-]+\s*|^\d{1,2}\s+")
_TAIL = re.compile(r"\s*(?:city|district|commune|ward|province)$|\s*[:,(-].*$")
_LIKENESS = 0.8
_MOST_TITLE_CHARACTERS = 60
_COMMUNE_WORDS = ("xã", "phường", "thị trấn", "đặc khu", "commune", "ward")


@dataclass(frozen=True, slots=True)
class Recognised:
    """A known district; `is_guess`: it is only the one that is most like what was written."""

    district: ListedDistrict
    is_guess: bool


def recognise(text: str, known: Sequence[ListedDistrict]) -> Recognised | None:
    """The known district that a text names; None where it names none, or more than one is as like it."""
    code = text.strip()
    for district in known:
        if code == district.code:
            return Recognised(district, is_guess=False)
    kind, name = _parts(text)
    alike = [district for district in known if _fits(kind, district) and _parts(district.name)[1] == name]
    if len(alike) == 1:
        return Recognised(alike[0], is_guess=False)
    if not name:
        return None
    by_name = {_parts(district.name)[1]: district for district in known if _fits(kind, district)}
    near = get_close_matches(name, by_name, n=2, cutoff=_LIKENESS)
    if not near or (len(near) > 1 and _ratio(name, near[0]) == _ratio(name, near[1])):
        return None
    return Recognised(by_name[near[0]], is_guess=True)


def _ratio(one: str, other: str) -> float:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, other, one).ratio()


def _parts(text: str) -> tuple[str, str]:
    """Of what kind the place is, if it says so, and its bare name: no spaces, dak for đăk and đắc, ngoc for ngọk."""
    bare = _TAIL.sub("", _COUNT.sub("", fold(text)))
    kind = _KIND.match(bare)
    name = re.sub("[^a-z0-9]", "", bare[kind.end() :] if kind else bare)
    for written, plain in (("dac", "dak"), ("ngok", "ngoc")):
        name = name.replace(written, plain)
    return (kind.lastgroup or "") if kind else "", name


def _fits(kind: str, district: ListedDistrict) -> bool:
    """Whether what is called a city, district or commune may be this one."""
    own, _ = _parts(district.name)
    if kind == "commune":
        return district.level == "commune"
    if kind in ("city", "town"):
        return own in ("city", "town")
    return district.level == "district" and (kind != "district" or own not in ("city", "town"))


def is_group_title(text: str, known: Iterable[ListedDistrict], *, by_name: bool) -> bool:
    """Whether a row of this text alone is the title of a district's sites: “II. Huyện Đắk Hà”.

    `by_name`: only where it names a known one; “TT GDTX tỉnh” may be a school.
    """
    kind, name = _parts(text)
    if kind and name and len(text) <= _MOST_TITLE_CHARACTERS and not by_name:
        return True
    return bool(name) and any(_parts(district.name)[1] == name for district in known)


def level_of(text: str, *, under_commune: bool) -> Level:
    """`commune` where the name or its heading says so."""
    first = text.strip().casefold()
    return "commune" if under_commune or first.startswith(_COMMUNE_WORDS) else "district"
