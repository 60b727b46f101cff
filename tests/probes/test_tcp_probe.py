"""The tcp probe: what may be typed, what comes home, what is held against it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import ValidationError

from kontum_netcheck.lab.dns import DnsReply, DnsScript, DnsServer
from kontum_netcheck.lab.tcp import TcpFault, TcpScript, TcpServer
from kontum_netcheck.model import Cause, Failure, Measurement, Stage
from kontum_netcheck.net.network import Detours, Network, NetworkOptions
from kontum_netcheck.probes.tcp import TCP, TcpParams


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    async with Network() as network:
        yield network


MADE = {"address_used", "family", "source_address"}


async def measure(network: Network, script: TcpScript, **typed: Any) -> Measurement:
    """Measure a scripted port, by its address."""
    assert TCP.run is not None
    async with TcpServer(script) as server:
        host, port = server.address
        return await TCP.run(TcpParams.model_validate({"tcp": f"{host}:{port}"} | typed), network)


async def test_the_time_to_connect_comes_home(network: Network) -> None:
    measurement = await measure(network, TcpScript())
    assert measurement.failure is None
    late = {"late_ms", "measured_again"}  # of a busy machine
    assert set(measurement.metrics) - late == {"connect_ms", *MADE}


@pytest.fixture
async def named() -> AsyncIterator[Network]:
    """A network whose name server knows one name."""
    names = DnsScript({("portal.example", "A"): DnsReply(("127.0.0.1",))})
    async with (
        DnsServer(names) as server,
        Network(NetworkOptions(Detours(name_server=server.address))) as network,
    ):
        yield network


async def test_a_name_is_looked_up_and_that_time_stands_apart(named: Network) -> None:
    async with TcpServer(TcpScript()) as server:
        assert TCP.run is not None
        measurement = await TCP.run(TcpParams(tcp=f"portal.example:{server.address[1]}"), named)
    assert measurement.failure is None
    assert set(measurement.metrics) == {"resolve_ms", "connect_ms", *MADE}
    assert measurement.metrics["address_used"] == "127.0.0.1"


async def test_a_name_that_is_not_there_fails_at_the_look_up(named: Network) -> None:
    assert TCP.run is not None
    measurement = await TCP.run(TcpParams(tcp="nobody.example:443"), named)
    assert measurement == Measurement({}, Failure(Stage.RESOLVE, Cause.NO_SUCH_NAME, "NXDOMAIN"))


async def test_a_refusal_has_no_time_to_connect(network: Network) -> None:
    measurement = await measure(network, TcpScript(fault=TcpFault.REFUSES))
    assert measurement.failure is not None
    assert measurement.failure.cause is Cause.REFUSED
    assert set(measurement.metrics) == MADE


async def test_an_expected_banner_is_found_and_kept(network: Network) -> None:
    measurement = await measure(network, TcpScript(b"SSH-2.0-school\r\n"), expect={"banner": "SSH-2.0"})
    assert measurement.failure is None
    assert measurement.metrics["banner"] == "SSH-2.0-school\r\n"


async def test_another_banner_is_shown(network: Network) -> None:
    script = TcpScript(b"220 \xff\x1b[31m\r\n", fault=TcpFault.CLOSES)
    measurement = await measure(network, script, expect={"banner": "SSH"})
    expected = Failure(Stage.EXPECTATION, Cause.UNEXPECTED_BANNER, "220 \\xff\x1b[31m\r\n")
    assert measurement.failure == expected


async def test_silence_where_a_banner_is_expected_keeps_the_time_to_connect(network: Network) -> None:
    script = TcpScript(fault=TcpFault.SILENT)
    measurement = await measure(network, script, expect={"banner": "SSH"}, timeout_s=0.2)
    assert measurement.failure is not None
    assert (measurement.failure.stage, measurement.failure.cause) == (Stage.REPLY, Cause.TIMEOUT)
    assert "connect_ms" in measurement.metrics


async def test_the_lab_stands_in_for_a_port_before_its_name_is_looked_up() -> None:
    async with TcpServer(TcpScript()) as server:
        detours = Detours({("tcp", "portal.example", 443): server.address})
        async with Network(NetworkOptions(detours)) as network:
            assert TCP.run is not None
            measurement = await TCP.run(TcpParams(tcp="portal.example:443"), network)
    assert measurement.failure is None
    assert "resolve_ms" not in measurement.metrics


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"tcp": "192.0.2.1"}, "has no port"),
        ({"tcp": "192.0.2.1:99999"}, "not a port"),
        ({"tcp": "010.0.0.1:443"}, "not an IP address"),
        ({"tcp": "a:1", "family": "5"}, "4 or 6"),
        ({"tcp": "a:1", "timeout_s": "0"}, "greater than 0"),
        ({"tcp": "a:1", "banner": "x"}, "Extra inputs"),
    ],
)
def test_a_wrong_value_is_refused_in_a_sentence(typed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        TcpParams.model_validate(typed)


def test_text_from_the_inventory_gets_its_type() -> None:
    params = TcpParams.model_validate({"tcp": "[2001:db8::1]:443", "family": "6", "timeout_s": "2.5"})
    assert (params.host_port.host, params.host_port.port) == ("2001:db8::1", 443)
    assert (params.family, params.timeout_s) == (6, 2.5)
