"""A DNS server as typed in the inventory: host[:port], or a URL for DNS over HTTPS."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.net.address import HostPort, check_host, parse_host_port

Transport = Literal["udp", "tcp", "tls", "https"]

DNS_PORTS: dict[Transport, int] = {"udp": 53, "tcp": 53, "tls": 853, "https": 443}
"""Where a server listens if nothing else is typed: RFC 1035, RFC 7858, RFC 8484."""

_TEMPLATE_END = "{?dns}"  # as RFC 8484 writes its URI templates


@dataclass(frozen=True, slots=True)
class DnsServerAddress:
    """Where and how to ask. `url` is set for HTTPS only."""

    at: HostPort
    transport: Transport
    url: str | None = None

    def __str__(self) -> str:
        """As short as it can be typed."""
        if self.url is not None:
            return self.url
        return self.at.host if self.at.port == DNS_PORTS[self.transport] else str(self.at)


def parse_dns_server(text: str, transport: Transport | None) -> DnsServerAddress:
    """Read what was typed; without a transport a URL means https and anything else udp. Raises WrongValue."""
    typed = text.strip()
    if "://" in typed:
        if transport not in (None, "https"):
            raise WrongValue(
                message(
                    "The server “{value}” is a URL, so it is not asked over {transport}.",
                    value=text,
                    transport=transport,
                ),
                message("Write the server as host:port, or leave transport out."),
            )
        url = typed.removesuffix(_TEMPLATE_END)
        return DnsServerAddress(_host_of(url), "https", url)
    if transport == "https":
        raise WrongValue(
            message("The server “{value}” is asked over https, but is no URL.", value=text),
            message("Write it as in https://dns.example/dns-query."),
        )
    used: Transport = transport or "udp"
    return DnsServerAddress(parse_host_port(typed, DNS_PORTS[used]), used)


def _host_of(url: str) -> HostPort:
    """Where the URL leads. A password has no place in it, nor in what is said of it."""
    if "@" in re.split("[/?#]", url.partition("://")[2], maxsplit=1)[0]:
        raise WrongValue(message("A user name or a password must not stand in a URL."))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", 0, urlsplit("")
    plain = url.isprintable() and not any(sign in url for sign in ' \\#@{}"<>') and len(url) <= 2_000
    if parts.scheme != "https" or not host or port == 0 or not plain:
        raise WrongValue(
            message("“{value}” is not the URL of a DNS server.", value=url),
            message("Write it as in https://dns.example/dns-query."),
        )
    check_host(host)
    try:
        host.encode("idna")
    except UnicodeError:
        raise WrongValue(message("“{value}” is not a host name.", value=host)) from None
    return HostPort(host, port or DNS_PORTS["https"])
