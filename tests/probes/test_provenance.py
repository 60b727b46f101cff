"""Every observation says how it was made: to which address, over which protocol, from which address of ours."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from kontum_netcheck.lab.dns import DnsReply, DnsScript, DnsServer
from kontum_netcheck.lab.echo import EchoHost, EchoScript
from kontum_netcheck.lab.http import LabHttp, Page
from kontum_netcheck.lab.tcp import TcpFault, TcpScript, TcpServer
from kontum_netcheck.model import MetricValue
from kontum_netcheck.net.network import Detours, Network, NetworkOptions
from kontum_netcheck.net.source import Sources
from kontum_netcheck.probes import PROBES
from kontum_netcheck.probes.provenance import PROVENANCE

Questions = dict[str, tuple[str, dict[str, Any]]]
PLAIN = NetworkOptions()
KINDS = ("ping", "dns", "dns over tcp", "tcp", "http")


@pytest.fixture
async def questions() -> AsyncIterator[Questions]:
    """A question of each kind, to somebody on loopback who answers."""
    names = DnsScript({("a.example", "A"): DnsReply(("192.0.2.1",))})
    async with (
        DnsServer(names) as server,
        TcpServer(TcpScript()) as port,
        LabHttp({"127.0.0.1": Page()}) as web,
    ):
        asked = {"dns": "a.example", "server": f"127.0.0.1:{server.address[1]}"}
        yield {
            "ping": ("ping", {"ping": "127.0.0.1", "count": 1, "timeout_s": 0.3}),
            "dns": ("dns", asked),
            "dns over tcp": ("dns", asked | {"transport": "tcp"}),
            "tcp": ("tcp", {"tcp": f"127.0.0.1:{port.address[1]}"}),
            "http": ("http", {"http": f"http://127.0.0.1:{web.port}/"}),
        }


async def made(
    probe: str, typed: dict[str, Any], options: NetworkOptions = PLAIN
) -> list[MetricValue | None]:
    """Address, family and source of one question."""
    declared = PROBES[probe]
    assert declared.run is not None
    async with Network(options) as network:
        measurement = await declared.run(declared.params.model_validate(typed), network)
    return [measurement.metrics.get(metric.name) for metric in PROVENANCE]


@pytest.mark.parametrize("kind", KINDS)
async def test_address_family_and_source_are_told(questions: Questions, kind: str) -> None:
    assert await made(*questions[kind]) == ["127.0.0.1", "ipv4", "127.0.0.1"]


@pytest.mark.parametrize("kind", KINDS)
async def test_the_source_is_the_one_that_was_asked_for(questions: Questions, kind: str) -> None:
    options = NetworkOptions(source_address="127.0.0.9")
    assert await made(*questions[kind], options) == ["127.0.0.1", "ipv4", "127.0.0.9"]


@pytest.mark.parametrize("fault", [TcpFault.REFUSES, TcpFault.DEAF])
async def test_what_failed_says_how_it_was_tried_too(fault: TcpFault) -> None:
    async with TcpServer(TcpScript(fault=fault)) as port:
        at = f"127.0.0.1:{port.address[1]}"
        tried = [
            await made("tcp", {"tcp": at, "timeout_s": 0.2}),
            await made("dns", {"dns": "a.example", "server": at, "transport": "tcp", "timeout_s": 0.2}),
            await made("http", {"http": f"http://{at}/", "timeout_s": 0.2}),
        ]
    assert tried == [["127.0.0.1", "ipv4", "127.0.0.1"]] * 3


async def test_dns_over_https_that_failed_says_how_it_was_tried_too() -> None:
    async with TcpServer(TcpScript(fault=TcpFault.REFUSES)) as port:
        typed = {"dns": "a.example", "server": f"https://localhost:{port.address[1]}/dns-query", "family": 4}
        assert await made("dns", typed) == ["127.0.0.1", "ipv4", "127.0.0.1"]


async def test_ipv6_is_told_apart() -> None:
    async with TcpServer(TcpScript(), "::1") as port:
        assert await made("tcp", {"tcp": f"[::1]:{port.address[1]}"}) == ["::1", "ipv6", "::1"]


async def test_a_labs_echoes_have_no_source() -> None:
    async with EchoHost(EchoScript(), "192.0.2.1") as host:
        lab = NetworkOptions(detours=Detours({("icmp", "192.0.2.1", 0): host.endpoint}))
        typed = {"ping": "192.0.2.1", "count": 1, "timeout_s": 0.3}
        assert await made("ping", typed, lab) == ["192.0.2.1", "ipv4", None]


def test_a_source_of_the_other_family_is_none() -> None:
    assert Sources(NetworkOptions(source_address="127.0.0.9")).of("::1") is None
