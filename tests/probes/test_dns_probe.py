"""The dns probe: what may be typed, what comes home, what is held against it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import ValidationError

from kontum_netcheck.lab.dns import DnsFault, DnsReply, DnsScript, DnsServer
from kontum_netcheck.model import Cause, Measurement, Stage
from kontum_netcheck.net.network import Detours, Network, NetworkOptions
from kontum_netcheck.probes.dns import DNS, DnsParams

A = ("school.example", "A")
SCRIPT = DnsScript(
    {
        A: DnsReply(("192.0.2.2", "192.0.2.1"), ttl_s=60),
        ("school.example", "MX"): DnsReply(("10 Mail.School.example.",)),
        ("school.example", "TXT"): DnsReply(('"v=spf1 -all"',)),
        ("six.example", "AAAA"): DnsReply(("2001:db8::1",)),
        ("signed.example", "A"): DnsReply(("192.0.2.3",), authenticated=True),
        ("broken.example", "A"): DnsReply(rcode="SERVFAIL"),
        ("long.example", "A"): DnsReply(("192.0.2.4",), fault=DnsFault.TRUNCATED),
    }
)


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    async with Network() as network:
        yield network


@pytest.fixture
async def server() -> AsyncIterator[DnsServer]:
    async with DnsServer(SCRIPT) as server:
        yield server


async def measure(network: Network, **typed: Any) -> Measurement:
    assert DNS.run is not None
    return await DNS.run(DnsParams.model_validate(typed), network)


def at(server: DnsServer) -> str:
    host, port = server.address
    return f"{host}:{port}"


async def test_every_declared_metric_of_an_answer_comes_home(network: Network, server: DnsServer) -> None:
    measurement = await measure(network, dns="school.example", server=at(server))
    assert measurement.failure is None
    metrics = dict(measurement.metrics)
    assert isinstance(metrics.pop("resolve_ms"), float)
    assert metrics == {
        "rcode": "NOERROR",
        "answer_count": 2,
        "answers": ("192.0.2.1", "192.0.2.2"),
        "authenticated": False,
        "ttl_s": 60,
        "transport": "udp",
        "address_used": "127.0.0.1",
    }


async def test_what_comes_home_is_declared(network: Network, server: DnsServer) -> None:
    measurement = await measure(network, dns="school.example", servers=[at(server), "127.0.0.1:1"])
    assert set(measurement.metrics) <= {metric.name for metric in DNS.metrics}


async def test_a_truncated_answer_is_marked(network: Network, server: DnsServer) -> None:
    measurement = await measure(network, dns="long.example", server=at(server))
    assert (measurement.failure, measurement.metrics["transport"]) == (None, "tcp")


@pytest.mark.parametrize(
    ("name", "rdtype", "stage", "cause", "detail"),
    [
        ("nobody.example", "A", Stage.RESOLVE, Cause.NO_SUCH_NAME, "NXDOMAIN"),
        ("broken.example", "A", Stage.RESOLVE, Cause.NAME_SERVER_FAILED, "SERVFAIL"),
        ("six.example", "A", Stage.RESOLVE, Cause.NO_ADDRESS, "no A record"),
        ("six.example", "MX", Stage.EXPECTATION, Cause.UNEXPECTED_ANSWERS, "no MX record"),
    ],
)
async def test_without_expectations_there_must_be_a_record(
    network: Network, server: DnsServer, name: str, rdtype: str, stage: Stage, cause: Cause, detail: str
) -> None:
    measurement = await measure(network, dns=name, type=rdtype, server=at(server))
    assert measurement.failure is not None
    assert (measurement.failure.stage, measurement.failure.cause) == (stage, cause)
    assert measurement.failure.detail == detail
    assert "rcode" in measurement.metrics, "a failure keeps what was seen"


@pytest.mark.parametrize(
    ("typed", "cause"),
    [
        ({"expect": {"answers": ["192.0.2.1", "192.0.2.2"]}}, None),
        ({"expect": {"answers": "192.0.2.1"}}, Cause.UNEXPECTED_ANSWERS),
        ({"expect": {"answers": []}}, Cause.UNEXPECTED_ANSWERS),
        ({"expect": {"contains": ["192.0.2.2"]}}, None),
        ({"expect": {"contains": "192.0.2.9"}}, Cause.UNEXPECTED_ANSWERS),
        ({"type": "mx", "expect": {"answers": "10  mail.SCHOOL.example"}}, None),
        ({"type": "TXT", "expect": {"answers": "v=spf1 -all"}}, None),
        ({"type": "TXT", "expect": {"answers": "v=spf1 +all"}}, Cause.UNEXPECTED_ANSWERS),
        ({"dns": "six.example", "type": "AAAA", "expect": {"answers": "2001:0DB8::0001"}}, None),
        ({"dns": "six.example", "expect": {"answers": []}}, None),
        ({"dns": "nobody.example", "expect": {"rcode": "nxdomain"}}, None),
        ({"expect": {"rcode": "NXDOMAIN"}}, Cause.UNEXPECTED_RCODE),
        ({"dns": "signed.example", "expect": {"authenticated": "true"}}, None),
        ({"expect": {"authenticated": True}}, Cause.NOT_AUTHENTICATED),
    ],
)
async def test_what_is_expected_is_held_against_the_answer(
    network: Network, server: DnsServer, typed: dict[str, Any], cause: Cause | None
) -> None:
    measurement = await measure(network, **{"dns": "school.example", "server": at(server)} | typed)
    assert (measurement.failure and measurement.failure.cause) == cause


async def test_an_unexpected_answer_shows_what_was_seen(network: Network, server: DnsServer) -> None:
    measurement = await measure(
        network, dns="school.example", server=at(server), expect={"answers": "192.0.2.9"}
    )
    assert measurement.failure is not None
    assert measurement.failure.detail == "192.0.2.1, 192.0.2.2"


async def test_servers_that_agree_have_no_disagreement(network: Network, server: DnsServer) -> None:
    async with DnsServer(SCRIPT) as other:
        measurement = await measure(network, dns="school.example", servers=[at(server), at(other)])
    assert (measurement.failure, measurement.metrics["disagreement_count"]) == (None, 0)


async def test_servers_that_differ_are_counted_and_degrade(network: Network, server: DnsServer) -> None:
    async with DnsServer(DnsScript({A: DnsReply(("198.51.100.1",))})) as liar:
        measurement = await measure(network, dns="school.example", servers=[at(server), at(liar)])
    assert measurement.failure is None
    assert measurement.metrics["disagreement_count"] == 1
    (limit,) = (limit for limit in DNS.limits if limit.metric == "disagreement_count")
    assert limit.judge(1) > limit.judge(0)
    assert not limit.blocks


async def test_servers_may_be_allowed_to_differ(network: Network, server: DnsServer) -> None:
    async with DnsServer(DnsScript({A: DnsReply(("198.51.100.1",))})) as other:
        servers = [at(server), at(other)]
        measurement = await measure(network, dns="school.example", servers=servers, agree=False)
    assert "disagreement_count" not in measurement.metrics


async def test_of_several_servers_the_one_that_failed_is_named(network: Network, server: DnsServer) -> None:
    measurement = await measure(network, dns="school.example", servers=[at(server), "127.0.0.3:1"])
    assert measurement.failure is not None
    assert measurement.failure.cause is Cause.REFUSED
    assert measurement.failure.detail.startswith("127.0.0.3:1: ")
    assert measurement.metrics["answer_count"] == 2


async def test_a_server_may_be_a_name(network: Network, server: DnsServer) -> None:
    measurement = await measure(
        network, dns="school.example", server=f"localhost:{server.address[1]}", family="4"
    )
    assert (measurement.failure, measurement.metrics["address_used"]) == (None, "127.0.0.1")


async def test_the_lab_stands_in_for_a_server(server: DnsServer) -> None:
    detours = Detours({("dns", "192.0.2.53", 53): server.address})
    async with Network(NetworkOptions(detours)) as network:
        measurement = await measure(network, dns="school.example", server="192.0.2.53")
    assert measurement.failure is None


async def test_the_lab_stands_in_for_the_systems_server(server: DnsServer) -> None:
    async with Network(NetworkOptions(Detours(name_server=server.address))) as network:
        measurement = await measure(network, dns="school.example")
    assert measurement.failure is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"type": "AAA"}, "not a DNS record type"),
        ({"type": "ANY"}, "not a DNS record type"),
        ({"dns": "a..example"}, "not a DNS name"),
        ({"dns": "two words"}, "not a DNS name"),
        ({"server": "010.0.0.1"}, "not an IP address"),
        ({"server": "192.0.2.1:0"}, "not a port"),
        ({"servers": ["192.0.2.1", "192.0.2.1:53"]}, "stands twice"),
        ({"server": "192.0.2.1", "servers": ["192.0.2.2"]}, "not both"),
        ({"expect": {"rcode": "NXDOMIAN"}}, "not a DNS response code"),
    ],
)
def test_a_wrong_value_is_refused_in_a_sentence(typed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        DnsParams.model_validate({"dns": "school.example"} | typed)


def test_the_target_names_the_question_and_its_servers() -> None:
    typed = {"dns": "school.example", "type": "mx", "servers": ["192.0.2.1", "192.0.2.2"]}
    assert DnsParams.model_validate(typed).target == "school.example MX @192.0.2.1 @192.0.2.2"


def test_the_cost_grows_with_the_servers_but_not_the_time() -> None:
    one, two = (
        DNS.cost(DnsParams.model_validate({"dns": "school.example", "servers": servers}))
        for servers in (["192.0.2.1"], ["192.0.2.1", "192.0.2.2"])
    )
    assert two.packets_count == 2 * one.packets_count
    assert two.duration_s == one.duration_s == 3
