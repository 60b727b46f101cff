"""The HTTP engine against web servers on loopback that do as scripted."""

import asyncio
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from kontum_netcheck.lab.certificates import CertificateAuthority, CertificateKind
from kontum_netcheck.lab.dns import DnsReply, DnsScript, DnsServer
from kontum_netcheck.lab.http import Behaviour, LabHttp, Page
from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.http import Fetched, Request
from kontum_netcheck.net.network import Detours, Network, NetworkOptions

PATIENT_S = 20.0
SHORT_S = 0.3
URL = "http://exam.example/"
SECURE_URL = "https://exam.example/"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("authority"))


async def fetched(
    request: Request, pages: dict[str, Page], authority: CertificateAuthority | None = None
) -> Fetched:
    async with LabHttp(pages, authority) as lab, Network(lab.options()) as network:
        return await network.http.fetch(request)


async def fetched_from(page: Page, timeout_s: float = PATIENT_S) -> Fetched:
    return await fetched(Request(URL, timeout_s=timeout_s), {"exam.example": page})


async def failure_of(page: Page, timeout_s: float = PATIENT_S) -> tuple[Stage, Cause]:
    failure = (await fetched_from(page, timeout_s)).failure
    assert failure is not None
    return failure.stage, failure.cause


async def test_an_answer_has_status_headers_body_and_version() -> None:
    answer = await fetched_from(Page(201, "Kỳ thi", headers={"X-Site": "a"}))
    assert (answer.status, answer.body.decode(), answer.header("x-site")) == (201, "Kỳ thi", "a")
    assert (answer.failure, answer.http_version, answer.body_bytes) == (None, "1.1", 8)


async def test_each_phase_that_took_place_is_measured_and_together_they_are_the_total() -> None:
    phases = (await fetched_from(Page(delay_ms=50))).phases
    assert phases.connect_ms and phases.wait_ms and phases.transfer_ms is not None and phases.total_ms
    assert phases.wait_ms >= 50
    assert phases.connect_ms + phases.wait_ms + phases.transfer_ms == pytest.approx(phases.total_ms, abs=1)


async def test_a_phase_that_did_not_take_place_is_absent() -> None:
    phases = (await fetched_from(Page())).phases
    assert (phases.resolve_ms, phases.tls_ms) == (None, None)


async def test_head_brings_no_body() -> None:
    answer = await fetched(Request(URL, method="HEAD"), {"exam.example": Page()})
    assert (answer.status, answer.body, answer.body_bytes) == (200, b"", 0)


async def test_a_get_after_a_head_on_the_same_handle_brings_its_body() -> None:
    async with LabHttp({"exam.example": Page(body="here")}) as lab, Network(lab.options()) as network:
        await network.http.fetch(Request(URL, method="HEAD"))
        assert (await network.http.fetch(Request(URL))).body == b"here"


@pytest.mark.parametrize(
    ("behaviour", "stage", "cause"),
    [
        (Behaviour.RESETS, Stage.REPLY, Cause.RESET),
        (Behaviour.CLOSES, Stage.REPLY, Cause.CLOSED),
        (Behaviour.CLOSES_IN_BODY, Stage.TRANSFER, Cause.CLOSED),
        (Behaviour.GARBAGE, Stage.REPLY, Cause.BAD_REPLY),
        (Behaviour.ENDLESS_HEADER, Stage.REPLY, Cause.TOO_LARGE),
    ],
)
async def test_a_broken_server_fails_at_its_stage(behaviour: Behaviour, stage: Stage, cause: Cause) -> None:
    assert await failure_of(Page(behaviour=behaviour)) == (stage, cause)


@pytest.mark.parametrize(
    ("behaviour", "stage"), [(Behaviour.SILENT, Stage.REPLY), (Behaviour.SLOW_DRIP, Stage.TRANSFER)]
)
async def test_a_server_that_takes_too_long_times_out_at_its_stage(
    behaviour: Behaviour, stage: Stage
) -> None:
    assert await failure_of(Page(behaviour=behaviour), SHORT_S) == (stage, Cause.TIMEOUT)


async def test_a_failure_keeps_what_was_measured_before_and_has_no_total() -> None:
    answer = await fetched_from(Page(behaviour=Behaviour.CLOSES_IN_BODY))
    assert (answer.status, answer.body) == (200, b"only this")
    assert answer.phases.connect_ms and answer.phases.wait_ms is not None
    assert (answer.phases.transfer_ms, answer.phases.total_ms) == (None, None)


@pytest.mark.parametrize("behaviour", [Behaviour.OVERSIZE, Behaviour.COMPRESSED_BOMB])
async def test_a_body_without_end_is_read_up_to_the_limit_and_the_status_stands(behaviour: Behaviour) -> None:
    request = Request(URL, max_body_bytes=10_000, timeout_s=PATIENT_S)
    answer = await fetched(request, {"exam.example": Page(behaviour=behaviour)})
    assert (answer.status, answer.failure, len(answer.body), answer.body_cut) == (200, None, 10_000, True)


async def test_a_body_of_exactly_the_limit_is_not_cut() -> None:
    answer = await fetched(Request(URL, max_body_bytes=4), {"exam.example": Page(body="four")})
    assert (answer.body, answer.body_cut) == (b"four", False)


async def test_a_closed_port_refuses() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        async with Network() as network:
            answer = await network.http.fetch(Request(f"http://127.0.0.1:{port}/"))
    assert answer.failure is not None
    assert (answer.failure.stage, answer.failure.cause) == (Stage.CONNECT, Cause.REFUSED)
    assert answer.phases.connect_ms is None


async def test_a_port_that_accepts_but_speaks_no_tls_times_out_in_the_handshake() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        async with Network() as network:
            url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
            answer = await network.http.fetch(Request(url, timeout_s=SHORT_S))
    assert answer.failure is not None
    assert (answer.failure.stage, answer.failure.cause) == (Stage.TLS, Cause.TIMEOUT)
    assert answer.phases.connect_ms


async def test_a_plain_server_behind_https_fails_in_the_handshake() -> None:
    async with LabHttp({"exam.example": Page()}) as lab, Network() as network:
        answer = await network.http.fetch(Request(f"https://127.0.0.1:{lab.port}/", timeout_s=SHORT_S))
    assert answer.failure is not None and answer.failure.stage is Stage.TLS


async def test_certificate_of_a_good_site(authority: CertificateAuthority) -> None:
    answer = await fetched(Request(SECURE_URL), {"exam.example": Page()}, authority)
    assert (answer.status, answer.failure) == (200, None) and answer.phases.tls_ms
    assert answer.certificate is not None and answer.certificate.host_matches
    assert answer.certificate.issuer == "CN=Lab certificate authority"
    assert answer.certificate.names == ("exam.example",)


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        (CertificateKind.EXPIRED, Cause.CERTIFICATE_EXPIRED),
        (CertificateKind.NOT_YET_VALID, Cause.CERTIFICATE_NOT_YET_VALID),
        (CertificateKind.WRONG_HOST, Cause.CERTIFICATE_WRONG_HOST),
        (CertificateKind.SELF_SIGNED, Cause.CERTIFICATE_UNTRUSTED),
    ],
)
async def test_a_bad_certificate_is_told_by_its_fault_and_still_read(
    authority: CertificateAuthority, kind: CertificateKind, cause: Cause
) -> None:
    answer = await fetched(Request(SECURE_URL), {"exam.example": Page(certificate=kind)}, authority)
    assert answer.failure is not None and answer.status is None
    assert (answer.failure.stage, answer.failure.cause) == (Stage.TLS, cause)
    assert answer.certificate is not None
    assert answer.certificate.host_matches == (kind is not CertificateKind.WRONG_HOST)


async def test_the_labs_authority_is_not_trusted_unless_asked(authority: CertificateAuthority) -> None:
    async with (
        LabHttp({"exam.example": Page()}, authority) as lab,
        Network(NetworkOptions(detours=lab.options().detours)) as network,
    ):
        answer = await network.http.fetch(Request(SECURE_URL))
    assert answer.failure is not None and answer.failure.cause is Cause.CERTIFICATE_UNTRUSTED


async def test_authorities_that_cannot_be_read_are_our_fault(
    authority: CertificateAuthority, tmp_path: Path
) -> None:
    async with LabHttp({"exam.example": Page()}, authority) as lab:
        options = NetworkOptions(detours=lab.options().detours, trusted_ca=tmp_path / "none.pem")
        async with Network(options) as network:
            with pytest.raises(CannotMeasure) as error:
                await network.http.fetch(Request(SECURE_URL))
    assert error.value.failure.cause is Cause.NO_AUTHORITIES


async def test_a_redirect_on_the_same_host_is_followed_and_counted() -> None:
    pages = {"exam.example": Page(302, redirect_to="/results"), "exam.example/results": Page(body="all")}
    answer = await fetched(Request(URL), pages)
    assert (answer.status, answer.body, answer.redirect_count) == (200, b"all", 1)
    assert answer.url == "http://exam.example/results"


async def test_the_phases_of_all_hops_are_summed() -> None:
    pages = {
        "exam.example": Page(302, redirect_to="/results", delay_ms=30),
        "exam.example/results": Page(delay_ms=30),
    }
    phases = (await fetched(Request(URL), pages)).phases
    assert phases.wait_ms is not None and phases.wait_ms >= 60
    assert phases.total_ms is not None and phases.total_ms >= 60


@pytest.mark.parametrize("location", ["http://elsewhere.example/", "//elsewhere.example/"])
async def test_a_redirect_to_another_host_is_refused_without_going_there(location: str) -> None:
    answer = await fetched(Request(URL), {"exam.example": Page(302, redirect_to=location)})
    assert answer.failure == Failure(Stage.REPLY, Cause.FOREIGN_REDIRECT, "http://elsewhere.example/")
    assert answer.status == 302


async def test_a_redirect_to_an_allowed_host_is_followed() -> None:
    pages = {
        "exam.example": Page(302, redirect_to="http://elsewhere.example/"),
        "elsewhere.example": Page(body="there"),
    }
    answer = await fetched(Request(URL, redirect_hosts=("Elsewhere.Example",)), pages)
    assert (answer.body, answer.failure) == (b"there", None)


async def test_own_headers_do_not_travel_to_another_host() -> None:
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        location = b"Location: http://elsewhere.example/\r\n" if len(heads) == 1 else b""
        writer.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n" + location + b"\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        here = server.sockets[0].getsockname()[:2]
        table = {("tcp", host, 80): here for host in ("exam.example", "elsewhere.example")}
        async with Network(NetworkOptions(detours=Detours(table))) as network:
            request = Request(URL, headers={"X-Key": "k"}, redirect_hosts=("elsewhere.example",))
            await network.http.fetch(request)
    assert len(heads) >= 2  # a slow machine measures again
    for head in heads:
        assert (b"X-Key: k" in head) is (b"Host: exam.example\r\n" in head)


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "gopher://exam.example/", "http://[bad/", "http://:80/"]
)
async def test_a_redirect_to_what_is_no_web_address_is_a_bad_reply(location: str) -> None:
    assert await failure_of(Page(302, redirect_to=location)) == (Stage.REPLY, Cause.BAD_REPLY)


async def test_a_circle_of_redirects_ends() -> None:
    assert await failure_of(Page(302, redirect_to="/")) == (Stage.REPLY, Cause.TOO_MANY_REDIRECTS)


@pytest.mark.parametrize("request_", [Request(URL, max_redirects=0), Request(URL, final_status=(302,))])
async def test_a_redirect_that_is_itself_the_answer_is_not_followed(request_: Request) -> None:
    answer = await fetched(request_, {"exam.example": Page(302, redirect_to="http://elsewhere.example/")})
    assert (answer.status, answer.failure) == (302, None)


async def test_an_error_status_is_an_answer() -> None:
    answer = await fetched_from(Page(503))
    assert (answer.status, answer.failure) == (503, None)


async def test_the_lookup_is_timed_and_a_redirect_on_the_same_host_pays_it_once() -> None:
    script = DnsScript({("exam.example", "A"): DnsReply(("192.0.2.1",), delay_ms=20)})
    pages = {"exam.example": Page(302, redirect_to="/results"), "exam.example/results": Page()}
    async with (
        DnsServer(script) as name_server,
        LabHttp(pages) as lab,
        Network(lab.options(name_server.address)) as network,
    ):
        answer = await network.http.fetch(Request(URL))
        lookup = await network.names.resolve("exam.example", None)
    assert not isinstance(lookup, Failure) and answer.phases.resolve_ms == lookup.resolve_ms
    assert answer.address_used == "192.0.2.1"


async def test_a_name_that_the_lab_does_not_know_fails_at_resolve_even_with_a_detour() -> None:
    async with (
        DnsServer(DnsScript()) as name_server,
        LabHttp({"exam.example": Page()}) as lab,
        Network(lab.options(name_server.address)) as network,
    ):
        answer = await network.http.fetch(Request(URL))
    assert answer.failure is not None
    assert (answer.failure.stage, answer.failure.cause) == (Stage.RESOLVE, Cause.NO_SUCH_NAME)


async def test_the_environments_proxy_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    assert (await fetched_from(Page())).status == 200


async def test_a_given_proxy_is_asked_for_the_whole_url() -> None:
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server, Network() as network:
        proxy = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        answer = await network.http.fetch(Request(URL, proxy=proxy))
    assert answer.status == 200
    assert heads[0].startswith(b"GET http://exam.example/ HTTP/1.1\r\n")


async def test_a_source_address_that_this_machine_lacks_is_our_fault() -> None:
    async with LabHttp({"exam.example": Page()}) as lab:
        options = NetworkOptions(detours=lab.options().detours, source_address="192.0.2.77")
        async with Network(options) as network:
            with pytest.raises(CannotMeasure) as error:
                await network.http.fetch(Request(URL))
    assert error.value.failure.cause is Cause.NO_LOCAL_ADDRESS


async def test_a_cancelled_fetch_ends_its_transfer() -> None:
    pages = {"exam.example": Page(behaviour=Behaviour.SILENT), "fine.example": Page()}
    async with LabHttp(pages) as lab, Network(lab.options()) as network:
        async with asyncio.TaskGroup() as group:
            silent = group.create_task(network.http.fetch(Request(URL, timeout_s=PATIENT_S)))
            await group.create_task(network.http.fetch(Request("http://fine.example/")))
            silent.cancel()
        assert (await network.http.fetch(Request("http://fine.example/"))).status == 200


async def test_closing_interrupts_what_is_on_its_way() -> None:
    async with LabHttp({"exam.example": Page(behaviour=Behaviour.SILENT), "fine.example": Page()}) as lab:
        async with Network(lab.options()) as network:
            silent = asyncio.create_task(network.http.fetch(Request(URL, timeout_s=PATIENT_S)))
            await network.http.fetch(Request("http://fine.example/"))
        with pytest.raises(CannotMeasure) as error:
            await silent
    assert error.value.failure.cause is Cause.INTERRUPTED


async def test_silent_hosts_do_not_hold_up_the_rest() -> None:
    pages = {f"dead-{n}.example": Page(behaviour=Behaviour.SILENT) for n in range(100)}
    async with LabHttp({**pages, "exam.example": Page()}) as lab, Network(lab.options()) as network:
        dead = [
            asyncio.create_task(network.http.fetch(Request(f"http://{host}/", timeout_s=PATIENT_S)))
            for host in pages
        ]
        answers = await asyncio.gather(*(network.http.fetch(Request(URL)) for _ in range(20)))
        assert {answer.status for answer in answers} == {200}
        assert not any(task.done() for task in dead)
        for task in dead:
            task.cancel()
        await asyncio.gather(*dead, return_exceptions=True)


async def test_a_held_up_event_loop_does_not_enter_the_phases() -> None:
    held_up_ms = 500
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        thread = threading.Thread(target=server.handle_request)  # answers one request, with 501
        thread.start()
        async with Network() as network:
            task = asyncio.create_task(network.http.fetch(Request(f"http://127.0.0.1:{server.server_port}/")))
            while not task.done() and thread.is_alive():
                await asyncio.sleep(0)
                threading.Event().wait(held_up_ms / 1000)  # as by a long report
            answer = await task
        thread.join()
    assert answer.phases.total_ms is not None and answer.phases.total_ms < held_up_ms


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux refuses to route TCP to broadcast")
async def test_no_route_is_told_from_a_closed_port() -> None:
    async with Network() as network:
        answer = await network.http.fetch(Request("http://255.255.255.255/"))
    assert answer.failure is not None
    assert (answer.failure.stage, answer.failure.cause) == (Stage.CONNECT, Cause.NETWORK_UNREACHABLE)
