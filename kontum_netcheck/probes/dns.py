"""Does a DNS server answer, how fast, and with the right answers; do several servers agree."""

import math
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from kontum_netcheck.model import (
    Cost,
    Failure,
    Limit,
    Measurement,
    Metric,
    MetricValue,
    Stage,
    WrongValue,
    message,
)
from kontum_netcheck.net.address import LOOKUP_TIMEOUT_S, HostPort, address_of, check_host, is_address
from kontum_netcheck.probes.declaration import Family, Probe, ProbeParams
from kontum_netcheck.probes.dns_expect import DnsExpect, unmet
from kontum_netcheck.probes.dns_server import DnsServerAddress, Transport, parse_dns_server
from kontum_netcheck.probes.dns_types import check_name, check_type
from kontum_netcheck.probes.provenance import PROVENANCE, provenance

if TYPE_CHECKING:
    from kontum_netcheck.net.dns import Answer
    from kontum_netcheck.net.network import Network

_EXCHANGES: dict[Transport, tuple[int, int]] = {  # packets, bytes
    "udp": (2, 1_400),  # EDNS asks for at most 1,232 bytes of DNS
    "tcp": (9, 2_000),
    "tls": (14, 8_000),  # certificates, roughly
    "https": (16, 9_000),
}
_OWN_POLICY = "this project's own policy"
_DAY_S = 86_400


class DnsParams(ProbeParams):
    """A question: a name and a type, to one server, to several, or to the system's."""

    probe: ClassVar[str] = "dns"

    dns: str = Field(min_length=1, max_length=254, description="The name to ask for; an address for PTR.")
    server: str | None = Field(
        default=None,
        description="host[:port], or https://host/dns-query; without it the system's name server.",
    )
    servers: tuple[str, ...] = Field(default=(), description="Several servers; their answers are compared.")
    transport: Transport | None = Field(
        default=None,
        description="udp (usual; a truncated answer comes over tcp), tcp, tls (port 853), https (usual for URLs).",
    )
    tls_name: str | None = Field(
        default=None, description="Name in the server's certificate, where the server is an address."
    )
    agree: bool = Field(default=True, description="Compare the answers of several servers.")
    type: str = Field(default="A", description="Any record type: A, AAAA, MX, TXT, TYPE65 …")
    timeout_s: float = Field(
        default=3.0, gt=0, le=60, description="For the answer; one question, no repetition."
    )
    family: Family | None = Field(
        default=None, description="Reach the server only over IPv4 (4) or IPv6 (6)."
    )
    expect: DnsExpect = DnsExpect()

    _is_name = field_validator("dns")(check_name)
    _is_type = field_validator("type")(check_type)

    @field_validator("tls_name")
    @classmethod
    def _is_host(cls, text: str | None) -> str | None:
        if text is not None:
            check_host(text)
        return text

    @field_validator("server", "servers")
    @classmethod
    def _is_server(cls, typed: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        for text in (typed,) if isinstance(typed, str) else typed or ():
            parse_dns_server(text, None)
        return typed

    @model_validator(mode="after")
    def _expects_addresses_of_the_type(self) -> Self:
        """What no A or AAAA record can ever say is a slip of the pen, and not the site's fault."""
        version = {"A": 4, "AAAA": 6}.get(self.type)
        for answer in (*(self.expect.answers or ()), *(self.expect.contains or ())) if version else ():
            address = address_of(answer)
            if address is None or address.version != version:
                raise WrongValue(
                    message("“{value}” is no IPv{version} address.", value=answer, version=version)
                )
        return self

    @model_validator(mode="after")
    def _are_servers(self) -> Self:
        if self.server is not None and self.servers:
            raise WrongValue(message("Write either server or servers, not both."))
        if len(set(self.asked_servers)) < len(self.asked_servers):
            raise WrongValue(message("The same server stands twice in servers."))
        if self.transport in ("tls", "https") and not self.asked_servers:
            raise WrongValue(
                message("Over {transport} a server must be named.", transport=self.transport),
                message("Write server: and its name or address."),
            )
        if self.tls_name is not None and self.transport != "tls":
            raise WrongValue(message("tls_name is only for transport: tls."))
        return self

    @cached_property
    def asked_servers(self) -> tuple[DnsServerAddress, ...]:
        """The servers to ask, taken apart; none: the system's."""
        typed = (self.server,) if self.server is not None else self.servers
        return tuple(parse_dns_server(text, self.transport) for text in typed)

    @property
    def server_list(self) -> tuple[HostPort, ...]:
        """Where the servers to ask are; none: the system's."""
        return tuple(server.at for server in self.asked_servers)

    @property
    def target(self) -> str:
        """name TYPE, and the servers where they were named: `moet.gov.vn A @192.0.2.53`."""
        typed = (self.server,) if self.server is not None else self.servers
        return " ".join((self.dns, self.type, *(f"@{server}" for server in typed)))

    def only_reached(self) -> Self:
        """Any answers will do."""
        return self.model_copy(update={"expect": DnsExpect(), "agree": False})

    @property
    def hosts(self) -> tuple[str, ...]:
        """The servers; nobody known where the system's are asked."""
        return tuple(server.host for server in self.server_list)


def _cost(params: DnsParams) -> Cost:
    """A question and an answer a server, all servers at once; a name server's own name looked up first."""
    servers = params.asked_servers
    looks_up = any(not is_address(server.at.host) for server in servers)
    transports = [server.transport for server in servers] or [params.transport or "udp"]
    return Cost(
        packets_count=sum(_EXCHANGES[transport][0] for transport in transports),
        bytes_count=sum(_EXCHANGES[transport][1] for transport in transports),
        duration_s=params.timeout_s + (LOOKUP_TIMEOUT_S if looks_up else 0.0),
    )


async def run(params: DnsParams, network: "Network") -> Measurement:
    """Ask every server once, all at the same time. Raises CannotMeasure where the fault is ours.

    The metrics are those of the first server that answered; of several, the times are the slowest one's.
    resolve_ms is the whole question as somebody waits for it who has no connection to the server yet: over TCP,
    TLS and HTTPS with connect_ms and tls_ms, which also stand alone. The server's own name costs nothing.
    """
    import asyncio

    servers = params.asked_servers or (None,)
    if len(servers) == 1:
        asked = [await _ask(params, network, servers[0])]
    else:
        asked = await asyncio.gather(*(_ask(params, network, server) for server in servers))
    results = [result for result, _address in asked]
    answers = [result for result in results if not isinstance(result, Failure)]
    failures = [
        _named(server, failure, len(servers))
        for server, result in zip(servers, results, strict=True)
        if (failure := _failure(params, result)) is not None
    ]
    address = answers[0].server.host if answers else asked[0][1]
    metrics = _metrics(answers) | provenance(network, address)
    if len(servers) > 1 and params.agree and answers:
        said = [(answer.rcode, answer.answers) for answer in answers]
        metrics["disagreement_count"] = sum(each != said[0] for each in said)
    return Measurement(metrics, failures[0] if failures else None)


async def _ask(
    params: DnsParams, network: "Network", server: DnsServerAddress | None
) -> "tuple[Answer | Failure, str | None]":
    """Ask one server; its own name is looked up first, and that time doesn't count. The address asked, if known."""
    if server is None:
        over: Literal["udp", "tcp"] = "tcp" if params.transport == "tcp" else "udp"
        own = network.dns.default_server()
        return await network.dns.ask(params.dns, params.type, own, params.timeout_s, transport=over), own[0]
    if server.url is not None:
        answer = await network.dns.ask_over_https(
            network.http, params.dns, params.type, server.url, params.timeout_s, params.family
        )
        if not isinstance(answer, Failure):
            return answer, answer.server.host
        return answer, None if answer.stage is Stage.RESOLVE else await _looked_up(params, network, server)
    assert server.transport != "https"
    address = network.options.detours.of("dns", *server.at)
    if address is None:
        resolved = await network.names.resolve(server.at.host, params.family)
        if isinstance(resolved, Failure):
            return resolved, None
        address = (resolved.address, server.at.port)
    answer = await network.dns.ask(
        params.dns,
        params.type,
        address,
        params.timeout_s,
        transport=server.transport,
        tls_name=params.tls_name or server.at.host,
    )
    return answer, address[0]


async def _looked_up(params: DnsParams, network: "Network", server: DnsServerAddress) -> str | None:
    """The address that the server's name stood for: it was looked up before, and once a run."""
    resolved = await network.names.resolve(server.at.host, params.family)
    return None if isinstance(resolved, Failure) else resolved.address


def _metrics(answers: "list[Answer]") -> dict[str, MetricValue]:
    """Of the first that answered; the times are those of the slowest, and belong together."""
    if not answers:
        return {}
    first = answers[0]
    times = max((answer.times for answer in answers), key=lambda times: times.resolve_ms)
    metrics: dict[str, MetricValue | None] = {
        "resolve_ms": times.resolve_ms,
        "connect_ms": times.connect_ms,
        "tls_ms": times.tls_ms,
        "rcode": first.rcode,
        "answer_count": first.answer_count,
        "answers": first.answers,
        "authenticated": first.authenticated,
        "ttl_s": first.ttl_s,
        "transport": first.transport,
        "certificate_days_left": _days_left(answers),
        "late_ms": max((a.times.late_ms for a in answers if a.times.late_ms is not None), default=None),
        "measured_again": any(answer.measured_again for answer in answers) or None,
    }
    return {name: value for name, value in metrics.items() if value is not None}


def _days_left(answers: "list[Answer]") -> float | None:
    """Until the first of the servers' certificates expires; None where none was shown."""
    expire = [answer.certificate_not_after for answer in answers if answer.certificate_not_after is not None]
    if not expire:
        return None
    return round((min(expire) - datetime.now(UTC)).total_seconds() / _DAY_S, 2)


def _failure(params: DnsParams, result: "Answer | Failure") -> Failure | None:
    return result if isinstance(result, Failure) else unmet(params.expect, params.type, result)


def _named(server: DnsServerAddress | None, failure: Failure, server_count: int) -> Failure:
    """Of several servers, say which one failed."""
    if server is None or server_count == 1:
        return failure
    return Failure(failure.stage, failure.cause, f"{server}: {failure.detail}")


DNS = Probe(
    name="dns",
    purpose=message("whether a name server answers, how fast, and with the right records"),
    params=DnsParams,
    metrics=(
        Metric(
            "resolve_ms",
            message("time to the answer, with connecting; of several servers, the slowest (ms)"),
            lower_is_better=True,
        ),
        Metric("connect_ms", message("time to connect (ms)"), lower_is_better=True),
        Metric("tls_ms", message("TLS handshake (ms)"), lower_is_better=True),
        Metric("late_ms", message("at most that much of these times was our own lateness (ms)")),
        Metric("measured_again", message("measured again, because we were late")),
        Metric("rcode", message("response code")),
        Metric("answer_count", message("records in the answer"), lower_is_better=False),
        Metric("answers", message("records")),
        Metric("authenticated", message("authenticated by DNSSEC (AD)")),
        Metric("ttl_s", message("time to live (s)"), lower_is_better=False),
        Metric("transport", message("transport of the answer: udp, tcp, tls or https")),
        Metric("certificate_days_left", message("certificate valid for (days)"), lower_is_better=False),
        *PROVENANCE,
        Metric(
            "disagreement_count",
            message("servers that answer differently from the first"),
            lower_is_better=True,
        ),
    ),
    limits=(
        Limit("resolve_ms", 200.0, math.inf, True, _OWN_POLICY),
        Limit("disagreement_count", 0.0, math.inf, True, _OWN_POLICY),
        Limit("certificate_days_left", 30.0, 0.0, False, _OWN_POLICY),
    ),
    valid_for=timedelta(hours=24),
    cost=_cost,
    run=run,
)
