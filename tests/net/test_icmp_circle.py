"""Echoes that go in a circle between two routers until their time to live is over."""

import json
import sys

import pytest

from tests.namespaces import needs_namespaces
from tests.routers import BOX, allow_datagrams, inside, routers

PING = """
import asyncio, dataclasses, json, sys
from kontum_netcheck.net.icmp import Pinger
from kontum_netcheck.net.network import NetworkOptions

async def main():
    pinger = Pinger(NetworkOptions())
    plan = dict(count=1, interval_s=0.05, timeout_s=5.0, payload_bytes=56)
    results = await asyncio.gather(*(pinger.ping(host, **plan) for host in sys.argv[1:]))
    print(json.dumps([result._asdict() for result in results], default=dataclasses.asdict))
    await pinger.close()

asyncio.run(main())
"""
CIRCLES = {
    "100.64.3.7": "203.0.113.2",
    "2001:db8:ffff::7": "2001:db8:2::2",
}  # whose time ends at which router


@needs_namespaces
@pytest.mark.parametrize("datagram", [True, False], ids=["icmp-datagram", "icmp-raw"])
def test_the_router_where_an_echos_time_ended_is_named_and_living_hosts_are_undisturbed(
    datagram: bool,
) -> None:
    with routers():
        allow_datagrams(allowed=datagram)
        told = inside(BOX, sys.executable, "-W", "error", "-c", PING, "192.0.2.2", *CIRCLES)
    living, *circling = json.loads(told)
    assert (living["rtts_ms"] != [None], living["errors"]) == (True, [])
    assert [one["rtts_ms"] for one in circling] == [[None]] * len(CIRCLES)
    errors = {
        one["address"]: [(error["reporter"], error["text"]) for error in one["errors"]] for one in circling
    }
    assert errors == {
        address: [(router, "time to live exceeded in transit")] for address, router in CIRCLES.items()
    }
