"""Real ICMP sockets: on loopback where this machine allows it, and in namespaces with a router that refuses."""

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from kontum_netcheck.net.icmp import EchoSeries, Method, Pinger
from kontum_netcheck.net.icmp.linux_wire import LinuxWire
from kontum_netcheck.net.icmp.packets import IPV4, IPV6
from kontum_netcheck.net.icmp.requests import EchoRequests
from kontum_netcheck.net.icmp.sockets import open_lab_wire, open_wire
from kontum_netcheck.net.network import NetworkOptions
from tests.namespaces import SmallNetwork, needs_namespaces, small_network

PROHIBITED, UNREACHABLE, NOBODY, NOWHERE = "198.51.100.7", "203.0.113.7", "192.0.2.77", "2001:db8::7"

PING_ALL = """
import asyncio, dataclasses, json, sys
from kontum_netcheck.net.icmp import EchoSeries, Pinger
from kontum_netcheck.net.network import NetworkOptions

async def main():
    pinger = Pinger(NetworkOptions())
    plan = dict(count=1, interval_s=0.05,  # a Linux router sends five errors, then one a second
        timeout_s=float(sys.argv[1]), payload_bytes=56)
    results = await asyncio.gather(*(pinger.ping(host, **plan) for host in sys.argv[2:]))
    await pinger.close()
    told = [result._asdict() if isinstance(result, EchoSeries) else result for result in results]
    print(json.dumps(told, default=dataclasses.asdict))

asyncio.run(main())
"""


def allow_datagram_sockets(network: SmallNetwork, *, allowed: bool) -> None:
    """Let every group of the box make ICMP datagram sockets, or none."""
    group_range = "0 2147483647" if allowed else "1 0"
    done = network.run("sh", "-c", f"echo '{group_range}' > /proc/sys/net/ipv4/ping_group_range")
    assert done.returncode == 0, done.stderr


def ping_in(network: SmallNetwork, *hosts: str, timeout_s: float = 1.0) -> list[dict[str, Any]]:
    """What the box learns about those hosts, all at once."""
    done = network.run(sys.executable, "-c", PING_ALL, str(timeout_s), *hosts)
    assert done.returncode == 0, done.stderr
    results: list[dict[str, Any]] = json.loads(done.stdout)
    return results


@pytest.fixture(scope="module")
def network() -> Iterator[SmallNetwork]:
    """A box and its router, which knows two networks that it won't or can't reach."""
    with small_network() as made:
        made.connect()
        settings = "echo 1 > ip_forward && echo 0 > icmp_ratelimit"
        command = f"cd /proc/sys/net/ipv4 && {settings}"
        subprocess.run(["ip", "netns", "exec", made.gate, "sh", "-c", command], check=True)
        made.in_gate("route", "add", "prohibit", "198.51.100.0/24")
        made.in_gate("route", "add", "unreachable", "203.0.113.0/24")
        yield made


@pytest.fixture(scope="module", params=[True, False], ids=["icmp-datagram", "icmp-raw"])
def results(network: SmallNetwork, request: pytest.FixtureRequest) -> dict[str, dict[str, Any]]:
    """The same hosts, pinged through either kind of socket."""
    allow_datagram_sockets(network, allowed=request.param)
    hosts = ("192.0.2.1", "127.0.0.2", "::1", PROHIBITED, UNREACHABLE, NOWHERE)
    by_host = dict(zip(hosts, ping_in(network, *hosts), strict=True))
    expected = "icmp-datagram" if request.param else "icmp-raw"
    assert by_host["192.0.2.1"]["method"] == expected
    return by_host


@needs_namespaces
@pytest.mark.parametrize("host", ["192.0.2.1", "127.0.0.2", "::1"])
def test_a_living_host_answers_every_echo(results: dict[str, dict[str, Any]], host: str) -> None:
    assert all(rtt_ms is not None for rtt_ms in results[host]["rtts_ms"])
    assert results[host]["foreign_count"] == results[host]["duplicate_count"] == 0


@needs_namespaces
@pytest.mark.parametrize(("host", "cause"), [(PROHIBITED, "prohibited"), (UNREACHABLE, "host_unreachable")])
def test_the_router_that_refuses_is_named(results: dict[str, dict[str, Any]], host: str, cause: str) -> None:
    assert [(error["cause"], error["reporter"]) for error in results[host]["errors"]] == [
        (cause, "192.0.2.1")
    ]
    assert results[host]["rtts_ms"] == [None]


@needs_namespaces
def test_no_route_is_a_failure_at_once_and_only_there(results: dict[str, dict[str, Any]]) -> None:
    assert (results[NOWHERE]["stage"], results[NOWHERE]["cause"]) == ("request", "network_unreachable")


@needs_namespaces
@pytest.mark.parametrize("datagram", [True, False], ids=["icmp-datagram", "icmp-raw"])
def test_an_address_that_nobody_has_is_found_out_by_this_machine(
    network: SmallNetwork, datagram: bool
) -> None:
    allow_datagram_sockets(network, allowed=datagram)
    (result,) = ping_in(network, NOBODY, timeout_s=5.0)
    assert {(error["cause"], error["reporter"]) for error in result["errors"]} == {
        ("host_unreachable", "192.0.2.2")
    }


@pytest.fixture
def _can_ping() -> None:
    wire = open_wire(IPV4)
    if wire is None:
        pytest.skip("no ICMP socket: needs root or net.ipv4.ping_group_range")
    wire.close()


@pytest.mark.usefixtures("_can_ping")
async def test_many_hosts_share_one_socket() -> None:
    pinger = Pinger(NetworkOptions(max_pps=0))
    hosts = [f"127.0.{n // 250}.{1 + n % 250}" for n in range(1000)]
    try:
        bursts = await asyncio.gather(
            *(pinger.ping(host, count=3, interval_s=0.05, timeout_s=5, payload_bytes=56) for host in hosts)
        )
    finally:
        await pinger.close()
    assert [series.address for series in bursts if isinstance(series, EchoSeries)] == hosts
    assert all(len(series.received_rtts_ms) == 3 for series in bursts if isinstance(series, EchoSeries))


@pytest.mark.usefixtures("_can_ping")
async def test_a_sequence_number_serves_again_after_65536_echoes() -> None:
    pinger = Pinger(NetworkOptions(max_pps=0))
    plan = {"count": 1000, "interval_s": 0.0001, "timeout_s": 5.0, "payload_bytes": 8}
    try:
        bursts = await asyncio.gather(
            *(pinger.ping(f"127.0.1.{n}", **plan) for n in range(1, 68))  # type: ignore[arg-type]
        )
    finally:
        await pinger.close()
    received = sum(len(series.received_rtts_ms) for series in bursts if isinstance(series, EchoSeries))
    assert received == 67_000
    assert all(series.foreign_count == 0 for series in bursts if isinstance(series, EchoSeries))


@pytest.mark.usefixtures("_can_ping")
async def test_echoes_to_an_ipv6_host_go_through_an_ipv6_socket() -> None:
    if (wire := open_wire(IPV6)) is None:
        pytest.skip("no ICMPv6 socket here")
    wire.close()
    pinger = Pinger(NetworkOptions())
    try:
        series = await pinger.ping("::1", count=2, interval_s=0.05, timeout_s=5, payload_bytes=56)
    finally:
        await pinger.close()
    assert isinstance(series, EchoSeries)
    assert len(series.received_rtts_ms) == 2
    assert series.method in {Method.ICMP_DATAGRAM, Method.ICMP_RAW}


@pytest.mark.usefixtures("_can_ping")
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux stamps what is sent")
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_kernel_says_when_each_echo_went(host: str) -> None:
    wire = open_wire(IPV6 if ":" in host else IPV4, stamps_sends=True)
    if not isinstance(wire, LinuxWire):
        pytest.skip("no such socket, or no 64-bit Linux")
    cookies = [bytes((n, *bytes(5))) for n in range(20)]
    requests = EchoRequests(wire.family, wire.identifier, cookies, 56)
    requests.renew(0, range(20), 0)
    before_ns = time.perf_counter_ns()
    sent_ns, error = wire.send_some(wire.load(requests, [wire.peer(host)] * 20), 0, 20)
    after_ns = time.perf_counter_ns()
    wire.close()
    assert error is None
    assert sent_ns == sorted(sent_ns)
    assert before_ns - 1_000_000 <= sent_ns[0] < sent_ns[-1] <= after_ns + 1_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what it drops")
def test_packets_that_found_our_buffer_full_are_counted() -> None:
    wire = open_lab_wire("127.0.0.1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for _ in range(100):
            sender.sendto(bytes(64), wire.sock.getsockname())
        received = 0
        while some := wire.receive():
            received += len(some)
        sender.sendto(bytes(64), wire.sock.getsockname())
        assert len(wire.receive()) == 1
    assert wire.dropped_count == 100 - received > 0
    wire.close()
