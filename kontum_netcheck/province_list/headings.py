"""What a heading of a province's list means: the ideas in its words, and the column that they make. Pure.

People write “Số ĐT cố định”, “SDT”, “Telephone”: the words are turned into ideas, and the ideas into a column.
"""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from kontum_netcheck.inventory.places import fold

Key = str
"""Name of a column: site, district, phone, …"""

_IDEAS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "order": ("stt", "so tt", "tt", "so thu tu", "no"),
        "evidence": (
            "ket qua", "result", "thoi gian", "thoi diem", "nguoi kiem tra", "can bo kiem tra", "ngay kiem tra",
            "ngay", "ket luan", "verdict", "checked", "tested", "conclusion", "danh gia", "tinh trang", "xac nhan",
        ),
        "note": ("ghi chu", "note", "notes", "remark", "remarks", "comment"),
        "contact": (
            "dau moi", "nguoi lien he", "lien he", "phu trach", "head diem thi", "head diem", "hieu head", "ho ten",
            "ho va ten", "contact", "can bo", "nguoi truc", "contact person", "head", "lanh dao", "chu tich",
        ),
        "mobile": ("di dong", "dtdd", "dt dd", "sdt dd", "dien thoai di dong", "mobile", "cell", "cell phone"),
        "fax": ("fax", "so fax", "may fax"),
        "phone": (
            "so dien thoai", "dien thoai", "so dt", "sdt", "dt", "d t", "phone", "telephone", "tel", "so may", "phones",
            "may ban", "co dinh", "so lien lac", "phone number", "so co dinh", "dtcd", "hotline", "duong day nong",
        ),
        "duty": ("phong truc", "truc", "duty room", "duty"),
        "extension": ("may le", "so le", "extension", "ext", "nhanh", "so may le"),
        "loudspeaker": ("loa ngoai", "loa", "loudspeaker", "speaker", "speakerphone"),
        "carrier": (
            "nha mang", "nha cung cap", "nha cung cap dich vu", "don vi cung cap", "doanh nghiep vien thong", "isp",
            "carrier", "provider", "ncc", "nha cc", "operator", "vien thong", "don vi cung cap dich vu", "dnvt",
        ),
        "speed": ("toc do", "bang thong", "speed", "bandwidth", "mbps", "mbit s", "mb s", "committed"),
        "down": ("tai xuong", "tai ve", "xuong", "download", "down", "ve"),
        "up": ("tai len", "len", "upload", "up", "di"),
        "backup": ("du phong", "dp", "backup", "phu", "secondary", "duong 2", "reserve", "thu 2", "kenh phu"),
        "internet": (
            "internet", "duong truyen", "ket noi", "duong mang", "cap quang", "line", "connection", "wan",
            "kenh truyen", "mang internet", "wan", "access", "kenh chinh", "ket noi internet", "tsl",
        ),
        "type": ("loai", "loai hinh", "vai tro", "hinh thuc", "role", "type", "cong nghe", "technology", "tinh chat"),
        "generator": ("may phat dien", "may phat", "may no", "generator"),
        "ups": ("ups", "luu dien", "bo luu dien"),
        "latitude": ("vi do", "lat", "latitude"),
        "longitude": ("kinh do", "lon", "lng", "long", "longitude"),
        "coordinates": ("toa do", "gps", "coordinates", "vi tri"),
        "website": ("website", "web", "trang thong tin", "cong thong tin", "trang web", "homepage", "web site"),
        "url": ("url", "link"),
        "ip": ("ip", "ip tinh", "dia chi ip", "ip address", "ip wan", "ip public", "static ip", "host", "ten mien"),
        "address": ("dia chi", "address", "noi dat", "dia diem", "vi tri dat"),
        "rooms": ("so phong", "so phong thi", "phong thi", "rooms", "phong", "exam rooms", "so p", "tong so phong"),
        "candidates": ("thi sinh", "so thi sinh", "so ts", "ts", "candidates", "hoc sinh", "so luong ts", "students"),
        "code": ("ma", "ma so", "code", "id", "ky hieu"),
        "district": (
            "huyen", "huyen tp", "huyen thanh pho", "quan", "thi xa", "district", "dia ban", "don vi hanh chinh",
            "huyen thi", "quan huyen", "thanh pho", "tp",
        ),
        "commune": ("xa", "phuong", "xa phuong", "phuong xa", "dac khu", "thi tran", "commune", "ward"),
        "site": (
            "diem thi", "school", "don vi", "site", "truong", "ten", "name", "dia diem thi", "exam site", "co so",
            "noi thi", "ten diem thi", "ten truong", "hoi dong thi", "sites",
        ),
    }
)  # fmt: skip

_RULES: tuple[tuple[frozenset[str], Key], ...] = tuple(
    (frozenset(ideas.split()), key)
    for ideas, key in (
        ("evidence", "evidence"),
        ("note", "note"),
        ("extension fax", "ignored"),
        ("extension", "extension"),
        ("loudspeaker", "loudspeaker"),
        ("carrier fax", "fax_carrier"),
        ("carrier backup", "backup_carrier"),
        ("carrier phone", "phone_carrier"),
        ("carrier", "carrier"),
        ("backup down", "backup_down"),
        ("backup up", "backup_up"),
        ("backup speed", "backup_speed"),
        ("backup ip", "backup_target"),
        ("backup url", "backup_target"),
        ("speed down", "down"),
        ("speed up", "up"),
        ("internet down", "down"),
        ("internet up", "up"),
        ("speed", "speed"),
        ("phone fax", "phone_fax"),
        ("fax", "fax"),
        ("contact phone", "contact_phone"),
        ("contact mobile", "contact_phone"),
        ("mobile", "mobile"),
        ("phone duty", "duty_phone"),
        ("phone", "phone"),
        ("generator", "generator"),
        ("ups", "ups"),
        ("ip", "target"),
        ("url", "target"),
        ("website", "website"),
        ("internet type", "technology"),
        ("backup internet", "backup"),
        ("internet", "internet"),
        ("type", "role"),
        ("backup", "backup"),
        ("contact", "contact"),
        ("latitude longitude", "coordinates"),
        ("latitude", "latitude"),
        ("longitude", "longitude"),
        ("coordinates", "coordinates"),
        ("candidates", "candidates"),
        ("code district", "district_code"),
        ("code commune", "district_code"),
        ("address", "address"),
        ("rooms", "rooms"),
        ("code", "site_code"),
        ("site", "site"),
        ("district", "district"),
        ("commune", "commune"),
        ("down", "down"),
        ("up", "up"),
        ("duty", "duty_phone"),
        ("order", "order"),
    )
)
"""The first rule whose ideas all stand in a heading gives the column."""

_WEAK = frozenset({"down", "up", "duty", "code", "backup", "type"})
"""Ideas of one short word, which make a column only where a heading says little else."""

_MOST_CHARACTERS = 120
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_SIGNS = re.compile(r"[^a-z0-9]+")
_HEAD = re.compile(r"\btrưởng\b|\btruởng\b", re.IGNORECASE)  # a head; without its marks it would be a school
_EDUCATION = re.compile(r"\bgd ?&? ?(?:và |va )?(?:đt|dt)\b", re.IGNORECASE)  # whose đt is no telephone


@cache
def _phrases() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """All phrases, the longest first, and the idea of each."""
    ideas = {phrase: idea for idea, phrases in _IDEAS.items() for phrase in phrases}
    longest_first = sorted(ideas, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"), ideas


def _ideas(text: str) -> tuple[frozenset[str], int]:
    """The ideas in a text, and how many of its words belong to none."""
    plain = _SIGNS.sub(" ", fold(_EDUCATION.sub("education", _HEAD.sub("head", text))))
    pattern, ideas = _phrases()
    found = frozenset(ideas[match] for match in pattern.findall(plain))
    return found, len(pattern.sub(" ", plain).split())


@cache
def key_of(heading: str) -> Key | None:
    """The column that a heading means; None where it means none. Headings of two rows come as one text."""
    if not heading or len(heading) > _MOST_CHARACTERS:
        return None
    return _key(_BRACKETS.sub(" ", heading)) or _key(heading)


def _key(text: str) -> Key | None:
    ideas, other_words = _ideas(text)
    for wanted, key in _RULES:
        if wanted <= ideas:
            return None if other_words > 1 and ideas <= _WEAK else key
    return None
