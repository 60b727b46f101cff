"""dns for blackbox_exporter: the question, its answer code, and the records that must come."""

import ipaddress
from collections.abc import Iterator
from typing import Any

from kontum_netcheck.model import Message, message
from kontum_netcheck.net.address import HostPort, address_of
from kontum_netcheck.probes.dns import DnsParams
from kontum_netcheck.report.blackbox.translated import (
    CannotExport,
    Translated,
    escaped,
    family,
    module,
)

_TYPES = frozenset({"A", "AAAA", "CAA", "CNAME", "DNSKEY", "DS", "MX", "NS", "PTR", "SOA", "SRV", "TXT"})
_COMPARED = frozenset({"A", "AAAA", "CNAME", "MX", "NS", "PTR", "SRV"})
"""Those whose records miekg/dns writes as `dig +short` does, but for a final dot."""


def dns(params: DnsParams) -> Translated:
    """The question to each of its servers. Raises CannotExport for DNS over HTTPS and the system's own server."""
    if not params.asked_servers:
        raise CannotExport(message("it asks the system's own name server, and no other machine has that"))
    if any(server.transport == "https" for server in params.asked_servers):
        raise CannotExport(message("blackbox_exporter knows no DNS over HTTPS"))
    if params.type not in _TYPES:
        raise CannotExport(message("blackbox_exporter knows no records of type {type}", type=params.type))
    over_tls = params.asked_servers[0].transport == "tls"
    details: dict[str, Any] = {
        "query_name": _name(params),
        "query_type": params.type,
        "transport_protocol": "udp" if params.asked_servers[0].transport == "udp" else "tcp",
        "dns_over_tls": over_tls or None,
        "tls_config": {"server_name": params.tls_name} if over_tls and params.tls_name else None,
        "valid_rcodes": [params.expect.rcode or "NOERROR"],
        "validate_answer_rrs": _records(params) or None,
        **family(params.family),
    }
    targets = tuple(_shown(server.at) for server in params.asked_servers)
    return Translated(module("dns", params.timeout_s, details), targets, tuple(_weaker(params)))


def _name(params: DnsParams) -> str:
    address = address_of(params.dns) if params.type == "PTR" else None
    return params.dns if address is None else ipaddress.ip_address(str(address)).reverse_pointer


def _shown(at: HostPort) -> str:
    return f"[{at.host}]:{at.port}" if ":" in at.host else f"{at.host}:{at.port}"


def _records(params: DnsParams) -> dict[str, list[str]]:
    """At least one record, unless none is expected; of expected ones each that comes, and one of them at least."""
    expect = params.expect
    if expect.answers == ():
        return {"fail_if_matches_regexp": [rf"\sIN\s+{params.type}\s"]}
    if params.type in _COMPARED and (expect.answers or expect.contains):
        wanted = _pattern(params, expect.answers or expect.contains)
        rules = {"fail_if_none_matches_regexp": [wanted]}
        if expect.answers:
            rules["fail_if_not_matches_regexp"] = [rf"{wanted}|\sIN\s+CNAME\s"]
        return rules
    if expect.rcode not in (None, "NOERROR"):
        return {}
    return {"fail_if_none_matches_regexp": [rf"\sIN\s+{params.type}\s"]}


def _pattern(params: DnsParams, records: tuple[str, ...]) -> str:
    each = "|".join(escaped(record.rstrip(".")) for record in records)
    return rf"(?i)\sIN\s+{params.type}\s+(?:{each})\.?$"


def _weaker(params: DnsParams) -> Iterator[Message]:
    expect = params.expect
    if expect.answers and len(expect.answers) > 1:
        yield message("of several expected records one is enough, if no other comes")
    if len(expect.contains) > 1:
        yield message("of several expected records one is enough")
    if (expect.answers or expect.contains) and params.type not in _COMPARED:
        yield message("records of type {type} are not compared", type=params.type)
    if expect.authenticated:
        yield message("DNSSEC is not looked at")
    if len(params.asked_servers) > 1 and params.agree:
        yield message("servers are not compared with each other")
