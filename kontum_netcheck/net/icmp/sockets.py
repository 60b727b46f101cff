"""The way of pinging by sockets of our own: one a family for all hosts, served by one thread."""

import asyncio
import os
import socket
from collections.abc import Iterator

from icmplib.exceptions import (  # type: ignore[import-untyped]
    ICMPSocketError,
    SocketAddressError,
    SocketPermissionError,
)
from icmplib.sockets import ICMPv4Socket, ICMPv6Socket  # type: ignore[import-untyped]

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.icmp import linux_slots
from kontum_netcheck.net.icmp.burst import Burst
from kontum_netcheck.net.icmp.echo_thread import EchoThread
from kontum_netcheck.net.icmp.linux_wire import LinuxWire
from kontum_netcheck.net.icmp.packets import COOKIE_BYTES, IPV4, Family
from kontum_netcheck.net.icmp.series import EchoPlan, EchoSeries, Method
from kontum_netcheck.net.icmp.wire import Peer, Wire

Future = asyncio.Future[EchoSeries | Failure]

_COOKIES_AT_ONCE = 256


def open_wire(
    family: Family, source_address: str | None = None, *, stamps_sends: bool = False
) -> Wire | None:
    """An ICMP socket: datagram if this machine lets us, else raw; None where both are forbidden or unknown.

    `stamps_sends`: the kernel is to say when each echo went, too, where it can; that costs about 10 µs an echo.

    Raises CannotMeasure where the source address isn't one of this machine.
    """
    kind = ICMPv4Socket if family is IPV4 else ICMPv6Socket
    for method in (Method.ICMP_DATAGRAM, Method.ICMP_RAW):
        try:
            opened = kind(source_address, privileged=method is Method.ICMP_RAW)
        except SocketPermissionError:
            continue
        except SocketAddressError as error:
            raise CannotMeasure(Failure(Stage.SOCKET, Cause.NO_LOCAL_ADDRESS, str(error))) from error
        except ICMPSocketError:  # no such protocol here: IPv6 is off, or an old kernel
            continue
        wire = _wire(opened.sock.dup(), family, method, stamps_sends=stamps_sends)
        opened.close()
        return wire
    return None


def open_lab_wire(loopback_address: str) -> Wire:
    """A UDP socket on which a lab's responder answers the same packets."""
    is_ipv6 = ":" in loopback_address
    sock = socket.socket(socket.AF_INET6 if is_ipv6 else socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((loopback_address, 0))
    return _wire(sock, IPV4, Method.LAB_UDP)


def _wire(sock: socket.socket, family: Family, method: Method, *, stamps_sends: bool = False) -> Wire:
    if linux_slots.POSSIBLE:
        return LinuxWire(sock, family, method, stamps_sends=stamps_sends)
    return Wire(sock, family, method)


class EchoSocket:
    """Pings through one wire. Several may share a thread, which must outlive them."""

    def __init__(self, wire: Wire, thread: "SharedThread") -> None:
        self._wire = wire
        self._thread = thread
        self._cookies = _cookies()

    @property
    def method(self) -> Method:
        """Datagram, raw, or the lab's UDP."""
        return self._wire.method

    def ping(self, address: str, plan: EchoPlan) -> Future:
        """Send a burst to an address; who cancels the future ends it."""
        return self._start(address, self._wire.peer(address), plan)

    def ping_detour(self, address: str, detour: tuple[str, int], plan: EchoPlan) -> Future:
        """Send a burst to the lab's responder that stands in for the address."""
        return self._start(address, self._wire.peer(*detour), plan)

    def _start(self, address: str, peer: Peer, plan: EchoPlan) -> Future:
        future: Future = asyncio.get_running_loop().create_future()
        self._thread.get().submit(Burst(self._wire, address, peer, plan, next(self._cookies), future))
        return future

    async def close(self) -> None:
        """Close the socket; the thread must have ended."""
        self._wire.close()


def _cookies() -> Iterator[bytes]:
    """Random bytes that nobody can guess, without asking the system each time."""
    while True:
        pool = os.urandom(_COOKIES_AT_ONCE * COOKIE_BYTES)
        for at in range(0, len(pool), COOKIE_BYTES):
            yield pool[at : at + COOKIE_BYTES]


class SharedThread:
    """The pinger's thread, started when first needed."""

    def __init__(self, max_pps: int) -> None:
        self._max_pps = max_pps
        self._thread: EchoThread | None = None

    def get(self) -> EchoThread:
        """The running thread."""
        if self._thread is None:
            self._thread = EchoThread(self._max_pps)
        return self._thread

    @property
    def straggler_counts(self) -> dict[str, int]:
        """By address: replies that came when their burst's result was already given."""
        return self._thread.straggler_counts if self._thread is not None else {}

    async def close(self) -> None:
        """End it, if it ever started."""
        if self._thread is not None:
            await asyncio.to_thread(self._thread.close)
            self._thread = None
