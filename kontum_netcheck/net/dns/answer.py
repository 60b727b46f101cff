"""What a server said: the message read, its CNAME chain followed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.address import HostPort
from kontum_netcheck.net.dns.message import (
    AUTHENTICATED,
    TRUNCATED,
    BadMessage,
    Message,
    read_message,
)
from kontum_netcheck.net.dns.records import target_of, text_of

Transport = Literal["udp", "tcp", "tls", "https"]

_RCODES = ("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED")
_CNAME = 5
_CHAIN_MAX_COUNT = 16  # a loop of aliases ends here too


@dataclass(frozen=True, slots=True)
class Times:
    """How long a question took, and the parts of that which went into a connection, in ms."""

    resolve_ms: float  # all of it
    connect_ms: float | None = None  # None: nothing to connect
    tls_ms: float | None = None
    late_ms: float | None = None  # up to that much of them may be our own lateness; None: none of it


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer, whatever its response code."""

    rcode: str  # NOERROR, NXDOMAIN …
    answers: tuple[str, ...]  # records of the asked type, sorted, as `dig +short`; TXT without quotes
    ttl_s: int | None  # the shortest on the way; None where there is no record
    authenticated: bool  # the server vouches for it by DNSSEC (AD)
    times: Times
    transport: Transport
    server: HostPort
    certificate_not_after: datetime | None = None  # None: none was shown
    measured_again: bool = False  # we were late the first time; of two, the one with less lateness

    @property
    def resolve_ms(self) -> float:
        """The whole question in ms: over a connection, with connecting and the TLS handshake."""
        return self.times.resolve_ms

    @property
    def answer_count(self) -> int:
        """How many records of the asked type came."""
        return len(self.answers)


def read_answer(
    wire: bytes,
    rdtype: int,
    transport: Transport,
    server: HostPort,
    times: Times,
    certificate_not_after: datetime | None = None,
) -> Answer | Failure:
    """Read a message that repeats our question; what cannot be read is a failure of the server."""
    try:
        message = read_message(wire)
        answers, ttl_s = _records(message, rdtype) if message.rcode == 0 else ((), None)
    except BadMessage as error:
        return Failure(Stage.REPLY, Cause.BAD_REPLY, str(error))
    return Answer(
        rcode=_rcode(message.rcode),
        answers=answers,
        ttl_s=ttl_s,
        authenticated=bool(message.flags & AUTHENTICATED),
        times=times,
        transport=transport,
        server=server,
        certificate_not_after=certificate_not_after,
    )


def is_truncated(wire: bytes) -> bool:
    """Whether the server says that the rest must be asked for over TCP (TC)."""
    return bool(int.from_bytes(wire[2:4], "big") & TRUNCATED)


def failure_of_rcode(answer: Answer) -> Failure | None:
    """What a response code means to somebody who expected records; None for NOERROR."""
    if answer.rcode == "NOERROR":
        return None
    if answer.rcode == "NXDOMAIN":
        return Failure(Stage.RESOLVE, Cause.NO_SUCH_NAME, answer.rcode)
    return Failure(Stage.RESOLVE, Cause.NAME_SERVER_FAILED, answer.rcode)


def _records(message: Message, rdtype: int) -> tuple[tuple[str, ...], int | None]:
    """The records of the asked type at the end of the CNAME chain, and the shortest TTL on it."""
    name, ttls_s = message.question, []
    for _ in range(_CHAIN_MAX_COUNT):
        found = [record for record in message.answers if record.rdtype == rdtype and record.name == name]
        if found:
            ttls_s += [record.ttl_s for record in found]
            return tuple(sorted({text_of(message, record) for record in found})), min(ttls_s)
        aliases = [record for record in message.answers if record.rdtype == _CNAME and record.name == name]
        if not aliases:
            break
        ttls_s.append(aliases[0].ttl_s)
        name = target_of(message, aliases[0])
    return (), None


def _rcode(number: int) -> str:
    """Its name, as the IANA registry of DNS parameters has it."""
    if number < len(_RCODES):
        return _RCODES[number]
    import dns.rcode

    return dns.rcode.to_text(dns.rcode.Rcode.make(number))
