"""What one more host costs as hosts become more: 1,000, 10,000 and 100,000 of them × 5 echoes on loopback.

    python benchmarks/ping_growth.py [pinger|engine …]

`pinger`: our pinger alone, all hosts at once. `engine`: ping checks through the program's engine, as many under way as
`check` has. No rate limits. Each size is a process of its own, with the garbage collector set as the program sets it.
What a run costs that asks nothing (imports, sockets, threads) is no cost of a host: 200 hosts before pay for it. Small
sizes are asked again and again in one process, each time by another pinger. The CPU of the least of three rounds
counts, for others only ever add to it. A lost echo is an error of the benchmark.
"""

import asyncio
import gc
import os
import subprocess
import sys
import time
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import steady_core
from ping_vs_fping import ECHOES, INTERVAL_S, addresses

from kontum_netcheck.cli.event_loop import run_in_loop
from kontum_netcheck.cli.open_files import most_open_sockets
from kontum_netcheck.engine import Conditions, run_checks
from kontum_netcheck.model import Check, ServiceKind
from kontum_netcheck.net.icmp import EchoSeries
from kontum_netcheck.net.network import Network, NetworkOptions
from kontum_netcheck.probes.ping import PING, PingParams

SIZES, ROUNDS, WARM_COUNT = (1_000, 10_000, 100_000), 3, 200
ENOUGH_HOSTS = 5_000  # a size is asked until so many were
TIMEOUT_S, PAYLOAD_BYTES = 1.0, 56


def checks(hosts: list[str]) -> list[Check]:
    """A ping check for each, as a plan would have it."""
    plan = {"count": ECHOES, "interval_s": INTERVAL_S, "timeout_s": TIMEOUT_S, "payload_bytes": PAYLOAD_BYTES}
    asked = [PingParams.model_validate({"ping": host, **plan}) for host in hosts]
    return [
        Check(
            id=f"a/line/ping/{number}",
            site_id="a",
            service_id="line",
            kind=ServiceKind.INTERNET,
            probe="ping",
            target=params.target,
            params=params,
            limits=PING.limits,
            valid_for=timedelta(hours=24),
            cost=PING.cost(params),
        )
        for number, params in enumerate(asked)
    ]


async def ping_all(network: Network, hosts: list[str]) -> None:
    """All hosts at once, by the pinger alone."""
    plan = {"interval_s": INTERVAL_S, "timeout_s": TIMEOUT_S}
    ping = network.pinger.ping
    results = await asyncio.gather(
        *(ping(host, count=ECHOES, payload_bytes=PAYLOAD_BYTES, **plan) for host in hosts)
    )
    lost_count = sum(None in result.rtts_ms for result in results if isinstance(result, EchoSeries))
    assert not lost_count, f"{lost_count} hosts lost echoes"


async def ask_all(network: Network, planned: list[Check]) -> None:
    """All checks, by the engine."""
    conditions = Conditions(rate_per_s=0, most_open_count=most_open_sockets())
    asked = await run_checks(planned, network, conditions)
    losses = [observation for observation in asked.observations if observation.metrics.get("loss_pct") != 0.0]
    assert not losses, (len(losses), losses[:3])


async def spend(way: str, count: int) -> float:
    """CPU of a host, in µs, with so many."""

    def asking(network: Network, some: list[Any]) -> Coroutine[Any, Any, None]:
        return ask_all(network, some) if way == "engine" else ping_all(network, some)

    hosts = addresses(count)
    wanted: list[Any] = checks(hosts) if way == "engine" else hosts
    turns_count, spent_s = max(1, ENOUGH_HOSTS // count), 0.0
    for _ in range(turns_count):
        async with Network(NetworkOptions(max_pps=0)) as network:
            await asking(network, wanted[:WARM_COUNT])
            start_s = time.process_time()
            await asking(network, wanted)
            spent_s += time.process_time() - start_s
        gc.collect()
    return spent_s / (turns_count * count) * 1e6


def costs_us(way: str) -> list[float]:
    """By size: the least of some rounds, all sizes in turn, each in a process of its own."""
    with steady_core.others_busy():
        rounds = [[_one(way, size) for size in SIZES] for _ in range(ROUNDS)]
    return [min(costs) for costs in zip(*rounds, strict=True)]


def _one(way: str, count: int) -> float:
    command = [sys.executable, __file__, "--spend", way, str(count)]
    return float(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def main(ways: list[str]) -> None:
    """A row a way."""
    load = os.getloadavg()[0]
    print(f"{ECHOES} echoes a host, {os.cpu_count()} cores, load {load:.1f}; CPU a host in µs")  # noqa: T201
    for way in ways:
        costs = costs_us(way)
        row = ", ".join(f"{size}: {cost:.1f}" for size, cost in zip(SIZES, costs, strict=True))
        print(f"{way:8}{row}; largest to smallest {max(costs) / min(costs):.2f}", flush=True)  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1:2] == ["--spend"]:
        steady_core.take()
        print(run_in_loop(spend(sys.argv[2], int(sys.argv[3]))))  # noqa: T201
    else:
        main(sys.argv[1:] or ["pinger", "engine"])
