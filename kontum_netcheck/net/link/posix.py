"""Linux, macOS, the BSDs: interfaces by getifaddrs(3), which the standard library doesn't offer."""

import ctypes
import ipaddress
import socket
import sys
from collections.abc import Iterator

from kontum_netcheck.net.link import linux
from kontum_netcheck.net.link.facts import Interface

_IFF_UP, _IFF_LOOPBACK, _IFF_RUNNING = 0x1, 0x8, 0x40


class IfAddrs(ctypes.Structure):
    """The head of `struct ifaddrs`, the same on all of these systems; what follows isn't needed."""


IfAddrs._fields_ = [
    ("next", ctypes.POINTER(IfAddrs)),
    ("name", ctypes.c_char_p),
    ("flags", ctypes.c_uint),
    ("address", ctypes.c_void_p),
]


def interfaces() -> tuple[Interface, ...]:
    """All interfaces with their addresses, in the kernel's order; none where the system refuses to tell."""
    libc = ctypes.CDLL(None, use_errno=True)
    head = ctypes.POINTER(IfAddrs)()
    if libc.getifaddrs(ctypes.byref(head)) != 0:
        return ()
    try:
        return _gathered(_nodes(head))
    finally:
        libc.freeifaddrs(head)


def address_in(sockaddr: bytes, *, has_length_byte: bool) -> str | None:
    """The IP address in a `struct sockaddr` of 28 bytes; None for other families.

    The BSDs put a length byte before a family byte; Linux has a family of two bytes.
    """
    family = sockaddr[1] if has_length_byte else int.from_bytes(sockaddr[:2], sys.byteorder)
    if family == socket.AF_INET:
        return str(ipaddress.IPv4Address(sockaddr[4:8]))
    if family == socket.AF_INET6:
        return str(ipaddress.IPv6Address(sockaddr[8:24]))
    return None


def _nodes(node: "ctypes._Pointer[IfAddrs]") -> Iterator[tuple[str, int, str | None]]:
    has_length_byte = sys.platform != "linux"
    while node:
        entry = node.contents
        address = None
        if entry.address:
            # The shortest sockaddr has 16 bytes; the rest is read only where the family promises it.
            head = ctypes.string_at(entry.address, 16)
            is_ipv6 = (head[1] if has_length_byte else head[0]) == socket.AF_INET6
            raw = ctypes.string_at(entry.address, 28) if is_ipv6 else head
            address = address_in(raw, has_length_byte=has_length_byte)
        yield entry.name.decode("utf-8", "replace"), entry.flags, address
        node = entry.next


def _gathered(nodes: Iterator[tuple[str, int, str | None]]) -> tuple[Interface, ...]:
    flags_of: dict[str, int] = {}
    addresses_of: dict[str, list[str]] = {}
    for name, flags, address in nodes:
        flags_of[name] = flags
        addresses_of.setdefault(name, []).extend([address] if address else [])
    return tuple(
        Interface(
            name,
            up=bool(flags & _IFF_UP and flags & _IFF_RUNNING),
            loopback=bool(flags & _IFF_LOOPBACK),
            addresses=tuple(addresses_of[name]),
            carrier_changes_count=linux.carrier_changes_count(name) if sys.platform == "linux" else 0,
        )
        for name, flags in flags_of.items()
    )
