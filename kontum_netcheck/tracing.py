"""Where the way ends: a trace for every ping that failed or is degraded, kept with its observation."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from kontum_netcheck.judge import judge_check
from kontum_netcheck.model import CannotMeasure, Check, Failure, MetricValue, Observation, Readiness
from kontum_netcheck.net.icmp import Path
from kontum_netcheck.net.network import Network

_BAD = (Readiness.DEGRADED, Readiness.NOT_READY)


async def with_paths(
    observations: Sequence[Observation], checks: Mapping[str, Check], network: Network
) -> tuple[Observation, ...]:
    """The observations, those of bad pings with the path to their address. Takes about 3 s for each eight."""
    return tuple(await asyncio.gather(*(_with_path(each, checks, network) for each in observations)))


async def _with_path(observation: Observation, checks: Mapping[str, Check], network: Network) -> Observation:
    address = observation.metrics.get("address_used")
    verdict = judge_check(checks[observation.check_id], (observation,), datetime.now(UTC))
    if observation.probe != "ping" or not isinstance(address, str) or verdict.readiness not in _BAD:
        return observation
    try:
        path = await network.pinger.trace(address)
    except CannotMeasure:
        return observation  # no right to trace here; the ping itself stands
    if isinstance(path, Failure):
        return observation
    return replace(observation, metrics={**observation.metrics, **_metrics(path)})


def _metrics(path: Path) -> dict[str, MetricValue]:
    """`path` has a text for each hop: its distance, address and round trip; `*` where nobody answered."""
    hops = tuple(
        f"{hop.distance} {hop.address or '*'}" + (f" {hop.rtt_ms:.2f} ms" if hop.rtt_ms is not None else "")
        for hop in path.hops
    )
    metrics: dict[str, MetricValue] = {"path": hops}
    if path.last_answered is not None and path.last_answered.address is not None:
        metrics["last_hop"] = path.last_answered.address
    if path.path_mtu_bytes is not None:
        metrics["path_mtu_bytes"] = path.path_mtu_bytes
    return metrics
