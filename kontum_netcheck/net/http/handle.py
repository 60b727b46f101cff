"""A libcurl handle, used for one transfer after another and set up anew only where the next one differs."""

import pycurl

from kontum_netcheck import __version__
from kontum_netcheck.net.http.hop import Hop
from kontum_netcheck.net.http.reception import Reception

_ALWAYS = (
    (pycurl.NOSIGNAL, True),
    (pycurl.FRESH_CONNECT, True),
    (pycurl.FORBID_REUSE, True),
    (pycurl.SSL_SESSIONID_CACHE, False),  # each handshake is a full one and shows the certificate
    (pycurl.FOLLOWLOCATION, False),  # we follow, one hop at a time
    (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
    (pycurl.REDIR_PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
    (pycurl.NOPROXY, ""),  # not the environment's list
    (pycurl.OPT_CERTINFO, True),
    (pycurl.ACCEPT_ENCODING, "gzip, deflate"),  # decoded piece by piece, so that a bomb meets the limit
    (pycurl.USERAGENT, f"kontum-netcheck/{__version__}"),
)


class Handle:
    """What holds for every transfer is set once: no reuse, no cookies, no redirects by itself."""

    def __init__(self) -> None:
        self.curl = curl = pycurl.Curl()
        for option, value in _ALWAYS:
            curl.setopt(option, value)
        curl.unsetopt(pycurl.CAPATH)  # only the authorities that we name
        self.reception = Reception()
        curl.setopt(pycurl.HEADERFUNCTION, self.reception.take_line)
        curl.setopt(pycurl.WRITEFUNCTION, self.reception.take_body)
        self._suits: tuple[object, ...] | None = None
        self._leads_to: tuple[str, int] | None = None

    def suit(self, hop: Hop) -> None:
        """Make it ask for this hop. Setting costs time, so what many have in common is compared first."""
        curl = self.curl
        curl.setopt(pycurl.URL, hop.url)
        curl.setopt(pycurl.TIMEOUT_MS, max(1, round(hop.timeout_s * 1000)))
        self.reception.begin(hop.max_body_bytes)
        if hop.address != self._leads_to:
            self._leads_to = hop.address
            _set_list(curl, pycurl.CONNECT_TO, [_connect_to(hop.address)] if hop.address else [])
        shared = (hop.method, hop.headers, hop.proxy, hop.source_address, hop.authorities)
        if shared == self._suits:
            return
        self._suits = shared
        curl.setopt(pycurl.NOBODY, hop.method == "HEAD")
        if hop.method == "GET":
            curl.setopt(pycurl.HTTPGET, True)
        lines = [(f"{name}: {value}" if value else f"{name};").encode() for name, value in hop.headers]
        _set_list(curl, pycurl.HTTPHEADER, lines)
        curl.setopt(pycurl.PROXY, hop.proxy or "")  # "" also keeps the environment's proxies out
        if hop.source_address:
            curl.setopt(pycurl.INTERFACE, f"host!{hop.source_address}")
        if hop.authorities:
            curl.setopt(pycurl.CAINFO, str(hop.authorities))
        curl.setopt(pycurl.SSL_OPTIONS, 0 if hop.authorities else pycurl.SSLOPT_NATIVE_CA)


def _set_list(curl: pycurl.Curl, option: int, values: list[bytes]) -> None:
    """Set a list; an empty one must be unset, or the handle's last transfer would lend its own."""
    if values:
        curl.setopt(option, values)
    else:
        curl.unsetopt(option)


def _connect_to(address: tuple[str, int]) -> bytes:
    host, port = address
    return (f"::[{host}]:{port}" if ":" in host else f"::{host}:{port}").encode()
