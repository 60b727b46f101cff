"""What one more check costs, with 1,000, 10,000 and 100,000 of them: HTTP, DNS and TCP through their probes.

    python benchmarks/probes_growth.py [http|dns|tcp …] [ROUNDS]

Each size is a process of its own, all sizes take turns, and of each the mean of its rounds counts. Not the least: a
long run lies in the machine's quick moments and in its slow ones alike, a short one in one of them, so the least of
many short ones is luck that no long one can have. The servers are nginx and unbound, in processes of their own on the
same cores. What a run costs that asks nothing (imports, sockets, threads) is no cost of a check: it is paid in the same
process by 1,000 checks before.
"""

import asyncio
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import steady_core
from dns_rate import server as dns_server
from http_vs_blackbox import ADDRESSES_COUNT, NGINX_CONF, free_port, running

SIZES = (1_000, 10_000, 100_000)
TURNS = (1_000, 10_000, 1_000, 10_000, 1_000, 10_000, 100_000)  # of a round
ROUNDS_COUNT = 2
WARM_COUNT = 1_000
AT_ONCE_COUNT = 500  # as many as `check` has under way


@contextmanager
def _nginx() -> Any:
    """Its port, on twenty loopback addresses."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        listen = " ".join(f"listen 127.0.0.{1 + n}:{port} backlog=4096;" for n in range(ADDRESSES_COUNT))
        conf = folder / "nginx.conf"
        conf.write_text(NGINX_CONF.format(folder=folder, listen=listen, page="exam " * 200))
        with running(["nginx", "-p", name, "-c", str(conf)], port):
            yield port


@asynccontextmanager
async def server(probe: str) -> AsyncIterator[int]:
    """The port of the probe's server."""
    if probe == "dns":
        async with dns_server() as (_, port):
            yield port
    else:
        with _nginx() as port:
            yield port


def params_of(probe: str, port: int, number: int) -> dict[str, str]:
    """The typed parameters of one check."""
    host = f"127.0.0.{1 + number % ADDRESSES_COUNT}"
    if probe == "http":
        return {"http": f"http://{host}:{port}/{number}"}
    if probe == "dns":
        return {"dns": f"host{number}.example", "server": f"127.0.0.1:{port}"}
    return {"tcp": f"{host}:{port}"}


async def ask(name: str, port: int, count: int) -> float:
    """CPU seconds of that many checks, some at once; a failure is an error of the benchmark."""
    from kontum_netcheck.net.network import Network
    from kontum_netcheck.probes import PROBES

    probe = PROBES[name]
    assert probe.run is not None
    run, left, failures = probe.run, iter(range(WARM_COUNT)), []

    async def ask_on(network: Network) -> None:
        for number in left:
            measurement = await run(probe.params.model_validate(params_of(name, port, number)), network)
            if measurement.failure is not None:
                failures.append(measurement.failure)

    async with Network() as network:
        await asyncio.gather(*(ask_on(network) for _ in range(WARM_COUNT)))
        gc.collect()
        left, cpu_s = iter(range(count)), time.process_time()
        await asyncio.gather(*(ask_on(network) for _ in range(AT_ONCE_COUNT)))
        cpu_s = time.process_time() - cpu_s
    assert not failures, (len(failures), failures[:3])
    return cpu_s


def cost_us(name: str, port: int, count: int) -> float:
    """CPU of one check in microseconds, where so many are asked in a process of its own."""
    command = [sys.executable, __file__, "--ask", name, str(port), str(count)]
    return float(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout) / count * 1e6


async def main(names: list[str], rounds_count: int) -> None:
    """A row a probe."""
    sys.stdout.write(
        f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}; CPU a check in microseconds\n"
    )
    for name in names:
        costs_us: dict[int, list[float]] = {size: [] for size in SIZES}
        with steady_core.others_busy():
            async with server(name) as port:
                for size in TURNS * rounds_count:
                    costs_us[size].append(await asyncio.to_thread(cost_us, name, port, size))
        means_us = {size: statistics.fmean(costs) for size, costs in costs_us.items()}
        for size, costs in costs_us.items():
            all_of_them = " ".join(f"{cost:.0f}" for cost in costs)
            say(f"{name:5}{size:7}: {means_us[size]:.0f}   ({all_of_them})\n")
        say(f"{name:5}largest to smallest {max(means_us.values()) / min(means_us.values()):.2f}\n")


def say(text: str) -> None:
    """A piece of the result, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ask"]:
        steady_core.take()
        sys.stdout.write(str(asyncio.run(ask(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))))
    else:
        rounds = next((int(word) for word in sys.argv[1:] if word.isdecimal()), ROUNDS_COUNT)
        wanted = [word for word in sys.argv[1:] if not word.isdecimal()]
        asyncio.run(main(wanted or ["http", "dns", "tcp"], rounds))
