"""The bandwidth probe by speedtest-cli: its quirks turned into clear results. A dead server is never 0 Mbit/s."""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Measurement, MetricValue, Stage
from kontum_netcheck.net.bandwidth import speedtest_child
from kontum_netcheck.net.bandwidth.child import Child
from kontum_netcheck.net.bandwidth.profile import MINI_IMAGES
from kontum_netcheck.probes.bandwidth_order import BandwidthOrder

if TYPE_CHECKING:
    from kontum_netcheck.net.network import Network

_NO_ANSWER_MS = 1_000_000.0  # its "latency" of a server that never answered
_UPLOAD_BYTES = 262_144
_START_S = 20.0
_BODY_SHARE = 0.95
"""Of the budget, what bodies may have: heads, and what is sent again, take the rest."""
_ASKED = {"ConfigRetrievalError": "the configuration", "ServersRetrievalError": "the server list"}


async def measure_speedtest(params: BandwidthOrder, network: "Network") -> Measurement:
    """One test in a child process. Raises CannotMeasure with the bytes that were used."""
    order = order_of(params, network.options.source_address)
    child = Child([sys.executable, str(Path(speedtest_child.__file__))], json.dumps(order).encode())
    began_s = time.perf_counter()
    interrupted = False
    try:
        ended = await child.run(2 * params.max_s + params.timeout_s + _START_S)
        said, timed_out = ended.stdout, ended.timed_out
    except asyncio.CancelledError:
        said, timed_out, interrupted = (child.last.stdout if child.last else b""), False, True
    steps = read_steps(said)
    metrics = metrics_of(steps, order) | {"duration_s": round(time.perf_counter() - began_s, 2)}
    if interrupted:
        return Measurement(metrics)
    failure = failure_of(steps, order, timed_out)
    if failure is not None:
        raise CannotMeasure(failure, metrics)
    return Measurement(metrics)


def order_of(params: BandwidthOrder, source_address: str | None) -> dict[str, Any]:
    """What the child is to do, such that its requests fit the budget: it has no cap of its own."""
    down, up = params.direction != "up", params.direction != "down"
    share = int(params.max_bytes * _BODY_SHARE) // (2 if down and up else 1)
    sides, left_bytes = list[int](), share if down else 0
    for side, size in reversed(MINI_IMAGES):
        while left_bytes >= size and len(sides) < 40:
            sides.append(side)
            left_bytes -= size
    return {
        "mini_url": None if params.bandwidth == "speedtest.net" else params.bandwidth,
        "down": bool(sides),
        "up": up and share >= _UPLOAD_BYTES,
        "download_sides": sorted(sides),
        "upload_count": max(1, share // _UPLOAD_BYTES),
        "streams": params.streams,
        "max_s": params.max_s,
        "timeout_s": params.timeout_s,
        "source_address": source_address,
        "share_bytes": share,
    }


def read_steps(said: bytes) -> dict[str, dict[str, Any]]:
    """The child's lines by their step; what is none is left out."""
    steps: dict[str, dict[str, Any]] = {}
    for line in said.splitlines():
        try:
            fields = json.loads(line)
        except ValueError:
            continue
        if isinstance(fields, dict) and isinstance(fields.get("step"), str):
            steps[fields["step"]] = fields
    return steps


def metrics_of(steps: dict[str, dict[str, Any]], order: dict[str, Any]) -> dict[str, MetricValue]:
    """What it measured. Of a step that was begun and never ended, its whole share counts as used."""
    metrics: dict[str, MetricValue] = {"method": "speedtest", "streams_count": order["streams"]}
    used_bytes = sum(steps[way]["bytes"] for way in ("down", "up") if way in steps)
    under_way = [way for way in ("down", "up") if order[way] and way not in steps]
    if under_way and "server" in steps:
        used_bytes += order["share_bytes"]
    metrics["transferred_bytes"] = used_bytes
    server = steps.get("server")
    if server is not None:
        metrics["server_name"] = str(server["name"])[:100]
        if server["latency_ms"] < _NO_ANSWER_MS:
            metrics["idle_rtt_ms"] = server["latency_ms"]
    for way in ("down", "up"):
        if way in steps and steps[way]["bytes"] > 0:
            metrics[f"{way}_mbit_per_s"] = round(steps[way]["bits_per_s"] / 1e6, 3)
    if "up_mbit_per_s" in metrics:
        metrics["up_counted_by"] = "sender"  # bytes handed over, not bytes received
    return metrics


def failure_of(steps: dict[str, dict[str, Any]], order: dict[str, Any], timed_out: bool) -> Failure | None:
    """Why there is no good result; None: there is one."""
    if "missing" in steps:
        return Failure(Stage.REQUEST, Cause.TOOL_MISSING, "speedtest-cli: pip install speedtest-cli")
    if (error := steps.get("error")) is not None:
        asked = _ASKED.get(error["kind"], "the server")
        said = f"answered {error['status']}" if error["status"] else f"did not answer: {error['text']}"
        return Failure(Stage.REQUEST, Cause.NOT_SERVED, f"{asked} {said}")
    if "server" not in steps or timed_out:
        return Failure(Stage.REPLY, Cause.NOT_SERVED, "speedtest-cli did not come to an end")
    if steps["server"]["latency_ms"] >= _NO_ANSWER_MS:
        return Failure(Stage.REPLY, Cause.NOT_SERVED, "the server does not answer")
    if not (order["down"] or order["up"]):
        needs = f"needs {MINI_IMAGES[0][1] / 1e6:.1f} MB each way, has {order['share_bytes'] / 1e6:.1f} MB"
        return Failure(Stage.REQUEST, Cause.NOT_ENOUGH_BYTES, needs)
    for way in ("down", "up"):
        if order[way] and not steps.get(way, {}).get("bytes"):
            return Failure(Stage.TRANSFER, Cause.NOT_SERVED, f"the server moved nothing {way}")
    return None
