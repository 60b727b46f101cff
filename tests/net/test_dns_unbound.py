"""The DNS engine against a real resolver: unbound, with zones of its own and nobody to ask."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.dns import Answer, DnsEngine, ask_over_https
from kontum_netcheck.net.network import Network, NetworkOptions
from tests.unbound import NEEDS_UNBOUND, free_ports, running_unbound

pytestmark = NEEDS_UNBOUND

CONFIGURATION = """
server:
    interface: 127.0.0.1@{port}
    module-config: "iterator"
    local-zone: "example." static
    local-data: "school.example. 120 IN A 192.0.2.1"
    local-data: "school.example. 120 IN A 192.0.2.2"
    local-data: 'school.example. 120 IN TXT "điểm thi"'
    local-zone: "closed." always_refuse
{long_text}
"""
SECURE = """
    interface: 127.0.0.1@{tls_port}
    tls-port: {tls_port}
    interface: 127.0.0.1@{https_port}
    https-port: {https_port}
    tls-service-pem: "{certificate}"
    tls-service-key: "{key}"
"""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[tuple[str, int]]:
    """Where unbound answers over UDP and TCP."""
    (port,) = free_ports(1)
    long_text = "\n".join(f"    local-data: 'long.example. IN TXT \"{index:0>200}\"'" for index in range(40))
    async with running_unbound(tmp_path, CONFIGURATION.format(port=port, long_text=long_text)):
        yield "127.0.0.1", port


@pytest.fixture
async def engine() -> AsyncIterator[DnsEngine]:
    engine = DnsEngine(NetworkOptions())
    yield engine
    await engine.close()


@pytest.mark.parametrize(
    ("name", "rdtype", "rcode", "answers"),
    [
        ("school.example", "A", "NOERROR", ("192.0.2.1", "192.0.2.2")),
        ("SCHOOL.example", "A", "NOERROR", ("192.0.2.1", "192.0.2.2")),
        ("school.example", "TXT", "NOERROR", ("điểm thi",)),
        ("school.example", "AAAA", "NOERROR", ()),
        ("nobody.example", "A", "NXDOMAIN", ()),
        ("any.closed", "A", "REFUSED", ()),
    ],
)
async def test_a_real_resolver_is_understood(
    engine: DnsEngine, server: tuple[str, int], name: str, rdtype: str, rcode: str, answers: tuple[str, ...]
) -> None:
    answer = await engine.ask(name, rdtype, server, 10.0)
    assert isinstance(answer, Answer), answer
    assert (answer.rcode, answer.answers, answer.transport) == (rcode, answers, "udp")


async def test_a_long_answer_of_a_real_resolver_comes_over_tcp(
    engine: DnsEngine, server: tuple[str, int]
) -> None:
    answer = await engine.ask("long.example", "TXT", server, 10.0)
    assert isinstance(answer, Answer), answer
    assert (answer.answer_count, answer.transport) == (40, "tcp")


async def test_a_real_resolver_is_asked_over_tls_and_https(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "certificate.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    port, tls_port, https_port = free_ports(3)
    secure = SECURE.format(
        tls_port=tls_port,
        https_port=https_port,
        certificate=tmp_path / "certificate.pem",
        key=tmp_path / "key.pem",
    )
    async with (
        running_unbound(tmp_path, CONFIGURATION.format(port=port, long_text=secure)),
        Network(NetworkOptions(trusted_ca=tmp_path / "ca.pem")) as network,
        Network(NetworkOptions()) as stranger,
    ):
        at, url = ("127.0.0.1", tls_port), f"https://127.0.0.1:{https_port}/dns-query"
        over_tls = await network.dns.ask("school.example", "A", at, 10.0, transport="tls")
        over_https = await ask_over_https(network.http, "school.example", "A", url, 10.0)
        untrusted = await stranger.dns.ask("school.example", "A", at, 10.0, transport="tls")
    for answer, transport in ((over_tls, "tls"), (over_https, "https")):
        assert isinstance(answer, Answer), answer
        assert (answer.answers, answer.transport) == (("192.0.2.1", "192.0.2.2"), transport)
    assert isinstance(untrusted, Failure), untrusted
    assert (untrusted.stage, untrusted.cause) == (Stage.TLS, Cause.CERTIFICATE_UNTRUSTED)
