"""What a server said: the message read, its CNAME chain followed."""

from dataclasses import dataclass
from typing import Literal

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.rdtypes.txtbase

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.address import HostPort

Transport = Literal["udp", "tcp", "tls", "https"]


@dataclass(frozen=True, slots=True)
class Times:
    """How long a question took, and the parts of that which went into a connection, in ms."""

    resolve_ms: float  # all of it
    connect_ms: float | None = None  # None: nothing to connect
    tls_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer, whatever its response code."""

    rcode: str  # NOERROR, NXDOMAIN …
    answers: tuple[
        str, ...
    ]  # records of the asked type, sorted, as `dig +short` prints them; TXT without quotes
    ttl_s: int | None  # the shortest on the way; None where there is no record
    authenticated: bool  # the server vouches for it by DNSSEC (AD)
    times: Times
    transport: Transport
    server: HostPort

    @property
    def resolve_ms(self) -> float:
        """The whole question in ms: over a connection, with connecting and the TLS handshake."""
        return self.times.resolve_ms

    @property
    def answer_count(self) -> int:
        """How many records of the asked type came."""
        return len(self.answers)


def read_answer(wire: bytes, transport: Transport, server: HostPort, times: Times) -> Answer | Failure:
    """Read a message that repeats our question; what cannot be read is a failure of the server."""
    try:
        message = dns.message.from_wire(wire, ignore_trailing=True)
        answers, ttl_s = _records(message)
    except (dns.exception.DNSException, ValueError) as error:
        return Failure(Stage.REPLY, Cause.BAD_REPLY, f"{type(error).__name__}: {error}")
    return Answer(
        rcode=dns.rcode.to_text(message.rcode()),
        answers=answers,
        ttl_s=ttl_s,
        authenticated=bool(message.flags & dns.flags.AD),
        times=times,
        transport=transport,
        server=server,
    )


def is_truncated(wire: bytes) -> bool:
    """Whether the server says that the rest must be asked for over TCP (TC)."""
    return bool(int.from_bytes(wire[2:4], "big") & dns.flags.TC)


def failure_of_rcode(answer: Answer) -> Failure | None:
    """What a response code means to somebody who expected records; None for NOERROR."""
    if answer.rcode == "NOERROR":
        return None
    if answer.rcode == "NXDOMAIN":
        return Failure(Stage.RESOLVE, Cause.NO_SUCH_NAME, answer.rcode)
    return Failure(Stage.RESOLVE, Cause.NAME_SERVER_FAILED, answer.rcode)


def text_of(rdata: dns.rdata.Rdata) -> str:
    """A record as people type it; what isn't printable in it stays as it is, for the reports to escape."""
    if isinstance(rdata, dns.rdtypes.txtbase.TXTBase):
        return b"".join(rdata.strings).decode("utf-8", "backslashreplace")
    return rdata.to_text()


def _records(message: dns.message.Message) -> tuple[tuple[str, ...], int | None]:
    """The records of the asked type at the end of the CNAME chain, and the shortest TTL on it."""
    if not isinstance(message, dns.message.QueryMessage) or not message.question:
        return (), None
    if message.rcode() != dns.rcode.NOERROR:
        return (), None
    chain = message.resolve_chaining()
    if chain.answer is None:
        return (), None
    return tuple(sorted(text_of(rdata) for rdata in chain.answer)), chain.minimum_ttl
