"""How each hop of a known path answers: an echo to every distance, in several rounds."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from kontum_netcheck.model import Cause
from kontum_netcheck.net.icmp.packets import IPV4, IPV6
from kontum_netcheck.net.icmp.path import Hop, Path
from kontum_netcheck.net.icmp.prober import Answer, Prober
from kontum_netcheck.net.icmp.sockets import open_wire
from kontum_netcheck.net.network import NetworkOptions

_SIZE_BYTES = 84  # as ping's usual 56 bytes make it
_EVERY_S = 0.5  # Linux routers tell of one ended time to live a second, after a burst of six
_LAST_WAIT_S = 1.0
_SHORTEST_GAP_S = 0.001
_SETTLE_S = 0.01  # Linux begins to stamp a moment after it was asked to


@dataclass(frozen=True, slots=True)
class HopSeries:
    """The echoes to one distance, in their order. Silence is None, never a number."""

    distance: int  # 1 is the first router
    addresses: tuple[str, ...]  # who answered, most often first: there may be several ways
    rtts_ms: tuple[float | None, ...]
    cause: Cause | None = None  # why it did not pass the echo on; None for a router that would have

    @property
    def received_rtts_ms(self) -> tuple[float, ...]:
        """The round trips of the echoes that were answered."""
        return tuple(rtt_ms for rtt_ms in self.rtts_ms if rtt_ms is not None)

    @property
    def loss_pct(self) -> float:
        """Of the echoes to this distance. A router may answer seldom and pass everything on."""
        return 100.0 * self.rtts_ms.count(None) / len(self.rtts_ms)


async def measure_hops(
    options: NetworkOptions, path: Path, rounds_count: int, on_round: Callable[[int], None]
) -> tuple[HopSeries, ...]:
    """Measure the hops of the path in `rounds_count` rounds, half a second each; tell of each round begun.

    In a lab, and where there are no ICMP sockets any more: what the path itself says. Raises CannotMeasure
    where the source address isn't one of this machine.
    """
    wire = None
    if path.hops and options.detours.of("icmp", path.address, 0) is None:
        wire = open_wire(IPV6 if ":" in path.address else IPV4, options.source_address, stamps_sends=True)
    if wire is None:
        return tuple(
            HopSeries(h.distance, (h.address,) if h.address else (), (h.rtt_ms,), h.cause) for h in path.hops
        )
    prober = Prober(wire, path.address)
    try:
        await asyncio.sleep(_SETTLE_S)
        sent = await _ask(prober, path, rounds_count, options.max_pps, on_round)
    finally:
        prober.close()
    return tuple(_series(hop, sent[hop.distance], prober.answers) for hop in path.hops)


async def _ask(
    prober: Prober, path: Path, rounds_count: int, max_pps: int, on_round: Callable[[int], None]
) -> dict[int, list[int | None]]:
    """Send all of it and wait; the numbers of the echoes by distance, None for one that could not be sent."""
    gap_s = max(_SHORTEST_GAP_S, 1 / max_pps if max_pps else 0)
    sent: dict[int, list[int | None]] = {hop.distance: [] for hop in path.hops}
    planned_s = time.perf_counter()
    for number in range(1, rounds_count + 1):
        on_round(number)
        for distance, numbers in sent.items():
            echo = prober.send(size_bytes=_SIZE_BYTES, hops_max=distance)
            numbers.append(echo if isinstance(echo, int) else None)
            await asyncio.sleep(gap_s)
        if number < rounds_count:
            planned_s += _EVERY_S
            await asyncio.sleep(planned_s - time.perf_counter())
    expected = {echo for numbers in sent.values() for echo in numbers if echo is not None}
    await prober.wait(lambda: expected <= prober.answers.keys(), _LAST_WAIT_S)
    return sent


def _series(hop: Hop, numbers: list[int | None], answers: dict[int, Answer]) -> HopSeries:
    """Who was silent in every round has still been heard when the path was found."""
    found = [answers.get(number) if number is not None else None for number in numbers]
    heard = [answer for answer in found if answer is not None]
    addresses = tuple(address for address, _count in Counter(a.address for a in heard).most_common())
    if not addresses and hop.address is not None:
        addresses = (hop.address,)
    cause = next((answer.cause for answer in heard if answer.cause is not None), hop.cause)
    return HopSeries(hop.distance, addresses, tuple(a.rtt_ms if a else None for a in found), cause)
