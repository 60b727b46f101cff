"""Where a ping fails, the trace that is kept with it tells where the way ends; for real, through a router."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

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
