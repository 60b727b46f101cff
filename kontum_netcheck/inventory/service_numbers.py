"""Numbers that are nobody's line: emergency, services, premium, the state's own networks. No machine calls them.

Sources: Circular 22/2014/TT-BTTTT (the numbering plan: 11x emergency and carriers' services, 10xx enquiries, 1800
free to the caller, 1900 paid by the caller, 069 defence and police, 080 party and government); 1022 is the
provinces' own.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from kontum_netcheck.inventory.area_codes import area_of
from kontum_netcheck.model import Message, message


class NumberKind(StrEnum):
    """What sort of number it is."""

    FIXED = "fixed"
    MOBILE = "mobile"
    SERVICE = "service"


EMERGENCY: Mapping[str, Message] = MappingProxyType(
    {
        "111": message("child protection"),
        "112": message("search and rescue"),
        "113": message("police"),
        "114": message("fire brigade"),
        "115": message("ambulance"),
    }
)

_SERVICES: tuple[tuple[re.Pattern[str], Message], ...] = (
    (re.compile("11[6-9]"), message("a service of the carriers (enquiries, faults)")),
    (re.compile("1022"), message("the province's information service")),
    (re.compile("1900[0-9]{4,6}"), message("a premium number: the caller pays more")),
    (re.compile("1800[0-9]{4,6}"), message("a number that is free to the caller")),
    (re.compile("1[0-9]{2,5}"), message("a short number of a service")),
    (re.compile("69[0-9]{5,8}"), message("the network of defence and police (069)")),
    (re.compile("80[0-9]{5,7}"), message("the network of party and government (080)")),
)

_BEGINS_A_SERVICE = re.compile("10|11[1-9]|18|19")

KIND_OF_NUMBER_WORDS: Mapping[NumberKind, Message] = MappingProxyType(
    {
        NumberKind.FIXED: message("fixed"),
        NumberKind.MOBILE: message("mobile"),
        NumberKind.SERVICE: message("service number"),
    }
)


def service_of(significant: str) -> Message | None:
    """What the number (national, without a 0 in front) is for; None: it is a subscriber's."""
    if significant in EMERGENCY:
        return EMERGENCY[significant]
    return next((what for pattern, what in _SERVICES if pattern.fullmatch(significant)), None)


def reaches_a_service(prefix: str) -> bool:
    """Whether these digits in front of a national number are a service's, at once or behind an outside line's digit.

    An exchange connects as soon as a number is whole: 113 in front of a number is a call to the police.
    """
    parts = re.split("[^0-9]+", prefix)
    return any(_BEGINS_A_SERVICE.match(digits + "0") for part in parts for digits in (part, part[1:]))


def kind_of(e164: str) -> NumberKind:
    """Fixed, mobile or service, of a number of Vietnam in E.164."""
    significant = e164.removeprefix("+84")
    if service_of(significant) is not None:
        return NumberKind.SERVICE
    return NumberKind.FIXED if area_of(significant) is not None else NumberKind.MOBILE


def may_be_called(e164: str) -> bool:
    """Whether a machine may call it: a fixed or mobile subscriber of Vietnam, and nothing else."""
    return e164.startswith("+84") and kind_of(e164) is not NumberKind.SERVICE
