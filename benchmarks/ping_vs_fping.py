"""10,000 hosts × 5 echoes at 200 ms on loopback: our pinger against fping, wall time and CPU as ratios.

Needs Linux, fping, and an ICMP socket (root, or net.ipv4.ping_group_range). Usage:

    python benchmarks/ping_vs_fping.py [HOSTS]
"""

import asyncio
import os
import resource
import subprocess
import sys
import time

from kontum_netcheck.model import Failure
from kontum_netcheck.net.icmp import Pinger
from kontum_netcheck.net.network import NetworkOptions

ECHOES, INTERVAL_S, ROUNDS = 5, 0.2, 5


def addresses(count: int) -> list[str]:
    """Addresses of 127.0.0.0/8, all of which answer."""
    return [f"127.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in range(257, 257 + count)]


async def ours(hosts: list[str]) -> None:
    """The same echoes as fping below; prints wall and CPU seconds for the parent."""
    start, cpu_start = time.perf_counter(), time.process_time()
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
    wall_s, cpu_s = time.perf_counter() - start, time.process_time() - cpu_start
    rtts_ms = sorted(
        rtt for burst in bursts if not isinstance(burst, Failure) for rtt in burst.received_rtts_ms
    )
    lost_count = len(hosts) * ECHOES - len(rtts_ms)
    median_ms, p99_ms = rtts_ms[len(rtts_ms) // 2], rtts_ms[len(rtts_ms) * 99 // 100]
    print(wall_s, cpu_s, lost_count, median_ms, p99_ms, pinger.method)  # noqa: T201


def cpu_of_children_s() -> float:
    """User and system time of the processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def timed(command: list[str], stdin: str) -> tuple[float, float, str]:
    """Wall and CPU seconds of a process from start to end, and its output."""
    cpu_before_s, start = cpu_of_children_s(), time.perf_counter()
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    return time.perf_counter() - start, cpu_of_children_s() - cpu_before_s, done.stdout + done.stderr


def main(count: int) -> None:
    """Run both in turn some times, print the rounds that were disturbed least.

    Other programs only ever add to wall and CPU time, so the least of each is nearest to what it costs.
    """
    hosts = addresses(count)
    fping = ["fping", "-q", "-i", "0.001", "-p", str(int(INTERVAL_S * 1000)), "-C", str(ECHOES), "-t", "1000"]
    theirs, processes, figures = [], [], []
    for _ in range(ROUNDS):
        theirs.append(timed(fping, "\n".join(hosts))[:2])
        *process, output = timed([sys.executable, __file__, "--ours"], "\n".join(hosts))
        processes.append(process)
        figures.append(output.split())
    fping_wall_s, fping_cpu_s = map(min, zip(*theirs, strict=True))
    process_wall_s, process_cpu_s = map(min, zip(*processes, strict=True))
    wall_s, cpu_s = min(float(figure[0]) for figure in figures), min(float(figure[1]) for figure in figures)
    _, _, lost, median_ms, p99_ms, method = figures[-1]
    for line in (
        f"{count} hosts × {ECHOES} echoes at {INTERVAL_S * 1000:.0f} ms, {os.cpu_count()} cores, {method}; "
        f"the least of {ROUNDS} rounds",
        f"fping               {fping_wall_s:6.2f} s wall {fping_cpu_s:6.2f} s CPU",
        f"ours, past start-up {wall_s:6.2f} s wall {cpu_s:6.2f} s CPU"
        f"   ratio {wall_s / fping_wall_s:.2f} wall, {cpu_s / fping_cpu_s:.2f} CPU",
        f"ours, whole process {process_wall_s:6.2f} s wall {process_cpu_s:6.2f} s CPU"
        f"   ratio {process_wall_s / fping_wall_s:.2f} wall, {process_cpu_s / fping_cpu_s:.2f} CPU",
        f"lost {lost}, RTT median {float(median_ms):.3f} ms, 99th percentile {float(p99_ms):.3f} ms",
    ):
        print(line)  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1:] == ["--ours"]:
        asyncio.run(ours(sys.stdin.read().split()))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
