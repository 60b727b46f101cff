"""The sip probe: what may be typed, what comes home, and that no secret does."""

import re
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest
from pydantic import ValidationError

from kontum_netcheck.lab.dns import DnsReply, DnsScript, DnsServer
from kontum_netcheck.model import CannotMeasure, Cause, Failure, Measurement, Stage
from kontum_netcheck.net.network import Detours, Network, NetworkOptions
from kontum_netcheck.probes.sip import SIP, SipParams
from tests.sip_peer import method, peer, reply

SECRETS = {"user": "${SIP_USER}", "password": "${SIP_PASSWORD}"}
CHALLENGE = 'WWW-Authenticate: Digest realm="r", nonce="n"\r\n'


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    async with Network() as network:
        yield network


async def measure(network: Network, at: tuple[str, int], **typed: Any) -> Measurement:
    """Ask a scripted peer, by its address."""
    assert SIP.run is not None
    return await SIP.run(SipParams.model_validate({"sip": f"{at[0]}:{at[1]}"} | typed), network)


async def test_every_metric_that_comes_home_is_declared(network: Network) -> None:
    async with peer(lambda wire: [reply(wire, "200 OK", headers="User-Agent: phone\r\n")]) as gateway:
        measured = await measure(network, gateway.address)
    assert measured.failure is None
    assert set(measured.metrics) <= {metric.name for metric in SIP.metrics}
    assert (measured.metrics["server"], measured.metrics["status"]) == ("phone", 200)


async def test_a_name_is_looked_up_and_that_time_stands_apart() -> None:
    names = DnsScript({("gw.example", "A"): DnsReply(("127.0.0.1",))})
    async with (
        peer(lambda wire: [reply(wire, "200 OK")]) as gateway,
        DnsServer(names) as server,
        Network(NetworkOptions(Detours(name_server=server.address))) as network,
    ):
        found = await measure(network, ("gw.example", gateway.address[1]))
        lost = await measure(network, ("nobody.example", 5060))
    assert "resolve_ms" in found.metrics
    assert b"OPTIONS sip:gw.example" in gateway.came[0]
    assert lost == Measurement({}, Failure(Stage.RESOLVE, Cause.NO_SUCH_NAME, "NXDOMAIN"))


async def test_the_lab_stands_in_for_a_gateway_before_its_name_is_looked_up() -> None:
    async with peer(lambda wire: [reply(wire, "200 OK")]) as gateway:
        detours = Detours({("sip", "gw.example", 5060): gateway.address})
        async with Network(NetworkOptions(detours)) as network:
            measured = await measure(network, ("gw.example", 5060))
    assert measured.failure is None


async def test_a_server_that_repeats_a_secret_is_not_quoted(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIP_USER", "duty-room")
    monkeypatch.setenv("SIP_PASSWORD", "s3cret")
    said = "Server: knows duty-room:s3cret\r\n" + CHALLENGE
    async with peer(lambda wire: [reply(wire, "401 No, duty-room", headers=said)]) as gateway:
        measured = await measure(network, gateway.address, **SECRETS)
    assert measured.failure is not None
    assert measured.failure.cause is Cause.CREDENTIALS_REFUSED
    assert measured.failure.detail == "401 No, ${SIP_USER}"
    assert measured.metrics["server"] == "knows ${SIP_USER}:${SIP_PASSWORD}"


async def test_a_secret_that_is_not_set_is_our_fault(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SIP_USER", raising=False)
    with pytest.raises(CannotMeasure, match="SIP_USER"):
        await measure(network, ("127.0.0.1", 9), **SECRETS)


async def test_a_registrar_that_refuses_fails_though_the_server_answers(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    def registrar(wire: bytes) -> Iterable[bytes]:
        return [reply(wire, "200 OK" if method(wire) == "OPTIONS" else "403 Forbidden")]

    monkeypatch.setenv("SIP_USER", "school")
    monkeypatch.setenv("SIP_PASSWORD", "s3cret")
    async with peer(registrar) as gateway:
        measured = await measure(network, gateway.address, register=True, **SECRETS)
    assert measured.failure is not None
    assert measured.failure.cause is Cause.CREDENTIALS_REFUSED
    assert (measured.metrics["status"], measured.metrics["register_status"]) == (200, 403)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"sip": "gw:99999"}, "not a port"),
        ({"sip": "sip:gw.example"}, "not a port"),
        ({"sip": "gw", "transport": "sctp"}, "'udp', 'tcp' or 'tls'"),
        ({"sip": "gw", "user": "school"}, "A secret must not stand in the inventory"),
        ({"sip": "gw", "user": "${A}"}, "write both, or neither"),
        ({"sip": "gw", "register": "true"}, "To register, a user name and a password are needed"),
        ({"sip": "192.0.2.1", "family": "6"}, "is IPv4, and family says 6"),
        ({"sip": "gw", "domain": "a b"}, "not a host name"),
    ],
)
def test_a_wrong_value_is_refused_in_a_sentence(typed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(sentence)):
        SipParams.model_validate(typed)


@pytest.mark.parametrize(("transport", "port"), [("udp", 5060), ("tcp", 5060), ("tls", 5061)])
def test_each_transport_has_its_port(transport: str, port: int) -> None:
    params = SipParams.model_validate({"sip": "gw.example", "transport": transport})
    assert params.host_port == ("gw.example", port)
