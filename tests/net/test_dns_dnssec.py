"""Whether a validating resolver vouches for an answer: a real unbound, with zones signed here and now."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import dns.dnssec
import dns.dnssectypes
import dns.rdataset
import dns.rdatatype
import dns.zone
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from kontum_netcheck.model import Cause, Measurement
from kontum_netcheck.net.dns import Answer, DnsEngine
from kontum_netcheck.net.network import Network, NetworkOptions
from kontum_netcheck.probes.dns import DNS, DnsParams
from tests.unbound import NEEDS_UNBOUND, free_ports, running_unbound

pytestmark = NEEDS_UNBOUND

CONFIGURATION = """
server:
    interface: 127.0.0.1@{port}
    module-config: "validator iterator"
    trust-anchor: "{signed_anchor}"
    trust-anchor: "{forged_anchor}"
"""
ZONE = """
auth-zone:
    name: "{name}"
    zonefile: "{file}"
    for-downstream: no
    for-upstream: yes
    fallback-enabled: no
"""
RECORDS = """
@ 300 IN SOA ns root 1 3600 600 86400 60
@ 300 IN NS ns
ns 300 IN A 192.0.2.53
school 300 IN A 192.0.2.1
"""
ALGORITHM = dns.dnssectypes.Algorithm.ECDSAP256SHA256


def signed_zone(name: str) -> tuple[dns.zone.Zone, str]:
    """A zone with signatures and NSEC records, and the DS record that vouches for its key."""
    zone = dns.zone.from_text(RECORDS, origin=name, relativize=False)
    key = ec.generate_private_key(ec.SECP256R1())
    dnskey = dns.dnssec.make_dnskey(key.public_key(), ALGORITHM, flags=257)
    dns.dnssec.sign_zone(
        zone, keys=[(key, dnskey)], lifetime=int(timedelta(days=7).total_seconds()), add_dnskey=True
    )
    ds = dns.dnssec.make_ds(name, dnskey, dns.dnssectypes.DSDigest.SHA256)
    return zone, f"{name} 300 IN DS {ds.to_text()}"


def forge(zone: dns.zone.Zone, name: str) -> None:
    """Change an address and keep its signature."""
    node = zone[name]
    (rdataset,) = (each for each in node.rdatasets if each.rdtype == dns.rdatatype.A)
    rdataset.clear()
    rdataset.update(dns.rdataset.from_text("IN", "A", 300, "198.51.100.66"))


@pytest.fixture
async def resolver(tmp_path: Path) -> AsyncIterator[tuple[str, int]]:
    """Knows a signed zone, one signed and then forged, and one that nobody signed."""
    signed, signed_anchor = signed_zone("signed.example.")
    forged, forged_anchor = signed_zone("forged.example.")
    forge(forged, "school.forged.example.")
    plain = dns.zone.from_text(RECORDS, origin="plain.example.", relativize=False)
    (port,) = free_ports(1)
    configuration = CONFIGURATION.format(port=port, signed_anchor=signed_anchor, forged_anchor=forged_anchor)
    for zone in (signed, forged, plain):
        file = tmp_path / f"{zone.origin}zone"
        zone.to_file(str(file), relativize=False)
        configuration += ZONE.format(name=zone.origin, file=file)
    async with running_unbound(tmp_path, configuration):
        yield "127.0.0.1", port


@pytest.fixture
async def engine() -> AsyncIterator[DnsEngine]:
    engine = DnsEngine(NetworkOptions())
    yield engine
    await engine.close()


@pytest.mark.parametrize(
    ("name", "rcode", "authenticated"),
    [
        ("school.signed.example", "NOERROR", True),
        ("nobody.signed.example", "NXDOMAIN", True),
        ("school.plain.example", "NOERROR", False),
        ("school.forged.example", "SERVFAIL", False),
    ],
)
async def test_the_resolver_vouches_for_what_is_signed_and_refuses_what_is_forged(
    engine: DnsEngine, resolver: tuple[str, int], name: str, rcode: str, authenticated: bool
) -> None:
    answer = await engine.ask(name, "A", resolver, 10.0)
    assert isinstance(answer, Answer), answer
    assert (answer.rcode, answer.authenticated) == (rcode, authenticated)


async def test_signatures_beside_the_records_are_not_taken_for_records(
    engine: DnsEngine, resolver: tuple[str, int]
) -> None:
    answer = await engine.ask("school.signed.example", "A", resolver, 10.0)
    assert isinstance(answer, Answer), answer
    assert answer.answers == ("192.0.2.1",)


async def test_the_keys_of_a_zone_can_be_asked_for(engine: DnsEngine, resolver: tuple[str, int]) -> None:
    answer = await engine.ask("signed.example", "DNSKEY", resolver, 10.0)
    assert isinstance(answer, Answer), answer
    assert answer.answer_count == 1
    assert answer.answers[0].startswith("257 3 13 ")


@pytest.mark.parametrize(
    ("zone", "cause"),
    [("signed", None), ("plain", Cause.NOT_AUTHENTICATED), ("forged", Cause.NAME_SERVER_FAILED)],
)
async def test_an_inventory_can_expect_an_authenticated_answer(
    resolver: tuple[str, int], zone: str, cause: Cause | None
) -> None:
    measurement = await measured(resolver, f"school.{zone}.example")
    assert (measurement.failure and measurement.failure.cause) == cause


async def measured(resolver: tuple[str, int], name: str) -> Measurement:
    assert DNS.run is not None
    server = f"{resolver[0]}:{resolver[1]}"
    params = DnsParams.model_validate({"dns": name, "server": server, "expect": {"authenticated": True}})
    async with Network() as network:
        return await DNS.run(params, network)
