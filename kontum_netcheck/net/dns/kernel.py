"""What the Linux kernel tells of packets: when one came, which was refused on the way, how many were dropped.

Elsewhere, nothing: then times are taken when the program looks, and a closed port is seen as a timeout.
"""

import contextlib
import os
import socket
import struct
import sys
import time
from dataclasses import dataclass

AncillaryData = list[tuple[int, int, bytes]]

ANCILLARY_BYTES = 512

_SO_TIMESTAMPNS = 35  # asm-generic/socket.h; a struct timespec of the real-time clock
_SO_MEMINFO = 55  # an array of u32; sock_diag.h
_DROPS_INDEX = 8  # SK_MEMINFO_DROPS
_IP_RECVERR = 11  # linux/in.h
_IPV6_RECVERR = 25  # linux/in6.h
_MSG_ERRQUEUE = 0x2000
_TIMESPEC = struct.Struct("@ll")
_MEMINFO = struct.Struct("@9I")
_EXTENDED_ERROR = struct.Struct("@IBBBxII")  # linux/errqueue.h: errno, origin, type, code, pad, info, data
_ON_LINUX = sys.platform == "linux"
_QUOTED_BYTES = 1500


@dataclass(frozen=True, slots=True)
class Refused:
    """A router or host refused one of our packets."""

    error: OSError
    server: tuple[str, int]  # where the packet was meant to go
    quoted: bytes  # the start of what we sent; routers may quote nothing of it


def stamp_arrivals(sock: socket.socket) -> None:
    """Have the kernel note when packets come."""
    _switch_on(sock, socket.SOL_SOCKET, _SO_TIMESTAMPNS)


def keep_refusals(sock: socket.socket) -> None:
    """Have the kernel keep the ICMP errors of an unconnected UDP socket."""
    _switch_on(sock, *_error_option(sock))


def acknowledge_at_once(sock: socket.socket) -> None:
    """Have the kernel acknowledge what comes next over TCP without delay; it forgets that after a while."""
    if _ON_LINUX:
        _switch_on(sock, socket.IPPROTO_TCP, socket.TCP_QUICKACK)


def _switch_on(sock: socket.socket, level: int, option: int) -> None:
    if _ON_LINUX:
        with contextlib.suppress(OSError):  # a kernel without it: as elsewhere
            sock.setsockopt(level, option, 1)


def dropped_count(sock: socket.socket) -> int:
    """How many packets the kernel has thrown away because this socket had no room for them; 0 if unknown."""
    if not _ON_LINUX:
        return 0
    try:
        info = sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size)
    except OSError:
        return 0
    return int(_MEMINFO.unpack(info)[_DROPS_INDEX]) if len(info) == _MEMINFO.size else 0


def arrival(ancillary: AncillaryData) -> float | None:
    """When the packet came, on the clock of perf_counter, in seconds; None where the kernel doesn't say.

    The kernel stamps with the real-time clock; only the short age of the stamp is used, so that a clock step
    matters only if it falls between arrival and reading, and then the stamp says nothing.
    """
    now, now_ns = time.perf_counter(), time.time_ns()
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(data) >= _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack_from(data)
            age_s = (now_ns - seconds * 1_000_000_000 - nanoseconds) / 1e9
            return now - age_s if 0 <= age_s < 60 else None
    return None


def read_refusals(sock: socket.socket) -> list[Refused]:
    """Empty the socket's error queue."""
    refusals: list[Refused] = []
    if not _ON_LINUX:
        return refusals
    with contextlib.suppress(BlockingIOError):
        while True:
            quoted, ancillary, _, server = sock.recvmsg(_QUOTED_BYTES, ANCILLARY_BYTES, _MSG_ERRQUEUE)
            refusals.extend(
                Refused(error, server[:2], quoted)
                for data in _errors(sock, ancillary)
                if (error := _error(data))
            )
    return refusals


def _error_option(sock: socket.socket) -> tuple[int, int]:
    if sock.family == socket.AF_INET6:
        return socket.IPPROTO_IPV6, _IPV6_RECVERR
    return socket.IPPROTO_IP, _IP_RECVERR


def _errors(sock: socket.socket, ancillary: AncillaryData) -> list[bytes]:
    wanted = _error_option(sock)
    return [data for level, kind, data in ancillary if (level, kind) == wanted]


def _error(data: bytes) -> OSError | None:
    """The error, with the address of who said so in its text."""
    if len(data) < _EXTENDED_ERROR.size:
        return None
    number = _EXTENDED_ERROR.unpack_from(data)[0]
    offender = data[_EXTENDED_ERROR.size :]
    family = int.from_bytes(offender[:2], sys.byteorder)
    text = os.strerror(number)
    if family == socket.AF_INET and len(offender) >= 8:
        text += f" (said by {socket.inet_ntop(socket.AF_INET, offender[4:8])})"
    elif family == socket.AF_INET6 and len(offender) >= 24:
        text += f" (said by {socket.inet_ntop(socket.AF_INET6, offender[8:24])})"
    return OSError(number, text)
