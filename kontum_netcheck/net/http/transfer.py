"""One hop of a fetch: a libcurl handle set up, and what it read and measured. Of the worker's thread."""

from dataclasses import dataclass, field

import pycurl

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.http.certificate import read_certificate
from kontum_netcheck.net.http.exchange import Certificate, Fetched, Phases
from kontum_netcheck.net.http.failures import failure_of
from kontum_netcheck.net.http.handle import Handle
from kontum_netcheck.net.http.head import Head
from kontum_netcheck.net.http.hop import Hop
from kontum_netcheck.net.http.lateness import Lateness
from kontum_netcheck.net.http.reception import LINES_MAX_COUNT
from kontum_netcheck.net.http.witness import Witness
from kontum_netcheck.net.lateness import told_ms

_INSTANTS = (
    pycurl.NAMELOOKUP_TIME_T,
    pycurl.CONNECT_TIME_T,
    pycurl.APPCONNECT_TIME_T,
    pycurl.PRETRANSFER_TIME_T,
    pycurl.STARTTRANSFER_TIME_T,
    pycurl.TOTAL_TIME_T,
)
_OF_A_TIMEOUT = 0.01
"""Less of its time taken by our own lateness changes nothing: who was silent so long would have stayed so."""
_VERSIONS = {
    pycurl.CURL_HTTP_VERSION_1_0: "1.0",
    pycurl.CURL_HTTP_VERSION_1_1: "1.1",
    pycurl.CURL_HTTP_VERSION_2_0: "2",
    pycurl.CURL_HTTP_VERSION_3: "3",
}


@dataclass(slots=True, eq=False)
class Transfer:
    """A hop on its way."""

    hop: Hop
    handle: Handle | None = None  # while it is on its way
    given_up: bool = False
    started_s: float = 0.0
    witness: Witness | None = None
    lateness: Lateness = field(default_factory=Lateness)

    @property
    def ends_s(self) -> float:
        """When its timeout is over."""
        return self.started_s + self.hop.timeout_s

    @property
    def is_answered(self) -> bool:
        """Whether the first byte of the answer has been read."""
        return self.handle is not None and bool(self.handle.reception.lines)

    def set_up(self, handle: Handle) -> None:
        """Make the handle ask for this hop."""
        self.handle = handle
        handle.suit(self.hop)

    def result(self, code: int, text: str) -> Fetched:
        """What came of it; `code` is libcurl's, 0 for success. Raises CannotMeasure where we are at fault."""
        assert self.handle is not None
        curl, read = self.handle.curl, self.handle.reception
        status = curl.getinfo(pycurl.RESPONSE_CODE)
        head = Head(read.lines)
        head_ended = head.has_ended(status)
        was_whole = self._was_whole(curl)
        certificate = self._certificate(curl)
        failure = None
        if code and not read.body_cut:
            failure = self._failure(curl, code, text, certificate, head_ended)
        return Fetched(
            url=self.hop.url,
            phases=self._phases(curl, was_whole, complete=failure is None),
            failure=failure,
            status=status or None,
            http_version=_VERSIONS.get(curl.getinfo(pycurl.INFO_HTTP_VERSION)),
            headers=head,
            body=read.body,
            body_bytes=read.body_bytes if head_ended else None,
            body_cut=read.body_cut,
            address_used=self.hop.address_used or curl.getinfo(pycurl.PRIMARY_IP) or None,
            source_address=curl.getinfo(pycurl.LOCAL_IP) or None,
            certificate=certificate,
            late_ms=told_ms(self._late_s(curl, code, was_whole)),
        )

    def _late_s(self, curl: pycurl.Curl, code: int, was_whole: bool) -> float:
        """At most so much of what is told is our own lateness: nothing can be taken out of a timeout."""
        late_s = self.lateness.unknown_s
        if not was_whole:
            late_s += self.lateness.acting_s
        if code == pycurl.E_OPERATION_TIMEDOUT:
            late_s += self.lateness.known_s(curl.getinfo(pycurl.CONNECT_TIME))
            return late_s if late_s > _OF_A_TIMEOUT * self.hop.timeout_s else 0.0
        return late_s

    def _was_whole(self, curl: pycurl.Curl) -> bool:
        """Whether all of the answer lay there when we came to it. Under TLS nobody knows its size."""
        if self.lateness.answer_bytes is None or self.hop.url.startswith("https:"):
            return False
        size_bytes = curl.getinfo(pycurl.HEADER_SIZE) + curl.getinfo(pycurl.SIZE_DOWNLOAD_T)
        return self.lateness.was_whole(size_bytes)

    def _phases(self, curl: pycurl.Curl, was_whole: bool, *, complete: bool) -> Phases:
        """libcurl's instants since the start, in µs, taken apart; those not reached are 0 or meaningless.

        What of each phase is known to be our own lateness is taken out of it.
        """
        looked_up, connected, secured, asked, answered, ended = map(curl.getinfo, _INSTANTS)
        late, resolve_ms = self.lateness, self.hop.resolve_ms
        if was_whole:
            ended = answered  # what libcurl and we did with it later is no time of the server's
        connecting = connected - looked_up
        connect_late = 0.0 if self.hop.proxy else 1e6 * late.connecting_s(connecting / 1e6)
        has_tls = self.hop.url.startswith("https:")
        tls_late = 1e6 * late.securing_s(secured / 1e6) if has_tls else 0.0
        first_late, last_late = 1e6 * late.first_byte_s, 1e6 * late.last_byte_s
        total = ended - connect_late - tls_late - last_late
        return Phases(
            resolve_ms=resolve_ms,
            connect_ms=(connecting - connect_late) / 1000 if connected else None,
            tls_ms=max(0.0, secured - connected - tls_late) / 1000 if has_tls and secured else None,
            wait_ms=max(0.0, answered - asked - first_late) / 1000 if self.is_answered else None,
            transfer_ms=max(0.0, ended - answered + first_late - last_late) / 1000 if complete else None,
            total_ms=max(0.0, total) / 1000 + (resolve_ms or 0.0) if complete else None,
        )

    def _failure(
        self, curl: pycurl.Curl, code: int, text: str, certificate: Certificate | None, head_ended: bool
    ) -> Failure:
        if self.handle is not None and self.handle.reception.lines_refused:
            stage = Stage.TRANSFER if head_ended else Stage.REPLY
            return Failure(stage, Cause.TOO_LARGE, f"more than {LINES_MAX_COUNT} lines of header")
        os_errno = curl.getinfo(pycurl.OS_ERRNO)
        if code == pycurl.E_RECV_ERROR and not os_errno and not head_ended and self._head_is_full:
            return Failure(Stage.REPLY, Cause.TOO_LARGE, text)
        return failure_of(
            code,
            os_errno=os_errno,
            text=text,
            reached=self._reached(curl, head_ended),
            verify_result=curl.getinfo(pycurl.SSL_VERIFYRESULT),
            certificate=certificate,
        )

    @property
    def _head_is_full(self) -> bool:
        return self.handle is not None and self.handle.reception.head_is_full

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
