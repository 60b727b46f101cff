"""URLs: where they lead, and whether a redirect may lead there. Pure.

libcurl connects to the address that we looked up for the host that is read here, whatever it reads itself.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from kontum_netcheck.model import Cause, Failure, Stage

_URL_MAX_CHARACTERS = 8_000
_FORBIDDEN = re.compile(r"[\x00-\x20\\]")
_PORTS = {"http": 80, "https": 443}
_USUAL = re.compile(  # what most URLs look like: nothing to encode, nothing to translate, and quick to see
    r"(https?)://([a-z0-9.-]{0,250}[a-z0-9])(?::([1-9][0-9]{0,4}))?(/[A-Za-z0-9/._~-]*(?:\?[A-Za-z0-9&=._~-]+)?)?"
)
_KEPT = "%/:@!$&'()*+,;=~-._[]"  # RFC 3986, sections 2.2 and 2.3, and what is already encoded


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port (RFC 6454); the host in lower case, ASCII, an address without brackets."""

    scheme: str
    host: str
    port: int


def read_url(url: str) -> tuple[str, Origin]:
    """The URL in ASCII, without a fragment, and its origin. Raises ValueError where it is no HTTP URL."""
    if len(url) > _URL_MAX_CHARACTERS or _FORBIDDEN.search(url):
        raise ValueError("too long, or a character that no URL may hold")
    usual = _USUAL.fullmatch(url)
    if usual is not None:
        scheme, host, port_text, path = usual.groups()
        port = int(port_text) if port_text else _PORTS[scheme]
        if port < 65_536 and not (port_text and port == _PORTS[scheme]):
            return (url if path else f"{url}/"), Origin(scheme, host, port)
    return read_any_url(url)


def read_any_url(url: str) -> tuple[str, Origin]:
    """As `read_url`, for a URL that has no character that it may not hold."""
    parts = urlsplit(url)
    host = _ascii_host(parts.hostname or "")
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc:
        raise ValueError("not http:// or https:// and a host")
    port = parts.port if parts.port is not None else _PORTS[parts.scheme]
    if port == 0:
        raise ValueError("port 0")
    shown_host = f"[{host}]" if ":" in host else host
    shown_port = "" if port == _PORTS[parts.scheme] else f":{port}"
    path, query = quote(parts.path or "/", safe=_KEPT), quote(parts.query, safe=_KEPT + "?")
    plain = urlunsplit((parts.scheme, shown_host + shown_port, path, query, ""))
    return plain, Origin(parts.scheme, host, port)


def _ascii_host(host: str) -> str:
    """The host as DNS knows it (IDNA, RFC 3490): `điểm-thi.example` → `xn--im-thi-….example`."""
    host = host.removesuffix(".")
    return host if host.isascii() else host.encode("idna").decode("ascii").lower()


def next_url(
    current_url: str, location: str, own_host: str, allowed_hosts: tuple[str, ...]
) -> tuple[str, Origin] | Failure:
    """Where a redirect leads, if it leads to `own_host` or one of `allowed_hosts`; else the failure.

    `location` comes from the network: it may be relative, and spaces in it are forgiven.
    """
    try:
        target = urljoin(current_url, location.strip().replace(" ", "%20")[:_URL_MAX_CHARACTERS])
        url, origin = read_url(target)
    except ValueError as error:
        return Failure(Stage.REPLY, Cause.BAD_REPLY, f"redirect to {location[:200]!r}: {error}")
    if origin.host not in {own_host, *(_ascii_host(host.lower()) for host in allowed_hosts)}:
        return Failure(Stage.REPLY, Cause.FOREIGN_REDIRECT, target[:200])
    return url, origin
