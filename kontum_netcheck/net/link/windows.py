"""Windows: interfaces and gateways by GetAdaptersAddresses (iphlpapi), in any language of Windows.

Only the call itself needs Windows; the reading of its structures is tested everywhere.
"""

import ctypes
import ipaddress
import sys
from collections.abc import Iterator

from kontum_netcheck.net.link.facts import DefaultRoute, Interface

_AF_INET, _AF_INET6 = 2, 23
_SKIP_ANYCAST, _SKIP_MULTICAST, _SKIP_DNS, _INCLUDE_GATEWAYS = 0x2, 0x4, 0x8, 0x80
_BUFFER_OVERFLOW = 111
_LOOPBACK_TYPE, _OPER_STATUS_UP = 24, 1


class AddressNode(ctypes.Structure):
    """The common head of IP_ADAPTER_UNICAST_ADDRESS, …_GATEWAY_ADDRESS: 32 bytes on 64-bit Windows."""


AddressNode._fields_ = [
    ("length", ctypes.c_uint32),
    ("flags", ctypes.c_uint32),
    ("next", ctypes.POINTER(AddressNode)),
    ("sockaddr", ctypes.c_void_p),
    ("sockaddr_length", ctypes.c_int32),
]


class Adapter(ctypes.Structure):
    """IP_ADAPTER_ADDRESSES_LH up to its gateways (iptypes.h)."""


Adapter._fields_ = [
    ("length", ctypes.c_uint32),
    ("index", ctypes.c_uint32),
    ("next", ctypes.POINTER(Adapter)),
    ("adapter_name", ctypes.c_char_p),
    ("unicast", ctypes.POINTER(AddressNode)),
    ("anycast", ctypes.c_void_p),
    ("multicast", ctypes.c_void_p),
    ("dns_servers", ctypes.c_void_p),
    ("dns_suffix", ctypes.c_void_p),
    ("description", ctypes.c_void_p),
    ("friendly_name", ctypes.c_wchar_p),
    ("physical_address", ctypes.c_uint8 * 8),
    ("physical_address_length", ctypes.c_uint32),
    ("adapter_flags", ctypes.c_uint32),
    ("mtu", ctypes.c_uint32),
    ("type", ctypes.c_uint32),
    ("oper_status", ctypes.c_uint32),
    ("ipv6_index", ctypes.c_uint32),
    ("zone_indices", ctypes.c_uint32 * 16),
    ("prefixes", ctypes.c_void_p),
    ("transmit_bit_per_s", ctypes.c_uint64),
    ("receive_bit_per_s", ctypes.c_uint64),
    ("wins_servers", ctypes.c_void_p),
    ("gateways", ctypes.POINTER(AddressNode)),
    ("ipv4_metric", ctypes.c_uint32),
    ("ipv6_metric", ctypes.c_uint32),
]


def local() -> tuple[tuple[Interface, ...], tuple[DefaultRoute, ...]]:
    """The interfaces and the default routes; nothing where Windows refuses to tell."""
    if sys.platform != "win32":
        return (), ()
    ask = ctypes.WinDLL("iphlpapi").GetAdaptersAddresses
    flags = _SKIP_ANYCAST | _SKIP_MULTICAST | _SKIP_DNS | _INCLUDE_GATEWAYS
    size_bytes = ctypes.c_uint32(16 * 1024)
    for _attempt in range(3):  # adapters may appear between two calls
        buffer = ctypes.create_string_buffer(size_bytes.value)
        status = ask(0, flags, None, buffer, ctypes.byref(size_bytes))
        if status != _BUFFER_OVERFLOW:
            break
    if status != 0:
        return (), ()
    return read(ctypes.cast(buffer, ctypes.POINTER(Adapter)))


def read(first: "ctypes._Pointer[Adapter]") -> tuple[tuple[Interface, ...], tuple[DefaultRoute, ...]]:
    """Interfaces and the best default route of each family, from the chain that begins at `first`."""
    interfaces: list[Interface] = []
    routes: dict[int, tuple[int, DefaultRoute]] = {}
    for adapter in _chain(first):
        name = adapter.friendly_name or str(adapter.index)
        interfaces.append(
            Interface(
                name,
                up=adapter.oper_status == _OPER_STATUS_UP,
                loopback=adapter.type == _LOOPBACK_TYPE,
                addresses=tuple(_addresses(adapter.unicast)),
            )
        )
        for gateway in _addresses(adapter.gateways):
            family = 6 if ":" in gateway else 4
            metric = adapter.ipv6_metric if family == 6 else adapter.ipv4_metric
            if family not in routes or metric < routes[family][0]:
                zone = f"%{adapter.ipv6_index}" if gateway.startswith("fe80:") else ""
                routes[family] = metric, DefaultRoute(family, gateway + zone, name)
    return tuple(interfaces), tuple(routes[family][1] for family in sorted(routes))


def _chain(adapter: "ctypes._Pointer[Adapter]") -> Iterator[Adapter]:
    while adapter:
        yield adapter.contents
        adapter = adapter.contents.next


def _addresses(node: "ctypes._Pointer[AddressNode]") -> Iterator[str]:
    while node:
        entry = node.contents
        raw = ctypes.string_at(entry.sockaddr, entry.sockaddr_length) if entry.sockaddr else b""
        family = int.from_bytes(raw[:2], "little")
        if family == _AF_INET and len(raw) >= 8:
            yield str(ipaddress.IPv4Address(raw[4:8]))
        elif family == _AF_INET6 and len(raw) >= 24:
            yield str(ipaddress.IPv6Address(raw[8:24]))
        node = entry.next
