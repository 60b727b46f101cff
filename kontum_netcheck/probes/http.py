"""Does a web page or service answer, with what it should, how fast, and how long is its certificate good."""

import asyncio
import math
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import ByteSize, Field, field_validator, model_validator

from kontum_netcheck.model import Cost, Limit, Measurement, Metric, MetricValue, WrongValue, message
from kontum_netcheck.probes.declaration import Family, Probe, ProbeParams
from kontum_netcheck.probes.http_expect import HttpExpect, Texts, unmet
from kontum_netcheck.probes.http_headers import Headers, secrets_of, sent, without_secrets
from kontum_netcheck.probes.provenance import PROVENANCE, provenance
from kontum_netcheck.probes.url import plain_url

if TYPE_CHECKING:
    from kontum_netcheck.net.http import Fetched
    from kontum_netcheck.net.network import Network

_HANDSHAKE_BYTES = 8_000  # TLS certificates and TCP's own packets, roughly
_SEGMENT_BYTES = 1_400


_NO_EXPECTATION = HttpExpect()


class HttpParams(ProbeParams):
    """A URL and how to fetch it. The timeout is for the whole fetch, redirects included."""

    probe: ClassVar[str] = "http"

    http: str = Field(min_length=1, max_length=2_000, description="URL, http:// or https://.")
    method: Literal["GET", "HEAD"] = "GET"
    timeout_s: float = Field(
        default=10.0, ge=0.1, le=120, description="For the whole fetch, redirects included."
    )
    family: Family | None = Field(
        default=None,
        description="4 or 6: the Internet Protocol to use; without it, what the name gives first.",
    )
    max_redirects: int = Field(default=5, ge=0, le=20, description="0: a redirect is itself the answer.")
    redirect_hosts: Texts = Field(
        default=(), description="Hosts that redirects may lead to besides the URL's own."
    )
    max_body_bytes: ByteSize = Field(
        default=ByteSize(1_000_000), ge=1, le=100_000_000, description="Read at most: 1MB."
    )
    headers: Headers = Field(
        default_factory=dict,
        description="Sent with the request, to the URL's own host only. A secret as ${NAME}, from the environment.",
    )
    proxy: str | None = Field(
        default=None, description="http://host:port or socks5h://host:port; without it, none."
    )
    expect: HttpExpect = Field(default_factory=lambda: _NO_EXPECTATION)  # shared, for it is frozen

    @field_validator("http")
    @classmethod
    def _is_url(cls, value: str) -> str:
        return plain_url(value, ("http", "https"))

    @field_validator("proxy")
    @classmethod
    def _is_proxy(cls, value: str | None) -> str | None:
        return value if value is None else plain_url(value, ("http", "socks5h"))

    @model_validator(mode="after")
    def _asks_for_what_it_expects(self) -> Self:
        if self.method == "HEAD" and self.expect.needs_body:
            raise WrongValue(
                message("An answer to HEAD has no body to look at."), message("Write method: GET.")
            )
        return self

    @property
    def target(self) -> str:
        """The URL as it was typed."""
        return self.http

    def only_reached(self) -> Self:
        """Any status will do, and any page."""
        return self.model_copy(update={"expect": HttpExpect(status=tuple(range(100, 600)))})

    @property
    def hosts(self) -> tuple[str, ...]:
        """The URL's host, or the proxy that alone is spoken to."""
        return (urlsplit(self.proxy or self.http).hostname or "",)


def _cost(params: HttpParams) -> Cost:
    """At most: every redirect is followed, every handshake is TLS, the body is as large as allowed."""
    hops_count = params.max_redirects + 1
    bytes_count = hops_count * _HANDSHAKE_BYTES + (
        0 if params.method == "HEAD" else int(params.max_body_bytes)
    )
    return Cost(
        packets_count=bytes_count // _SEGMENT_BYTES + 1, bytes_count=bytes_count, duration_s=params.timeout_s
    )


async def run(params: HttpParams, network: "Network") -> Measurement:
    """Fetch once, then compare with what is expected. Raises CannotMeasure where the fault is ours."""
    from kontum_netcheck.net.http import Request

    secrets = secrets_of(params.headers, os.environ)
    fetched = await network.http.fetch(
        Request(
            url=params.http,
            method=params.method,
            headers=sent(params.headers, secrets),
            timeout_s=params.timeout_s,
            family=params.family,
            max_redirects=params.max_redirects,
            redirect_hosts=params.redirect_hosts,
            final_status=params.expect.status,
            max_body_bytes=int(params.max_body_bytes),
            proxy=params.proxy,
        )
    )
    fetched = without_secrets(fetched, secrets)
    failure = fetched.failure
    if failure is None and params.expect.takes_long:
        failure = await asyncio.to_thread(unmet, params.expect, fetched)
    elif failure is None:
        failure = unmet(params.expect, fetched)
    made = provenance(network, fetched.address_used, fetched.source_address)
    return Measurement(_metrics(fetched) | made, failure)


def _metrics(fetched: "Fetched") -> dict[str, MetricValue]:
    """What was measured, as far as the fetch came; what was not, is absent."""
    certificate, phases = fetched.certificate, fetched.phases
    times_ms = {
        "resolve_ms": phases.resolve_ms,
        "connect_ms": phases.connect_ms,
        "tls_ms": phases.tls_ms,
        "wait_ms": phases.wait_ms,
        "transfer_ms": phases.transfer_ms,
        "total_ms": phases.total_ms,
        "late_ms": fetched.late_ms,
    }
    values: dict[str, MetricValue | None] = {
        **{name: round(value, 3) for name, value in times_ms.items() if value is not None},
        "status": fetched.status,
        "body_bytes": fetched.body_bytes,
        "redirect_count": None if fetched.status is None else fetched.redirect_count,
        "measured_again": fetched.measured_again or None,
        "http_version": fetched.http_version,
    }
    if certificate is not None:
        values["certificate_days_left"] = round(certificate.days_left(datetime.now(UTC)), 2)
        values["certificate_issuer"] = certificate.issuer
        values["certificate_names"] = certificate.names
    return {name: value for name, value in values.items() if value is not None}


HTTP = Probe(
    name="http",
    purpose=message("whether a web page or service answers with what it should, and how fast"),
    params=HttpParams,
    metrics=(
        Metric("resolve_ms", message("time to look the name up (ms)"), lower_is_better=True),
        Metric("connect_ms", message("time to connect (ms)"), lower_is_better=True),
        Metric("tls_ms", message("TLS handshake (ms)"), lower_is_better=True),
        Metric("wait_ms", message("wait for the first byte (ms)"), lower_is_better=True),
        Metric("transfer_ms", message("transfer of the answer (ms)"), lower_is_better=True),
        Metric("total_ms", message("whole fetch, redirects included (ms)"), lower_is_better=True),
        Metric("late_ms", message("at most that much of these times was our own lateness (ms)")),
        Metric("measured_again", message("measured again, because we were late")),
        Metric("status", message("HTTP status")),
        Metric("body_bytes", message("size of the body as read (bytes)")),
        Metric("redirect_count", message("redirects followed"), lower_is_better=True),
        Metric("certificate_days_left", message("certificate valid for (days)"), lower_is_better=False),
        Metric("certificate_issuer", message("issuer of the certificate")),
        Metric("certificate_names", message("hosts named in the certificate")),
        Metric("http_version", message("HTTP version")),
        *PROVENANCE,
    ),
    limits=(
        Limit("total_ms", 3_000.0, math.inf, True, "this project's own policy"),
        Limit("certificate_days_left", 30.0, 0.0, False, "this project's own policy"),
    ),
    valid_for=timedelta(hours=24),
    cost=_cost,
    run=run,
)
