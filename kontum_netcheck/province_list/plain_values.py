"""What the simple cells say: counts, roles, coordinates, hosts and pages. Each raises WrongValue. Pure."""

import ipaddress
import re
from typing import get_args

from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.province_list.cells import one_line
from kontum_netcheck.province_list.listed import Role
from kontum_netcheck.province_list.plain_words import plain

MOST_NAME_CHARACTERS = 300
MOST_COUNT = 100_000

_COUNT = re.compile(
    r"(?:so phong|phong thi|phong|thi sinh|ts)?\s*:?\s*(\d{1,3}(?:[.,]\d{3})+|\d{1,6})(?:[.,]0+)?"
    r"\s*(?:phong(?: thi)?|thi sinh|ts)?"
)
_COORDINATE = re.compile(r"[-+]?\d{1,3}(?:[.,]\d{1,15})?")
_HOST = re.compile(r"(?=[^\s]{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}", re.IGNORECASE)
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("reserve", re.compile(r"\b(?:du phong|dp|reserve|backup)\b")),
    ("headquarters", re.compile(r"\b(?:so (?:gd|giao duc)|hoi dong thi|ban chi dao|bcd|chi dao|headquarters|hq)")),
    ("main", re.compile(r"\b(?:chinh thuc|chinh|main|diem thi|chu tri|doc lap|ghep)\b|^(?:ct|x|1|i)$")),
)  # fmt: skip
_HEADQUARTERS_NAME = re.compile(r"^(?:so (?:gd|giao duc)|hoi dong thi|ban chi dao)")
_SEALED = re.compile(r"\bin sao\b")
assert {role for role, _ in _ROLES} == set(get_args(Role))


def name_in(text: str) -> str:
    """A name or an address on one line, as long as an inventory takes it."""
    name = one_line(text)
    if len(name) > MOST_NAME_CHARACTERS:
        raise WrongValue(
            message(
                "“{value}” has {count} characters; {most} is the most.",
                value=name[:40] + "…",
                count=len(name),
                most=MOST_NAME_CHARACTERS,
            )
        )
    return name


def count_in(text: str) -> int:
    """A number of rooms or candidates: `24`, `24 phòng`, `1.250`."""
    found = _COUNT.fullmatch(" ".join(plain(text).split()))
    count = int(re.sub("[.,]", "", found[1])) if found else -1
    if not 0 <= count <= MOST_COUNT:
        raise WrongValue(message("“{value}” is no number of rooms or candidates.", value=one_line(text)))
    return count


def role_in(text: str) -> Role:
    """What a site is for."""
    words = " ".join(plain(text).split())
    for role, pattern in _ROLES:
        if pattern.search(words):
            return role
    raise WrongValue(
        message("“{value}” is no kind of site.", value=one_line(text)),
        message("Kinds are: main (chính thức), reserve (dự phòng), headquarters (Sở, Hội đồng thi)."),
    )


def is_headquarters(name: str) -> bool:
    """Whether a site's name says that the department or the exam council sits there."""
    return bool(_HEADQUARTERS_NAME.match(" ".join(plain(name).split())))


def is_sealed(text: str) -> bool:
    """Whether papers are copied there (in sao): an area that nobody may call or probe (Circular 06/2023/TT-BGDĐT)."""
    return bool(_SEALED.search(" ".join(plain(text).split())))


def coordinate_in(text: str, most: int) -> str:
    """A latitude (most 90) or longitude (most 180) in degrees, as a decimal with a point."""
    found = _COORDINATE.fullmatch(text.strip().rstrip("°").strip())
    degrees = found[0].replace(",", ".").removeprefix("+") if found else ""
    if not degrees or abs(float(degrees)) > most:
        raise WrongValue(message("“{value}” is no coordinate in decimal degrees.", value=one_line(text)))
    return degrees


def coordinates_in(text: str) -> tuple[str, str]:
    """`14.354, 108.003`: latitude and longitude."""
    parts = [part for part in re.split(r"\s*[;\n]\s*|,\s+|\s+", text.strip()) if part]
    if len(parts) == 1:
        parts = text.split(",")
    if len(parts) != 2:
        raise WrongValue(message("“{value}” is no coordinate in decimal degrees.", value=one_line(text)))
    return coordinate_in(parts[0], 90), coordinate_in(parts[1], 180)


def targets_in(text: str) -> list[str]:
    """The addresses, hosts and URLs of a cell."""
    return [word.strip("()[]<>.,;") for word in re.split(r"[\s;,]+", text) if word.strip("()[]<>.,;")]


def target_of(word: str) -> tuple[str, str]:
    """The probe for an address, a host or a URL, and its target."""
    if word.lower().startswith(("http://", "https://")):
        return "http", url_of(word)
    try:
        address = ipaddress.ip_address(word)
    except ValueError:
        if _HOST.fullmatch(word):
            return "ping", word.lower()
        raise WrongValue(message("“{value}” is no address, no host and no URL.", value=word)) from None
    if address.is_private or address.is_link_local or address.is_loopback or address.is_multicast:
        raise WrongValue(
            message("{value} is an address inside a network: nobody outside reaches it.", value=word),
            message("Write the public address that the carrier has given."),
        )
    return "ping", str(address)


def url_of(word: str) -> str:
    """A URL; of a bare host that of its pages over HTTPS."""
    url = word if "://" in word else f"https://{word}"
    host = re.match(r"https?://([^/?#:@\s]+)(?::\d{1,5})?(?:[/?#][^\s\"'<>\\]*)?$", url, re.IGNORECASE)
    if host is None or not (_HOST.fullmatch(host[1]) or _is_public(host[1])) or not url.isascii():
        raise WrongValue(message("“{value}” is no address, no host and no URL.", value=word))
    return url


def _is_public(host: str) -> bool:
    try:
        return ipaddress.IPv4Address(host).is_global
    except ValueError:
        return False
