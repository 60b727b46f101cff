"""One hop of a fetch: one request to one server. No I/O."""

from dataclasses import dataclass
from pathlib import Path

from kontum_netcheck.net.http.exchange import Method


@dataclass(frozen=True, slots=True)
class Hop:
    """One request to one server."""

    url: str  # ASCII
    host: str
    address: tuple[str, int] | None  # where to connect; None: where the URL says, or the proxy
    address_used: str | None  # as it was looked up; None: as libcurl says
    resolve_ms: float | None  # how long that took
    method: Method
    headers: tuple[tuple[str, str], ...]
    timeout_s: float
    max_body_bytes: int
    proxy: str | None
    source_address: str | None
    authorities: Path | None
