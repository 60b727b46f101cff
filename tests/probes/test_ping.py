"""The ping probe: what may be typed, what it costs, and what it brings home from scripted hosts."""

from contextlib import AsyncExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kontum_netcheck.lab.echo import SILENT, UNREACHABLE, EchoHost, EchoScript
from kontum_netcheck.model import CannotMeasure, Cause, Failure, Measurement, Stage, WrongValue
from kontum_netcheck.net.icmp.metrics import measurement_of
from kontum_netcheck.net.icmp.series import EchoSeries, Method
from kontum_netcheck.net.network import Detours, Network, NetworkOptions
from kontum_netcheck.probes.ping import PING, PingParams


def series(*rtts_ms: float | None, dropped_count: int = 0) -> EchoSeries:
    return EchoSeries("192.0.2.1", Method.LAB_UDP, rtts_ms, dropped_count=dropped_count)


async def run(script: EchoScript, **params: object) -> Measurement:
    """One run of the probe against a host that keeps to that script."""
    typed = {"ping": "192.0.2.1", "count": 4, "interval_s": 0.01, "timeout_s": 0.3} | params
    async with AsyncExitStack() as stack:
        host = await stack.enter_async_context(EchoHost(script, "192.0.2.1"))
        options = NetworkOptions(detours=Detours({("icmp", "192.0.2.1", 0): host.endpoint}))
        network = await stack.enter_async_context(Network(options))
        assert PING.run is not None
        return await PING.run(PingParams.model_validate(typed), network)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "gateway.example", "localhost"])
def test_names_and_addresses_are_hosts(host: str) -> None:
    assert PingParams(ping=host).target == host


@pytest.mark.parametrize("host", ["", "192.0.2.300", "http://a.example/", "two words", "192.0.2.1:80"])
def test_what_can_be_no_host_is_refused(host: str) -> None:
    with pytest.raises((ValueError, WrongValue)):
        PingParams(ping=host)


@pytest.mark.parametrize(
    "typed",
    [
        {"count": 0},
        {"count": 1001},
        {"interval_s": 0},
        {"timeout_s": 0},
        {"payload_bytes": 9000},
        {"family": 5},
    ],
)
def test_every_parameter_has_bounds(typed: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        PingParams.model_validate({"ping": "192.0.2.1"} | typed)


def test_scalars_arrive_as_text() -> None:
    params = PingParams.model_validate(
        {"ping": "192.0.2.1", "count": "5", "family": "4", "interval_s": "0.5"}
    )
    assert (params.count, params.family, params.interval_s) == (5, 4, 0.5)


def test_the_cost_counts_headers_and_the_longer_wait_for_a_late_host() -> None:
    cost = PING.cost(PingParams(ping="192.0.2.1", count=10, interval_s=0.5, timeout_s=2))
    assert (cost.packets_count, cost.bytes_count, cost.duration_s) == (10, 840, 8.5)


async def test_a_good_host_gives_every_metric_and_no_failure() -> None:
    measurement = await run(EchoScript(duplicated={0}))
    assert measurement.failure is None
    assert set(measurement.metrics) <= {metric.name for metric in PING.metrics}
    expected = {
        "sent_count": 4,
        "received_count": 4,
        "loss_pct": 0.0,
        "duplicate_count": 1,
        "method": "lab-udp",
    }
    assert {name: measurement.metrics[name] for name in expected} == expected
    assert {
        "rtt_min_ms",
        "rtt_avg_ms",
        "rtt_median_ms",
        "rtt_p95_ms",
        "rtt_max_ms",
        "jitter_ms",
        "mos",
    } <= set(measurement.metrics)


async def test_silence_is_a_timeout_with_counts_and_without_times() -> None:
    measurement = await run(SILENT)
    assert measurement.failure is not None
    assert (measurement.failure.stage, measurement.failure.cause) == (Stage.REPLY, Cause.TIMEOUT)
    assert (measurement.metrics["sent_count"], measurement.metrics["received_count"]) == (4, 0)
    assert (measurement.metrics["loss_pct"], measurement.metrics["loss_upper_pct"]) == (100.0, 100.0)
    assert not {"rtt_avg_ms", "jitter_ms", "mos"} & set(measurement.metrics)


async def test_an_unreachable_host_names_the_router() -> None:
    failure = (await run(UNREACHABLE)).failure
    assert failure == Failure(Stage.REPLY, Cause.HOST_UNREACHABLE, "host unreachable, says 127.0.0.1")


def test_an_address_of_the_other_family_is_refused_as_it_is_typed() -> None:
    with pytest.raises(ValidationError, match="is IPv4, and family says 6"):
        PingParams.model_validate({"ping": "192.0.2.1", "family": 6})
    assert PingParams.model_validate({"ping": "2001:db8::1", "family": 6}).family == 6


def test_statistics_come_from_the_round_trips() -> None:
    metrics = measurement_of(series(10.0, 12.0, None, 20.0)).metrics
    assert metrics["rtt_avg_ms"] == 14.0
    assert metrics["jitter_ms"] == 2.0
    assert metrics["loss_pct"] == 25.0


def test_what_we_dropped_ourselves_is_not_blamed_on_the_host() -> None:
    with pytest.raises(CannotMeasure) as told:
        measurement_of(series(10.0, None, dropped_count=1))
    assert told.value.failure.cause is Cause.OVERLOADED


def test_more_loss_than_we_dropped_is_the_hosts() -> None:
    metrics = measurement_of(series(None, None, 10.0, dropped_count=1)).metrics
    assert (metrics["received_count"], metrics["dropped_count"]) == (1, 1)


@given(st.lists(st.none() | st.floats(0.001, 60_000), min_size=1, max_size=50))
def test_no_metric_is_undeclared_or_not_a_number(rtts_ms: list[float | None]) -> None:
    metrics = measurement_of(series(*rtts_ms)).metrics
    assert set(metrics) <= {metric.name for metric in PING.metrics}
    assert all(value == value for value in metrics.values())
