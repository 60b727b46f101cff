"""The dns probe: what may be typed, what comes home, what is held against it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from kontum_netcheck.lab.certificates import CertificateAuthority
from kontum_netcheck.lab.dns import DnsFault, DnsReply, DnsScript, DnsServer, SecureDnsServer
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
    for name in ("late_ms", "measured_again"):  # of a busy machine
        metrics.pop(name, None)
    assert metrics == {
        "rcode": "NOERROR",
        "answer_count": 2,
        "answers": ("192.0.2.1", "192.0.2.2"),
        "authenticated": False,
        "ttl_s": 60,
        "transport": "udp",
        "address_used": "127.0.0.1",
        "family": "ipv4",
        "source_address": "127.0.0.1",
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
        ({"server": "https://dns.example/dns-query", "transport": "udp"}, "is a URL"),
        ({"server": "dns.example", "transport": "https"}, "no URL"),
        ({"server": "http://dns.example/dns-query"}, "not the URL of a DNS server"),
        ({"server": "https://"}, "not the URL of a DNS server"),
        ({"server": "https://me@dns.example/"}, "must not stand in a URL"),
        ({"server": "https://dns.example:0/"}, "not the URL of a DNS server"),
        ({"server": "https://010.0.0.1/"}, "not an IP address"),
        ({"transport": "tls"}, "must be named"),
        ({"server": "192.0.2.1", "tls_name": "dns.example"}, "only for transport: tls"),
    ],
)
def test_a_wrong_value_is_refused_in_a_sentence(typed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        DnsParams.model_validate({"dns": "school.example"} | typed)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ({"server": "192.0.2.53"}, ("udp", "192.0.2.53", 53)),
        ({"server": "192.0.2.53", "transport": "tcp"}, ("tcp", "192.0.2.53", 53)),
        ({"server": "dns.example", "transport": "tls"}, ("tls", "dns.example", 853)),
        ({"server": "[2001:db8::1]:8853", "transport": "tls"}, ("tls", "2001:db8::1", 8853)),
        ({"server": "https://dns.example/dns-query"}, ("https", "dns.example", 443)),
        ({"server": "https://dns.example/dns-query{?dns}"}, ("https", "dns.example", 443)),
        ({"server": "https://[2001:db8::1]:8443/", "transport": "https"}, ("https", "2001:db8::1", 8443)),
    ],
)
def test_a_server_has_the_transport_and_the_port_that_are_meant(
    typed: dict[str, Any], asked: tuple[str, str, int]
) -> None:
    (server,) = DnsParams.model_validate({"dns": "school.example"} | typed).asked_servers
    assert (server.transport, *server.at) == asked


async def test_over_tls_the_certificate_must_be_for_the_typed_name(tmp_path: Path) -> None:
    authority = CertificateAuthority(tmp_path)
    async with SecureDnsServer(SCRIPT, authority, "dns.example") as server:
        detours = Detours(
            {
                ("dns", "dns.example", 853): server.tls_address,
                ("dns", "192.0.2.53", 853): server.tls_address,
            }
        )
        async with Network(NetworkOptions(detours, authority.path)) as network:
            typed = {"dns": "school.example", "transport": "tls"}
            by_name = await measure(network, **typed, server="dns.example")
            by_address = await measure(network, **typed, server="192.0.2.53")
            named = await measure(network, **typed, server="192.0.2.53", tls_name="dns.example")
    assert (by_name.failure, named.failure) == (None, None)
    assert by_address.failure is not None
    assert by_address.failure.cause is Cause.CERTIFICATE_WRONG_HOST


async def test_the_transport_and_the_time_of_each_phase_come_home(tmp_path: Path) -> None:
    authority = CertificateAuthority(tmp_path)
    async with SecureDnsServer(SCRIPT, authority, "dns.example") as server:
        detours = Detours({("tcp", "dns.example", 443): server.https_address})
        async with Network(NetworkOptions(detours, authority.path)) as network:
            measurement = await measure(network, dns="school.example", server="https://dns.example/dns-query")
    assert measurement.failure is None
    metrics = measurement.metrics
    assert metrics["transport"] == "https"
    assert {"connect_ms", "tls_ms", "resolve_ms"} <= set(metrics) <= {metric.name for metric in DNS.metrics}


@pytest.mark.parametrize("over", ["tls", "https"])
async def test_over_tls_it_is_told_how_long_the_certificate_is_good(tmp_path: Path, over: str) -> None:
    authority = CertificateAuthority(tmp_path)
    async with SecureDnsServer(SCRIPT, authority, "dns.example") as server:
        table = {
            ("dns", "dns.example", 853): server.tls_address,
            ("tcp", "dns.example", 443): server.https_address,
        }
        async with Network(NetworkOptions(Detours(table), authority.path)) as network:
            name = "https://dns.example/dns-query" if over == "https" else "dns.example"
            measurement = await measure(network, dns="school.example", server=name, transport=over)
    days_left = measurement.metrics["certificate_days_left"]
    assert isinstance(days_left, float) and 0 < days_left < 400


async def test_a_plain_and_a_secure_server_can_be_compared(server: DnsServer, tmp_path: Path) -> None:
    authority = CertificateAuthority(tmp_path)
    liar = DnsScript({A: DnsReply(("198.51.100.1",))})
    async with SecureDnsServer(liar, authority) as secure:
        url = f"https://127.0.0.1:{secure.https_address[1]}/dns-query"
        async with Network(NetworkOptions(trusted_ca=authority.path)) as network:
            measurement = await measure(network, dns="school.example", servers=[at(server), url])
    assert (measurement.failure, measurement.metrics["disagreement_count"]) == (None, 1)


async def test_the_systems_server_can_be_asked_over_tcp(server: DnsServer) -> None:
    async with Network(NetworkOptions(Detours(name_server=server.address))) as network:
        measurement = await measure(network, dns="school.example", transport="tcp")
    assert (measurement.failure, measurement.metrics["transport"]) == (None, "tcp")


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
