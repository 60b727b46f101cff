"""One hop of a fetch: a libcurl handle set up, and what it read and measured. Of the worker's thread."""

from dataclasses import dataclass, field

import pycurl

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.http.certificate import read_certificate
from kontum_netcheck.net.http.exchange import Certificate, Fetched, Phases
from kontum_netcheck.net.http.failures import failure_of
from kontum_netcheck.net.http.handle import Handle
from kontum_netcheck.net.http.hop import Hop
from kontum_netcheck.net.http.lateness import Lateness
from kontum_netcheck.net.http.witness import Witness

_LINES_MAX_COUNT = 1_000  # of headers and trailers; libcurl bounds each line, and all of a header to 300 KB
_LATE_MS = 5.0  # less goes unsaid: it is what a busy system takes to wake anybody
_INSTANTS = (
    pycurl.NAMELOOKUP_TIME_T,
    pycurl.CONNECT_TIME_T,
    pycurl.APPCONNECT_TIME_T,
    pycurl.PRETRANSFER_TIME_T,
    pycurl.STARTTRANSFER_TIME_T,
    pycurl.TOTAL_TIME_T,
)
_VERSIONS = {
    pycurl.CURL_HTTP_VERSION_1_0: "1.0",
    pycurl.CURL_HTTP_VERSION_1_1: "1.1",
    pycurl.CURL_HTTP_VERSION_2_0: "2",
    pycurl.CURL_HTTP_VERSION_3: "3",
}


@dataclass(slots=True, eq=False)
class Transfer:
    """A hop on its way. libcurl calls `_take_line` and `_take_body`; both keep their limits."""

    hop: Hop
    curl: pycurl.Curl | None = None  # while it is on its way
    given_up: bool = False
    started_s: float = 0.0
    witness: Witness | None = None
    lateness: Lateness = field(default_factory=Lateness)
    _lines: list[bytes] = field(default_factory=list)
    _lines_refused: bool = False
    _chunks: list[bytes] = field(default_factory=list)
    _body_bytes: int = 0
    _body_cut: bool = False

    @property
    def is_answered(self) -> bool:
        """Whether the first byte of the answer has been read."""
        return bool(self._lines)

    def set_up(self, handle: Handle) -> None:
        """Make the handle ask for this hop."""
        hop = self.hop
        curl = self.curl = handle.curl
        handle.suit(hop)
        curl.setopt(pycurl.HEADERFUNCTION, self._take_line)
        curl.setopt(pycurl.WRITEFUNCTION, self._take_body)

    def _take_line(self, line: bytes) -> int | None:
        if len(self._lines) >= _LINES_MAX_COUNT:
            self._lines_refused = True
            return -1
        self._lines.append(line)
        return None

    def _take_body(self, chunk: bytes) -> int | None:
        room = self.hop.max_body_bytes - self._body_bytes
        if len(chunk) > room:
            chunk, self._body_cut = chunk[:room], True
        self._chunks.append(chunk)
        self._body_bytes += len(chunk)
        return -1 if self._body_cut else None

    def result(self, curl: pycurl.Curl, code: int, text: str) -> Fetched:
        """What came of it; `code` is libcurl's, 0 for success. Raises CannotMeasure where we are at fault."""
        certificate = self._certificate(curl)
        headers, head_ended = _read_head(self._lines)
        failure = None
        if code and not self._body_cut:
            failure = self._failure(curl, code, text, certificate, head_ended)
        unknown_ms = self.lateness.unknown_s * 1000
        fetched = Fetched(
            url=self.hop.url,
            phases=self._phases(curl, complete=failure is None),
            failure=failure,
            status=curl.getinfo(pycurl.RESPONSE_CODE) or None,
            http_version=_VERSIONS.get(curl.getinfo(pycurl.INFO_HTTP_VERSION)),
            headers=headers,
            body=b"".join(self._chunks),
            body_bytes=self._body_bytes if head_ended else None,
            body_cut=self._body_cut,
            address_used=self.hop.address_used or curl.getinfo(pycurl.PRIMARY_IP) or None,
            source_address=curl.getinfo(pycurl.LOCAL_IP) or None,
            certificate=certificate,
            late_ms=unknown_ms if unknown_ms > _LATE_MS else None,
        )
        self._chunks.clear()  # the handle knows us until its next transfer
        self._lines.clear()
        return fetched

    def _phases(self, curl: pycurl.Curl, *, complete: bool) -> Phases:
        """libcurl's instants since the start, in µs, taken apart; those not reached are 0 or meaningless.

        What of each phase is known to be our own lateness is taken out of it.
        """
        looked_up, connected, secured, asked, answered, ended = map(curl.getinfo, _INSTANTS)
        late, resolve_ms = self.lateness, self.hop.resolve_ms
        connecting = connected - looked_up
        connect_late = 0.0 if self.hop.proxy else 1e6 * late.connecting_s(connecting / 1e6)
        tls_late = 1e6 * late.securing_s(secured / 1e6)
        first_late, last_late = 1e6 * late.first_byte_s, 1e6 * late.last_byte_s
        has_tls = self.hop.url.startswith("https:")
        if not has_tls:
            tls_late = 0.0
        total = ended - connect_late - tls_late - last_late
        return Phases(
            resolve_ms=resolve_ms,
            connect_ms=(connecting - connect_late) / 1000 if connected else None,
            tls_ms=max(0.0, secured - connected - tls_late) / 1000 if has_tls and secured else None,
            wait_ms=max(0.0, answered - asked - first_late) / 1000 if self._lines else None,
            transfer_ms=max(0.0, ended - answered + first_late - last_late) / 1000 if complete else None,
            total_ms=max(0.0, total) / 1000 + (resolve_ms or 0.0) if complete else None,
        )

    def _failure(
        self, curl: pycurl.Curl, code: int, text: str, certificate: Certificate | None, head_ended: bool
    ) -> Failure:
        if self._lines_refused:
            stage = Stage.TRANSFER if head_ended else Stage.REPLY
            return Failure(stage, Cause.TOO_LARGE, f"more than {_LINES_MAX_COUNT} lines of header")
        return failure_of(
            code,
            os_errno=curl.getinfo(pycurl.OS_ERRNO),
            text=text,
            reached=self._reached(curl, head_ended),
            verify_result=curl.getinfo(pycurl.SSL_VERIFYRESULT),
            certificate=certificate,
        )

    def _reached(self, curl: pycurl.Curl, head_ended: bool) -> Stage:
        """The stage that the transfer was in when it ended."""
        if not curl.getinfo(pycurl.CONNECT_TIME_T):
            return Stage.CONNECT
        if self.hop.url.startswith("https:") and not curl.getinfo(pycurl.APPCONNECT_TIME_T):
            return Stage.TLS
        return Stage.TRANSFER if head_ended else Stage.REPLY

    def _certificate(self, curl: pycurl.Curl) -> Certificate | None:
        """The server's own certificate, shown in the handshake whether it was accepted or not."""
        if not self.hop.url.startswith("https:"):
            return None
        chain = curl.getinfo_raw(pycurl.INFO_CERTINFO)
        pem = next((value for key, value in chain[0] if key == b"Cert"), None) if chain else None
        return read_certificate(pem, self.hop.host) if pem else None


def _read_head(lines: list[bytes]) -> tuple[tuple[tuple[str, str], ...], bool]:
    """Names in lower case and values of the last head, for 100 or 103 come before it; whether it ended."""
    headers: list[tuple[str, str]] = []
    ended = is_early = False
    for line in lines:
        if line[:5] == b"HTTP/":
            headers.clear()
            ended, is_early = False, line.partition(b" ")[2][:1] == b"1"
            continue
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            headers.append((name.strip().lower(), value.strip()))
        elif line in (b"\r\n", b"\n"):
            ended = not is_early
    return tuple(headers), ended
