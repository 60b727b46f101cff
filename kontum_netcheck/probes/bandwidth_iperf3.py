"""The bandwidth probe by the installed iperf3: forward and reverse, each capped in bytes, read from its JSON."""

import asyncio
import json
import shutil
import sys
import time
from typing import TYPE_CHECKING, Any

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Measurement, MetricValue, Stage
from kontum_netcheck.net.address import parse_host_port
from kontum_netcheck.net.bandwidth.child import Child
from kontum_netcheck.net.bandwidth.curve import Sample
from kontum_netcheck.net.bandwidth.pings import Pings
from kontum_netcheck.net.bandwidth.plateau import find_plateau
from kontum_netcheck.probes.bandwidth_metrics import latency_metrics
from kontum_netcheck.probes.bandwidth_order import BandwidthOrder
from kontum_netcheck.probes.provenance import provenance

if TYPE_CHECKING:
    from kontum_netcheck.net.network import Network

_PORT = 5201
_INSTALL = {
    "linux": "apt install iperf3, or dnf install iperf3",
    "darwin": "brew install iperf3",
    "win32": "iperf3.exe from github.com/ar51an/iperf3-win-builds, in a folder of PATH",
}
_GRACE_S = 5.0
_BODY_SHARE = 0.9
"""Of the budget, what it is told: what is under way at the end comes on top."""


async def measure_iperf3(params: BandwidthOrder, network: "Network") -> Measurement:
    """One test. Raises CannotMeasure with the bytes that were used; also where iperf3 isn't installed."""
    program = shutil.which("iperf3")
    if program is None:
        how = _INSTALL.get(sys.platform, "see iperf.fr")
        raise CannotMeasure(Failure(Stage.REQUEST, Cause.TOOL_MISSING, f"iperf3: {how}"))
    host, port = parse_host_port(params.bandwidth, _PORT)
    resolved = await network.names.resolve(host, params.family)
    if isinstance(resolved, Failure):
        return Measurement(failure=resolved)
    ways = {"both": ("down", "up"), "down": ("down",), "up": ("up",)}[params.direction]
    began_s = time.perf_counter()
    metrics: dict[str, MetricValue] = {"method": "iperf3", "transferred_bytes": 0}
    metrics |= provenance(network, resolved.address)
    pings = Pings(network.pinger, resolved.address)
    await pings.before()
    for way in ways:
        command = command_of(program, params, resolved.address, port, way, len(ways))
        if network.options.source_address:
            command += ["-B", network.options.source_address]
        said, interrupted = await _said(command, params, pings, way)
        found, failure = read(said, way)
        used_bytes = int(str(metrics["transferred_bytes"])) + int(str(found.pop("transferred_bytes", 0)))
        metrics |= found | {
            "transferred_bytes": used_bytes,
            "duration_s": round(time.perf_counter() - began_s, 2),
        }
        if interrupted:
            return Measurement(metrics)
        if failure is not None:
            raise CannotMeasure(failure, metrics)
    if pings.idle_rtt_ms is None:
        return Measurement(metrics)
    how = f"ping, {network.pinger.method}"
    return Measurement(
        metrics | latency_metrics(how, pings.idle_rtt_ms, pings.loaded_rtt_ms, pings.peak_rtt_ms)
    )


async def _said(command: list[str], params: BandwidthOrder, pings: Pings, way: str) -> tuple[bytes, bool]:
    """What iperf3 said of one direction, and whether it was broken off; pings go beside it."""
    child = Child(command)
    try:
        async with pings.during(way):
            ended = await child.run(params.max_s + params.timeout_s + _GRACE_S)
        return ended.stdout, False
    except asyncio.CancelledError:
        return (child.last.stdout if child.last else b""), True


def command_of(
    program: str, params: BandwidthOrder, address: str, port: int, way: str, ways_count: int
) -> list[str]:
    """One direction: ends at its share of the bytes; a line too slow for that is interrupted."""
    return [
        program,
        *("-c", address),
        *("-p", str(port)),
        *("-n", str(int(params.max_bytes * _BODY_SHARE) // ways_count)),
        *("-P", str(params.streams)),
        *("-i", "0.1"),
        *("--connect-timeout", str(round(params.timeout_s * 1000))),
        "-J",
        *(["-R"] if way == "down" else []),
    ]


def read(said: bytes, way: str) -> tuple[dict[str, MetricValue], Failure | None]:
    """What its JSON tells, also of a test that was interrupted; a server that is busy or away is not 0."""
    try:
        document: dict[str, Any] = json.loads(said)
        intervals = [interval["sum"] for interval in document.get("intervals", [])]
        samples = tuple(
            Sample(float(each["start"]), float(each["end"]), int(each["bytes"]))
            for each in intervals
            if each["end"] - each["start"] > 0.01
        )
        end = document.get("end", {})
        sent, received = (end.get(name, {}) for name in ("sum_sent", "sum_received"))
        moved = max(int(sent.get("bytes", 0)), sum(sample.bytes_count for sample in samples))
        error = document.get("error")
        arrived_bits_per_s = float(received.get("bits_per_second", 0.0))
        streams_count = len(document.get("start", {}).get("connected", ())) or None
        version = document.get("start", {}).get("version")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}, Failure(Stage.REPLY, Cause.NOT_SERVED, f"iperf3 said no JSON: {said[:80]!r}")
    metrics: dict[str, MetricValue] = {"transferred_bytes": moved}
    if streams_count:
        metrics["streams_count"] = streams_count
    if isinstance(version, str):
        metrics["tool_version"] = version[:50]
    plateau = find_plateau(samples)
    rate = plateau.mbit_per_s if plateau is not None and way == "down" else arrived_bits_per_s / 1e6
    if not rate and plateau is not None:  # interrupted: the receiver told nothing
        rate = plateau.mbit_per_s
    broken = error is not None and "terminated" not in str(error)  # so it calls our own interruption
    if rate <= 0 or broken:
        return metrics, Failure(Stage.REPLY, Cause.NOT_SERVED, str(error or "iperf3 moved nothing")[:200])
    metrics[f"{way}_mbit_per_s"] = round(rate, 3)
    if plateau is not None and way == "down" and plateau.mbit_per_s:
        metrics["down_error_pct"] = round(plateau.known_to_pct, 2)
    if arrived_bits_per_s:
        metrics[f"{way}_mean_mbit_per_s"] = round(arrived_bits_per_s / 1e6, 3)
    if way == "up":
        metrics["up_counted_by"] = "receiver" if arrived_bits_per_s else "sender"
    return metrics, None
