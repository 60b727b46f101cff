"""Pings beside a load that another program makes: the latency that it adds, where that program tells none.

They go to the load's own server, so they wait in the queues that the load fills. A server that answers no pings is
not measured so, and nothing is said of its latency.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from time import perf_counter
from typing import TYPE_CHECKING

from kontum_netcheck.model import CannotMeasure, Failure
from kontum_netcheck.net.bandwidth.latency import Echo, median_rtt_ms, peak_rtt_ms

if TYPE_CHECKING:
    from kontum_netcheck.net.icmp import Pinger

_INTERVAL_S = 0.1
_BURST_COUNT = 5
_TIMEOUT_S = 2.0
_PAYLOAD_BYTES = 56
_STARTING_S = 0.5
"""So long the other program may take to fill the line: its round trips are not those under load."""


class Pings:
    """Echoes to one address (no name), ten a second. Round trips in ms; of a load by its name: down, up."""

    def __init__(self, pinger: "Pinger", address: str) -> None:
        self.idle_rtt_ms: float | None = None
        self.loaded_rtt_ms: dict[str, float] = {}
        self.peak_rtt_ms: dict[str, float] = {}
        self._pinger, self._address = pinger, address

    async def before(self) -> None:
        """Half a second of them with no load beside them."""
        self.idle_rtt_ms = median_rtt_ms(await self._burst())

    @contextlib.asynccontextmanager
    async def during(self, load: str) -> AsyncIterator[None]:
        """They go on while the block lasts; what was sent before its end is waited for."""
        bursts: list[asyncio.Task[list[Echo]]] = []
        pinging = asyncio.create_task(self._begin(bursts))
        loaded_s = perf_counter() + _STARTING_S
        try:
            yield
            ended_s = perf_counter()
            pinging.cancel()
            taken = [echo for burst in await asyncio.gather(*bursts) for echo in burst]
        finally:
            for task in (pinging, *bursts):
                task.cancel()
            await asyncio.gather(pinging, *bursts, return_exceptions=True)
        under_load = [echo for echo in taken if loaded_s <= echo.began_s <= ended_s]
        median_ms, peak_ms = median_rtt_ms(under_load), peak_rtt_ms(under_load)
        if median_ms is not None and peak_ms is not None:
            self.loaded_rtt_ms[load], self.peak_rtt_ms[load] = median_ms, peak_ms

    async def _begin(self, bursts: list[asyncio.Task[list[Echo]]]) -> None:
        while True:
            bursts.append(asyncio.create_task(self._burst()))
            await asyncio.sleep(_BURST_COUNT * _INTERVAL_S)

    async def _burst(self) -> list[Echo]:
        began_s = perf_counter()
        try:
            series = await self._pinger.ping(
                self._address,
                count=_BURST_COUNT,
                interval_s=_INTERVAL_S,
                timeout_s=_TIMEOUT_S,
                payload_bytes=_PAYLOAD_BYTES,
            )
        except CannotMeasure:  # no way of pinging is open to us
            return []
        if isinstance(series, Failure):
            return []
        return [
            Echo(began_s + number * _INTERVAL_S, rtt_ms)
            for number, rtt_ms in enumerate(series.rtts_ms)
            if rtt_ms is not None
        ]
