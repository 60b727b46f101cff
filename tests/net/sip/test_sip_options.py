"""OPTIONS and REGISTER against SIPp, and against peers that do as scripted."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

from kontum_netcheck.lab.certificates import CertificateAuthority, CertificateKind
from kontum_netcheck.model import Cause, Measurement, Stage
from kontum_netcheck.net.network import Network, NetworkOptions
from kontum_netcheck.net.sip import Account, options, register
from tests.sip_peer import method, peer, reply, stream_peer
from tests.sipp import NEEDS_SIPP, sipp

PATIENT_S = 10.0
MADE = {"address_used", "family", "source_address"}


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    async with Network() as network:
        yield network


def cause(measurement: Measurement) -> Cause | None:
    return measurement.failure.cause if measurement.failure else None


@NEEDS_SIPP
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
@pytest.mark.parametrize(("sipps", "ours"), [("u1", "udp"), ("t1", "tcp")])
async def test_an_answer_proves_the_path(
    network: Network, tmp_path: Path, host: str, sipps: str, ours: str
) -> None:
    async with sipp(tmp_path, "options.xml", transport=sipps, host=host, status="200 OK") as server:
        account = Account(host, server.port, transport="udp" if ours == "udp" else "tcp")
        measured = await options(network, account, timeout_s=PATIENT_S)
    assert measured.failure is None
    connected = {"connect_ms"} if ours == "tcp" else set()
    found = set(measured.metrics) - {"late_ms"}
    assert found == {"wait_ms", "status", "retransmit_count", "server", *MADE, *connected}
    assert measured.metrics["server"] == "SIPp of the test"
    assert (measured.metrics["status"], measured.metrics["address_used"]) == (200, host)


@NEEDS_SIPP
@pytest.mark.parametrize(
    "status", ["404 Not Found", "405 Method Not Allowed", "401 Unauthorized", "600 Busy"]
)
async def test_whatever_the_server_says_it_is_there(network: Network, tmp_path: Path, status: str) -> None:
    async with sipp(tmp_path, "options.xml", status=status) as server:
        measured = await options(network, Account("127.0.0.1", server.port), timeout_s=PATIENT_S)
    assert (measured.failure, measured.metrics["status"]) == (None, int(status[:3]))


@NEEDS_SIPP
async def test_503_is_no_service(network: Network, tmp_path: Path) -> None:
    async with sipp(tmp_path, "options.xml", status="503 Service Unavailable") as server:
        measured = await options(network, Account("127.0.0.1", server.port), timeout_s=PATIENT_S)
    assert cause(measured) is Cause.NO_SERVICE
    assert measured.metrics["status"] == 503


@NEEDS_SIPP
async def test_silence_is_a_timeout_without_a_time(network: Network, tmp_path: Path) -> None:
    async with sipp(tmp_path, "silence.xml") as server:
        measured = await options(network, Account("127.0.0.1", server.port), timeout_s=0.2)
    assert measured.failure is not None
    assert (measured.failure.stage, measured.failure.cause) == (Stage.REPLY, Cause.TIMEOUT)
    assert set(measured.metrics) == {"retransmit_count", *MADE}


@NEEDS_SIPP
@pytest.mark.parametrize(("password", "expected"), [("s3cret", None), ("wrong", Cause.CREDENTIALS_REFUSED)])
async def test_a_password_is_proven_by_a_digest(
    network: Network, tmp_path: Path, password: str, expected: Cause | None
) -> None:
    async with sipp(tmp_path, "options_digest.xml") as server:
        account = Account("127.0.0.1", server.port, user="school", password=password)
        measured = await options(network, account, timeout_s=PATIENT_S)
    assert cause(measured) is expected
    assert measured.metrics["status"] == (403 if expected else 200)


async def test_what_was_lost_is_sent_again_and_counted(network: Network) -> None:
    seen: list[bytes] = []

    def after_the_first(wire: bytes) -> Iterable[bytes]:
        seen.append(wire)
        return [reply(wire, "200 OK")] if len(seen) > 1 else []

    async with peer(after_the_first) as server:
        measured = await options(network, Account(*server.address), timeout_s=PATIENT_S)
    assert (measured.failure, measured.metrics["retransmit_count"]) == (None, 1)
    assert seen[0] == seen[1]


async def test_silence_over_udp_says_how_often_was_asked(network: Network) -> None:
    async with peer(lambda _: []) as server:
        measured = await options(network, Account(*server.address), timeout_s=0.7)
    assert len(server.came) == 2
    assert measured.metrics["retransmit_count"] == 1


async def test_a_provisional_answer_is_not_the_answer(network: Network) -> None:
    async with peer(lambda wire: [reply(wire, "100 Trying"), reply(wire, "200 OK")]) as server:
        measured = await options(network, Account(*server.address), timeout_s=PATIENT_S)
    assert measured.metrics["status"] == 200


async def test_a_closed_port_refuses(network: Network) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
        closed.bind(("127.0.0.1", 0))
        at = closed.getsockname()
    measured = await options(network, Account(*at), timeout_s=PATIENT_S)
    assert cause(measured) is Cause.REFUSED


async def test_a_challenge_that_nobody_can_answer_is_refused_credentials(network: Network) -> None:
    async with peer(
        lambda wire: [reply(wire, "401 Unauthorized", headers="WWW-Authenticate: Basic x\r\n")]
    ) as it:
        account = Account(*it.address, user="school", password="s3cret")
        measured = await options(network, account, timeout_s=PATIENT_S)
    assert measured.failure is not None
    assert measured.failure.cause is Cause.CREDENTIALS_REFUSED
    assert not any(b"Authorization" in wire for wire in it.came)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
async def trusting(authority: CertificateAuthority) -> AsyncIterator[Network]:
    async with Network(NetworkOptions(trusted_ca=authority.path)) as network:
        yield network


async def test_the_parts_of_the_time_and_the_certificate_are_told(
    trusting: Network, authority: CertificateAuthority
) -> None:
    async with stream_peer(lambda wire: [reply(wire, "200 OK")], authority.context("127.0.0.1")) as at:
        measured = await options(trusting, Account(*at, transport="tls"), timeout_s=PATIENT_S)
    assert measured.failure is None
    assert {"connect_ms", "tls_ms", "wait_ms"} <= set(measured.metrics)
    days_left = measured.metrics["certificate_days_left"]
    assert isinstance(days_left, float)
    assert 80 < days_left < 100


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (CertificateKind.EXPIRED, Cause.CERTIFICATE_EXPIRED),
        (CertificateKind.WRONG_HOST, Cause.CERTIFICATE_WRONG_HOST),
    ],
)
async def test_a_wrong_certificate_is_told(
    trusting: Network, authority: CertificateAuthority, kind: CertificateKind, expected: Cause
) -> None:
    async with stream_peer(lambda _: [], authority.context("127.0.0.1", kind)) as at:
        measured = await options(trusting, Account(*at, transport="tls"), timeout_s=PATIENT_S)
    assert measured.failure is not None
    assert (measured.failure.stage, measured.failure.cause) == (Stage.TLS, expected)


async def test_a_server_without_tls_is_told(trusting: Network) -> None:
    async with stream_peer(lambda _: [b"SIP/2.0 400 Bad Request\r\n\r\n"]) as at:
        measured = await options(trusting, Account(*at, transport="tls"), timeout_s=PATIENT_S)
    assert cause(measured) is Cause.TLS_FAILED


@NEEDS_SIPP
@pytest.mark.parametrize(("password", "expected"), [("s3cret", None), ("wrong", Cause.CREDENTIALS_REFUSED)])
async def test_a_registrar_is_asked_and_nobody_is_put_out(
    network: Network, tmp_path: Path, password: str, expected: Cause | None
) -> None:
    bindings = "Contact: <sip:school@192.0.2.9>;expires=300\n      "
    async with sipp(tmp_path, "register.xml", bindings=bindings) as server:
        account = Account("127.0.0.1", server.port, user="school", password=password)
        measured = await register(network, account, timeout_s=PATIENT_S)
        assert await server.succeeded()
    assert cause(measured) is expected
    assert measured.metrics.get("bindings_count") == (None if expected else 1)


def contacts(came: Iterable[bytes]) -> list[str]:
    """By message, for how long it registers whom."""
    found = (re.search(rb"Contact: .*;expires=(\d+)", wire) for wire in came)
    return [match[1].decode() if match else "asks" for match in found]


async def test_where_nobody_is_registered_we_are_and_take_it_back(network: Network) -> None:
    async with peer(lambda wire: [reply(wire, "200 OK")]) as registrar:
        account = Account(*registrar.address, user="school", password="s3cret")
        measured = await register(network, account, timeout_s=PATIENT_S)
    assert measured.failure is None
    assert contacts(registrar.came) == ["asks", "60", "0"]
    numbers = [int(wire.split(b"CSeq: ")[1].split()[0]) for wire in registrar.came]
    assert numbers == [1, 2, 3]


async def test_a_registration_that_is_broken_off_is_taken_back(network: Network) -> None:
    def silent_to_the_binding(wire: bytes) -> Iterable[bytes]:
        return [] if b";expires=60" in wire else [reply(wire, "200 OK")]

    async with peer(silent_to_the_binding) as registrar:
        account = Account(*registrar.address, user="school", password="s3cret")
        asking = asyncio.create_task(register(network, account, timeout_s=PATIENT_S))
        await registrar.until("REGISTER", 2)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert contacts(registrar.came) == ["asks", "60", "0"]
    assert {method(wire) for wire in registrar.came} == {"REGISTER"}
