"""The structures of Windows' ipexport.h. They exist on any system, so that their sizes are tested everywhere."""

import ctypes
import ipaddress

_AF_INET6 = 23  # Windows' number


class OptionInformation(ctypes.Structure):
    """IP_OPTION_INFORMATION."""

    _fields_ = (
        ("ttl", ctypes.c_uint8),
        ("tos", ctypes.c_uint8),
        ("flags", ctypes.c_uint8),
        ("options_size", ctypes.c_uint8),
        ("options_data", ctypes.c_void_p),
    )


class EchoReply(ctypes.Structure):
    """ICMP_ECHO_REPLY."""

    _fields_ = (
        ("address", ctypes.c_uint8 * 4),
        ("status", ctypes.c_uint32),
        ("round_trip_time", ctypes.c_uint32),
        ("data_size", ctypes.c_uint16),
        ("reserved", ctypes.c_uint16),
        ("data", ctypes.c_void_p),
        ("options", OptionInformation),
    )


class AddressV6(ctypes.Structure):
    """IPV6_ADDRESS_EX, which is packed."""

    _pack_ = 1
    _fields_ = (
        ("port", ctypes.c_uint16),
        ("flow_info", ctypes.c_uint32),
        ("address", ctypes.c_uint8 * 16),
        ("scope_id", ctypes.c_uint32),
    )


class EchoReplyV6(ctypes.Structure):
    """ICMPV6_ECHO_REPLY; the data follow it."""

    _fields_ = (("address", AddressV6), ("status", ctypes.c_uint32), ("round_trip_time", ctypes.c_uint32))


class SocketAddressV6(ctypes.Structure):
    """SOCKADDR_IN6 of Windows."""

    _fields_ = (
        ("family", ctypes.c_uint16),
        ("port", ctypes.c_uint16),
        ("flow_info", ctypes.c_uint32),
        ("address", ctypes.c_uint8 * 16),
        ("scope_id", ctypes.c_uint32),
    )


def socket_address_v6(address: str | None) -> SocketAddressV6:
    """A SOCKADDR_IN6; None is any address. A scope must be a number, as Windows writes it."""
    parsed = ipaddress.IPv6Address(address or "::")
    scope = parsed.scope_id or ""
    return SocketAddressV6(
        _AF_INET6, 0, 0, (ctypes.c_uint8 * 16)(*parsed.packed), int(scope) if scope.isdecimal() else 0
    )
