"""The path to a host, in the namespaces of tests/routers.py."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from kontum_netcheck.lab.echo import SILENT, EchoHost, EchoScript
from kontum_netcheck.net.icmp import Hop, Method, Path, Pinger
from kontum_netcheck.net.network import Detours, NetworkOptions
from tests.namespaces import needs_namespaces
from tests.routers import BOX, allow_datagrams, inside, routers, set_mtu

PATHS = {
    "192.0.2.2": ["198.51.100.1", "203.0.113.2", "192.0.2.2"],
    "2001:db8:3::2": ["2001:db8:1::1", "2001:db8:2::2", "2001:db8:3::2"],
}

TRACE = """
import asyncio, dataclasses, json, sys
from kontum_netcheck.net.icmp import Pinger
from kontum_netcheck.net.network import NetworkOptions

async def main():
    pinger = Pinger(NetworkOptions())
    print(json.dumps(dataclasses.asdict(await pinger.trace(sys.argv[1]))))
    await pinger.close()

asyncio.run(main())
"""


def path_to(address: str) -> dict[str, Any]:
    """What the box finds out."""
    found: dict[str, Any] = json.loads(inside(BOX, sys.executable, "-W", "error", "-c", TRACE, address))
    return found


@pytest.fixture(scope="module")
def _network() -> Iterator[None]:
    with routers():
        yield


@pytest.fixture(params=["icmp-datagram", "icmp-raw"])
def method(request: pytest.FixtureRequest, _network: None) -> str:
    """Either kind of socket."""
    allow_datagrams(allowed=request.param == "icmp-datagram")
    set_mtu(1500, 1500)
    return str(request.param)


@needs_namespaces
@pytest.mark.parametrize("address", PATHS)
def test_every_router_on_the_way_is_found(method: str, address: str) -> None:
    path = path_to(address)
    assert [(hop["distance"], hop["address"]) for hop in path["hops"]] == list(
        enumerate(PATHS[address], start=1)
    )
    assert all(hop["rtt_ms"] > 0 and hop["cause"] is None for hop in path["hops"])
    assert (path["is_reached"], path["method"], path["path_mtu_bytes"]) == (True, method, 1500)


@needs_namespaces
@pytest.mark.parametrize("address", PATHS)
@pytest.mark.parametrize("mtu_bytes", [1400, 1423])
def test_a_narrower_link_is_the_paths_mtu(method: str, address: str, mtu_bytes: int) -> None:
    set_mtu(mtu_bytes, mtu_bytes)
    assert path_to(address)["path_mtu_bytes"] == mtu_bytes


@needs_namespaces
def test_a_link_that_swallows_large_packets_in_silence_is_found_by_sizes(method: str) -> None:
    set_mtu(
        1500, 1423
    )  # the host's end drops what is larger; but a veth lets a VLAN tag of four bytes more pass
    assert path_to("192.0.2.2")["path_mtu_bytes"] == 1427


@needs_namespaces
def test_a_dead_hosts_path_ends_with_the_last_router_that_answered(method: str) -> None:
    path = path_to("192.0.2.77")
    assert [hop["address"] for hop in path["hops"]][:2] == ["198.51.100.1", "203.0.113.2"]
    assert (path["is_reached"], path["path_mtu_bytes"]) == (False, None)


@needs_namespaces
def test_a_router_that_refuses_ends_the_path_with_its_cause(method: str) -> None:
    path = path_to("100.64.0.7")
    assert [(hop["address"], hop["cause"]) for hop in path["hops"]] == [("198.51.100.1", "prohibited")]
    assert not path["is_reached"]


@needs_namespaces
def test_without_a_route_there_is_no_path_but_a_failure(method: str) -> None:
    failure = path_to("100.64.2.7")
    assert (failure["stage"], failure["cause"]) == ("request", "host_unreachable")


def test_the_last_hop_that_answered_is_the_farthest() -> None:
    hops = (Hop(1, "198.51.100.1", 1.0), Hop(2), Hop(3, "203.0.113.2", 2.0), Hop(4))
    assert Path("192.0.2.2", Method.ICMP_RAW, hops, is_reached=False).last_answered == hops[2]
    assert Path("192.0.2.2", Method.ICMP_RAW, (Hop(1),), is_reached=False).last_answered is None


@pytest.mark.parametrize(("script", "is_reached"), [(EchoScript(), True), (SILENT, False)])
async def test_a_labs_host_is_one_hop_away(script: EchoScript, is_reached: bool) -> None:
    async with EchoHost(script, "192.0.2.1") as host:
        pinger = Pinger(NetworkOptions(detours=Detours({("icmp", "192.0.2.1", 0): host.endpoint})))
        path = await pinger.trace("192.0.2.1")
        await pinger.close()
    assert isinstance(path, Path)
    assert (path.is_reached, path.method) == (is_reached, Method.LAB_UDP)
