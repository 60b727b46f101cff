"""One hop of a fetch: a libcurl handle set up, and what it read and measured. Of the worker's thread."""

from dataclasses import dataclass, field
from pathlib import Path

import pycurl

from kontum_netcheck import __version__
from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.http.certificate import read_certificate
from kontum_netcheck.net.http.exchange import Certificate, Fetched, Method, Phases
from kontum_netcheck.net.http.failures import failure_of

_HEADERS_MAX_BYTES = 65_536
_HEADERS_MAX_COUNT = 1_000
_INSTANTS = (
    pycurl.NAMELOOKUP_TIME_T,
    pycurl.CONNECT_TIME_T,
    pycurl.APPCONNECT_TIME_T,
    pycurl.PRETRANSFER_TIME_T,
    pycurl.STARTTRANSFER_TIME_T,
    pycurl.TOTAL_TIME_T,
)
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
_VERSIONS = {
    pycurl.CURL_HTTP_VERSION_1_0: "1.0",
    pycurl.CURL_HTTP_VERSION_1_1: "1.1",
    pycurl.CURL_HTTP_VERSION_2_0: "2",
    pycurl.CURL_HTTP_VERSION_3: "3",
}


@dataclass(frozen=True, slots=True)
class Hop:
    """One request to one server."""

    url: str  # ASCII
    host: str
    address: tuple[str, int] | None  # where to connect; None: the proxy looks the name up
    address_used: str | None  # as it was looked up; None: as libcurl says
    resolve_ms: float | None  # how long that took
    method: Method
    headers: tuple[tuple[str, str], ...]
    timeout_s: float
    max_body_bytes: int
    proxy: str | None
    source_address: str | None
    authorities: Path | None


@dataclass(slots=True, eq=False)
class Transfer:
    """A hop on its way. libcurl calls `_take_header` and `_take_body`; both keep their limits."""

    hop: Hop
    curl: pycurl.Curl | None = None  # while it is on its way
    given_up: bool = False
    _headers: list[tuple[str, str]] = field(default_factory=list)
    _headers_bytes: int = 0
    _headers_refused: bool = False
    _head_ended: bool = False
    _chunks: list[bytes] = field(default_factory=list)
    _body_bytes: int = 0
    _body_cut: bool = False

    def set_up(self, curl: pycurl.Curl) -> None:
        """Make the handle ask for this hop."""
        hop, self.curl = self.hop, curl
        curl.setopt(pycurl.URL, hop.url)
        curl.setopt(pycurl.NOBODY, hop.method == "HEAD")
        if hop.method == "GET":
            curl.setopt(pycurl.HTTPGET, True)
        lines = [(f"{name}: {value}" if value else f"{name};").encode() for name, value in hop.headers]
        _set_list(curl, pycurl.HTTPHEADER, lines)
        curl.setopt(pycurl.TIMEOUT_MS, max(1, round(hop.timeout_s * 1000)))
        _set_list(curl, pycurl.CONNECT_TO, [_connect_to(hop.address).encode()] if hop.address else [])
        curl.setopt(pycurl.PROXY, hop.proxy or "")  # "" also keeps the environment's proxies out
        curl.setopt(pycurl.HEADERFUNCTION, self._take_header)
        curl.setopt(pycurl.WRITEFUNCTION, self._take_body)
        if hop.source_address:
            curl.setopt(pycurl.INTERFACE, f"host!{hop.source_address}")
        if hop.authorities:
            curl.setopt(pycurl.CAINFO, str(hop.authorities))
        curl.setopt(pycurl.SSL_OPTIONS, 0 if hop.authorities else pycurl.SSLOPT_NATIVE_CA)

    def _take_header(self, line: bytes) -> int | None:
        self._headers_bytes += len(line)
        if self._headers_bytes > _HEADERS_MAX_BYTES or len(self._headers) >= _HEADERS_MAX_COUNT:
            self._headers_refused = True
            return -1
        if line.startswith(b"HTTP/"):  # perhaps of the final answer, after 100 or 103
            self._headers.clear()
            self._head_ended = False
            return None
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            self._headers.append((name.strip().lower(), value.strip()))
        self._head_ended = self._head_ended or line in (b"\r\n", b"\n")
        return None

    def _take_body(self, chunk: bytes) -> int | None:
        room = self.hop.max_body_bytes - self._body_bytes
        self._chunks.append(chunk[:room])
        self._body_bytes += len(self._chunks[-1])
        if len(chunk) > room:
            self._body_cut = True
            return -1
        return None

    def result(self, curl: pycurl.Curl, code: int, text: str) -> Fetched:
        """What came of it; `code` is libcurl's, 0 for success. Raises CannotMeasure where we are at fault."""
        certificate = self._certificate(curl)
        body = b"".join(self._chunks)
        self._chunks.clear()  # the handle knows us until its next transfer
        failure = None
        if code and not self._body_cut:
            failure = self._failure(curl, code, text, certificate)
        return Fetched(
            url=self.hop.url,
            phases=self._phases(curl, complete=failure is None),
            failure=failure,
            status=curl.getinfo(pycurl.RESPONSE_CODE) or None,
            http_version=_VERSIONS.get(curl.getinfo(pycurl.INFO_HTTP_VERSION)),
            headers=tuple(self._headers),
            body=body,
            body_bytes=self._body_bytes if self._head_ended else None,
            body_cut=self._body_cut,
            address_used=self.hop.address_used or curl.getinfo(pycurl.PRIMARY_IP) or None,
            certificate=certificate,
        )

    def _phases(self, curl: pycurl.Curl, *, complete: bool) -> Phases:
        """libcurl's instants since the start, in µs, taken apart; those not reached are 0 or meaningless."""
        looked_up, connected, secured, asked, answered, ended = (
            curl.getinfo(instant) for instant in _INSTANTS
        )
        has_tls = self.hop.url.startswith("https:")
        return Phases(
            resolve_ms=self.hop.resolve_ms,
            connect_ms=(connected - looked_up) / 1000 if connected else None,
            tls_ms=(secured - connected) / 1000 if has_tls and secured else None,
            wait_ms=(answered - asked) / 1000 if self._headers_bytes else None,
            transfer_ms=(ended - answered) / 1000 if complete else None,
            total_ms=ended / 1000 + (self.hop.resolve_ms or 0.0) if complete else None,
        )

    def _failure(self, curl: pycurl.Curl, code: int, text: str, certificate: Certificate | None) -> Failure:
        if self._headers_refused:
            return Failure(Stage.REPLY, Cause.TOO_LARGE, f"more than {_HEADERS_MAX_BYTES} bytes of header")
        return failure_of(
            code,
            os_errno=curl.getinfo(pycurl.OS_ERRNO),
            text=text,
            reached=self._reached(curl),
            verify_result=curl.getinfo(pycurl.SSL_VERIFYRESULT),
            certificate=certificate,
        )

    def _reached(self, curl: pycurl.Curl) -> Stage:
        """The stage that the transfer was in when it ended."""
        if not curl.getinfo(pycurl.CONNECT_TIME_T):
            return Stage.CONNECT
        if self.hop.url.startswith("https:") and not curl.getinfo(pycurl.APPCONNECT_TIME_T):
            return Stage.TLS
        return Stage.TRANSFER if self._head_ended else Stage.REPLY

    def _certificate(self, curl: pycurl.Curl) -> Certificate | None:
        """The server's own certificate, shown in the handshake whether it was accepted or not."""
        if not self.hop.url.startswith("https:"):
            return None
        chain = curl.getinfo_raw(pycurl.INFO_CERTINFO)
        pem = next((value for key, value in chain[0] if key == b"Cert"), None) if chain else None
        return read_certificate(pem, self.hop.host) if pem else None


def new_handle() -> pycurl.Curl:
    """A handle with what holds for every transfer: no reuse, no cookies, no redirects by itself."""
    curl = pycurl.Curl()
    for option, value in _ALWAYS:
        curl.setopt(option, value)
    curl.unsetopt(pycurl.CAPATH)  # only the authorities that we name
    return curl


def _set_list(curl: pycurl.Curl, option: int, values: list[bytes]) -> None:
    """Set a list; an empty one must be unset, or the handle's last transfer would lend its own."""
    if values:
        curl.setopt(option, values)
    else:
        curl.unsetopt(option)


def _connect_to(address: tuple[str, int]) -> str:
    host, port = address
    return f"::[{host}]:{port}" if ":" in host else f"::{host}:{port}"
