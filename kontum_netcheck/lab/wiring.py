"""From planned checks and faults to what each server of the lab must do. Pure."""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from kontum_netcheck.lab.dns import DnsReply, DnsScript
from kontum_netcheck.lab.echo import EchoScript
from kontum_netcheck.lab.http import Page
from kontum_netcheck.lab.script import Faults
from kontum_netcheck.lab.tcp import TcpScript
from kontum_netcheck.model import Check
from kontum_netcheck.probes.dns import DnsParams
from kontum_netcheck.probes.http import HttpParams
from kontum_netcheck.probes.ping import PingParams
from kontum_netcheck.probes.tcp import TcpParams

_FIRST_ADDRESS = ipaddress.IPv4Address("198.18.0.1")  # RFC 2544: for benchmarks, never routed
_RECORDS = {
    "A": "198.18.255.1",
    "AAAA": "2001:db8::1",
    "MX": "10 mail.example.",
    "TXT": '"lab"',
    "NS": "ns.example.",
    "CNAME": "www.example.",
}


@dataclass(frozen=True, slots=True)
class SecureDns:
    """A name server with a certificate."""

    name: str  # what its certificate is for
    script: DnsScript


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the lab has to start. Hosts of `ports` and `pages` are those that the inventory names."""

    echoes: Mapping[str, EchoScript]  # by address
    names: DnsScript  # what the system's resolver and every look-up of a name answers
    servers: Mapping[tuple[str, int], DnsScript]  # by the name servers that the inventory names
    secure_servers: Mapping[tuple[str, int], SecureDns]  # those of them that speak TLS or HTTPS
    pages: Mapping[str, Page]  # by host, and by host and path
    origins: frozenset[tuple[str, int, bool]]  # host, port, TLS
    ports: Mapping[tuple[str, int], TcpScript]


def wire(checks: Iterable[Check], faults: Faults) -> Wiring:
    """Wire every question that a machine can ask; the first check that names a target decides its behaviour."""
    asked = [check for check in checks if check.skip is None]
    addresses = _addresses(asked, faults)
    return Wiring(
        echoes={
            addresses.get(check.params.ping, check.params.ping): faults.echoes.get(check.id, _steady(check))
            for check in reversed(_of(asked, PingParams))
        },
        names=DnsScript(_host_records(addresses) | _replies(asked, faults, None)),
        servers={
            server.at: DnsScript(_replies(asked, faults, server.at))
            for check in _of(asked, DnsParams)
            for server in check.params.asked_servers
            if server.transport in ("udp", "tcp")
        },
        secure_servers={
            server.at: SecureDns(
                check.params.tls_name or server.at.host, DnsScript(_replies(asked, faults, server.at))
            )
            for check in _of(asked, DnsParams)
            for server in check.params.asked_servers
            if server.transport in ("tls", "https")
        },
        pages=dict(reversed(list(_pages(asked, faults)))),
        origins=frozenset(_origin(check.params.http) for check in _of(asked, HttpParams)),
        ports={
            check.params.host_port: faults.ports.get(check.id, _good_port(check.params))
            for check in reversed(_of(asked, TcpParams))
        },
    )


def _of(checks: Iterable[Check], kind: type) -> list[Check]:
    return [check for check in checks if isinstance(check.params, kind)]


def _addresses(checks: Iterable[Check], faults: Faults) -> dict[str, str]:
    """An address for every host that is named and not known to be unknown."""
    hosts = {host: None for check in checks for host in _looked_up(check)}
    named = [host for host in hosts if not _is_address(host) and host not in faults.unknown_hosts]
    return {host: str(_FIRST_ADDRESS + offset) for offset, host in enumerate(named)}


def _looked_up(check: Check) -> tuple[str, ...]:
    """The hosts whose names are looked up on the way; name servers are reached without, but those over HTTPS."""
    if isinstance(check.params, DnsParams):
        return tuple(server.at.host for server in check.params.asked_servers if server.transport == "https")
    hosts: tuple[str, ...] = check.params.hosts
    return hosts


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _steady(check: Check) -> EchoScript:
    """A good line's delay of 3 to 17 ms, always the same for the same check, with a little jitter."""
    delay_ms = 3.0 + sum(check.id.encode()) % 15
    return EchoScript(delay_ms=delay_ms, jitter_ms=(0.0, 0.6, 0.2, 0.9))


def _host_records(addresses: Mapping[str, str]) -> dict[tuple[str, str], DnsReply]:
    return {(host.lower().rstrip("."), "A"): DnsReply((address,)) for host, address in addresses.items()}


def _replies(
    checks: Iterable[Check], faults: Faults, server: tuple[str, int] | None
) -> dict[tuple[str, str], DnsReply]:
    """What `server` (None: the system's) answers: by the script, else what the inventory expects."""
    replies: dict[tuple[str, str], DnsReply] = {}
    for check in _of(checks, DnsParams):
        if server in check.params.server_list or (server is None and not check.params.server_list):
            at_server = f"{check.id}@{server[0]}" if server else check.id
            reply = faults.names.get(at_server) or faults.names.get(check.id) or _good_reply(check.params)
            replies.setdefault((check.params.dns.lower().rstrip("."), check.params.type), reply)
    return replies


def _good_reply(params: DnsParams) -> DnsReply:
    expect = params.expect
    answers = expect.answers or expect.contains or (_RECORDS.get(params.type, _RECORDS["A"]),)
    return DnsReply(tuple(answers), rcode=expect.rcode or "NOERROR", authenticated=bool(expect.authenticated))


def _origin(url: str) -> tuple[str, int, bool]:
    parts = urlsplit(url)
    tls = parts.scheme == "https"
    return parts.hostname or "", parts.port or (443 if tls else 80), tls


def _pages(checks: Iterable[Check], faults: Faults) -> Iterator[tuple[str, Page]]:
    for check in _of(checks, HttpParams):
        parts = urlsplit(check.params.http)
        page = faults.pages.get(check.id, _good_page(check.params))
        yield f"{parts.hostname}{parts.path or '/'}", page
        yield parts.hostname or "", page


def _good_page(params: HttpParams) -> Page:
    expect = params.expect
    body = f"<html><body>{expect.body or 'Lab'}</body></html>"
    return Page(status=expect.status[0] if expect.status else 200, body=body, headers=dict(expect.headers))


def _good_port(params: TcpParams) -> TcpScript:
    return TcpScript(banner=(params.expect.banner or "").encode())
