"""ICMP echo packets to and from bytes (RFC 792, RFC 4443). Pure; whatever arrives may be garbage."""

import struct
from typing import NamedTuple

from kontum_netcheck.model import Cause

ECHO_HEADER = struct.Struct("!BBHHH")  # type, code, checksum, identifier, sequence
COOKIE_BYTES = 6  # random, a burst's own: nobody else can have sent this reply
SEALED_ECHO = struct.Struct(
    f"!BBHHH{COOKIE_BYTES}sH"
)  # and the echo's number within its burst; padding follows
SEAL_BYTES = COOKIE_BYTES + 2
_IPV4_MIN_HEADER_BYTES = 20
_IPV6_HEADER_BYTES = 40
_ICMPV6_NEXT_HEADER = 58
_ICMPV4_PROTOCOL = 1


class Family(NamedTuple):
    """The numbers in which ICMP differs between IPv4 and IPv6."""

    version: int
    echo_request: int
    echo_reply: int
    error_types: frozenset[int]


IPV4 = Family(4, 8, 0, frozenset({3, 11, 12}))
IPV6 = Family(6, 128, 129, frozenset({1, 2, 3, 4}))


class Refused(NamedTuple):
    """An ICMP error, and the echo that it is about."""

    type: int
    code: int
    identifier: int
    sequence: int
    destination: bytes  # packed address that the echo was sent to
    payload: bytes  # as much of the echo's payload as came back
    mtu_bytes: int  # of the link that an echo was too large for, where the error is about that; 0: not told


def ones_sum(data: bytes) -> int:
    """The sum of 16-bit words that the Internet checksum (RFC 1071) is the complement of, not yet folded."""
    if len(data) % 2:
        data += b"\0"
    return int.from_bytes(data, "big") % 0xFFFF


def checksum(message: bytes) -> int:
    """The Internet checksum (RFC 1071) of a message whose checksum field is zero."""
    return ~ones_sum(message) & 0xFFFF


def echo_request(
    family: Family,
    identifier: int,
    sequence: int,
    cookie: bytes,
    number: int,
    padding: bytes,
    payload_sum: int,
) -> bytes:
    """An echo request with its checksum; `payload_sum` is the `ones_sum` of cookie and padding.

    For ICMPv6 the kernel writes its own checksum over it, on Linux datagram sockets for ICMPv4 too.
    """
    total = payload_sum + (family.echo_request << 8) + identifier + sequence + number
    header = SEALED_ECHO.pack(
        family.echo_request, 0, 0xFFFF - total % 0xFFFF, identifier, sequence, cookie, number
    )
    return header + padding


def without_ipv4_header(packet: bytes) -> bytes:
    """The ICMP message in an IPv4 packet, as raw sockets deliver it; empty where it is too short."""
    if len(packet) < _IPV4_MIN_HEADER_BYTES:
        return b""
    return packet[(packet[0] & 0x0F) * 4 :]


def parse_refusal(family: Family, message: bytes) -> Refused | None:
    """The ICMP error in `message`, if it is one and is about an echo request; else None."""
    if len(message) < 8 or message[0] not in family.error_types:
        return None
    inner = _quoted_echo(family, message[8:])
    if inner is None:
        return None
    destination, echo = inner
    if len(echo) < ECHO_HEADER.size or echo[0] != family.echo_request:
        return None
    _, _, _, identifier, sequence = ECHO_HEADER.unpack_from(echo)
    payload, mtu_bytes = echo[ECHO_HEADER.size :], _told_mtu_bytes(family, message)
    return Refused(message[0], message[1], identifier, sequence, destination, payload, mtu_bytes)


def _told_mtu_bytes(family: Family, message: bytes) -> int:
    """The next link's MTU, by RFC 1191 or RFC 4443."""
    if not is_too_large(family, message[0], message[1]):
        return 0
    return int.from_bytes(message[6:8] if family.version == 4 else message[4:8], "big")


def is_too_large(family: Family, icmp_type: int, code: int) -> bool:
    """Whether an ICMP error says that the packet was too large for a link."""
    return (icmp_type, code) == (3, 4) if family.version == 4 else icmp_type == 2


def is_time_exceeded(family: Family, icmp_type: int) -> bool:
    """Whether an ICMP error comes from a router where the packet's time to live ended."""
    return (family.version, icmp_type) in {(4, 11), (6, 3)}


def _quoted_echo(family: Family, quoted: bytes) -> tuple[bytes, bytes] | None:
    """Destination address and ICMP message of the IP packet that an ICMP error quotes."""
    if family.version == 4:
        if len(quoted) < _IPV4_MIN_HEADER_BYTES or quoted[9] != _ICMPV4_PROTOCOL:
            return None
        return quoted[16:20], without_ipv4_header(quoted)
    if len(quoted) < _IPV6_HEADER_BYTES or quoted[6] != _ICMPV6_NEXT_HEADER:
        return None
    return quoted[24:40], quoted[_IPV6_HEADER_BYTES:]


_UNREACHABLE_V4 = {
    0: (Cause.NETWORK_UNREACHABLE, "network unreachable"),
    1: (Cause.HOST_UNREACHABLE, "host unreachable"),
    2: (Cause.REFUSED, "protocol unreachable"),
    3: (Cause.REFUSED, "port unreachable"),
    4: (Cause.TOO_LARGE, "packet too large for the path"),
    6: (Cause.NETWORK_UNREACHABLE, "network unknown"),
    7: (Cause.HOST_UNREACHABLE, "host unknown"),
    9: (Cause.PROHIBITED, "network administratively prohibited"),
    10: (Cause.PROHIBITED, "host administratively prohibited"),
    11: (Cause.NETWORK_UNREACHABLE, "network unreachable for this type of service"),
    13: (Cause.PROHIBITED, "communication administratively prohibited"),
}
_UNREACHABLE_V6 = {
    0: (Cause.NETWORK_UNREACHABLE, "no route to destination"),
    1: (Cause.PROHIBITED, "communication administratively prohibited"),
    2: (Cause.NETWORK_UNREACHABLE, "beyond scope of source address"),
    3: (Cause.HOST_UNREACHABLE, "address unreachable"),
    4: (Cause.REFUSED, "port unreachable"),
    5: (Cause.PROHIBITED, "source address failed ingress or egress policy"),
    6: (Cause.PROHIBITED, "reject route to destination"),
}


def meaning(family: Family, icmp_type: int, code: int) -> tuple[Cause, str]:
    """What an ICMP error says, as a cause and in the words of RFC 792, RFC 1812 and RFC 4443."""
    unknown = (Cause.HOST_UNREACHABLE, f"destination unreachable (code {code})")
    if family.version == 4 and icmp_type == 3:
        return _UNREACHABLE_V4.get(code, unknown)
    if family.version == 6 and icmp_type == 1:
        return _UNREACHABLE_V6.get(code, unknown)
    if is_too_large(family, icmp_type, code):
        return Cause.TOO_LARGE, "packet too large for the path"
    if is_time_exceeded(family, icmp_type):
        return Cause.HOST_UNREACHABLE, "time to live exceeded in transit"
    return Cause.BAD_REPLY, f"parameter problem (type {icmp_type}, code {code})"
