"""Our own link, seen from real network namespaces: connected, cut, without a route, with a dead uplink."""

import json
import sys
from collections.abc import Iterator

import pytest

from kontum_netcheck.net.network import Network
from kontum_netcheck.own.link import ask_reference
from kontum_netcheck.probes.ping import PingParams
from kontum_netcheck.probes.tcp import TcpParams
from tests.namespaces import GATEWAY, RESOLVER, SmallNetwork, needs_namespaces, small_network

_ASK = """
import asyncio, json, sys
from kontum_netcheck.net.network import Network
from kontum_netcheck.own.link import own_link
from kontum_netcheck.probes.tcp import TcpParams

async def ask():
    reference = TcpParams(tcp=sys.argv[1]) if len(sys.argv) > 1 else None
    async with Network() as network:
        return await own_link(network, reference)

link = asyncio.run(ask())
print(json.dumps({
    "down": link.down,
    "seen": str(link.seen),
    "advice": link.advice and link.advice.text,
    "interfaces": [i.name for i in link.facts.local.lines],
    "gateways": {asked.target: asked.answer for asked in link.facts.gateways},
    "resolvers": {asked.target: asked.answer for asked in link.facts.resolvers},
    "reference": link.facts.reference and link.facts.reference.answer,
}))
"""

UNROUTED = "198.51.100.1:443"


@pytest.fixture
def network() -> Iterator[SmallNetwork]:
    with small_network() as made:
        made.connect()
        yield made


def look(network: SmallNetwork, *reference: str) -> dict[str, object]:
    done = network.run(sys.executable, "-W", "error", "-c", _ASK, *reference)
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


@needs_namespaces
def test_a_connected_machine_sees_its_gateway_and_its_resolver(network: SmallNetwork) -> None:
    with network.resolver():
        link = look(network)
    assert (link["down"], link["gateways"], link["resolvers"]) == (
        False,
        {GATEWAY: "answered"},
        {RESOLVER: "answered"},
    )


@needs_namespaces
def test_a_cut_cable_is_our_own_link_down(network: SmallNetwork) -> None:
    network.cut()
    link = look(network)
    assert link["down"]
    assert "no cable or Wi-Fi" in str(link["seen"])


@needs_namespaces
def test_without_a_route_and_a_resolver_there_is_no_way_out(network: SmallNetwork) -> None:
    network.in_box("route", "del", "default")
    link = look(network)
    assert link["down"]
    assert "default gateway" in str(link["advice"])


@needs_namespaces
def test_a_gateway_that_ignores_echoes_is_no_dead_link(network: SmallNetwork) -> None:
    network.ignore_echoes()
    with network.resolver():
        link = look(network)
    assert (link["down"], link["gateways"]) == (False, {GATEWAY: "failed"})


@needs_namespaces
def test_a_router_whose_uplink_is_dead_is_our_own_link_down(network: SmallNetwork) -> None:
    with network.resolver(answers="SERVFAIL"):
        link = look(network, UNROUTED)
    assert (link["down"], link["reference"]) == (True, "failed")
    assert "behind the gateway" in str(link["advice"])


@needs_namespaces
def test_a_dead_reference_alone_is_not_our_link(network: SmallNetwork) -> None:
    with network.resolver():
        link = look(network, UNROUTED)
    assert (link["down"], link["reference"]) == (False, "failed")


@needs_namespaces
def test_a_silent_gateway_and_a_silent_resolver_are_our_own_link_down(network: SmallNetwork) -> None:
    network.in_gate("address", "flush", "dev", "port")
    assert look(network)["down"]


@needs_namespaces
def test_a_machine_with_nothing_but_loopback_has_no_link() -> None:
    with small_network() as nothing:
        assert look(nothing)["interfaces"] == []
        assert look(nothing)["down"]


@needs_namespaces
def test_a_resolver_on_this_very_machine_proves_no_link(network: SmallNetwork) -> None:
    network.in_gate("address", "flush", "dev", "port")
    network.use_resolvers("127.0.0.1")
    assert look(network)["resolvers"] == {"127.0.0.1": "failed"}


async def test_a_reference_that_is_pinged_is_not_asked_for_its_whole_burst() -> None:
    async with Network() as network:
        asked = await ask_reference(network, PingParams(ping="127.0.0.1", count=1000, interval_s=60))
    assert asked.answer == "answered"


async def test_a_reference_that_refuses_has_answered() -> None:
    async with Network() as network:
        asked = await ask_reference(network, TcpParams(tcp="127.0.0.1:1"))
    assert asked.answer == "answered"
