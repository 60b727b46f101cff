"""Where a ping fails, the trace that is kept with it tells where the way ends; for real, through a router."""

import asyncio
import csv
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kontum_netcheck.engine.tracing import with_paths
from kontum_netcheck.lab.echo import SILENT, EchoHost
from kontum_netcheck.model import Cause, Check, Failure, Observation, Outcome, ServiceKind, Stage
from kontum_netcheck.net.network import Detours, Network, NetworkOptions
from kontum_netcheck.probes.ping import PingParams
from tests.cli.process import FRAME
from tests.namespaces import GATEWAY, RESOLVER, SmallNetwork, needs_namespaces, small_network

pytestmark = needs_namespaces
BEHIND = "198.51.100.7"  # nobody, behind the gateway


@pytest.fixture
def network() -> Iterator[SmallNetwork]:
    with small_network() as made:
        made.connect()
        made.forward_into_the_void(BEHIND)
        yield made


@pytest.mark.parametrize("trace", [True, False])
def test_the_last_hop_that_answered_is_named(network: SmallNetwork, tmp_path: Path, trace: bool) -> None:
    file = tmp_path / "sites.yaml"
    dead = f"{{ping: {BEHIND}, count: 2, interval_s: 0.1, timeout_s: 0.5}}"
    file.write_text(FRAME.format(endpoints=f"{dead}, {{ping: {GATEWAY}, count: 2}}"), encoding="utf-8")
    with network.resolver():
        network.use_resolvers(RESOLVER)
        command = [
            sys.executable,
            "-m",
            "kontum_netcheck",
            "check",
            str(file),
            "--format",
            "json",
            "--lang",
            "en",
        ]
        done = network.run(*command, *(["--trace"] if trace else []))
    bad, good = json.loads(done.stdout)["sites"][0]["services"][0]["checks"]
    assert (bad["readiness"], good["readiness"]) == ("not_ready", "ready")
    assert ("last_hop" in bad["metrics"]) is trace, bad
    assert "path" not in good["metrics"]
    if trace:
        assert bad["metrics"]["last_hop"] == GATEWAY
        assert bad["metrics"]["path"][0].startswith(f"1 {GATEWAY}")
        assert GATEWAY in bad["reason"]


def test_a_degraded_pings_path_stands_in_the_csv_with_its_mtu(network: SmallNetwork, tmp_path: Path) -> None:
    file, table = tmp_path / "sites.yaml", tmp_path / "checks.csv"
    quick = "count: 2, interval_s: 0.1"
    slow = f"{{ping: {GATEWAY}, {quick}, limits: {{rtt_avg_ms: [0, 1000]}}}}"
    file.write_text(FRAME.format(endpoints=f"{slow}, {{ping: {RESOLVER}, {quick}}}"), encoding="utf-8")
    with network.resolver():
        network.use_resolvers(RESOLVER)
        command = [sys.executable, "-m", "kontum_netcheck", "check", str(file), "--trace", "--by", "check"]
        done = network.run(*command, "-o", str(table), "--csv-keys", "-q")
    assert done.returncode == 1, done.stderr
    degraded, ready = csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines())
    assert (degraded["readiness"], degraded["last_hop"], degraded["path_mtu_bytes"]) == (
        "degraded",
        GATEWAY,
        "1500",
    )
    assert degraded["path"].startswith(f"1 {GATEWAY}")
    assert (ready["path"], ready["last_hop"], ready["path_mtu_bytes"]) == ("", "", "")


@pytest.mark.parametrize("deadline_s", [0.0, None])
async def test_what_is_not_found_in_time_is_left_out(deadline_s: float | None) -> None:
    """A silent host of the lab, whose trace takes a second; time is over, or somebody stops it."""
    params = PingParams(ping="192.0.2.1", count=1)
    check = Check(
        "a/l/ping", "a", "l", ServiceKind.INTERNET, "ping", "192.0.2.1", params, (), timedelta(hours=1)
    )
    silence = Failure(Stage.REPLY, Cause.TIMEOUT)
    metrics = {"address_used": "192.0.2.1"}
    seen = Observation(
        check.id,
        "ping",
        "192.0.2.1",
        Outcome.FAILED,
        datetime.now(UTC),
        1.0,
        metrics=metrics,
        failure=silence,
    )
    stop = asyncio.Event()
    if deadline_s is None:
        stop.set()
    async with EchoHost(SILENT, "192.0.2.1") as host:
        options = NetworkOptions(detours=Detours({("icmp", "192.0.2.1", 0): host.endpoint}))
        async with Network(options) as net:
            assert await with_paths([seen], {check.id: check}, net, stop=stop, left_s=deadline_s) == (seen,)
