"""How far this machine's clock is off, by the Date of HTTP answers; and whether it was set meanwhile."""

import ctypes
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from kontum_netcheck.model import CannotMeasure, Failure

if TYPE_CHECKING:
    from kontum_netcheck.net.http import Fetched
    from kontum_netcheck.net.network import Network

_DATE_RESOLUTION_S = 1.0  # a Date header has whole seconds, cut off (RFC 9110, section 5.6.7)
_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class ClockSample:
    """What one server's Date header says. The true offset lies within `offset_s` ± `uncertainty_s`."""

    url: str
    offset_s: float | None = None  # server minus this machine; positive: this machine is late
    uncertainty_s: float = 0.0
    failure: Failure | None = None  # why there is no answer; both None: an answer without a usable Date


async def ask_clock(network: "Network", url: str) -> ClockSample:
    """Ask `url` once, and compare its Date header with this machine's clock."""
    from kontum_netcheck.net.http import Request

    request = Request(url, max_redirects=0, timeout_s=_TIMEOUT_S, max_body_bytes=10_000)
    try:
        fetched = await network.http.fetch(request)
    except CannotMeasure as fault:
        return ClockSample(url, failure=fault.failure)
    return sample_of(url, fetched, datetime.now(UTC))


def sample_of(url: str, fetched: "Fetched", finished_at: datetime) -> ClockSample:
    """The offset that the answer tells, given when its last byte had come by this machine's clock.

    The server wrote its Date between our request and its first byte: half that wait either way, and half a
    second for the cut-off fraction, are the uncertainty. An answer from a cache (Age) has an old Date.
    """
    if fetched.status is None:
        return ClockSample(url, failure=fetched.failure)
    server_time = _parsed(fetched.header("date"))
    wait_ms = fetched.phases.wait_ms
    if server_time is None or wait_ms is None or fetched.header("age") not in (None, "0"):
        return ClockSample(url)
    after_ms = (fetched.phases.transfer_ms or 0.0) + wait_ms / 2
    written_at = finished_at - timedelta(milliseconds=after_ms)
    half_s = _DATE_RESOLUTION_S / 2
    offset_s = (server_time - written_at).total_seconds() + half_s
    return ClockSample(url, offset_s, half_s + wait_ms / 2000)


def _parsed(date: str | None) -> datetime | None:
    if date is None:
        return None
    try:
        parsed = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def awake_s() -> float:
    """A monotonic clock that stands still while the machine sleeps: that of Linux and macOS; Windows has another."""
    if sys.platform != "win32":
        return time.monotonic()
    ticks = ctypes.c_ulonglong()
    ctypes.windll.kernel32.QueryUnbiasedInterruptTime(ctypes.byref(ticks))
    return ticks.value * 1e-7  # of 100 ns


@dataclass(frozen=True, slots=True)
class StepWatch:
    """Compares wall clock and waking time from its making on: what differs, somebody has set or slept."""

    _wall_s: float = field(default_factory=time.time)
    _monotonic_s: float = field(default_factory=awake_s)

    def step_s(self, now_wall_s: float | None = None, now_monotonic_s: float | None = None) -> float:
        """How far the wall clock has jumped since, in seconds; positive: forwards."""
        wall_s = time.time() if now_wall_s is None else now_wall_s
        monotonic_s = awake_s() if now_monotonic_s is None else now_monotonic_s
        return (wall_s - self._wall_s) - (monotonic_s - self._monotonic_s)
