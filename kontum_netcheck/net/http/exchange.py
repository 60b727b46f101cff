"""What is asked over HTTP and what came of it. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Self

from kontum_netcheck.model import Failure
from kontum_netcheck.net.address import Family

Method = Literal["GET", "HEAD"]


@dataclass(frozen=True, slots=True)
class Request:
    """One fetch: a URL, and how far to go for it."""

    url: str
    method: Method = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)  # sent to the URL's own host only
    timeout_s: float = 10.0  # for the whole fetch, redirects included, our own queue not
    family: Family | None = None
    max_redirects: int = 5  # 0: a redirect is itself the answer
    redirect_hosts: tuple[str, ...] = ()  # allowed besides the URL's own
    final_status: tuple[int, ...] = ()  # these end the fetch even where they are redirects
    max_body_bytes: int = 1_000_000
    proxy: str | None = None


@dataclass(frozen=True, slots=True)
class Phases:
    """How long each phase took, in ms, by libcurl's monotonic clock; None where it didn't take place.

    Each is this phase alone. Where redirects were followed, it is the sum over all hops, so that the phases
    together give `total_ms` but for the microseconds between them.
    """

    resolve_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    wait_ms: float | None = None  # from the request sent to the first byte of the answer
    transfer_ms: float | None = None
    total_ms: float | None = None

    def plus(self, later: Self) -> "Phases":
        """Both, one after the other."""
        return Phases(
            sum_of(self.resolve_ms, later.resolve_ms),
            sum_of(self.connect_ms, later.connect_ms),
            sum_of(self.tls_ms, later.tls_ms),
            sum_of(self.wait_ms, later.wait_ms),
            sum_of(self.transfer_ms, later.transfer_ms),
            sum_of(self.total_ms, later.total_ms),
        )


def sum_of(first: float | None, second: float | None) -> float | None:
    """Of what was measured."""
    if first is None or second is None:
        return second if first is None else first
    return first + second


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate that the server showed, whether it was accepted or not. Its texts are the server's."""

    subject: str
    issuer: str
    names: tuple[str, ...]  # subject alternative names: DNS names and addresses
    not_before: datetime
    not_after: datetime
    self_signed: bool
    host_matches: bool

    def days_left(self, now: datetime) -> float:
        """Days until it expires; negative where it has. `now` must be aware."""
        return (self.not_after - now).total_seconds() / 86_400


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one fetch. Everything measured before a failure stands beside it."""

    url: str  # the last one asked
    phases: Phases = Phases()
    failure: Failure | None = None
    status: int | None = None
    http_version: str | None = None
    headers: Sequence[tuple[str, str]] = ()  # names in lower case
    body: bytes = b""  # decompressed, at most `max_body_bytes` of it
    body_bytes: int | None = None
    body_cut: bool = False  # there was more than `max_body_bytes`
    redirect_count: int = 0
    address_used: str | None = None
    source_address: str | None = None  # our own end of the connection
    certificate: Certificate | None = None
    late_ms: float | None = None  # up to that much of these times may be our own lateness; None: none of it
    measured_again: bool = False  # we were late the first time; of two, the one with less lateness

    def header(self, name: str) -> str | None:
        """All values of that header, joined as RFC 9110, section 5.3 says; None where there is none."""
        values = [value for key, value in self.headers if key == name.lower()]
        return ", ".join(values) if values else None
