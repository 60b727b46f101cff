"""Linux: the default routes as the kernel writes them in /proc/net. Needs no tool and no permission."""

import ipaddress
import sys
from pathlib import Path

from kontum_netcheck.net.link.facts import DefaultRoute

_RTF_UP, _RTF_GATEWAY, _RTF_REJECT = 0x1, 0x2, 0x200
_ATF_COM = 0x2  # linux/if_arp.h: whoever has the address is known


def default_routes() -> tuple[DefaultRoute, ...]:
    """The best default route of each family; none where /proc isn't there or has no route."""
    found = (
        parse_ipv4(_read(Path("/proc/net/route"))),
        parse_ipv6(_read(Path("/proc/net/ipv6_route"))),
    )
    return tuple(route for route in found if route is not None)


def parse_ipv4(text: str) -> DefaultRoute | None:
    """The default route with the lowest metric in /proc/net/route, whose addresses are in host byte order."""
    best: tuple[int, DefaultRoute] | None = None
    for line in text.splitlines()[1:]:
        fields = line.split()
        if len(fields) < 8 or fields[1] != "00000000" or fields[7] != "00000000":
            continue
        flags, metric = int(fields[3], 16), int(fields[6])
        if not flags & _RTF_UP or flags & _RTF_REJECT or (best and best[0] <= metric):
            continue
        address = ipaddress.IPv4Address(int(fields[2], 16).to_bytes(4, sys.byteorder))
        best = metric, DefaultRoute(4, str(address) if flags & _RTF_GATEWAY else None, fields[0])
    return best and best[1]


def parse_ipv6(text: str) -> DefaultRoute | None:
    """The same for /proc/net/ipv6_route, whose "unreachable" entries (RTF_REJECT, on lo) are no way out.

    A link-local gateway gets its zone (fe80::1%eth0): without it nobody can send to it.
    """
    best: tuple[int, DefaultRoute] | None = None
    for line in text.splitlines():
        fields = line.split()
        if len(fields) < 10 or fields[0] != "0" * 32 or fields[1] != "00":
            continue
        metric, flags, interface = int(fields[5], 16), int(fields[8], 16), fields[9]
        if not flags & _RTF_UP or flags & _RTF_REJECT or (best and best[0] <= metric):
            continue
        address = ipaddress.IPv6Address(int(fields[4], 16))
        zone = f"%{interface}" if address.is_link_local else ""
        gateway = f"{address}{zone}" if flags & _RTF_GATEWAY else None
        best = metric, DefaultRoute(6, gateway, interface)
    return best and best[1]


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except OSError:
        return ""


def carrier_changes_count(interface: str) -> int:
    """How often a cable or Wi-Fi came or went since the interface was made; 0 where the kernel doesn't say."""
    if "/" in interface:
        return 0
    text = _read(Path("/sys/class/net", interface, "carrier_changes")).strip()
    return int(text) if text.isdecimal() else 0


def missing_neighbours() -> frozenset[str]:
    """The IPv4 addresses that were looked for on the cable and not found; none where /proc isn't there."""
    return parse_missing_neighbours(_read(Path("/proc/net/arp")))


def parse_missing_neighbours(arp_table: str) -> frozenset[str]:
    """The addresses in /proc/net/arp whose owner is not known (flags 0x0)."""
    rows = [line.split() for line in arp_table.splitlines()[1:]]
    return frozenset(row[0] for row in rows if len(row) > 3 and int(row[2], 16) & _ATF_COM == 0)
