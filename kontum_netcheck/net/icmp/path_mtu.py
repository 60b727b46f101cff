"""Finds the largest packet that comes through whole: by sizes, and by what routers tell (RFC 1191, RFC 8201).

By sizes, because the routers' word is often filtered away: then large packets vanish, pages hang, and pings are fine.
"""

import asyncio

from kontum_netcheck.model import Failure
from kontum_netcheck.net.icmp.packets import IPV4
from kontum_netcheck.net.icmp.prober import Prober

# Ethernet, PPPoE, GRE and other tunnels, the least of IPv6, the least that every IPv4 host takes (RFC 791)
_USUAL_BYTES = (1500, 1492, 1480, 1476, 1460, 1454, 1436, 1400, 1372, 1280)
_LEAST_V4_BYTES = 576
_AT_ONCE = 8
_ROUNDS = 4
_WAIT_S, _LONGEST_WAIT_S = 0.3, 0.5
_HOPS_MAX = 64


async def find_path_mtu(prober: Prober, rtt_s: float, gap_s: float) -> int | None:
    """In bytes of the IP packet, up to 1,500. None where even the smallest was not answered.

    `rtt_s` is the usual round trip, `gap_s` the least time between two packets.
    """
    if not prober.forbid_fragments():
        return None
    sizes: set[int] = {*_USUAL_BYTES}
    if prober.wire.family is IPV4:
        sizes.add(_LEAST_V4_BYTES)
    wait_s = min(_WAIT_S + 2 * rtt_s, _LONGEST_WAIT_S)
    passed: set[int] = set()
    tried: set[int] = set()
    told: set[int] = set()
    for _ in range(_ROUNDS):
        told |= await _try(prober, sorted(sizes - tried), passed, wait_s, gap_s)
        tried |= sizes
        if not passed:
            return None
        least = max(passed)
        limit = min((size for size in tried if size > least), default=least + 1)
        if limit - least <= 1 or least in told:
            break
        step = max(1, (limit - least) // (_AT_ONCE + 1))
        sizes = {*range(least + step, limit, step)} | {size for size in told if least < size < limit}
    return max(passed)


async def _try(prober: Prober, sizes: list[int], passed: set[int], wait_s: float, gap_s: float) -> set[int]:
    """Send a packet of each size, note which came back; the sizes that routers told."""
    numbers: dict[int, int] = {}  # probe → its size
    for size_bytes in sizes:
        number = prober.send(size_bytes=size_bytes, hops_max=_HOPS_MAX)
        if number is not None and not isinstance(number, Failure):
            numbers[number] = size_bytes
        await asyncio.sleep(gap_s)
    await prober.wait(lambda: numbers.keys() <= prober.answers.keys(), wait_s)
    answers = {size: prober.answers[number] for number, size in numbers.items() if number in prober.answers}
    passed |= {size for size, answer in answers.items() if answer.is_reply}
    return {answer.mtu_bytes for answer in answers.values() if answer.mtu_bytes}
