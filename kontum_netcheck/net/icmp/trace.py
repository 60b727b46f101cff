"""Finds the way to an address: who answers at each distance (traceroute), all distances at once."""

import asyncio

from kontum_netcheck.model import Failure
from kontum_netcheck.net.icmp.path import Hop, Path
from kontum_netcheck.net.icmp.path_mtu import find_path_mtu
from kontum_netcheck.net.icmp.prober import Answer, Prober
from kontum_netcheck.net.icmp.wire import Wire

_DISTANCE_MAX = 30
_SIZE_BYTES = 84  # as ping's usual 56 bytes make it
_WAITS_S = (1.0, 0.6)  # the second for those that were silent at first: routers answer at a limited rate
_SETTLE_S = 0.01  # Linux begins to stamp a moment after it was asked to


async def trace(wire: Wire, address: str, gap_s: float) -> Path | Failure:
    """The path to an address, in about three seconds at most; closes the wire.

    `gap_s` is the least time between two packets.

    A Failure where there is no route. Raises CannotMeasure where that is our fault.
    """
    prober = Prober(wire, address)
    try:
        await asyncio.sleep(_SETTLE_S)
        found: dict[int, Answer] = {}
        for wait_s in _WAITS_S:
            failure = await _ask(prober, found, wait_s, gap_s)
            if failure is not None:
                return failure
        hops = _hops(found)
        is_reached = bool(hops) and hops[-1].address == address.partition("%")[0] and hops[-1].cause is None
        rtt_s = (hops[-1].rtt_ms or 0.0) / 1000 if is_reached else 0.0
        path_mtu_bytes = await find_path_mtu(prober, rtt_s, gap_s) if is_reached else None
        return Path(address, wire.method, hops, is_reached, path_mtu_bytes)
    finally:
        prober.close()


async def _ask(prober: Prober, found: dict[int, Answer], wait_s: float, gap_s: float) -> Failure | None:
    """Probe every distance of which nothing is known yet, up to the end of the path if that is."""
    numbers: dict[int, int] = {}  # probe → distance
    for distance in range(1, _DISTANCE_MAX + 1):
        if distance in found:
            continue
        if distance > _end(found):
            break
        number = prober.send(size_bytes=_SIZE_BYTES, hops_max=distance)
        if isinstance(number, Failure):
            return number
        if number is not None:
            numbers[number] = distance
        await asyncio.sleep(gap_s)
        _collect(prober, numbers, found)

    def is_enough() -> bool:
        _collect(prober, numbers, found)
        return all(distance in found for distance in range(1, _end(found) + 1))

    await prober.wait(is_enough, wait_s)
    return None


def _collect(prober: Prober, numbers: dict[int, int], found: dict[int, Answer]) -> None:
    for number, distance in numbers.items():
        if number in prober.answers:
            found.setdefault(distance, prober.answers[number])


def _end(found: dict[int, Answer]) -> int:
    """The distance of the address, or of who refuses; as far as we look where neither is known."""
    ends = [distance for distance, answer in found.items() if not answer.is_on_the_way]
    return min(ends, default=_DISTANCE_MAX)


def _hops(found: dict[int, Answer]) -> tuple[Hop, ...]:
    """Up to the end, or else to the last that answered, with the silent ones between."""
    if not found:
        return ()
    end = min(_end(found), max(found))
    hops = []
    for distance in range(1, end + 1):
        answer = found.get(distance)
        hops.append(Hop(distance, answer.address, answer.rtt_ms, answer.cause) if answer else Hop(distance))
    return tuple(hops)
