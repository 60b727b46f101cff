"""Where the way ends: a trace for every ping that failed or is degraded, kept with its observation."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from kontum_netcheck.judge import judge_answers
from kontum_netcheck.model import CannotMeasure, Check, Failure, MetricValue, Observation, Readiness
from kontum_netcheck.net.icmp import Path
from kontum_netcheck.net.network import Network

_BAD = (Readiness.DEGRADED, Readiness.NOT_READY)


async def with_paths(
    observations: Sequence[Observation],
    checks: Mapping[str, Check],
    network: Network,
    *,
    stop: asyncio.Event,
    left_s: float | None = None,
    on_path: Callable[[int, int], None] = lambda _done, _all: None,
) -> tuple[Observation, ...]:
    """The observations, those of bad pings with the path to their address. Takes about 3 s for each eight.

    When `stop` is set or `left_s` seconds are over, what is found stays. `on_path` hears how many of how many are.
    """
    found: dict[str, Observation] = {}
    bad = {each.check_id: address for each in observations if (address := _address_of_bad(each, checks))}

    async def follow(observation: Observation, address: str) -> None:
        found[observation.check_id] = await _with_path(observation, address, network)
        on_path(len(found), len(bad))

    async def follow_all() -> None:
        await asyncio.gather(*(follow(o, bad[o.check_id]) for o in observations if o.check_id in bad))

    if not bad:
        return tuple(observations)
    on_path(0, len(bad))
    following = asyncio.create_task(follow_all())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({following, stopping}, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
    ended = following.done()
    following.cancel()
    stopping.cancel()
    await asyncio.gather(following, stopping, return_exceptions=True)
    if ended:
        following.result()
    return tuple(found.get(each.check_id, each) for each in observations)


def _address_of_bad(observation: Observation, checks: Mapping[str, Check]) -> str | None:
    """Where to, if it is a ping that failed or is degraded."""
    address = observation.metrics.get("address_used")
    if observation.probe != "ping" or not isinstance(address, str):
        return None
    verdict = judge_answers(checks[observation.check_id], (observation,), datetime.now(UTC))
    return address if verdict.readiness in _BAD else None


async def _with_path(observation: Observation, address: str, network: Network) -> Observation:
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
