"""What was known before the report's own moment: a few earlier values of each service, and the calls. Facts only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from kontum_netcheck.model import KeptObservation

FOLLOWED: Mapping[str, str] = MappingProxyType(
    {
        "ping": "rtt_avg_ms",
        "tcp": "connect_ms",
        "http": "total_ms",
        "dns": "resolve_ms",
        "sip": "wait_ms",
        "bandwidth": "down_mbit_per_s",
    }
)
"""Of each probe the one metric that tells most; of a service the first of these probes is followed."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier answer to a check."""

    at: datetime  # aware, UTC
    value: float | None  # of the metric that is followed; None: failed, or not measured


@dataclass(frozen=True, slots=True)
class Followed:
    """The last answers of one check, the oldest first, and which metric of them is followed."""

    metric: str
    answers: tuple[Earlier, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """Read from the store for the formats that look back; empty where there is no store."""

    followed: Mapping[str, Followed] = field(default_factory=dict)  # by the id of the check
    calls: tuple[KeptObservation, ...] = ()  # by the time of the call
    countersigned_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by the id of the call


NOTHING = Past()
