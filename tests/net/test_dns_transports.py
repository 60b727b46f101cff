"""DNS over TCP, TLS and HTTPS against scripted servers on loopback."""

import asyncio
import socket
import ssl
import sys
import threading
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kontum_netcheck.lab.certificates import CertificateAuthority, CertificateKind
from kontum_netcheck.lab.dns import DnsFault, DnsReply, DnsScript, DnsServer, SecureDnsServer
from kontum_netcheck.lab.http import LabHttp, Page
from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.dns import Answer, ask_over_https
from kontum_netcheck.net.network import Detours, Network, NetworkOptions

PATIENT_S = 10.0
SHORT_S = 1.5
GOOD = DnsReply(("192.0.2.1",))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
async def network(authority: CertificateAuthority) -> AsyncIterator[Network]:
    """Trusts the lab's authority alone."""
    async with Network(NetworkOptions(trusted_ca=authority.path)) as network:
        yield network


def script(reply: DnsReply) -> DnsScript:
    return DnsScript({("school.example", "A"): reply})


async def asked(
    network: Network,
    authority: CertificateAuthority,
    over: str,
    reply: DnsReply = GOOD,
    kind: CertificateKind = CertificateKind.GOOD,
    timeout_s: float = PATIENT_S,
) -> Answer | Failure:
    """One question whose reply is scripted, over that transport."""
    if over == "tcp":
        async with DnsServer(script(reply)) as plain:
            return await network.dns.ask("school.example", "A", plain.address, timeout_s, transport="tcp")
    async with SecureDnsServer(script(reply), authority, "127.0.0.1", kind) as server:
        if over == "tls":
            return await network.dns.ask(
                "school.example", "A", server.tls_address, timeout_s, transport="tls"
            )
        return await ask_over_https(network.http, "school.example", "A", url_of(server), timeout_s)


def url_of(server: SecureDnsServer, path: str = "/dns-query") -> str:
    host, port = server.https_address
    return f"https://{host}:{port}{path}"


def failure_in(result: Answer | Failure) -> tuple[Stage, Cause]:
    assert isinstance(result, Failure), result
    return result.stage, result.cause


OVER_CONNECTIONS = pytest.mark.parametrize("over", ["tcp", "tls", "https"])
OVER_TLS = pytest.mark.parametrize("over", ["tls", "https"])


@OVER_CONNECTIONS
async def test_an_answer_comes_and_says_over_what(
    network: Network, authority: CertificateAuthority, over: str
) -> None:
    answer = await asked(network, authority, over)
    assert isinstance(answer, Answer), answer
    assert (answer.answers, answer.transport, answer.server.host) == (("192.0.2.1",), over, "127.0.0.1")


@OVER_CONNECTIONS
async def test_the_server_says_whether_it_vouches_for_the_answer(
    network: Network, authority: CertificateAuthority, over: str
) -> None:
    said = []
    for vouches in (True, False):
        answer = await asked(network, authority, over, DnsReply(("192.0.2.1",), authenticated=vouches))
        assert isinstance(answer, Answer), answer
        said.append(answer.authenticated)
    assert said == [True, False]


@OVER_CONNECTIONS
async def test_the_time_is_that_of_connecting_securing_and_asking(
    network: Network, authority: CertificateAuthority, over: str
) -> None:
    answer = await asked(network, authority, over, DnsReply(("192.0.2.1",), delay_ms=50))
    assert isinstance(answer, Answer), answer
    connect_ms, tls_ms = answer.times.connect_ms, answer.times.tls_ms
    assert connect_ms is not None
    assert (tls_ms is None) == (over == "tcp")
    assert answer.resolve_ms >= connect_ms + (tls_ms or 0.0) + 49


async def test_over_udp_nothing_is_connected(network: Network) -> None:
    async with DnsServer(script(GOOD)) as server:
        answer = await network.dns.ask("school.example", "A", server.address, PATIENT_S)
    assert isinstance(answer, Answer), answer
    assert (answer.times.connect_ms, answer.times.tls_ms) == (None, None)


@OVER_TLS
@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        (CertificateKind.EXPIRED, Cause.CERTIFICATE_EXPIRED),
        (CertificateKind.NOT_YET_VALID, Cause.CERTIFICATE_NOT_YET_VALID),
        (CertificateKind.WRONG_HOST, Cause.CERTIFICATE_WRONG_HOST),
        (CertificateKind.SELF_SIGNED, Cause.CERTIFICATE_UNTRUSTED),
    ],
)
async def test_each_fault_of_a_certificate_is_told_apart(
    network: Network, authority: CertificateAuthority, over: str, kind: CertificateKind, cause: Cause
) -> None:
    result = await asked(network, authority, over, kind=kind)
    assert failure_in(result) == (Stage.TLS, cause)


async def test_over_tls_a_certificate_may_be_for_a_given_name(
    network: Network, authority: CertificateAuthority
) -> None:
    async with SecureDnsServer(script(GOOD), authority, "dns.example") as server:
        ask = network.dns.ask
        named = await ask(
            "school.example", "A", server.tls_address, PATIENT_S, transport="tls", tls_name="dns.example"
        )
        unnamed = await ask("school.example", "A", server.tls_address, PATIENT_S, transport="tls")
    assert isinstance(named, Answer), named
    assert failure_in(unnamed) == (Stage.TLS, Cause.CERTIFICATE_WRONG_HOST)


async def test_over_tls_the_machines_own_authorities_do_not_know_the_lab(
    authority: CertificateAuthority, tmp_path: Path
) -> None:
    other = CertificateAuthority(tmp_path)
    async with Network(NetworkOptions(trusted_ca=other.path)) as network:
        result = await asked(network, authority, "tls")
    assert failure_in(result) == (Stage.TLS, Cause.CERTIFICATE_UNTRUSTED)


async def test_authorities_that_cannot_be_read_are_our_fault(
    authority: CertificateAuthority, tmp_path: Path
) -> None:
    async with Network(NetworkOptions(trusted_ca=tmp_path / "nothing.pem")) as network:
        with pytest.raises(CannotMeasure) as raised:
            await asked(network, authority, "tls")
    assert raised.value.failure.cause is Cause.NO_AUTHORITIES


async def test_a_server_that_speaks_no_tls_fails_the_handshake(network: Network) -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n" * 20)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        address = server.sockets[0].getsockname()
        result = await network.dns.ask("school.example", "A", address, PATIENT_S, transport="tls")
    assert failure_in(result) == (Stage.TLS, Cause.TLS_FAILED)


@pytest.mark.parametrize("over", ["tcp", "tls"])
async def test_a_server_that_hangs_up_is_told(network: Network, over: str) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        address = server.sockets[0].getsockname()
        transport: Literal["tcp", "tls"] = "tls" if over == "tls" else "tcp"
        result = await network.dns.ask("school.example", "A", address, PATIENT_S, transport=transport)
    stage, cause = failure_in(result)
    assert stage is (Stage.TLS if over == "tls" else Stage.REPLY)
    assert cause in (Cause.CLOSED, Cause.RESET)


async def test_a_handshake_without_an_answer_is_a_timeout_of_tls(network: Network) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        result = await network.dns.ask("school.example", "A", silent.getsockname(), SHORT_S, transport="tls")
    assert failure_in(result) == (Stage.TLS, Cause.TIMEOUT)


async def test_a_certificate_of_a_megabyte_is_not_read_to_its_end(network: Network, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_huge_certificate(tmp_path))
    async with await asyncio.start_server(_read_on, "127.0.0.1", 0, ssl=context) as server:
        address = server.sockets[0].getsockname()
        result = await network.dns.ask("school.example", "A", address, PATIENT_S, transport="tls")
    assert failure_in(result) == (Stage.TLS, Cause.TLS_FAILED)


async def _read_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


def _huge_certificate(folder: Path) -> Path:
    """Self-signed, with an extension of a megabyte; with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    padding = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), bytes(1_000_000))
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(padding, critical=False)
        .sign(key, hashes.SHA256())
    )
    key_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "huge.pem"
    file.write_bytes(key_pem + certificate.public_bytes(serialization.Encoding.PEM))
    return file


@OVER_CONNECTIONS
async def test_a_closed_port_refuses(network: Network, over: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    if over == "https":
        url = f"https://127.0.0.1:{port}/dns-query"
        result = await ask_over_https(network.http, "school.example", "A", url, PATIENT_S)
    else:
        transport: Literal["tcp", "tls"] = "tls" if over == "tls" else "tcp"
        result = await network.dns.ask(
            "school.example", "A", ("127.0.0.1", port), PATIENT_S, transport=transport
        )
    assert failure_in(result) == (Stage.CONNECT, Cause.REFUSED)


@OVER_CONNECTIONS
async def test_silence_is_a_timeout_of_the_reply(
    network: Network, authority: CertificateAuthority, over: str
) -> None:
    result = await asked(network, authority, over, DnsReply(fault=DnsFault.SILENT), timeout_s=SHORT_S)
    assert failure_in(result) == (Stage.REPLY, Cause.TIMEOUT)


@OVER_CONNECTIONS
async def test_an_answer_that_drips_ends_with_the_time(
    network: Network, authority: CertificateAuthority, over: str
) -> None:
    addresses = tuple(f"10.0.{index >> 8}.{index & 255}" for index in range(4000))
    result = await asked(
        network, authority, over, DnsReply(addresses, fault=DnsFault.DRIP), timeout_s=SHORT_S
    )
    stage, cause = failure_in(result)
    assert cause is Cause.TIMEOUT
    assert stage in (Stage.REPLY, Stage.TRANSFER)


@OVER_CONNECTIONS
async def test_an_answer_of_64_kilobytes_is_read(
    network: Network, authority: CertificateAuthority, over: str
) -> None:
    addresses = tuple(f"10.0.{index >> 8}.{index & 255}" for index in range(4000))
    answer = await asked(network, authority, over, DnsReply(addresses))
    assert isinstance(answer, Answer), answer
    assert answer.answer_count == 4000


@OVER_CONNECTIONS
@pytest.mark.parametrize("fault", [DnsFault.GARBAGE, DnsFault.OTHER_QUESTION, DnsFault.CUT, DnsFault.LOOP])
async def test_what_is_no_answer_is_a_bad_reply(
    network: Network, authority: CertificateAuthority, over: str, fault: DnsFault
) -> None:
    result = await asked(network, authority, over, DnsReply(("192.0.2.1",), fault=fault))
    assert failure_in(result) == (Stage.REPLY, Cause.BAD_REPLY)


async def test_over_https_another_path_is_an_unexpected_status(
    network: Network, authority: CertificateAuthority
) -> None:
    async with SecureDnsServer(script(GOOD), authority) as server:
        result = await ask_over_https(
            network.http, "school.example", "A", url_of(server, "/other"), PATIENT_S
        )
    assert result == Failure(Stage.EXPECTATION, Cause.UNEXPECTED_STATUS, "404")


async def test_over_https_a_url_may_have_a_query_of_its_own(
    network: Network, authority: CertificateAuthority
) -> None:
    async with SecureDnsServer(script(GOOD), authority) as server:
        url = url_of(server, "/dns-query?profile=school")
        answer = await ask_over_https(network.http, "school.example", "A", url, PATIENT_S)
    assert isinstance(answer, Answer), answer


async def test_over_https_a_web_page_is_no_answer(authority: CertificateAuthority) -> None:
    pages = {"dns.example": Page(body="<html>please log in</html>")}
    async with LabHttp(pages, authority) as lab, Network(lab.options()) as network:
        result = await ask_over_https(
            network.http, "school.example", "A", "https://dns.example/dns-query", PATIENT_S
        )
    assert failure_in(result) == (Stage.REPLY, Cause.BAD_REPLY)


async def test_over_https_a_page_larger_than_any_message_is_cut(authority: CertificateAuthority) -> None:
    page = Page(body="x" * 70_000, headers={"Content-Type": "application/dns-message"})
    async with LabHttp({"dns.example": page}, authority) as lab, Network(lab.options()) as network:
        result = await ask_over_https(
            network.http, "school.example", "A", "https://dns.example/dns-query", PATIENT_S
        )
    assert failure_in(result) == (Stage.REPLY, Cause.TOO_LARGE)


async def test_over_https_the_look_up_of_the_servers_name_does_not_count(
    authority: CertificateAuthority,
) -> None:
    slow_names = DnsScript({("dns.example", "A"): DnsReply(("192.0.2.8",), delay_ms=500)})
    async with (
        SecureDnsServer(script(GOOD), authority, "dns.example") as server,
        DnsServer(slow_names) as names,
    ):
        detours = Detours({("tcp", "192.0.2.8", 443): server.https_address}, names.address)
        async with Network(NetworkOptions(detours, authority.path)) as network:
            begun = time.perf_counter()
            answer = await ask_over_https(
                network.http, "school.example", "A", "https://dns.example/dns-query", PATIENT_S
            )
            took_ms = (time.perf_counter() - begun) * 1000
    assert isinstance(answer, Answer), answer
    assert answer.server == ("192.0.2.8", 443)
    assert answer.resolve_ms < took_ms - 490


async def test_over_https_what_cannot_be_a_name_fails_without_a_packet(network: Network) -> None:
    result = await ask_over_https(network.http, "a..example", "A", "https://127.0.0.1:1/dns-query", PATIENT_S)
    assert failure_in(result) == (Stage.REQUEST, Cause.NO_SUCH_NAME)


async def test_more_questions_than_connections_are_all_answered(network: Network) -> None:
    async with DnsServer(script(GOOD)) as server:
        results = await asyncio.gather(
            *(
                network.dns.ask("school.example", "A", server.address, PATIENT_S, transport="tcp")
                for _ in range(500)
            )
        )
    assert all(isinstance(result, Answer) for result in results)


async def test_a_late_event_loop_does_not_make_a_server_on_tcp_look_slow(network: Network) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENT_S)
        begun = time.perf_counter()
        question = asyncio.create_task(
            network.dns.ask("school.example", "A", listener.getsockname(), PATIENT_S, transport="tcp")
        )
        peer, wire = await asyncio.to_thread(_accept_and_read, listener)
        with peer:
            answer = wire[2:4] + b"\x80\x00" + wire[6:]
            peer.sendall(len(answer).to_bytes(2, "big") + answer)
            blocked_until = time.monotonic() + 0.3
            while time.monotonic() < blocked_until:
                pass  # our own program is busy: the answer waits in the socket
            result = await question
    took_ms = (time.perf_counter() - begun) * 1000
    assert isinstance(result, Answer), result
    assert result.resolve_ms < took_ms - 290


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux stamps what arrives")
@pytest.mark.parametrize("over", ["tcp", "tls"])
async def test_an_answer_that_came_in_time_counts_however_late_we_look(
    network: Network, authority: CertificateAuthority, over: Literal["tcp", "tls"]
) -> None:
    context = authority.context("127.0.0.1")
    context.num_tickets = 0  # what they wake would read the answer in passing
    loop, asked, answered = asyncio.get_running_loop(), threading.Event(), threading.Event()

    def stand_still() -> None:
        """The event loop's thread, until the answer is there and the time over."""
        asked.set()
        answered.wait(PATIENT_S)
        threading.Event().wait(SHORT_S)

    def answer(listener: socket.socket) -> None:
        peer, _ = listener.accept()
        with context.wrap_socket(peer, server_side=True) if over == "tls" else peer as peer:
            wire = peer.recv(4096)
            loop.call_soon_threadsafe(stand_still)
            asked.wait(PATIENT_S)
            message = wire[2:4] + b"\x80\x00" + wire[6:]
            peer.sendall(len(message).to_bytes(2, "big") + message)
            answered.set()
            peer.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(asyncio.to_thread(answer, listener))
        result = await network.dns.ask("school.example", "A", listener.getsockname(), SHORT_S, transport=over)
        await asyncio.gather(serving, return_exceptions=True)  # it may be told that we dropped the connection
    assert isinstance(result, Answer), result


@pytest.mark.parametrize("over", ["tcp", "tls"])
async def test_what_comes_after_the_time_is_a_timeout(
    network: Network, authority: CertificateAuthority, over: str
) -> None:
    late = DnsReply(("192.0.2.1",), delay_ms=400)
    assert failure_in(await asked(network, authority, over, late, timeout_s=0.3))[1] is Cause.TIMEOUT


def _accept_and_read(listener: socket.socket) -> tuple[socket.socket, bytes]:
    peer, _ = listener.accept()
    peer.settimeout(PATIENT_S)
    return peer, peer.recv(4096)
