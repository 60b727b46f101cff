"""Gathers what the network tells of one host: its address, its echoes, the way to it hop by hop, the hops' names."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from kontum_netcheck.model import CannotMeasure, Failure, Measurement, Message, message
from kontum_netcheck.net.address import Family
from kontum_netcheck.net.icmp import Path
from kontum_netcheck.net.icmp.hop_rounds import HopSeries, measure_hops
from kontum_netcheck.net.network import Network
from kontum_netcheck.probes import PROBES
from kontum_netcheck.probes.ping import PingParams

_ROUNDS_COUNT = 5
_NAME_WAIT_S = 1.0
_ECHOES = {"count": 10, "interval_s": 0.2, "timeout_s": 1.0}

Tell = Callable[[Message], None]
"""What is being done now, for whoever watches."""


@dataclass(frozen=True, slots=True)
class HostFacts:
    """Everything about one host. What could not be asked has the failure that kept us from it."""

    host: str
    address: str | None = None
    unresolved: Failure | None = None
    ping: Measurement = field(default_factory=Measurement)
    path: Path | None = None
    hops: tuple[HopSeries, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # of addresses on the way
    no_ping: Failure | None = None  # our own fault
    no_path: Failure | None = None  # there is no route, or our own fault


async def examine_host(network: Network, host: str, family: Family | None, tell: Tell) -> HostFacts:
    """Look the name up, find the way to the host, then ping it and measure the hops: about eight seconds at most.

    The way comes first: routers refuse at a limited rate, and echoes would use that up. A network failure is a
    fact, and so is our own fault; nothing is raised for it.
    """
    tell(message("{host}: looking up its address …", host=host))
    try:
        resolved = await network.names.resolve(host, family)
    except CannotMeasure as fault:
        resolved = fault.failure
    if isinstance(resolved, Failure):
        return HostFacts(host, unresolved=resolved)
    facts = HostFacts(host, resolved.address)
    tell(message("{host}: finding the way …", host=host))
    path = await _find(network, resolved.address)
    if isinstance(path, Failure):
        tell(message("{host}: pinging …", host=host))
        ping, no_ping = await _ping(network, host, family)
        return replace(facts, ping=ping, no_ping=no_ping, no_path=path)
    (ping, no_ping), hops, names = await asyncio.gather(
        _ping(network, host, family), _measure(network, host, path, tell), _names(network, path)
    )
    return replace(facts, ping=ping, no_ping=no_ping, path=path, hops=hops, names=names)


async def _find(network: Network, address: str) -> Path | Failure:
    try:
        return await network.pinger.trace(address)
    except CannotMeasure as fault:
        return fault.failure


async def _ping(network: Network, host: str, family: Family | None) -> tuple[Measurement, Failure | None]:
    """What its probe measures, or our own fault that kept it from that."""
    run = PROBES["ping"].run
    assert run is not None
    params = PingParams.model_validate({"ping": host, "family": family, **_ECHOES})
    try:
        return await run(params, network), None
    except CannotMeasure as fault:
        return Measurement(), fault.failure


async def _measure(network: Network, host: str, path: Path, tell: Tell) -> tuple[HopSeries, ...]:
    def tell_round(number: int) -> None:
        tell(
            message(
                "{host}: measuring each hop, {number} of {count} …",
                host=host,
                number=number,
                count=_ROUNDS_COUNT,
            )
        )

    return await measure_hops(network.options, path, _ROUNDS_COUNT, tell_round)


async def _names(network: Network, path: Path) -> dict[str, str]:
    """The names of the hops as this machine's own resolver knows them (PTR), where it tells within a second."""
    addresses = list(dict.fromkeys(hop.address for hop in path.hops if hop.address is not None))
    found = await asyncio.gather(*(_name(network, address) for address in addresses))
    return {address: name for address, name in zip(addresses, found, strict=True) if name is not None}


async def _name(network: Network, address: str) -> str | None:
    try:
        answer = await network.dns.ask(address.partition("%")[0], "PTR", None, _NAME_WAIT_S)
    except CannotMeasure:
        return None
    if isinstance(answer, Failure) or not answer.answers:
        return None
    return answer.answers[0].rstrip(".")
