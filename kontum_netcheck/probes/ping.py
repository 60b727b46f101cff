"""Does the host answer, how fast, how steadily: a burst of ICMP echoes, and the voice quality it allows."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, field_validator

from kontum_netcheck.model import Cost, Limit, Measurement, Metric, message
from kontum_netcheck.net.address import LOOKUP_TIMEOUT_S, check_host, is_address
from kontum_netcheck.probes.declaration import Family, Probe, ProbeParams
from kontum_netcheck.probes.provenance import PROVENANCE, provenance

if TYPE_CHECKING:
    from kontum_netcheck.net.network import Network

_IPV4_HEADER_BYTES = 20
_IPV6_HEADER_BYTES = 40
_ICMP_HEADER_BYTES = 8


class PingParams(ProbeParams):
    """A host, and how to echo it. Times in seconds, sizes in bytes of ICMP payload."""

    probe: ClassVar[str] = "ping"

    ping: str = Field(description="Host name or address.")
    count: int = Field(default=20, ge=1, le=1000, description="Echoes.")
    interval_s: float = Field(default=0.2, ge=0.01, le=60, description="From one echo to the next.")
    timeout_s: float = Field(
        default=1.0, ge=0.05, le=60, description="A reply later than this is a lost one."
    )
    payload_bytes: int = Field(default=56, ge=8, le=1472, description="1472 fill an Ethernet frame.")
    family: Family | None = Field(default=None, description="Only IPv4 (4) or only IPv6 (6).")

    @field_validator("ping")
    @classmethod
    def _is_host(cls, text: str) -> str:
        check_host(text)
        return text

    @property
    def target(self) -> str:
        """The host as it was typed."""
        return self.ping

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host."""
        return (self.ping,)


def _cost(params: PingParams) -> Cost:
    """What is sent (as much comes back), and the time until the last echo has been waited for.

    That of a host that answers late is waited for twice as long, to know it from a dead one.
    """
    looks_up = not is_address(params.ping)
    ip_header_bytes = _IPV6_HEADER_BYTES if params.family == 6 or ":" in params.ping else _IPV4_HEADER_BYTES
    return Cost(
        packets_count=params.count,
        bytes_count=params.count * (ip_header_bytes + _ICMP_HEADER_BYTES + params.payload_bytes),
        duration_s=(params.count - 1) * params.interval_s
        + 2 * params.timeout_s
        + (LOOKUP_TIMEOUT_S if looks_up else 0.0),
    )


async def run(params: PingParams, network: "Network") -> Measurement:
    """One look-up, one burst. Raises CannotMeasure where no way of pinging is open to us."""
    from kontum_netcheck.model import Failure
    from kontum_netcheck.net.icmp.metrics import measurement_of

    resolved = await network.names.resolve(params.ping, params.family)
    if isinstance(resolved, Failure):
        return Measurement(failure=resolved)
    series = await network.pinger.ping(
        resolved.address,
        count=params.count,
        interval_s=params.interval_s,
        timeout_s=params.timeout_s,
        payload_bytes=params.payload_bytes,
    )
    measurement = measurement_of(series)
    looked_up = {} if resolved.resolve_ms is None else {"resolve_ms": resolved.resolve_ms}
    made = provenance(network, resolved.address)
    return replace(measurement, metrics={**looked_up, **measurement.metrics, **made})


PING = Probe(
    name="ping",
    purpose=message("whether a host answers echoes, how fast and how steadily"),
    params=PingParams,
    metrics=(
        Metric("sent_count", message("echoes sent")),
        Metric("received_count", message("echoes answered in time")),
        Metric("loss_pct", message("packet loss (%)"), lower_is_better=True),
        Metric("loss_upper_pct", message("packet loss, 95 % upper bound (%)"), lower_is_better=True),
        Metric("rtt_min_ms", message("shortest round trip (ms)"), lower_is_better=True),
        Metric("rtt_avg_ms", message("mean round trip (ms)"), lower_is_better=True),
        Metric("rtt_median_ms", message("median round trip (ms)"), lower_is_better=True),
        Metric("rtt_p95_ms", message("95th percentile of round trips (ms)"), lower_is_better=True),
        Metric("rtt_max_ms", message("longest round trip (ms)"), lower_is_better=True),
        Metric(
            "jitter_ms",
            message("jitter, mean difference of consecutive round trips (ms)"),
            lower_is_better=True,
        ),
        Metric("duplicate_count", message("replies received twice"), lower_is_better=True),
        Metric("late_count", message("replies after the timeout"), lower_is_better=True),
        Metric("foreign_count", message("replies refused: from another address"), lower_is_better=True),
        Metric("dropped_count", message("packets that this machine itself dropped"), lower_is_better=True),
        Metric("mos", message("estimated voice quality (MOS, G.107)"), lower_is_better=False),
        Metric("resolve_ms", message("time to look the name up (ms)"), lower_is_better=True),
        Metric("method", message("way of pinging")),
        *PROVENANCE,
        Metric("path", message("hops on the way (--trace)")),
        Metric("last_hop", message("last hop that answered (--trace)")),
        Metric("path_mtu_bytes", message("path MTU (bytes) (--trace)")),
    ),
    limits=(
        Limit("loss_pct", 1.0, 3.0, True, "Cisco VoIP 1 %; 3 % own policy"),
        Limit("rtt_avg_ms", 50.0, 150.0, True, "QCVN 34:2019/BTTTT; Pearson VUE 150 ms"),
        Limit("jitter_ms", 30.0, 50.0, True, "Cisco VoIP 30 ms; ITU-T Y.1541 50 ms"),
        Limit("mos", 3.6, 3.1, False, "ITU-T G.107, R 70 and R 60"),
    ),
    valid_for=timedelta(hours=24),
    cost=_cost,
    run=run,
)
