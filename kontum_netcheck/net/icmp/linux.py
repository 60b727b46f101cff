"""What Linux offers for echoes beyond the socket module: stamps, drop counters, filters, the error queue."""

import contextlib
import socket
import struct
import sys
from collections.abc import Iterable
from typing import NamedTuple

from kontum_netcheck.net.icmp.packets import IPV4, Family, is_too_large
from kontum_netcheck.net.icmp.series import Method

HERE = sys.platform == "linux"

# asm-generic/socket.h
SO_RCVBUFFORCE = 33
SO_TIMESTAMPNS = 35
SO_TIMESTAMPING = 37
SO_RXQ_OVFL = 40
_SO_MEMINFO, _MEMINFO_DROPS, _MEMINFO_WORDS = 55, 8, 9
# linux/net_tstamp.h
_TX_SOFTWARE, _SOFTWARE, _OPT_ID, _OPT_TSONLY = 1 << 1, 1 << 4, 1 << 7, 1 << 11
# linux/icmp.h, linux/icmpv6.h, linux/in.h, linux/in6.h, linux/errqueue.h
_SOL_RAW, _ICMP_FILTER = 255, 1
_SOL_ICMPV6, _ICMPV6_FILTER = 58, 1
_IP_RECVERR, _IPV6_RECVERR = 11, 25
MSG_ERRQUEUE = 0x2000
FROM_TIMESTAMPING = 4  # SO_EE_ORIGIN_TIMESTAMPING
_FROM_ROUTERS = frozenset({2, 3})  # SO_EE_ORIGIN_ICMP, SO_EE_ORIGIN_ICMP6; 1 would be this machine itself

_EXTENDED_ERROR = struct.Struct("=IBBBBII")  # sock_extended_err; the offender's sockaddr follows
_TIMESPEC = struct.Struct("@ll")
_RECEIVE_BUFFER_BYTES = 8 << 20


class QueuedError(NamedTuple):
    """An ICMP error about an echo of ours, as Linux queues it on a datagram socket."""

    type: int
    code: int
    echo: bytes  # the echo request, as much of it as came back
    destination: str
    reporter: str
    mtu_bytes: int  # that the router told, where the echo was too large; 0: none
    stamp_ns: int  # CLOCK_REALTIME of the error's coming; 0: none


def prepare(sock: socket.socket, family: Family, method: Method) -> None:
    """Ask for stamps, drop counts, a large buffer, and only for packets that can be about our echoes."""
    with contextlib.suppress(OSError):  # needs CAP_NET_ADMIN; the size already asked for stays
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, _RECEIVE_BUFFER_BYTES)
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    sock.setsockopt(socket.SOL_SOCKET, SO_RXQ_OVFL, 1)
    if method is Method.ICMP_RAW:
        _filter(sock, family)
    elif method is Method.ICMP_DATAGRAM:
        level, option = error_option(family)
        sock.setsockopt(level, option, 1)


def dropped_count(sock: socket.socket) -> int | None:
    """Packets that found the receive buffer full so far; None from a kernel before 4.12.

    SO_RXQ_OVFL tells only with a packet that came later, so never of the last ones dropped, and on a datagram
    ICMP socket it never tells at all. Of a raw one some kernels (6.18) count each drop twice.
    """
    try:
        counts = sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, 4 * _MEMINFO_WORDS)
    except OSError:
        return None
    return int(struct.unpack_from("=I", counts, 4 * _MEMINFO_DROPS)[0])


def error_option(family: Family) -> tuple[int, int]:
    """Level and name of the option, and of the control messages, by which errors are queued."""
    return (socket.IPPROTO_IP, _IP_RECVERR) if family is IPV4 else (socket.IPPROTO_IPV6, _IPV6_RECVERR)


def _filter(sock: socket.socket, family: Family) -> None:
    """Block all types (a bit each) but echo replies and errors, so that other traffic doesn't wake us."""
    wanted = {family.echo_reply, *family.error_types}
    if family is IPV4:
        blocked = 0xFFFFFFFF & ~sum(1 << icmp_type for icmp_type in wanted)
        sock.setsockopt(_SOL_RAW, _ICMP_FILTER, struct.pack("=I", blocked))
    else:
        words = [0xFFFFFFFF] * 8
        for icmp_type in wanted:
            words[icmp_type // 32] &= ~(1 << icmp_type % 32)
        sock.setsockopt(_SOL_ICMPV6, _ICMPV6_FILTER, struct.pack("=8I", *words))


def stamp_sends(sock: socket.socket) -> None:
    """Have the kernel stamp each packet as its driver takes it, and put the stamp into the error queue."""
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, _TX_SOFTWARE | _SOFTWARE | _OPT_ID | _OPT_TSONLY)


def queued_error(
    family: Family, echo: bytes, ancillary: Iterable[tuple[int, int, bytes]], destination: str
) -> QueuedError | None:
    """What an entry of the error queue says; None for one that no router sent."""
    ancillary = list(ancillary)
    wanted = error_option(family)
    stamp_ns = stamp_in(ancillary)
    for level, kind, data in ancillary:
        if (level, kind) == wanted and len(data) >= _EXTENDED_ERROR.size:
            _, origin, icmp_type, code, _, info, _ = _EXTENDED_ERROR.unpack_from(data)
            if origin in _FROM_ROUTERS:
                mtu_bytes = info if is_too_large(family, icmp_type, code) else 0
                reporter = address_in(data[_EXTENDED_ERROR.size :])
                return QueuedError(icmp_type, code, echo, destination, reporter, mtu_bytes, stamp_ns)
    return None


def stamp_in(ancillary: Iterable[tuple[int, int, bytes]]) -> int:
    """The stamp among control messages, in ns of CLOCK_REALTIME; 0 without one."""
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
            seconds, nanoseconds = _TIMESPEC.unpack_from(data)
            return int(seconds) * 1_000_000_000 + int(nanoseconds)
    return 0


def is_send_stamp(family: Family, ancillary: Iterable[tuple[int, int, bytes]]) -> bool:
    """Whether an entry of the error queue is no error, but the stamp of a packet sent."""
    wanted = error_option(family)
    return any(
        (level, kind) == wanted and len(data) > 4 and data[4] == FROM_TIMESTAMPING
        for level, kind, data in ancillary
    )


def address_in(sockaddr: bytes) -> str:
    """The address in a sockaddr_in or sockaddr_in6; empty where it is neither."""
    (family,) = struct.unpack_from("=H", sockaddr)
    if family == socket.AF_INET:
        return socket.inet_ntop(socket.AF_INET, sockaddr[4:8])
    if family == socket.AF_INET6:
        return socket.inet_ntop(socket.AF_INET6, sockaddr[8:24])
    return ""
