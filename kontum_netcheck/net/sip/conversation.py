"""Writes what we say: requests that share a Call-ID and our tag (RFC 3261, section 8.1.1), and answers to others'."""

import secrets
from dataclasses import dataclass, field

from kontum_netcheck.net.address import HostPort
from kontum_netcheck.net.sip.account import Transport
from kontum_netcheck.net.sip.message import Request

USER_AGENT = "kontum-netcheck"
ALLOWED = "INVITE, ACK, CANCEL, BYE, OPTIONS"

_MAGIC = "z9hG4bK"  # RFC 3261, section 8.1.1.7
_SDP = "application/sdp"

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as it goes out, and what its answers are known by."""

    method: str
    uri: str
    branch: str
    call_id: str
    number: int  # of CSeq
    wire: bytes
    headers: Headers  # those that an ACK or a CANCEL of it repeats


@dataclass
class Conversation:
    """A call, or one question with its repetitions. Its ids are random: nobody can answer who has not seen them."""

    transport: Transport
    own: HostPort  # where answers and requests of the other end reach us
    from_uri: str
    to_uri: str
    call_id: str = field(default_factory=lambda: secrets.token_hex(16))
    own_tag: str = field(default_factory=lambda: secrets.token_hex(8))
    remote_tag: str | None = None  # once the other end has said it in a dialog
    number: int = 0
    route: tuple[str, ...] = ()

    @property
    def contact(self) -> str:
        """Where the other end's requests shall go."""
        parameter = "" if self.transport == "udp" else f";transport={self.transport}"
        return f"<sip:{self.own}{parameter}>"

    def request(self, method: str, uri: str, headers: Headers = (), body: bytes = b"") -> Outgoing:
        """The next request, with a branch and a number of its own."""
        self.number += 1
        return self._outgoing(method, uri, new_branch(), self.number, headers, body)

    def acknowledgement(self, uri: str, number: int, headers: Headers) -> Outgoing:
        """The ACK of an answered INVITE: a transaction of its own with the INVITE's number (section 13.2.2.4)."""
        return self._outgoing("ACK", uri, new_branch(), number, headers)

    def _outgoing(
        self, method: str, uri: str, branch: str, number: int, headers: Headers, body: bytes = b""
    ) -> Outgoing:
        to = f"<{self.to_uri}>" + (f";tag={self.remote_tag}" if self.remote_tag else "")
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: {self._via(branch)}",
            "Max-Forwards: 70",
            f"From: <{self.from_uri}>;tag={self.own_tag}",
            f"To: {to}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {number} {method}",
            *(f"Route: {hop}" for hop in self.route),
            *(f"{name}: {value}" for name, value in headers),
            f"User-Agent: {USER_AGENT}",
        ]
        return Outgoing(method, uri, branch, self.call_id, number, _wire(lines, body), headers)

    def _via(self, branch: str) -> str:
        """`rport`: answer to where it came from, through a translation of addresses too (RFC 3581)."""
        return f"SIP/2.0/{self.transport.upper()} {self.own};branch={branch};rport"

    def of_transaction(self, method: str, request: Outgoing, to: str | None = None) -> Outgoing:
        """A CANCEL, or the ACK of a refusal: same URI, branch and number (sections 9.1 and 17.1.1.3).

        `to` is the To of the refusal.
        """
        lines = [
            f"{method} {request.uri} SIP/2.0",
            f"Via: {self._via(request.branch)}",
            "Max-Forwards: 70",
            f"From: <{self.from_uri}>;tag={self.own_tag}",
            f"To: {to or f'<{self.to_uri}>'}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {request.number} {method}",
            *(f"Route: {hop}" for hop in self.route),
            f"User-Agent: {USER_AGENT}",
        ]
        wire = _wire(lines)
        return Outgoing(method, request.uri, request.branch, self.call_id, request.number, wire, ())


def answer_to(
    request: Request,
    status: int,
    reason: str,
    *,
    tag: str = "",
    headers: Headers = (),
    body: bytes = b"",
    source: HostPort | None = None,
) -> bytes:
    """Our answer to the other end's request (section 8.2.6). `source` is where it came from, for `rport`.

    What it repeats of the request has no line breaks: a header is one line, whatever was sent.
    """
    to = request.first("to") or ""
    if tag and ";tag=" not in to.lower():
        to += f";tag={tag}"
    vias = request.all("via")
    if vias and source is not None:
        first, comma, rest = vias[0].partition(",")
        filled = first.replace(";rport", f";rport={source.port}", 1) if ";rport=" not in first else first
        vias = [f"{filled};received={source.host.partition('%')[0]}{comma}{rest}", *vias[1:]]
    lines = [
        f"SIP/2.0 {status} {reason}",
        *(f"Via: {via}" for via in vias),
        *(f"Record-Route: {hop}" for hop in request.all("record-route")),
        f"From: {request.first('from') or ''}",
        f"To: {to}",
        f"Call-ID: {request.first('call-id') or ''}",
        f"CSeq: {request.first('cseq') or ''}",
        *(f"{name}: {value}" for name, value in headers),
        f"User-Agent: {USER_AGENT}",
    ]
    return _wire(lines, body)


def new_branch() -> str:
    """Random, so that nobody answers who has not seen the request."""
    return _MAGIC + secrets.token_hex(16)


def _wire(lines: list[str], body: bytes = b"") -> bytes:
    if body:
        lines = [*lines, f"Content-Type: {_SDP}"]
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}"])
    return f"{head}\r\n\r\n".encode() + body
