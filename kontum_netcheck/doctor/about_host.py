"""Findings about one host: does it answer, and if not, where does the way end."""

from kontum_netcheck.doctor.finding import Finding, Level
from kontum_netcheck.doctor.host import HostFacts
from kontum_netcheck.model import Cause, Failure, Message, MetricValue, Readiness, message
from kontum_netcheck.net.icmp import Path
from kontum_netcheck.probes import PROBES

_OURS = frozenset(
    {
        Cause.NO_PERMISSION,
        Cause.NO_SOCKET,
        Cause.NO_LOCAL_ADDRESS,
        Cause.OVERLOADED,
        Cause.OWN_RESOLVER_DOWN,
        Cause.NO_NAME_SERVER,
        Cause.OWN_LINK_DOWN,
    }
)
_LEVELS = {Readiness.READY: Level.OK, Readiness.DEGRADED: Level.WARNING, Readiness.NOT_READY: Level.PROBLEM}
_NARROW_BYTES = 1280  # the least of IPv6 (RFC 8200 §5); tunnels below it break pages that pings don't show


def about_host(facts: HostFacts) -> tuple[Finding, ...]:
    """In the order in which a technician asks: the name, the echoes, the way, its width. Pure."""
    if facts.unresolved is not None:
        return (_failed("host_name", facts.unresolved),)
    path_mtu = _path_mtu(facts.path) if facts.path is not None else ()
    return (_name(facts), _echoes(facts), _path(facts), *path_mtu)


def _failed(name: str, failure: Failure) -> Finding:
    """Our own fault is no verdict on the host."""
    level = Level.NOT_CHECKED if failure.cause in _OURS else Level.PROBLEM
    return Finding(name, level, message("{failure}", failure=failure))


def _name(facts: HostFacts) -> Finding:
    source = facts.ping.metrics.get("source_address")
    if source is None:
        return Finding("host_name", Level.OK, message("{address}", address=facts.address))
    asked = message("{address}, asked from {source}", address=facts.address, source=source)
    return Finding("host_name", Level.OK, asked)


def _echoes(facts: HostFacts) -> Finding:
    """By the default limits of the ping probe."""
    failure, metrics = facts.no_ping or facts.ping.failure, facts.ping.metrics
    if failure is not None:
        return _failed("echoes", failure)
    judged = [
        limit.judge(value)
        for limit in PROBES["ping"].limits
        if isinstance(value := metrics.get(limit.metric), int | float)
    ]
    said = message(
        "{received} of {sent} answered; round trip {rtt_ms} ms, jitter {jitter_ms} ms.",
        received=metrics.get("received_count"),
        sent=metrics.get("sent_count"),
        rtt_ms=_to_10_us(metrics.get("rtt_avg_ms")),
        jitter_ms=_to_10_us(metrics.get("jitter_ms")),
    )
    return Finding("echoes", _LEVELS[max(judged, default=Readiness.READY)], said)


def _to_10_us(value_ms: MetricValue | None) -> MetricValue | None:
    return round(value_ms, 2) if isinstance(value_ms, float) else value_ms


def _path(facts: HostFacts) -> Finding:
    path = facts.path
    if path is None:
        assert facts.no_path is not None
        if facts.no_path.cause is not Cause.NO_SOCKET:
            return _failed("path", facts.no_path)
        return Finding(
            "path",
            Level.NOT_CHECKED,
            message("Finding the way takes ICMP sockets, and this machine gives us none."),
            message("Run it as root, or on Linux: sudo sysctl -w net.ipv4.ping_group_range='0 2147483647'"),
        )
    if path.is_reached:
        return Finding("path", Level.OK, message("Open; hops: {count}.", count=len(path.hops)))
    answers = "rtt_avg_ms" in facts.ping.metrics
    said, advice = _end(path)
    return Finding("path", Level.NOT_CHECKED if answers else Level.PROBLEM, said, advice)


def _end(path: Path) -> tuple[Message, Message]:
    """Where it ends, and whom to ask about that."""
    last = path.last_answered
    if last is None:
        return (
            message("Nobody on the way answers, not even the first router."),
            message("Look at this machine's own side: “kontum-netcheck doctor”."),
        )
    where = {"address": last.address, "distance": last.distance}
    if last.cause is not None:
        return (
            message("{address}, hop {distance}, refuses: {cause}.", cause=last.cause, **where),
            message("Ask whoever runs {address} what it forbids or lacks.", **where),
        )
    if loop := _loop(path):
        return (
            message("The packets go in a circle: {addresses}.", addresses=loop),
            message("Ask whoever runs these routers: their routes contradict each other."),
        )
    return (
        message("Behind {address}, hop {distance}, nobody answers.", **where),
        message("The host is off, its line is broken behind that hop, or somebody there drops echoes."),
    )


def _loop(path: Path) -> tuple[str, ...]:
    """The routers that packets come by again and again; none where there is no circle."""
    seen = [hop.address for hop in path.hops if hop.address is not None]
    return tuple(dict.fromkeys(address for address in seen if seen.count(address) > 2))


def _path_mtu(path: Path) -> tuple[Finding, ...]:
    size_bytes = path.path_mtu_bytes
    if size_bytes is None:
        return ()
    said = message("Packets of up to {size_bytes} bytes come through whole.", size_bytes=size_bytes)
    if size_bytes >= _NARROW_BYTES:
        return (Finding("path_mtu", Level.OK, said),)
    advice = message("Less than {least} is too little for IPv6 and many tunnels.", least=_NARROW_BYTES)
    return (Finding("path_mtu", Level.WARNING, said, advice),)
