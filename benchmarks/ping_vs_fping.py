"""10,000 hosts × 5 echoes at 200 ms on loopback: our pinger against fping, wall time and CPU as ratios.

Needs Linux, fping, and an ICMP socket (root, or net.ipv4.ping_group_range). Usage:

    python benchmarks/ping_vs_fping.py [HOSTS [ROUNDS]]
"""

import asyncio
import os
import resource
import subprocess
import sys
import time
from statistics import median
from typing import NamedTuple

from kontum_netcheck.model import Failure
from kontum_netcheck.net.icmp import Pinger
from kontum_netcheck.net.network import NetworkOptions

ECHOES, INTERVAL_S, ROUNDS = 5, 0.2, 9


class Cost(NamedTuple):
    """What a round took, in seconds."""

    wall_s: float
    user_s: float
    system_s: float

    @property
    def cpu_s(self) -> float:
        """User and system time together."""
        return self.user_s + self.system_s

    def since(self, start: "Cost") -> "Cost":
        """What was spent since then."""
        return Cost(*(now - then for now, then in zip(self, start, strict=True)))


def spent(who: int = resource.RUSAGE_SELF) -> Cost:
    """Up to now: by this process, or by its children that have ended."""
    usage = resource.getrusage(who)
    return Cost(time.perf_counter(), usage.ru_utime, usage.ru_stime)


def addresses(count: int) -> list[str]:
    """Addresses of 127.0.0.0/8, all of which answer."""
    return [f"127.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in range(257, 257 + count)]


async def ours(hosts: list[str]) -> None:
    """The same echoes as fping below; prints for the parent what they cost past start-up, and how it went."""
    start = spent()
    pinger = Pinger(NetworkOptions(max_pps=0))
    try:
        bursts = await asyncio.gather(
            *(
                pinger.ping(host, count=ECHOES, interval_s=INTERVAL_S, timeout_s=1.0, payload_bytes=56)
                for host in hosts
            )
        )
    finally:
        await pinger.close()
    cost = spent().since(start)
    rtts_ms = sorted(
        rtt for burst in bursts if not isinstance(burst, Failure) for rtt in burst.received_rtts_ms
    )
    lost_count = len(hosts) * ECHOES - len(rtts_ms)
    median_ms, p99_ms = rtts_ms[len(rtts_ms) // 2], rtts_ms[len(rtts_ms) * 99 // 100]
    print(*cost, lost_count, median_ms, p99_ms, pinger.method)  # noqa: T201


def timed(command: list[str], stdin: str) -> tuple[Cost, str]:
    """What a process cost from start to end, and its output."""
    start = spent(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    return spent(resource.RUSAGE_CHILDREN).since(start), done.stdout + done.stderr


def line(name: str, rounds: list[Cost], peers: list[Cost]) -> str:
    """The medians of one way, and the medians of its ratios to the peer's round just before."""
    wall_s, user_s, system_s = (median(values) for values in zip(*rounds, strict=True))
    walls = median(ours.wall_s / theirs.wall_s for ours, theirs in zip(rounds, peers, strict=True))
    cpus = median(ours.cpu_s / theirs.cpu_s for ours, theirs in zip(rounds, peers, strict=True))
    slowest_s = max(cost.wall_s for cost in rounds)
    return (
        f"{name:20}{wall_s:6.2f}{slowest_s:9.2f}{user_s + system_s:7.2f}{user_s:7.2f}{system_s:8.2f}"
        f"{walls:13.2f}{cpus:11.2f}"
    )


def main(count: int, rounds_count: int) -> None:
    """Run both in turn some times; other programs disturb both alike, so the ratios are what to look at."""
    hosts = "\n".join(addresses(count))
    fping = ["fping", "-q", "-i", "0.001", "-p", str(int(INTERVAL_S * 1000)), "-C", str(ECHOES), "-t", "1000"]
    theirs, processes, past_start_up = [], [], []
    for _ in range(rounds_count):
        theirs.append(timed(fping, hosts)[0])
        process, output = timed([sys.executable, __file__, "--ours"], hosts)
        processes.append(process)
        past_start_up.append(Cost(*map(float, output.split()[:3])))
        lost, median_ms, p99_ms, method = output.split()[3:]
    for text in (
        f"{count} hosts × {ECHOES} echoes at {INTERVAL_S * 1000:.0f} ms, {os.cpu_count()} cores, {method}; "
        f"medians of {rounds_count} rounds, in seconds",
        f"{'':20}{'wall':>6}{'slowest':>9}{'CPU':>7}{'user':>7}{'system':>8}{'wall ratio':>13}{'CPU ratio':>11}",
        line("fping", theirs, theirs),
        line("ours, past start-up", past_start_up, theirs),
        line("ours, whole process", processes, theirs),
        f"lost {lost}, RTT median {float(median_ms):.3f} ms, 99th percentile {float(p99_ms):.3f} ms",
    ):
        print(text)  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1:] == ["--ours"]:
        asyncio.run(ours(sys.stdin.read().split()))
    else:
        given = [int(argument) for argument in sys.argv[1:]]
        main(*given, *[10_000, ROUNDS][len(given) :])
