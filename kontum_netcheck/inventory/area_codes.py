"""Vietnam's area codes and mobile prefixes, of today and from before. National numbers, without the leading 0.

Sources: Decision 2036/QĐ-BTTTT of 21 November 2016 (area codes: three steps in 2017, in each some weeks with both
codes and then some with an announcement); Decision 798/QĐ-BTTTT of 2018 (mobile numbers of 11 digits became 10);
Resolution 202/2025/QH15 (63 provinces became 34 on 1 July 2025; the area codes stayed).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from kontum_netcheck.inventory.places import fold

PROVINCES_JOINED_ON = date(2025, 7, 1)
MOBILE_CHANGED_ON = date(2018, 9, 15)
MOBILE_SILENT_FROM = date(2018, 11, 15)


@dataclass(frozen=True, slots=True)
class Change:
    """One of the three steps: when codes changed, and from when on nothing answers under the old ones."""

    changed_on: date
    parallel_until: date
    silent_from: date


_FIRST = Change(date(2017, 2, 11), date(2017, 3, 12), date(2017, 4, 15))
_SECOND = Change(date(2017, 4, 15), date(2017, 5, 14), date(2017, 6, 17))
_THIRD = Change(date(2017, 6, 17), date(2017, 7, 16), date(2017, 9, 1))


@dataclass(frozen=True, slots=True)
class Area:
    """An area code, the province that had it until 30 June 2025, and the one that it has come to lie in."""

    code: str
    province: str
    now: str
    old_code: str | None = None
    change: Change | None = None  # None: it kept its code


_STEPS: Mapping[Change | None, str] = MappingProxyType(
    {
        _FIRST: "212<22 Sơn La, 213<231 Lai Châu, 214<20 Lào Cai, 215<230 Điện Biên, 216<29 Yên Bái>Lào Cai, "
        "232<52 Quảng Bình>Quảng Trị, 233<53 Quảng Trị, 234<54 Thừa Thiên Huế>Huế, 235<510 Quảng Nam>Đà Nẵng, "
        "236<511 Đà Nẵng, 237<37 Thanh Hóa, 238<38 Nghệ An, 239<39 Hà Tĩnh",
        _SECOND: "203<33 Quảng Ninh, 204<240 Bắc Giang>Bắc Ninh, 205<25 Lạng Sơn, 206<26 Cao Bằng, "
        "207<27 Tuyên Quang, 208<280 Thái Nguyên, 209<281 Bắc Kạn>Thái Nguyên, 220<320 Hải Dương>Hải Phòng, "
        "221<321 Hưng Yên, 222<241 Bắc Ninh, 225<31 Hải Phòng, 226<351 Hà Nam>Ninh Bình, 227<36 Thái Bình>Hưng Yên, "
        "228<350 Nam Định>Ninh Bình, 229<30 Ninh Bình, 290<780 Cà Mau, 291<781 Bạc Liêu>Cà Mau, 292<710 Cần Thơ, "
        "293<711 Hậu Giang>Cần Thơ, 294<74 Trà Vinh>Vĩnh Long, 296<76 An Giang, 297<77 Kiên Giang>An Giang, "
        "299<79 Sóc Trăng>Cần Thơ",
        _THIRD: "24<4 Hà Nội, 28<8 Thành phố Hồ Chí Minh, 251<61 Đồng Nai, 252<62 Bình Thuận>Lâm Đồng, "
        "254<64 Bà Rịa - Vũng Tàu>Thành phố Hồ Chí Minh, 255<55 Quảng Ngãi, 256<56 Bình Định>Gia Lai, "
        "257<57 Phú Yên>Đắk Lắk, 258<58 Khánh Hòa, 259<68 Ninh Thuận>Khánh Hòa, 260<60 Kon Tum>Quảng Ngãi, "
        "261<501 Đắk Nông>Lâm Đồng, 262<500 Đắk Lắk, 263<63 Lâm Đồng, 269<59 Gia Lai, 270<70 Vĩnh Long, "
        "271<651 Bình Phước>Đồng Nai, 272<72 Long An>Tây Ninh, 273<73 Tiền Giang>Đồng Tháp, "
        "274<650 Bình Dương>Thành phố Hồ Chí Minh, 275<75 Bến Tre>Vĩnh Long, 276<66 Tây Ninh, 277<67 Đồng Tháp",
        None: "210 Phú Thọ, 211 Vĩnh Phúc>Phú Thọ, 218 Hòa Bình>Phú Thọ, 219 Hà Giang>Tuyên Quang",
    }
)
"""`new<old province>province since 1 July 2025`, where that is another one."""


def _area(written: str, change: Change | None) -> Area:
    codes, _, names = written.partition(" ")
    code, _, old = codes.partition("<")
    province, _, now = names.partition(">")
    return Area(code, province, now or province, old or None, change)


AREAS: Mapping[str, Area] = MappingProxyType(
    {
        area.code: area
        for change, line in _STEPS.items()
        for area in (_area(written, change) for written in line.split(", "))
    }
)
"""All 63, by their code of today."""

AREA_CODES = frozenset(AREAS)

OLD_AREAS: Mapping[str, Area] = MappingProxyType(
    {area.old_code: area for area in AREAS.values() if area.old_code}
)
"""The 59 that changed, by their old code."""

NEW_AREA_CODES: Mapping[str, str] = MappingProxyType({old: area.code for old, area in OLD_AREAS.items()})
"""Old area code → new. Vĩnh Phúc, Phú Thọ, Hòa Bình and Hà Giang (211, 210, 218, 219) kept theirs."""


def area_of(significant: str) -> Area | None:
    """The area of a national number without its 0; None: it is in none (mobile, service)."""
    return next((AREAS[code] for size in (2, 3) if (code := significant[:size]) in AREAS), None)


def codes_of(province: str) -> frozenset[str]:
    """The area codes that a province may have, compared as names are; empty: there is no such province.

    Of a province that took others in, theirs too: 0255 and 0260 run side by side in Quảng Ngãi until further notice.
    """
    name = fold(province).removeprefix("tinh ").removeprefix("thanh pho ")
    return frozenset(
        area.code
        for area in AREAS.values()
        if name in (fold(each).removeprefix("thanh pho ") for each in (area.province, area.now))
    )


NEW_MOBILE_PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        **{f"16{digit}": f"3{digit}" for digit in "23456789"},
        "120": "70", "121": "79", "122": "77", "126": "76", "128": "78",
        "123": "83", "124": "84", "125": "85", "127": "81", "129": "82",
        "186": "56", "188": "58", "199": "59",
    }
)  # fmt: skip
"""Prefix of an 11-digit mobile number → prefix of the 10-digit number that it became in 2018."""

MOBILE_PREFIXES = frozenset(
    [f"3{digit}" for digit in "23456789"]
    + ["52", "55", "56", "58", "59", "70", "76", "77", "78", "79"]
    + [f"8{digit}" for digit in "123456789"]
    + [f"9{digit}" for digit in "0123456789"]
)
"""Prefixes of mobile numbers in use. They tell no carrier: since 2018 people take their number with them."""
