"""What an echo costs as hosts become more: 1,000, 10,000 and 100,000 hosts × 5 echoes on loopback, no rate limit.

Each size in a process of its own, several rounds in turn, CPU past start-up. Small sizes are echoed again and
again in one process until as many echoes were sent as the largest size sends in a fifth of its time. Usage:

    python benchmarks/ping_growth.py [ROUNDS]
"""

import asyncio
import os
import subprocess
import sys
import time
from statistics import median

from ping_vs_fping import ECHOES, INTERVAL_S, addresses

from kontum_netcheck.net.icmp import Pinger
from kontum_netcheck.net.network import NetworkOptions

SIZES, ROUNDS, ENOUGH_ECHOES = (1_000, 10_000, 100_000), 3, 100_000


async def cost_us(count: int) -> float:
    """CPU of an echo in µs, with so many hosts at once."""
    hosts = addresses(count)
    turns = max(1, ENOUGH_ECHOES // (count * ECHOES))
    start_s = time.process_time()
    for _ in range(turns):
        pinger = Pinger(NetworkOptions(max_pps=0))
        try:
            await asyncio.gather(
                *(
                    pinger.ping(host, count=ECHOES, interval_s=INTERVAL_S, timeout_s=1.0, payload_bytes=56)
                    for host in hosts
                )
            )
        finally:
            await pinger.close()
    return (time.process_time() - start_s) / (turns * count * ECHOES) * 1e6


def main(rounds_count: int) -> None:
    """A line for each size, and the largest cost beside the smallest."""
    costs_us: dict[int, list[float]] = {size: [] for size in SIZES}
    for _ in range(rounds_count):
        for size in SIZES:
            done = subprocess.run(
                [sys.executable, __file__, "--of", str(size)], stdout=subprocess.PIPE, text=True, check=True
            )
            costs_us[size].append(float(done.stdout))
    print(f"{ECHOES} echoes a host, {os.cpu_count()} cores, medians of {rounds_count} rounds")  # noqa: T201
    first_us = median(costs_us[SIZES[0]])
    for size in SIZES:
        cost = median(costs_us[size])
        print(f"{size:7} hosts {cost:6.2f} µs an echo, {cost / first_us:.2f} of the first")  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1:2] == ["--of"]:
        print(asyncio.run(cost_us(int(sys.argv[2]))))  # noqa: T201
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
