"""One bandwidth test over HTTP: who answers there, the idle round trip, the load down, the load up."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.bandwidth.datagrams import Datagrams, exchange
from kontum_netcheck.net.bandwidth.echoes import Echoes
from kontum_netcheck.net.bandwidth.latency import Echo, median_rtt_ms, peak_rtt_ms
from kontum_netcheck.net.bandwidth.load import Direction, EndedBy, Load, LoadOrder
from kontum_netcheck.net.bandwidth.load_thread import LoadThread
from kontum_netcheck.net.bandwidth.plateau import StopRule
from kontum_netcheck.net.bandwidth.profile import Kind, Profile
from kontum_netcheck.net.bandwidth.recognition import Recognised, recognise
from kontum_netcheck.net.bandwidth.result import Speed, needed_bytes, speed_of
from kontum_netcheck.net.bandwidth.stream import Way
from kontum_netcheck.net.http.exchange import Request

if TYPE_CHECKING:
    from kontum_netcheck.net.network import Network

Watch = Callable[[str, Direction, float, int], None]
"""Called now and again, from another thread: target, direction, Mbit/s of the last sample, bytes used so far."""

_IDLE_COUNT, _ECHO_INTERVAL_S, _IDLE_MOST_S = 10, 0.02, 4.0
_SHARE_OF_FIRST = 0.5


@dataclass(frozen=True, slots=True)
class Order:
    """One test. `max_bytes` is for both directions together, `max_s` for each."""

    url: str
    kind: Kind | None = None  # None: find out
    directions: tuple[Direction, ...] = (Direction.DOWN, Direction.UP)
    streams_count: int = 4
    max_bytes: int = 50_000_000
    max_s: float = 8.0
    sample_s: float = 0.1
    stop_rule: StopRule = field(default_factory=StopRule)
    stall_s: float = 4.0
    idle_count: int = _IDLE_COUNT
    family: Any = None
    proxy: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    timeout_s: float = 10.0


@dataclass(slots=True)
class Measured:
    """What a test found out, as far as it came."""

    server: Recognised | None = None
    profile: Profile | None = None
    idle_rtt_ms: float | None = None
    datagrams: Datagrams | None = None  # None: the server echoes none
    loaded_rtt_ms: dict[Direction, float] = field(default_factory=dict)  # the median
    peak_rtt_ms: dict[Direction, float] = field(default_factory=dict)
    speeds: dict[Direction, Speed] = field(default_factory=dict)
    transferred_bytes: int = 0
    streams_count: int = 0
    duration_s: float = 0.0
    failure: Failure | None = None
    fault: Failure | None = None  # ours, or the server's that serves nobody: no fault of the line
    interrupted: bool = False


class BandwidthTest:
    """One test, from its first request on. What is known so far stands in `measured`, also when it is broken off."""

    def __init__(self, order: Order, network: "Network", watch: Watch | None = None) -> None:
        self.measured = Measured()
        self._order = order
        self._network = network
        self._watch = watch

    async def run(self) -> Measured:
        """Measure. Where the task is cancelled, what is known so far is returned, the bytes used among it."""
        began_s = perf_counter()
        try:
            await self._run()
        except CannotMeasure as fault:
            self.measured.fault = fault.failure
        except asyncio.CancelledError:
            self.measured.interrupted = True
        self.measured.duration_s = perf_counter() - began_s
        return self.measured

    async def _run(self) -> None:
        found = await recognise(self._order, self._network)
        self.measured.server = found
        self.measured.transferred_bytes = found.used_bytes
        if found.failure is not None:
            self.measured.failure = found.failure
            return
        assert found.profile is not None and found.way is not None
        self.measured.profile = found.profile
        self.measured.idle_rtt_ms = await self._idle(found.way, found.profile)
        await self._datagrams(found.profile)
        for direction in self._order.directions:
            if direction is Direction.UP and found.profile.upload is None:
                continue
            await self._load(direction, found.way, found.profile)
            if self.measured.failure or self.measured.fault:
                return

    async def _idle(self, way: Way, profile: Profile) -> float | None:
        """The round trip before any load; the first one, which finds everything cold, is left out."""
        echoes = self._echoes(way, profile, _ECHO_INTERVAL_S, self._order.idle_count + 1)
        echoes.start()
        try:
            await asyncio.to_thread(echoes.wait, _IDLE_MOST_S)
        finally:
            taken = await asyncio.shield(asyncio.to_thread(echoes.stop))
        return median_rtt_ms(taken[1:])

    async def _datagrams(self, profile: Profile) -> None:
        """Loss and jitter each way, before any load."""
        order = self._order
        if profile.kind is not Kind.OWN or order.proxy is not None:
            return
        request = Request(
            profile.base, headers=dict(order.headers), timeout_s=order.timeout_s, family=order.family
        )
        found = await exchange(request, profile.base, self._network)
        if found is not None:
            self.measured.datagrams = found
            self.measured.transferred_bytes += found.used_bytes

    @staticmethod
    def _echoes(way: Way, profile: Profile, interval_s: float, count: int | None = None) -> Echoes:
        url, is_head = profile.ping or profile.base, profile.ping is None
        return Echoes(way, url, is_head=is_head, interval_s=interval_s, count=count)

    async def _load(self, direction: Direction, way: Way, profile: Profile) -> None:
        """One direction, with echoes beside it."""
        thread = LoadThread(self._load_order(direction, way, profile), self._note(direction))
        echoes = self._echoes(way, profile, _ECHO_INTERVAL_S)
        began_s = perf_counter()
        thread.start()
        echoes.start()
        try:
            load = await asyncio.shield(joining := asyncio.ensure_future(asyncio.to_thread(thread.join)))
        except asyncio.CancelledError:
            thread.stop()
            self._take(await joining, [], began_s)
            raise
        finally:
            taken = await asyncio.shield(asyncio.to_thread(echoes.stop))
        self._take(load, taken, began_s)

    def _load_order(self, direction: Direction, way: Way, profile: Profile) -> LoadOrder:
        order = self._order
        left_bytes = order.max_bytes - self.measured.transferred_bytes
        is_last = direction is order.directions[-1] or profile.upload is None
        return LoadOrder(
            direction=direction,
            profile=profile,
            way=way,
            streams_count=order.streams_count,
            max_bytes=max(0, left_bytes if is_last else round(left_bytes * _SHARE_OF_FIRST)),
            max_s=order.max_s,
            sample_s=order.sample_s,
            stop_rule=order.stop_rule,
            stall_s=order.stall_s,
        )

    def _note(self, direction: Direction) -> Callable[[float, int], None]:
        before_bytes, watch = self.measured.transferred_bytes, self._watch
        if watch is None:
            return lambda _rate, _bytes: None
        target = self._order.url
        return lambda rate, moved_bytes: watch(target, direction, rate, before_bytes + moved_bytes)

    def _take(self, load: Load, echoes: list[Echo], began_s: float) -> None:
        """Add what the load tells."""
        measured, direction = self.measured, load.order.direction
        measured.transferred_bytes += load.transferred_bytes
        measured.streams_count = max(measured.streams_count, load.streams_count)
        if load.fault is not None:
            raise load.fault
        if load.failure is not None:
            ours = load.failure.cause is Cause.NOT_SERVED
            measured.fault, measured.failure = (load.failure, None) if ours else (None, load.failure)
            return
        if load.ended_by is EndedBy.INTERRUPTED:
            return
        speed = speed_of(load, None)
        if speed is None:
            measured.failure = _nothing_came(load)
            measured.fault = None if measured.failure else _too_little(load)
            return
        during = [echo for echo in echoes if began_s <= echo.began_s <= began_s + load.ended_s]
        loaded_rtt_ms, peak_ms = median_rtt_ms(during), peak_rtt_ms(during)
        if loaded_rtt_ms is not None and peak_ms is not None:
            measured.loaded_rtt_ms[direction] = loaded_rtt_ms
            measured.peak_rtt_ms[direction] = peak_ms
            speed = speed_of(load, loaded_rtt_ms) or speed
        measured.speeds[direction] = speed


def _nothing_came(load: Load) -> Failure | None:
    """A download whose whole time passed with nothing at its end; None: it was something else."""
    if load.order.direction is not Direction.DOWN or load.ended_by is not EndedBy.TIME:
        return None
    detail = f"nothing arrived at the end of {load.ended_s:.1f} s, after {load.moved_bytes} bytes"
    return Failure(Stage.TRANSFER, Cause.TIMEOUT, detail)


def _too_little(load: Load) -> Failure:
    """Too few samples: the budget was smaller than one good measurement; or, of an upload, no word came back."""
    if load.ended_by is not EndedBy.BYTES:
        return Failure(
            Stage.TRANSFER, Cause.BAD_REPLY, "the receiver acknowledged too little to tell a speed"
        )
    needed = needed_bytes(load)
    has = f"{load.order.max_bytes / 1e6:.1f} MB for {load.order.direction}"
    wants = f"needs about {needed / 1e6:.1f} MB, has {has}" if needed else f"has {has}"
    return Failure(Stage.TRANSFER, Cause.NOT_ENOUGH_BYTES, wants)


def ignored_proxy(url: str) -> str | None:
    """A proxy that the environment names for such a URL, without its password; we go without it, and say so."""
    scheme = urlsplit(url).scheme
    for name in (f"{scheme}_proxy", f"{scheme.upper()}_PROXY", "all_proxy", "ALL_PROXY"):
        if name != "HTTP_PROXY" and (value := os.environ.get(name)):
            parts = urlsplit(value if "://" in value else f"//{value}")
            return f"{name}={parts.hostname or '?'}"
    return None
