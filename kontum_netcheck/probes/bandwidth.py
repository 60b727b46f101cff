"""How fast a line is, each way, and how much later it answers while it is full; within a byte budget."""

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import ByteSize, Field, field_validator, model_validator

from kontum_netcheck.model import Cost, Limit, Measurement, WrongValue, message
from kontum_netcheck.net.address import parse_host_port
from kontum_netcheck.probes.bandwidth_metrics import METRICS
from kontum_netcheck.probes.declaration import Family, Probe, ProbeParams
from kontum_netcheck.probes.notation import SecretRef
from kontum_netcheck.probes.url import plain_url

if TYPE_CHECKING:
    from kontum_netcheck.net.network import Network

_SEGMENT_BYTES = 1_400
_IPERF3_PORT = 5201
_BESIDES_S = 12.0  # who answers there, the idle round trip, the receiver's last word
PUBLIC = "speedtest.net"
"""As a target of method speedtest: the nearest server of Ookla's public list."""

Method = Literal["http", "speedtest", "iperf3"]


class BandwidthParams(ProbeParams):
    """A measurement server, and what a test may cost."""

    probe: ClassVar[str] = "bandwidth"

    bandwidth: str = Field(
        min_length=1,
        max_length=2_000,
        description="URL of the measurement server or of a large file; iperf3: host or host:port.",
    )
    method: Method = Field(default="http", description="With what it is measured.")
    kind: Literal["auto", "own", "librespeed", "cloudflare", "mini", "file"] = Field(
        default="auto", description="Of the server; auto: found out by asking it."
    )
    direction: Literal["both", "down", "up"] = Field(default="both", description="Which way, seen from here.")
    streams: int = Field(default=4, ge=1, le=32, description="Connections side by side.")
    max_bytes: ByteSize = Field(
        default=ByteSize(50_000_000),
        ge=100_000,
        le=10_000_000_000,
        description="Of one test at most, both ways together: 25MB.",
    )
    max_s: float = Field(default=8.0, ge=1, le=60, description="Each way at most, in seconds.")
    timeout_s: float = Field(default=10.0, ge=0.1, le=60, description="To connect, in seconds.")
    family: Family | None = Field(default=None, description="Only IPv4 (4) or only IPv6 (6).")
    token: SecretRef | None = Field(
        default=None, description="Of a server that wants one: ${NAME}, from the environment."
    )
    proxy: str | None = Field(
        default=None, description="http://host:port or socks5h://host:port; without it, none."
    )

    @field_validator("proxy")
    @classmethod
    def _is_proxy(cls, value: str | None) -> str | None:
        return value if value is None else plain_url(value, ("http", "socks5h"))

    @model_validator(mode="after")
    def _fits_its_method(self) -> Self:
        if self.method == "iperf3":
            parse_host_port(self.bandwidth, _IPERF3_PORT)
        elif not (self.method == "speedtest" and self.bandwidth == PUBLIC):
            plain_url(self.bandwidth, ("http", "https"))
        if self.method != "http":
            for name in ("kind", "token", "proxy"):
                if name in self.model_fields_set:
                    raise WrongValue(
                        message("{key} goes with method http only.", key=name), message("Leave it out.")
                    )
        if self.kind == "file" and self.direction != "down":
            raise WrongValue(message("A file can only be downloaded."), message("Write direction: down."))
        return self

    @property
    def target(self) -> str:
        """The server as it was typed."""
        return self.bandwidth

    @property
    def hosts(self) -> tuple[str, ...]:
        """The server's host, or the proxy's that alone is spoken to; of the public list nobody knows."""
        from urllib.parse import urlsplit

        if self.method == "iperf3":
            return (parse_host_port(self.bandwidth, _IPERF3_PORT).host,)
        return () if self.bandwidth == PUBLIC else (urlsplit(self.proxy or self.bandwidth).hostname or "",)


def cost_of(params: BandwidthParams) -> Cost:
    """The whole of its budget, and its longest time."""
    ways_count = 2 if params.direction == "both" else 1
    return Cost(
        packets_count=int(params.max_bytes) * 3 // (2 * _SEGMENT_BYTES),  # with an acknowledgement for two
        bytes_count=int(params.max_bytes),
        duration_s=ways_count * (params.max_s + 5) + params.timeout_s + _BESIDES_S,
    )


async def run(params: BandwidthParams, network: "Network") -> Measurement:
    """Measure once. Raises CannotMeasure where the fault is ours; it carries the bytes that were used."""
    match params.method:
        case "http":
            from kontum_netcheck.probes.bandwidth_http import measure_http

            return await measure_http(params, network)
        case "speedtest":
            from kontum_netcheck.probes.bandwidth_speedtest import measure_speedtest

            return await measure_speedtest(params, network)
        case "iperf3":
            from kontum_netcheck.probes.bandwidth_iperf3 import measure_iperf3

            return await measure_iperf3(params, network)


BANDWIDTH = Probe(
    name="bandwidth",
    purpose=message("how fast a line is each way, and how much later it answers while it is full"),
    params=BandwidthParams,
    metrics=METRICS,
    limits=(
        Limit("down_mbit_per_s", 10.0, 5.0, False, "VNNIC 10-15 Mbit/s; Pearson VUE 5; nothing is committed"),
        Limit("up_mbit_per_s", 10.0, 3.0, False, "VNNIC 10-15 Mbit/s; Pearson VUE 3; nothing is committed"),
        Limit(
            "added_latency_ms",
            100.0,
            float("inf"),
            True,
            "ITU-T G.114, 150 ms one way, less QCVN 34's 50 ms; only degrades (project)",
        ),
    ),
    valid_for=timedelta(days=7),
    cost=cost_of,
    run=run,
)
