"""The bandwidth probe by its three methods, against real servers on loopback."""

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from kontum_netcheck.model import CannotMeasure, Cause, Measurement
from kontum_netcheck.net.bandwidth.speedtest_child import Capped
from kontum_netcheck.net.network import Network
from kontum_netcheck.probes.bandwidth import BANDWIDTH, BandwidthParams
from kontum_netcheck.probes.bandwidth_iperf3 import read
from kontum_netcheck.probes.bandwidth_speedtest import failure_of, metrics_of, order_of, read_steps
from tests.serving.running import running
from tests.speed_server import Behaviour, speed_server

needs_iperf3 = pytest.mark.skipif(shutil.which("iperf3") is None, reason="iperf3 is not installed (Debian)")


INTERRUPTED = "interrupt - the client has terminated"


def params(**typed: object) -> BandwidthParams:
    return BandwidthParams.model_validate({"max_s": 1, **typed})


async def measure(typed: BandwidthParams) -> Measurement:
    assert BANDWIDTH.run is not None
    async with Network() as network:
        return await BANDWIDTH.run(typed, network)


async def test_http_brings_home_speed_latency_and_cost() -> None:
    with speed_server(Behaviour(rate_bytes_per_s=500_000, waits_ms=2)) as (url, _):
        found = await measure(params(bandwidth=url, max_bytes="2MB", direction="down"))
    assert found.failure is None
    metrics = found.metrics
    assert metrics["down_mbit_per_s"] > 1  # type: ignore[operator]  # how true it is, benchmarks/ tells
    assert "up_mbit_per_s" not in metrics
    assert metrics["transferred_bytes"] <= 2_000_000  # type: ignore[operator]
    assert metrics["rpm_formula"] == "60000 / loaded_rtt_ms"
    assert metrics["idle_rtt_ms"] >= 2  # type: ignore[operator]
    assert {metric.name for metric in BANDWIDTH.metrics} >= set(metrics)


async def test_a_refusal_is_not_measured_and_says_what_it_cost() -> None:
    with (
        speed_server(Behaviour(answer_to_load=(429, "Retry-After: 30\r\n"))) as (url, _),
        pytest.raises(CannotMeasure) as refused,
    ):
        await measure(params(bandwidth=url))
    assert refused.value.failure.detail == "HTTP 429, Retry-After: 30"
    assert "transferred_bytes" in refused.value.metrics


async def test_speedtest_cli_against_a_server_that_is_no_mini_never_is_zero() -> None:
    with speed_server() as (url, does), pytest.raises(CannotMeasure) as refused:
        await measure(params(bandwidth=url, method="speedtest", max_bytes="1MB"))
    assert refused.value.failure.cause is Cause.NOT_SERVED
    assert "down_mbit_per_s" not in refused.value.metrics
    assert does.log  # the private server was asked, and nobody else


async def test_speedtest_cli_measures_our_own_server_as_a_mini_within_its_budget() -> None:
    pytest.importorskip("speedtest")
    async with running() as server:
        typed = params(bandwidth=server.url("/"), method="speedtest", max_bytes="3MB", streams=2)
        found = await measure(typed)
        assert any("GET /speedtest/random" in line for line in server.log)
    metrics = found.metrics
    assert found.failure is None
    assert metrics["down_mbit_per_s"] > 0 and metrics["up_mbit_per_s"] > 0  # type: ignore[operator]
    assert metrics["up_counted_by"] == "sender"
    assert 1_000_000 < metrics["transferred_bytes"] <= 3_000_000  # type: ignore[operator]
    assert {metric.name for metric in BANDWIDTH.metrics} >= set(metrics)


def test_of_speedtest_clis_answers_no_more_is_read_than_the_share() -> None:
    class Endless:
        def open(self, _request: object) -> "Endless":
            return self

        def read(self, count: int) -> bytes:
            return bytes(count)

    answers = [Capped(Endless(), [25_000]).open(None)]
    answers.append(answers[0])
    read_bytes = sum(len(answer.read(10_240)) for answer in answers * 3)
    assert read_bytes == 25_000


def test_a_server_list_that_answers_403_is_said() -> None:
    order = order_of(params(bandwidth="speedtest.net", method="speedtest"), None)
    said = b'{"step": "error", "kind": "ServersRetrievalError", "status": 403, "text": "HTTP Error 403"}\n'
    failure = failure_of(read_steps(said), order, timed_out=False)
    assert failure is not None
    assert (failure.cause, failure.detail) == (Cause.NOT_SERVED, "the server list answered 403")


def test_a_dead_server_is_no_result_though_speedtest_cli_says_0() -> None:
    order = order_of(params(bandwidth="speedtest.net", method="speedtest"), None)
    steps = read_steps(
        b'{"step": "server", "name": "x", "url": "u", "latency_ms": 1800000.0}\n'
        b'{"step": "down", "bits_per_s": 0.0, "bytes": 0}\n{"step": "up", "bits_per_s": 0.0, "bytes": 0}\n'
    )
    assert failure_of(steps, order, timed_out=False) is not None
    assert "down_mbit_per_s" not in metrics_of(steps, order)


def test_the_requests_of_speedtest_cli_fit_the_budget() -> None:
    order = order_of(params(bandwidth="http://mini.example/", method="speedtest", max_bytes="10MB"), None)
    assert order["upload_count"] * 262_144 <= 5_000_000
    assert order["download_sides"] == sorted(order["download_sides"])


@pytest.fixture
def iperf3_server() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["iperf3", "-s", "-B", "127.0.0.1", "-p", str(port), "--forceflush"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        while "listening" not in server.stdout.readline():
            pass
        yield port
        server.terminate()


@needs_iperf3
async def test_iperf3_measures_both_ways_within_the_budget(iperf3_server: int) -> None:
    typed = params(bandwidth=f"127.0.0.1:{iperf3_server}", method="iperf3", max_bytes="40MB")
    found = await measure(typed)
    assert found.failure is None
    assert found.metrics["down_mbit_per_s"] > 10 and found.metrics["up_mbit_per_s"] > 10  # type: ignore[operator]
    assert found.metrics["transferred_bytes"] <= 40_000_000  # type: ignore[operator]


@needs_iperf3
async def test_pings_beside_iperf3_tell_the_latency_under_load(iperf3_server: int) -> None:
    typed = params(
        bandwidth=f"127.0.0.1:{iperf3_server}", method="iperf3", direction="down", max_bytes="10GB"
    )
    found = (await measure(typed)).metrics
    assert str(found["latency_method"]).startswith("ping, ")
    assert found["idle_rtt_ms"] > 0 and found["loaded_rtt_ms"] > 0  # type: ignore[operator]
    assert found["added_latency_ms"] >= 0 and "rpm_count" not in found  # type: ignore[operator]


@needs_iperf3
async def test_an_iperf3_server_that_is_away_is_not_measured() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(CannotMeasure) as refused:
        await measure(params(bandwidth=f"127.0.0.1:{port}", method="iperf3"))
    assert refused.value.failure.cause is Cause.NOT_SERVED


async def test_a_missing_iperf3_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CannotMeasure) as missing:
        await measure(params(bandwidth="127.0.0.1", method="iperf3"))
    assert missing.value.failure.cause is Cause.TOOL_MISSING
    assert missing.value.failure.detail.startswith("iperf3: ")


def test_what_iperf3_says_that_is_no_json_is_no_zero() -> None:
    metrics, failure = read(b"iperf3: error", "down")
    assert not metrics
    assert failure is not None and failure.cause is Cause.NOT_SERVED


@pytest.mark.parametrize("error", ["control socket has closed unexpectedly", None, INTERRUPTED])
def test_an_iperf3_server_that_stops_in_the_middle_gave_no_speed(error: str | None) -> None:
    intervals = [
        {"sum": {"start": at / 10, "end": (at + 1) / 10, "bytes": 100_000, "bits_per_second": 8e6}}
        for at in range(20)
    ]
    said = json.dumps({"start": {}, "intervals": intervals, "end": {}} | ({"error": error} if error else {}))
    metrics, failure = read(said.encode(), "down")
    assert metrics["transferred_bytes"] == 2_000_000
    assert ("down_mbit_per_s" in metrics) == (failure is None) == (error in (None, INTERRUPTED))


@pytest.mark.parametrize(
    "typed",
    [
        {"bandwidth": "ftp://speed.example/"},
        {"bandwidth": "speed.example"},
        {"bandwidth": "http://user:secret@speed.example/"},
        {"bandwidth": "http://speed.example/f", "kind": "file"},
        {"bandwidth": "speed.example", "method": "iperf3", "kind": "own"},
        {"bandwidth": "http://speed.example/", "max_bytes": "10kB"},
        {"bandwidth": "http://speed.example/", "token": "secret"},
    ],
)
def test_wrong_parameters_are_refused(typed: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        BandwidthParams.model_validate(typed)
