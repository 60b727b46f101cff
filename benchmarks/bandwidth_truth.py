"""The bandwidth engine against a line of known speed and queue, beside iperf3 and speedtest-cli, in one run.

Run as root: python benchmarks/bandwidth_truth.py [DOWN/UP …], Mbit/s. Three namespaces: a client, a router that shapes
each way with tbf, and a server with `serve`, which answers all three (iperf3 has its own). Prints a row for each.
Queues are 50 ms deep. Up to 100 Mbit/s packets leave their ends one by one (no segmentation offload), as through a real
cable; above, offload is on, or this machine's processor would be what is measured.
"""

import argparse
import asyncio
import contextlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

SHAPES = ((2, 2), (20, 20), (100, 100), (500, 500), (100, 20), (20, 2))
QUEUE_MS = 50
CLIENT, ROUTER, SERVER = (f"truth-{name}-{os.getpid()}" for name in ("client", "router", "server"))
HOST, PORT = "10.255.2.2", 8080
URL = f"http://{HOST}:{PORT}/"
_SPEEDTEST = """
import json, resource, sys, time, speedtest
class Private(speedtest.Speedtest):  # as speedtest.net configures it: 8 and 2 threads, 10 s each way
    def get_config(self):
        self.config.update(
            client={"ip": "", "lat": "0", "lon": "0", "isp": ""}, ignore_servers=[],
            sizes={"upload": [524288, 1048576, 7340032],
                   "download": [350, 500, 750, 1000, 1500, 2000, 2500, 3000, 3500, 4000]},
            counts={"upload": 17, "download": 4}, threads={"upload": 2, "download": 8},
            length={"upload": 10, "download": 10}, upload_max=51)
        self.lat_lon = (0.0, 0.0)
        return self.config
began, began_cpu = time.perf_counter(), time.process_time()
test = Private(secure=True)
test.get_best_server(test.set_mini_server(sys.argv[1]))
down = test.download() / 1e6
up = test.upload(pre_allocate=False) / 1e6
print(json.dumps({"down": down, "up": up, "bytes": test.results.bytes_received + test.results.bytes_sent,
                  "took_s": time.perf_counter() - began,
                  "test_cpu_s": time.process_time() - began_cpu}), file=sys.stderr)
"""


def burst_bytes(rate: float) -> int:
    """What tbf lets through at once; a queue holds that much more than its latency."""
    return max(5_000, round(rate * 1e6 / 8 * 0.002))


def sh(command: str) -> None:
    """Run a command; its failure is ours."""
    subprocess.run(command.split(), check=True, capture_output=True)


@contextlib.contextmanager
def line(down: float, up: float, queue_ms: float = QUEUE_MS) -> Iterator[None]:
    """The namespaces, joined by veth; the router holds back what is too fast."""
    made: list[str] = []
    try:
        for name in (CLIENT, ROUTER, SERVER):
            sh(f"ip netns add {name}")
            made.append(name)
            sh(f"ip -n {name} link set lo up")
        for number, (end, rate) in enumerate(((CLIENT, down), (SERVER, up)), start=1):
            sh(f"ip link add eth0 netns {end} type veth peer name port{number} netns {ROUTER}")
            sh(f"ip -n {end} address add 10.255.{number}.2/24 dev eth0")
            sh(f"ip -n {ROUTER} address add 10.255.{number}.1/24 dev port{number}")
            if max(down, up) <= 100:
                sh(f"ip -n {end} link set eth0 gso_max_size 1500 gso_max_segs 1")
            sh(f"ip -n {end} link set eth0 up")
            sh(f"ip -n {ROUTER} link set port{number} up")
            sh(f"ip -n {end} route add default via 10.255.{number}.1")
            sh(
                f"tc -n {ROUTER} qdisc add dev port{number} root"
                f" tbf rate {rate}mbit burst {burst_bytes(rate)} latency {queue_ms}ms"
            )
        sh(f"ip netns exec {ROUTER} sysctl -qw net.ipv4.ip_forward=1")
        yield
    finally:
        for name in made:
            sh(f"ip netns del {name}")


@contextlib.contextmanager
def servers() -> Iterator[None]:
    """`serve` and iperf3 at the far end."""
    serve = [
        sys.executable,
        "-m",
        "kontum_netcheck",
        "serve",
        "--host",
        HOST,
        "--port",
        str(PORT),
        "--quiet",
        "--no-udp",
    ]
    generous = [
        "--max-bytes-per-hour",
        "100GB",
        "--max-tests-per-hour",
        "10000",
        "--max-connections-per-client",
        "100",
    ]
    started = [
        subprocess.Popen(
            ["ip", "netns", "exec", SERVER, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        for command in ([*serve, *generous], ["iperf3", "-s"])
    ]
    try:
        ready = [
            "ip",
            "netns",
            "exec",
            SERVER,
            "python3",
            "-c",
            f"import socket; socket.create_connection(('{HOST}', {PORT}))",
        ]
        for _ in range(100):
            if subprocess.run(ready, capture_output=True, check=False).returncode == 0:
                break
            time.sleep(0.1)
        yield
    finally:
        for process in started:
            process.terminate()
            process.wait()
            if process.stderr:
                process.stderr.close()


def drops() -> dict[str, int]:
    """How many packets each way found the queue full."""
    found = {}
    for way, port in (("down", 1), ("up", 2)):
        show = ["ip", "netns", "exec", ROUTER, "tc", "-s", "-j", "qdisc", "show", "dev", f"port{port}"]
        told = json.loads(subprocess.run(show, capture_output=True, text=True, check=True).stdout)
        found[way] = sum(each.get("drops", 0) for each in told if each.get("kind") == "tbf")
    return found


def in_client(*command: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """Run it behind the line: what it said, and its CPU time in s."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        ["ip", "netns", "exec", CLIENT, *command], capture_output=True, text=True, timeout=100, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ours(max_bytes: int) -> dict[str, Any]:
    """Our engine, in a process of its own."""
    done, cpu_s = in_client(sys.executable, __file__, "--one", str(max_bytes))
    return (
        {**json.loads(done.stdout), "cpu_s": cpu_s} if done.returncode == 0 else {"error": done.stderr[-300:]}
    )


def iperf3(seconds: int = 6) -> dict[str, Any]:
    """Four streams each way; what the receiving end counted."""
    found: dict[str, Any] = {"bytes": 0, "took_s": 0.0, "cpu_s": 0.0}
    for way, reverse in (("down", ["-R"]), ("up", [])):
        began_s = time.perf_counter()
        done, cpu_s = in_client("iperf3", "-c", HOST, "-J", "-P", "4", "-t", str(seconds), *reverse)
        received = json.loads(done.stdout)["end"]["sum_received"]
        found |= {way: received["bits_per_second"] / 1e6, "bytes": found["bytes"] + received["bytes"]}
        found["took_s"] += time.perf_counter() - began_s
        found["cpu_s"] += cpu_s
    return found


def speedtest_cli() -> dict[str, Any]:
    """speedtest-cli as it is, but for its configuration, against the same server."""
    done, cpu_s = in_client(sys.executable, "-c", _SPEEDTEST, URL)
    return (
        {**json.loads(done.stderr.splitlines()[-1]), "cpu_s": cpu_s}
        if done.returncode == 0
        else {"error": done.stderr[-300:]}
    )


async def one(max_bytes: int) -> dict[str, Any]:
    """What the probe does, from this very process."""
    from pydantic import ByteSize

    from kontum_netcheck.net.network import Network
    from kontum_netcheck.probes.bandwidth import BANDWIDTH, BandwidthParams

    assert BANDWIDTH.run is not None
    async with Network() as network:
        began_s, began_cpu_s = time.perf_counter(), time.process_time()
        measured = await BANDWIDTH.run(BandwidthParams(bandwidth=URL, max_bytes=ByteSize(max_bytes)), network)
        took_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    metrics = measured.metrics
    return {
        "down": metrics.get("down_mbit_per_s"),
        "up": metrics.get("up_mbit_per_s"),
        "bytes": metrics.get("transferred_bytes"),
        "took_s": took_s,
        "test_cpu_s": cpu_s,
        "metrics": dict(metrics),
        "failure": str(measured.failure or ""),
    }


def row(name: str, shape: str, found: dict[str, Any], truth: dict[str, Any]) -> str:
    """A row of the table."""
    if "error" in found or not found.get("down") or not found.get("up"):
        return f"| {shape} | {name} | {found} |"
    off = [f"{found[way]:.2f} ({100 * (found[way] / truth[way] - 1):+.1f} %)" for way in ("down", "up")]
    test_cpu = f" ({found['test_cpu_s']:.2f} of it the test)" if "test_cpu_s" in found else ""
    return (
        f"| {shape} | {name} | {off[0]} | {off[1]} | {found['bytes'] / 1e6:.1f} | {found['took_s']:.1f} |"
        f" {found['cpu_s']:.2f}{test_cpu} |"
    )


def measure(down: float, up: float, max_bytes: int) -> None:
    """One shape: all three, one after another."""
    shape = f"{down:g}/{up:g}"
    queues_ms = {
        way: QUEUE_MS + 8e-3 * burst_bytes(rate) / rate for way, rate in (("down", down), ("up", up))
    }
    with line(down, up), servers():
        truth = iperf3()
        before = drops()
        own = ours(max_bytes)
        after = drops()
        results = {"iperf3 -P 4": truth, "kontum_netcheck": own, "speedtest-cli": speedtest_cli()}
        if (down, up) == (20, 20):
            results["kontum_netcheck, max_bytes 10MB"] = ours(10_000_000)
    for name, found in results.items():
        print(row(name, shape, found, truth), flush=True)  # noqa: T201
    told = own.get("metrics", {})
    added = {
        way: round(told.get(f"{way}_peak_rtt_ms", 0) - told.get("idle_rtt_ms", 0), 1)
        for way in ("down", "up")
    }
    said = [
        f"{added[way]} (queue: {queues_ms[way]:.1f}, {'' if after[way] - before[way] else 'never '}full)"
        for way in ("down", "up")
    ]
    print(f"| {shape} | added latency, ms | {said[0]} | {said[1]} | | | |", flush=True)  # noqa: T201


def main() -> None:
    """The shapes that were named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shapes", nargs="*", default=[f"{down}/{up}" for down, up in SHAPES])
    parser.add_argument("--one", type=int)
    parser.add_argument("--max-bytes", type=int, default=300_000_000)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(asyncio.run(one(given.one))))  # noqa: T201
        return
    print("| line | measured with | down | up | MB | s | CPU s |\n|---|---|---|---|---|---|---|", flush=True)  # noqa: T201
    for shape in given.shapes:
        down, _, up = shape.partition("/")
        measure(float(down), float(up), given.max_bytes)


if __name__ == "__main__":
    main()
