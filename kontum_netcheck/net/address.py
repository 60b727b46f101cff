"""Hosts, addresses and ports as people type them. Pure; looks nothing up."""

import ipaddress
import re
from functools import lru_cache
from typing import Literal, NamedTuple

from kontum_netcheck.model import WrongValue, message

Family = Literal[4, 6]

LOOKUP_TIMEOUT_S = 10.0
"""How long a name may take to become an address (the C library's own two attempts of 5 s)."""

_LONGEST_NAME_LENGTH = 253  # RFC 1035 §2.3.4, in presentation form without the final dot
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_PLAIN_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_PLAIN_NAME = re.compile(r"(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z][A-Za-z0-9_-]{0,62}")


class HostPort(NamedTuple):
    """A host (a name or an address, without brackets) and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@lru_cache(maxsize=1024)
def parse_host_port(text: str, default_port: int | None = None) -> HostPort:
    """Read `host`, `host:port`, `[IPv6]` or `[IPv6]:port`; a bare IPv6 address is a host.

    Raises WrongValue where a port is missing or wrong, or where the host cannot be one.
    """
    host, port_text = _split(text.strip())
    if port_text is None:
        if default_port is None:
            raise WrongValue(
                message("“{value}” has no port.", value=text),
                message("Write host:port, or [address]:port for IPv6."),
            )
        port = default_port
    elif port_text.isascii() and port_text.isdigit() and 0 < int(port_text[:6]) < 65536:
        port = int(port_text)
    else:
        raise WrongValue(
            message("“{value}” is not a port.", value=port_text), message("Write a number from 1 to 65535.")
        )
    check_host(host)
    return HostPort(host, port)


def _split(text: str) -> tuple[str, str | None]:
    """Host and port as text; None where there is no port."""
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")) or ":" not in host:
            raise WrongValue(
                message("“{value}” is not an address.", value=text),
                message("Write IPv6 with a port as [address]:port."),
            )
        return host, rest[1:] if rest else None
    if text.count(":") > 1:  # a bare IPv6 address: its last group is never taken for a port
        return text, None
    host, colon, port = text.partition(":")
    return host, port if colon else None


def check_host(host: str) -> None:
    """Raise WrongValue where the text can be neither an address nor a name."""
    if is_plain(host):
        return
    if (address := address_of(host)) is not None:
        if address.version == 6 and address.is_link_local and address.scope_id is None:
            raise WrongValue(
                message("“{value}” is a link-local address without its interface.", value=host),
                message("Write it with the interface, as in fe80::1%eth0."),
            )
        return
    if not host:
        raise WrongValue(message("The host is missing."))
    if looks_numeric(host) or ":" in host:
        raise WrongValue(
            message("“{value}” is not an IP address.", value=host),
            message("Write four numbers up to 255 without leading zeros, or an IPv6 address."),
        )
    if len(host) > _LONGEST_NAME_LENGTH + 1 or not host.isprintable() or any(c in host for c in " /\\@?#[]"):
        raise WrongValue(message("“{value}” is not a host name.", value=host))


def is_plain(host: str) -> bool:
    """Whether it is an ordinary IPv4 address or name, as nearly all are: told thirty times faster."""
    if _PLAIN_IPV4.fullmatch(host):
        return True
    return len(host) <= _LONGEST_NAME_LENGTH and _PLAIN_NAME.fullmatch(host) is not None


def is_plain_ipv4(host: str) -> bool:
    """Whether it is an IPv4 address as everybody writes it: told six times faster than `address_of` can."""
    return _PLAIN_IPV4.fullmatch(host) is not None


def is_address(host: str) -> bool:
    """Whether it is an address, so that nothing has to be looked up."""
    return is_plain_ipv4(host) or address_of(host) is not None


@lru_cache(maxsize=16384)
def address_of(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that the text is (a scope id may follow `%`), or None: it is a name, or nothing."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def looks_numeric(host: str) -> bool:
    """Whether a C library might read an IPv4 address in it, perhaps an octal one (010.0.0.1 → 8.0.0.1)."""
    last = host.rstrip(".").rpartition(".")[2].lower()
    return last.isdigit() or (last.startswith("0x") and all(c in "0123456789abcdef" for c in last[2:]))
