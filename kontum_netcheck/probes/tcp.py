"""Does a TCP port answer, how fast, and with which first words."""

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from kontum_netcheck.model import (
    Cause,
    Cost,
    Failure,
    Limit,
    Measurement,
    Metric,
    MetricValue,
    Stage,
    message,
)
from kontum_netcheck.net.address import LOOKUP_TIMEOUT_S, HostPort, is_address, parse_host_port
from kontum_netcheck.probes.declaration import Family, Probe, ProbeParams
from kontum_netcheck.probes.provenance import PROVENANCE, provenance

if TYPE_CHECKING:
    from kontum_netcheck.net.network import Network

_HANDSHAKE_PACKETS = 6  # SYN, SYN-ACK, ACK, and the closing FINs
_PACKET_BYTES = 60  # headers of IPv6 and TCP
_BANNER_BYTES = 1024
_SHOWN_BYTES = 80


class TcpExpect(BaseModel):
    """What the far end must say first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    banner: str | None = Field(
        default=None, min_length=1, description="Text that the first line or lines contain."
    )


class TcpParams(ProbeParams):
    """A port to connect to: one address, one attempt."""

    probe: ClassVar[str] = "tcp"

    tcp: str = Field(description="host:port, IPv6 as [address]:port")
    timeout_s: float = Field(
        default=5.0, gt=0, le=60, description="For the connection, and again for the banner."
    )
    family: Family | None = Field(default=None, description="Only IPv4 (4) or only IPv6 (6).")
    expect: TcpExpect = TcpExpect()

    @field_validator("tcp")
    @classmethod
    def _is_host_and_port(cls, text: str) -> str:
        parse_host_port(text)
        return text

    @property
    def host_port(self) -> HostPort:
        """The target, taken apart."""
        return parse_host_port(self.tcp)

    @property
    def target(self) -> str:
        """host:port, as typed."""
        return self.tcp

    @property
    def hosts(self) -> tuple[str, ...]:
        """Whom the connection goes to."""
        return (self.host_port.host,)


def _cost(params: TcpParams) -> Cost:
    """A handshake and a close; a look-up of the name and a banner where they are asked for."""
    looks_up = not is_address(params.host_port.host)
    waits_s = params.timeout_s * (2 if params.expect.banner else 1)
    return Cost(
        packets_count=_HANDSHAKE_PACKETS,
        bytes_count=_HANDSHAKE_PACKETS * _PACKET_BYTES + (_BANNER_BYTES if params.expect.banner else 0),
        duration_s=waits_s + (LOOKUP_TIMEOUT_S if looks_up else 0.0),
    )


async def run(params: TcpParams, network: "Network") -> Measurement:
    """Connect once and, where a banner is expected, read it. Raises CannotMeasure where the fault is ours."""
    host, port = params.host_port
    metrics: dict[str, MetricValue] = {}
    detour = network.options.detours.of("tcp", host, port)
    if detour is not None:
        address, port = detour
    else:
        resolved = await network.names.resolve(host, params.family)
        if isinstance(resolved, Failure):
            return Measurement(failure=resolved)
        address = resolved.address
        if resolved.resolve_ms is not None:
            metrics["resolve_ms"] = resolved.resolve_ms
    wanted = params.expect.banner.encode() if params.expect.banner is not None else None
    connection = await network.tcp.connect(address, port, timeout_s=params.timeout_s, banner=wanted)
    if isinstance(connection, Failure):
        return Measurement(metrics | provenance(network, address), connection)
    metrics |= provenance(network, address, connection.source_address)
    metrics["connect_ms"] = connection.connect_ms
    if connection.late_ms is not None:
        metrics["late_ms"] = connection.late_ms
    if connection.measured_again:
        metrics["measured_again"] = True
    if connection.banner:
        metrics["banner"] = connection.banner.decode("utf-8", "backslashreplace")
    return Measurement(metrics, connection.failure or _judge_banner(wanted, connection.banner))


def _judge_banner(wanted: bytes | None, banner: bytes | None) -> Failure | None:
    """Whether the far end said what was expected; the detail is what it said instead."""
    if wanted is None or wanted in (banner or b""):
        return None
    said = (banner or b"")[:_SHOWN_BYTES].decode("utf-8", "backslashreplace")
    return Failure(Stage.EXPECTATION, Cause.UNEXPECTED_BANNER, said)


TCP = Probe(
    name="tcp",
    purpose=message("whether a TCP port accepts connections, and how fast"),
    params=TcpParams,
    metrics=(
        Metric("resolve_ms", message("time to look the name up (ms)"), lower_is_better=True),
        Metric("connect_ms", message("time to connect (ms)"), lower_is_better=True),
        Metric("late_ms", message("at most that much of these times was our own lateness (ms)")),
        Metric("measured_again", message("measured again, because we were late")),
        *PROVENANCE,
        Metric("banner", message("first words of the far end")),
    ),
    limits=(Limit("connect_ms", 150.0, float("inf"), True, "this project's own policy"),),
    valid_for=timedelta(hours=24),
    cost=_cost,
    run=run,
)
