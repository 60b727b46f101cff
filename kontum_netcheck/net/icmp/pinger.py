"""Pings any number of hosts by the best way that this machine allows."""

import asyncio
import sys
from collections.abc import Awaitable
from functools import lru_cache
from typing import TYPE_CHECKING

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Message, Stage
from kontum_netcheck.net.icmp.ladder import ADVICE, best_without_sockets
from kontum_netcheck.net.icmp.packets import IPV4, IPV6, Family
from kontum_netcheck.net.icmp.path import Hop, Path
from kontum_netcheck.net.icmp.series import EchoPlan, EchoSeries, Method, Way
from kontum_netcheck.net.icmp.sockets import EchoSocket, SharedThread, open_lab_wire, open_wire
from kontum_netcheck.net.icmp.trace import trace

if TYPE_CHECKING:
    from kontum_netcheck.net.network import NetworkOptions

_TRACES_AT_ONCE = 8  # together they keep to the run's rate
_SHORTEST_GAP_S = 0.001
_STAMPED_PPS = 10_000  # up to here the kernel stamps what is sent too; beyond, that would cost too much


class Pinger:
    """Sends echoes to all hosts of a run: one socket a family, or the next best way. Close it after use."""

    def __init__(self, options: "NetworkOptions") -> None:
        self._options = options
        self._plan = lru_cache(EchoPlan)  # one object for all hosts that are echoed alike
        self._turn_to_trace = asyncio.Semaphore(_TRACES_AT_ONCE)
        self._thread = SharedThread(options.max_pps)
        self._ways: dict[int, Way] = {}  # by the Internet Protocol's version
        self._lab: dict[str, EchoSocket] = {}

    def ping(
        self, address: str, *, count: int, interval_s: float, timeout_s: float, payload_bytes: int
    ) -> Awaitable[EchoSeries | Failure]:
        """Echo an address (no name), from now on; to be awaited. Times in seconds.

        A Failure where nothing could be sent to there (no route); raises CannotMeasure where that is our
        fault.
        """
        plan = self._plan(count, interval_s, timeout_s, payload_bytes)
        if self._options.detours.table:
            detour = self._options.detours.of("icmp", address, 0)
            if detour is not None:
                return self._lab_way(detour).ping_detour(address, detour, plan)
        return self._way(IPV6 if ":" in address else IPV4).ping(address, plan)

    async def trace(self, address: str) -> Path | Failure:
        """Find the path to an address (no name) and its MTU, in about three seconds at most.

        A Failure where there is no route; raises CannotMeasure where this machine has no ICMP sockets for us.
        """
        if self._options.detours.of("icmp", address, 0) is not None:
            return await self._lab_path(address)
        family = IPV6 if ":" in address else IPV4
        async with self._turn_to_trace:
            source_address = self._source_address(family)
            wire = None
            if sys.platform != "win32":
                wire = open_wire(family, source_address, stamps_sends=True)
            if wire is None:
                raise CannotMeasure(Failure(Stage.SOCKET, Cause.NO_SOCKET, "a trace needs ICMP sockets"))
            max_pps = self._options.max_pps
            return await trace(
                wire, address, max(_SHORTEST_GAP_S, _TRACES_AT_ONCE / max_pps if max_pps else 0)
            )

    async def _lab_path(self, address: str) -> Path | Failure:
        """A lab's host stands at the other end of a single hop."""
        series = await self.ping(address, count=1, interval_s=0.1, timeout_s=1.0, payload_bytes=56)
        if isinstance(series, Failure):
            return series
        rtt_ms = series.rtts_ms[0]
        hops = (Hop(1, address, rtt_ms),) if rtt_ms is not None else ()
        return Path(address, series.method, hops, bool(hops))

    @property
    def straggler_counts(self) -> dict[str, int]:
        """By address: replies that came when their result was already given, so that no result tells of them.

        Those hosts live, but answer later than anybody waited. Ask before `close`.
        """
        return self._thread.straggler_counts

    @property
    def method(self) -> Method:
        """The way that IPv4 is pinged here; `lab-udp` where a lab stands in for the world."""
        if any(protocol == "icmp" for protocol, _, _ in self._options.detours.table):
            return Method.LAB_UDP
        return self._way(IPV4).method

    def describe(self) -> Message:
        """Which way of pinging works here, and what to do for a better one."""
        return ADVICE[self.method]

    async def close(self) -> None:
        """End the thread, close the sockets."""
        await self._thread.close()
        for way in (*self._ways.values(), *self._lab.values()):
            await way.close()
        self._ways.clear()
        self._lab.clear()

    def _way(self, family: Family) -> Way:
        """The best way for a family, found once."""
        way = self._ways.get(family.version)
        if way is None:
            way = self._ways[family.version] = self._best_way(family)
        return way

    def _best_way(self, family: Family) -> Way:
        source_address = self._source_address(family)
        if sys.platform != "win32":
            stamps_sends = 0 < self._options.max_pps <= _STAMPED_PPS
            wire = open_wire(family, source_address, stamps_sends=stamps_sends)
            if wire is not None:
                return EchoSocket(wire, self._thread)
        return best_without_sockets(family, source_address)

    def _source_address(self, family: Family) -> str | None:
        source_address = self._options.source_address
        if source_address is not None and (":" in source_address) != (family is IPV6):
            detail = f"the source address {source_address} is not an IPv{family.version} one"
            raise CannotMeasure(Failure(Stage.SOCKET, Cause.NO_LOCAL_ADDRESS, detail))
        return source_address

    def _lab_way(self, detour: tuple[str, int]) -> EchoSocket:
        loopback_address = detour[0]
        if loopback_address not in self._lab:
            self._lab[loopback_address] = EchoSocket(open_lab_wire(loopback_address), self._thread)
        return self._lab[loopback_address]
