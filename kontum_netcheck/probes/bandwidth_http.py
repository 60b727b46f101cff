"""The bandwidth probe's own method: our engine over HTTP, and its findings as metrics."""

import os
from typing import TYPE_CHECKING

from kontum_netcheck.model import CannotMeasure, Measurement, MetricValue
from kontum_netcheck.net.bandwidth.datagrams import Datagrams
from kontum_netcheck.net.bandwidth.echoes import RPM_FORMULA
from kontum_netcheck.net.bandwidth.engine import BandwidthTest, Measured, Order, ignored_proxy
from kontum_netcheck.net.bandwidth.load import Direction
from kontum_netcheck.net.bandwidth.profile import Kind
from kontum_netcheck.probes.bandwidth_metrics import latency_metrics
from kontum_netcheck.probes.bandwidth_order import BandwidthOrder
from kontum_netcheck.probes.provenance import provenance

if TYPE_CHECKING:
    from kontum_netcheck.net.network import Network

_WAYS = {"both": (Direction.DOWN, Direction.UP), "down": (Direction.DOWN,), "up": (Direction.UP,)}


async def measure_http(params: BandwidthOrder, network: "Network") -> Measurement:
    """One test. Broken off, it brings home the bytes that it used. Raises CannotMeasure."""
    headers: tuple[tuple[str, str], ...] = ()
    if params.token is not None:
        headers = (("Authorization", f"Bearer {params.token.resolve(os.environ)}"),)
    order = Order(
        url=params.bandwidth,
        kind=None if params.kind == "auto" else Kind(params.kind),
        directions=_WAYS[params.direction],
        streams_count=params.streams,
        max_bytes=int(params.max_bytes),
        max_s=params.max_s,
        family=params.family,
        proxy=params.proxy,
        headers=headers,
        timeout_s=params.timeout_s,
    )
    measured = await BandwidthTest(order, network, network.on_load).run()
    metrics = metrics_of(measured) | _way_metrics(params, measured, network)
    if measured.fault is not None:
        raise CannotMeasure(measured.fault, metrics)
    return Measurement(metrics, measured.failure)


def metrics_of(measured: Measured) -> dict[str, MetricValue]:
    """What was found out; what was not, is absent."""
    metrics: dict[str, MetricValue] = {
        "method": "http",
        "transferred_bytes": measured.transferred_bytes,
        "duration_s": round(measured.duration_s, 2),
    }
    if measured.profile is not None:
        metrics["server_kind"] = measured.profile.kind.value
    if measured.streams_count:
        metrics["streams_count"] = measured.streams_count
    for direction, speed in measured.speeds.items():
        metrics[f"{direction}_mbit_per_s"] = round(speed.mbit_per_s, 3)
        metrics[f"{direction}_spread_pct"] = round(speed.spread_pct, 2)
        metrics[f"{direction}_error_pct"] = round(speed.error_pct, 2)
        metrics[f"{direction}_mean_mbit_per_s"] = round(speed.mean_mbit_per_s, 3)
        metrics[f"{direction}_ended_by"] = speed.ended_by.value
        if speed.limited_by is not None:
            metrics[f"{direction}_limited_by"] = speed.limited_by
    if Direction.UP in measured.speeds:
        metrics["up_counted_by"] = measured.speeds[Direction.UP].counted_by
    return metrics | _latency_metrics(measured) | _datagram_metrics(measured.datagrams)


def _latency_metrics(measured: Measured) -> dict[str, MetricValue]:
    metrics = latency_metrics("http", measured.idle_rtt_ms, measured.loaded_rtt_ms, measured.peak_rtt_ms)
    if measured.loaded_rtt_ms:
        loaded_ms = max(measured.loaded_rtt_ms.values())
        metrics["rpm_count"] = round(60_000 / loaded_ms) if loaded_ms else 60_000
        metrics["rpm_formula"] = RPM_FORMULA
    return metrics


def _datagram_metrics(found: Datagrams | None) -> dict[str, MetricValue]:
    """Loss and jitter on the idle line; jitter is known where two datagrams in a row came."""
    if found is None:
        return {}
    told = {
        "loss_pct": found.loss_pct,
        "down_loss_pct": found.down_loss_pct,
        "up_loss_pct": found.up_loss_pct,
        "down_jitter_ms": found.down_jitter_ms,
        "up_jitter_ms": found.up_jitter_ms,
    }
    return {name: round(value, 3) for name, value in told.items() if value is not None}


def _way_metrics(params: BandwidthOrder, measured: Measured, network: "Network") -> dict[str, MetricValue]:
    found = measured.server
    metrics = provenance(network, found.address_used, found.source_address) if found else {}
    if params.proxy is not None:
        return metrics | {"proxy": params.proxy}
    ignored = ignored_proxy(params.bandwidth)
    return metrics | {"proxy_ignored": ignored} if ignored else metrics
