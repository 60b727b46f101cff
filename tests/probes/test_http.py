"""The http probe: what an inventory may say, what is measured, and what is judged of the answer."""

import math
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kontum_netcheck.lab.certificates import CertificateAuthority, CertificateKind
from kontum_netcheck.lab.http import Behaviour, LabHttp, Page
from kontum_netcheck.model import Cause, Measurement, Stage
from kontum_netcheck.net.http import Fetched
from kontum_netcheck.net.network import Network
from kontum_netcheck.probes.http import HTTP, HttpParams
from kontum_netcheck.probes.http_expect import HttpExpect, unmet

URL = "http://exam.example/"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("authority"))


def params(**typed: object) -> HttpParams:
    return HttpParams.model_validate({"http": URL, **typed})


async def measured(page: Page, authority: CertificateAuthority | None = None, **typed: object) -> Measurement:
    assert HTTP.run is not None
    async with LabHttp({"exam.example": page}, authority) as lab, Network(lab.options()) as network:
        return await HTTP.run(params(**typed), network)


def cause(measurement: Measurement) -> Cause | None:
    return measurement.failure.cause if measurement.failure else None


def page(body: str | bytes, cut: bool = False, content_type: str = "text/html; charset=utf-8") -> Fetched:
    data = body.encode() if isinstance(body, str) else body
    headers = (("content-type", content_type),)
    return Fetched(URL, status=200, body=data, body_cut=cut, headers=headers)


def judged(expect: Mapping[str, object], answer: Fetched) -> tuple[Cause, str] | None:
    failure = unmet(HttpExpect.model_validate(expect), answer)
    return (failure.cause, failure.detail) if failure else None


async def test_a_good_page_brings_every_metric_that_it_can() -> None:
    measurement = await measured(Page(body="Kon Tum"))
    assert measurement.failure is None
    assert set(measurement.metrics) == {
        "connect_ms", "wait_ms", "transfer_ms", "total_ms", "status", "body_bytes", "redirect_count",
        "http_version", "address_used", "family", "source_address",
    }  # fmt: skip


async def test_every_metric_is_declared(authority: CertificateAuthority) -> None:
    measurement = await measured(Page(), authority, http="https://exam.example/")
    assert {"tls_ms", "certificate_days_left"} <= set(measurement.metrics)
    assert set(measurement.metrics) <= {metric.name for metric in HTTP.metrics}


async def test_a_bad_certificate_fails_and_its_days_issuer_and_names_are_told(
    authority: CertificateAuthority,
) -> None:
    expired = Page(certificate=CertificateKind.EXPIRED)
    measurement = await measured(expired, authority, http="https://exam.example/")
    assert cause(measurement) is Cause.CERTIFICATE_EXPIRED
    days_left = measurement.metrics["certificate_days_left"]
    assert days_left == pytest.approx(-3, abs=0.1)
    assert measurement.metrics["certificate_issuer"] == "CN=Lab certificate authority"
    assert measurement.metrics["certificate_names"] == ("exam.example",)
    assert "status" not in measurement.metrics


async def test_a_status_that_was_not_expected_fails_and_keeps_the_metrics() -> None:
    measurement = await measured(Page(503))
    assert measurement.failure is not None
    assert (measurement.failure.stage, measurement.failure.cause) == (
        Stage.EXPECTATION,
        Cause.UNEXPECTED_STATUS,
    )
    assert (measurement.failure.detail, measurement.metrics["status"]) == ("503", 503)
    assert "total_ms" in measurement.metrics


@pytest.mark.parametrize("status", [404, "404", [200, "404"]])
async def test_an_expected_status_is_fine_whatever_it_is(status: object) -> None:
    assert (await measured(Page(404), expect={"status": status})).failure is None


async def test_an_expected_redirect_is_not_followed() -> None:
    measurement = await measured(Page(302, redirect_to="http://elsewhere.example/"), expect={"status": 302})
    assert (measurement.failure, measurement.metrics["redirect_count"]) == (None, 0)


async def test_a_network_failure_is_told_before_any_expectation() -> None:
    measurement = await measured(Page(behaviour=Behaviour.RESETS), expect={"body": "Kon Tum"})
    assert cause(measurement) is Cause.RESET


async def test_a_defaced_page_fails() -> None:
    measurement = await measured(Page(body="<h1>HACKED by x</h1>"), expect={"body_forbids": "hacked by"})
    assert cause(measurement) is Cause.TEXT_FORBIDDEN


def test_text_that_must_stand_there_may_be_composed_decomposed_or_escaped() -> None:
    expect: dict[str, object] = {"body": "Kết quả thi"}
    assert judged(expect, page("… Kết quả thi …")) is None
    assert judged(expect, page("Ke\u0302\u0301t qua\u0309 thi")) is None
    assert judged(expect, page("K&#7871;t qu&#7843; thi")) is None


def test_missing_text_is_told_with_the_title_that_stands_there_instead() -> None:
    answer = page("<html><title>Login</title><body>…</body></html>")
    assert judged({"body": "Kon Tum"}, answer) == (Cause.TEXT_MISSING, "Login")


def test_missing_text_on_a_page_without_title_is_told_with_its_first_words() -> None:
    assert judged({"body": "Kon Tum"}, page("<p>It <b>works</b></p>")) == (Cause.TEXT_MISSING, "It works")


def test_forbidden_text_is_told_with_what_surrounds_it() -> None:
    assert judged({"body_forbids": ["x", "Hacked"]}, page("was hacked!")) == (
        Cause.TEXT_FORBIDDEN,
        "was hacked!",
    )


def test_a_pattern_is_matched_line_by_line_also_on_long_lines() -> None:
    text = "first\n" + "x" * 5_000 + "2024-06-27" + "x" * 5_000
    assert judged({"body_matches": r"\d{4}-06-27"}, page(text)) is None
    assert judged({"body_matches": "^first$"}, page(text)) is None
    assert judged({"body_matches": "first.x"}, page(text)) is not None


@pytest.mark.parametrize(
    ("expect", "decided"),
    [
        ({"body": "read"}, None),
        ({"body": "rest"}, Cause.TOO_LARGE),
        ({"body_matches": "rest"}, Cause.TOO_LARGE),
        ({"body_forbids": "read"}, Cause.TEXT_FORBIDDEN),
        ({"body_forbids": "rest"}, Cause.TOO_LARGE),
        ({"status": 200}, None),
    ],
)
def test_a_cut_body_fails_only_where_the_rest_could_have_decided(
    expect: dict[str, object], decided: Cause | None
) -> None:
    verdict = judged(expect, page("what was read", cut=True))
    assert (verdict and verdict[0]) == decided


@pytest.mark.parametrize(("pattern", "fine"), [("html", True), ("^text/.*utf-8$", True), ("json", False)])
def test_a_header_must_contain_what_is_expected(pattern: str, fine: bool) -> None:
    verdict = judged({"headers": {"Content-Type": pattern}}, page(""))
    assert verdict == (None if fine else (Cause.UNEXPECTED_HEADER, "Content-Type: text/html; charset=utf-8"))


def test_a_header_that_is_missing_fails() -> None:
    assert judged({"headers": {"X-Site": "."}}, page("")) == (Cause.UNEXPECTED_HEADER, "X-Site: –")


def test_the_charset_of_the_page_counts_and_one_that_is_not_known_is_read_as_utf_8() -> None:
    assert (
        judged({"body": "é"}, page("é".encode("latin-1"), content_type="text/html; charset=ISO-8859-1"))
        is None
    )
    assert judged({"body": "é"}, page("é", content_type="text/html; charset=punycode")) is None


@given(st.binary(max_size=500), st.text(max_size=60))
def test_any_body_and_any_content_type_can_be_judged(body: bytes, content_type: str) -> None:
    expect = {"body": "ế", "body_matches": "<.*>", "body_forbids": ["x"]}
    judged(expect, page(body, content_type=content_type))


@pytest.mark.parametrize(
    "typed",
    [
        {"http": "exam.example"},
        {"http": "ftp://exam.example/"},
        {"http": "http://user:secret@exam.example/"},
        {"http": "http://exam.example/a b"},
        {"http": "http://exam.example:0/"},
        {"http": "http://" + "ô" * 70 + ".example/"},
        {"proxy": "https://proxy.example:3128"},
        {"method": "POST"},
        {"timeout_s": 0},
        {"headers": {"X Y": "z"}},
        {"headers": {"X": "y\r\nHost: z"}},
        {"expect": {"status": 99}},
        {"expect": {"body_matches": "("}},
        {"expect": {"body_matches": "(a+)+$"}},
        {"expect": {"body_matches": r"(a|b)*\1"}},
        {"expect": {"body_matches": "x" * 501}},
        {"expect": {"body": ""}},
        {"expect": {"bodi": "x"}},
        {"method": "HEAD", "expect": {"body": "x"}},
    ],
)
def test_what_cannot_be_is_refused(typed: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        params(**typed)


@pytest.mark.parametrize("pattern", [r"\d+ điểm", "[*+]+", r"(Kon|Gia) .*\(.*\)", "a{2,3}", "(?i)kết quả"])
def test_usual_patterns_are_accepted(pattern: str) -> None:
    assert params(expect={"body_matches": pattern}).expect.body_matches == pattern


def test_values_arrive_as_text() -> None:
    typed = params(timeout_s="2.5", max_redirects="0", family="6", max_body_bytes="25KB")
    assert (typed.timeout_s, typed.max_redirects, typed.family, typed.max_body_bytes) == (2.5, 0, 6, 25_000)


def test_the_host_asked_is_the_urls_or_the_proxys() -> None:
    assert params().hosts == ("exam.example",)
    assert params(proxy="http://192.0.2.9:3128").hosts == ("192.0.2.9",)


def test_cost_is_bounded_by_the_body_limit_and_the_timeout() -> None:
    cost = HTTP.cost(params(max_body_bytes=500, max_redirects=0, timeout_s=3))
    assert (cost.duration_s, cost.packets_count > 0) == (3, True)
    assert 500 < cost.bytes_count < 20_000


def test_a_slow_page_only_degrades_and_an_expired_certificate_blocks() -> None:
    limits = {limit.metric: limit for limit in HTTP.limits}
    assert math.isinf(limits["total_ms"].degraded) and limits["total_ms"].ready == 3_000
    assert (limits["certificate_days_left"].ready, limits["certificate_days_left"].degraded) == (30, 0)
