"""Does a DNS server answer, how fast, and with the right answers; do several servers agree."""

import math
import re
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import Field, field_validator, model_validator

from kontum_netcheck.model import (
    Cost,
    Failure,
    Limit,
    Measurement,
    Metric,
    MetricValue,
    WrongValue,
    message,
)
from kontum_netcheck.net.address import LOOKUP_TIMEOUT_S, HostPort, address_of, parse_host_port
from kontum_netcheck.probes.declaration import Family, Probe, ProbeParams
from kontum_netcheck.probes.dns_expect import DnsExpect, unmet

if TYPE_CHECKING:
    from kontum_netcheck.net.dns import Answer
    from kontum_netcheck.net.network import Network

DNS_PORT = 53
_QUESTION_BYTES = 120  # headers of IP and UDP, a name of some length, EDNS
_ANSWER_BYTES = 1280  # EDNS asks for at most 1,232 bytes of DNS
_USUAL_TYPES = frozenset(
    {
        "A",
        "AAAA",
        "CAA",
        "CNAME",
        "DS",
        "HTTPS",
        "MX",
        "NAPTR",
        "NS",
        "PTR",
        "SOA",
        "SRV",
        "SVCB",
        "TLSA",
        "TXT",
    }
)
_OWN_POLICY = "this project's own policy"


class DnsParams(ProbeParams):
    """A question: a name and a type, to one server, to several, or to the system's."""

    probe: ClassVar[str] = "dns"

    dns: str = Field(min_length=1, max_length=254, description="The name to ask for; an address for PTR.")
    server: str | None = Field(default=None, description="host[:port]; without it the system's name server.")
    servers: tuple[str, ...] = Field(default=(), description="Several servers; their answers are compared.")
    agree: bool = Field(default=True, description="Compare the answers of several servers.")
    type: str = Field(default="A", description="Any record type: A, AAAA, MX, TXT, TYPE65 …")
    timeout_s: float = Field(
        default=3.0, gt=0, le=60, description="For the answer; one question, no repetition."
    )
    family: Family | None = Field(
        default=None, description="Reach the server only over IPv4 (4) or IPv6 (6)."
    )
    expect: DnsExpect = DnsExpect()

    @field_validator("type")
    @classmethod
    def _is_type(cls, text: str) -> str:
        rdtype = text.upper()
        if rdtype not in _USUAL_TYPES and not _is_rare_type(rdtype):
            raise WrongValue(
                message("“{value}” is not a DNS record type.", value=text),
                message("Write A, AAAA, MX, TXT or another type."),
            )
        return rdtype

    @field_validator("dns")
    @classmethod
    def _is_name(cls, text: str) -> str:
        labels = text.removesuffix(".").split(".") if text != "." else []
        if not text.isprintable() or " " in text or any(not 0 < len(label) <= 63 for label in labels):
            raise WrongValue(message("“{value}” is not a DNS name.", value=text))
        return text

    @field_validator("server", "servers")
    @classmethod
    def _is_host_and_port(cls, typed: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        for text in (typed,) if isinstance(typed, str) else typed or ():
            parse_host_port(text, DNS_PORT)
        return typed

    @model_validator(mode="after")
    def _are_servers(self) -> Self:
        if self.server is not None and self.servers:
            raise WrongValue(message("Write either server or servers, not both."))
        if len(set(self.server_list)) < len(self.server_list):
            raise WrongValue(message("The same server stands twice in servers."))
        return self

    @property
    def server_list(self) -> tuple[HostPort, ...]:
        """The servers to ask, taken apart; none: the system's."""
        typed = (self.server,) if self.server is not None else self.servers
        return tuple(parse_host_port(text, DNS_PORT) for text in typed)

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


def _is_rare_type(rdtype: str) -> bool:
    """Asks dnspython, whose import a usual type need not pay for."""
    if not re.fullmatch(r"[A-Z][A-Z0-9-]{0,15}", rdtype):
        return False
    import dns.exception
    import dns.rdatatype

    try:
        return not dns.rdatatype.is_metatype(dns.rdatatype.from_text(rdtype))
    except (dns.exception.DNSException, ValueError):
        return False


def _cost(params: DnsParams) -> Cost:
    """A question and an answer a server, all servers at once; a name server's own name looked up first."""
    servers = params.server_list
    looks_up = any(address_of(server.host) is None for server in servers)
    count = max(1, len(servers))
    return Cost(
        packets_count=2 * count,
        bytes_count=(_QUESTION_BYTES + _ANSWER_BYTES) * count,
        duration_s=params.timeout_s + (LOOKUP_TIMEOUT_S if looks_up else 0.0),
    )


async def run(params: DnsParams, network: "Network") -> Measurement:
    """Ask every server once, all at the same time. Raises CannotMeasure where the fault is ours.

    The metrics are those of the first server that answered; of several, resolve_ms is the slowest one's.
    """
    import asyncio

    servers = params.server_list or (None,)
    results = await asyncio.gather(*(_ask(params, network, server) for server in servers))
    answers = [result for result in results if not isinstance(result, Failure)]
    failures = [
        _named(server, failure, len(servers))
        for server, result in zip(servers, results, strict=True)
        if (failure := _failure(params, result)) is not None
    ]
    metrics = _metrics(answers)
    if len(servers) > 1 and params.agree and answers:
        said = [(answer.rcode, answer.answers) for answer in answers]
        metrics["disagreement_count"] = sum(each != said[0] for each in said)
    return Measurement(metrics, failures[0] if failures else None)


async def _ask(params: DnsParams, network: "Network", server: HostPort | None) -> "Answer | Failure":
    """Ask one server; its own name is looked up first, and that time doesn't count."""
    address: tuple[str, int] | None = None
    if server is not None:
        address = network.options.detours.of("dns", server.host, server.port)
        if address is None:
            resolved = await network.names.resolve(server.host, params.family)
            if isinstance(resolved, Failure):
                return resolved
            address = (resolved.address, server.port)
    return await network.dns.ask(params.dns, params.type, address, params.timeout_s)


def _metrics(answers: "list[Answer]") -> dict[str, MetricValue]:
    if not answers:
        return {}
    first = answers[0]
    metrics: dict[str, MetricValue] = {
        "resolve_ms": max(answer.resolve_ms for answer in answers),
        "rcode": first.rcode,
        "answer_count": first.answer_count,
        "answers": first.answers,
        "authenticated": first.authenticated,
        "transport": first.transport,
        "address_used": first.server.host,
    }
    if first.ttl_s is not None:
        metrics["ttl_s"] = first.ttl_s
    return metrics


def _failure(params: DnsParams, result: "Answer | Failure") -> Failure | None:
    return result if isinstance(result, Failure) else unmet(params.expect, params.type, result)


def _named(server: HostPort | None, failure: Failure, server_count: int) -> Failure:
    """Of several servers, say which one failed."""
    if server is None or server_count == 1:
        return failure
    where = server.host if server.port == DNS_PORT else str(server)
    return Failure(failure.stage, failure.cause, f"{where}: {failure.detail}")


DNS = Probe(
    name="dns",
    purpose=message("whether a name server answers, how fast, and with the right records"),
    params=DnsParams,
    metrics=(
        Metric(
            "resolve_ms",
            message("time to the answer; of several servers, the slowest (ms)"),
            lower_is_better=True,
        ),
        Metric("rcode", message("response code")),
        Metric("answer_count", message("records in the answer"), lower_is_better=False),
        Metric("answers", message("records")),
        Metric("authenticated", message("authenticated by DNSSEC (AD)")),
        Metric("ttl_s", message("time to live (s)"), lower_is_better=False),
        Metric("transport", message("transport of the answer; tcp where UDP was truncated")),
        Metric("address_used", message("address used")),
        Metric(
            "disagreement_count",
            message("servers that answer differently from the first"),
            lower_is_better=True,
        ),
    ),
    limits=(
        Limit("resolve_ms", 200.0, math.inf, True, _OWN_POLICY),
        Limit("disagreement_count", 0.0, math.inf, True, _OWN_POLICY),
    ),
    valid_for=timedelta(hours=24),
    cost=_cost,
    run=run,
)
