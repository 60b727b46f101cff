"""Own link first: asks gateway, resolvers and the reference at once, by the same probes that ask the sites.

It stands above the probes and not in `net/`, because it asks through them.
"""

import asyncio
import ipaddress
import time
from dataclasses import replace

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Measurement, Stage
from kontum_netcheck.net.link import Answer, Asked, LinkFacts, OwnLink, judge_link
from kontum_netcheck.net.link.local import local_facts
from kontum_netcheck.net.network import Network
from kontum_netcheck.probes import PROBES
from kontum_netcheck.probes.declaration import ProbeParams
from kontum_netcheck.probes.dns import DnsParams
from kontum_netcheck.probes.ping import PingParams

__all__ = ["BOUND_S", "OwnLink", "ask_reference", "own_link"]

BOUND_S = 2.0
"""How long all of it may take: everything is asked at once."""

_SILENT = frozenset(
    {
        Cause.TIMEOUT,
        Cause.NETWORK_UNREACHABLE,
        Cause.HOST_UNREACHABLE,
        Cause.PROHIBITED,
        Cause.NO_SUCH_NAME,
        Cause.NO_ADDRESS,
        Cause.NAME_SERVER_FAILED,
        Cause.NO_LOCAL_ADDRESS,
        Cause.NO_NAME_SERVER,
    }
)
"""The causes after which nobody has answered; a refusal, a certificate, a wrong page came from somebody."""

_USELESS_RCODES = frozenset({"SERVFAIL", "REFUSED"})
"""What a resolver says that is there and can't (or won't) resolve: a router whose uplink is dead, say."""


async def own_link(network: Network, reference: ProbeParams | None = None) -> OwnLink:
    """Gather the facts of our own link within about 2 s, and judge them.

    `reference` is an end point of the inventory that should always answer. Raises nothing: what can't be
    asked (no permission to ping) is a fact too.
    """
    local = await asyncio.to_thread(local_facts)
    if not local.leads_out:
        return judge_link(LinkFacts(local))
    gateways = [route.gateway for route in local.live_routes if route.gateway]
    asking_gateways = [_ask_gateway(network, gateway) for gateway in gateways]
    asking_resolvers = [_ask_resolver(network, resolver) for resolver in local.resolvers]
    asking_reference = [ask_reference(network, reference)] if reference else []
    answers = await asyncio.gather(*asking_gateways, *asking_resolvers, *asking_reference)
    resolvers_end = len(gateways) + len(local.resolvers)
    facts = LinkFacts(
        local,
        gateways=tuple(answers[: len(gateways)]),
        resolvers=tuple(answers[len(gateways) : resolvers_end]),
        reference=answers[resolvers_end] if reference else None,
    )
    return judge_link(facts)


async def ask_reference(network: Network, reference: ProbeParams) -> Asked:
    """Ask the end point through its probe, for two seconds at most."""
    return await _ask(network, _shortened(reference), reference.target)


async def _ask_gateway(network: Network, gateway: str) -> Asked:
    return await _ask(network, _shortened(PingParams(ping=gateway)), gateway)


def _shortened(params: ProbeParams) -> ProbeParams:
    """A burst of pings takes seconds even where all is well; whether anybody answers, three echoes tell."""
    if isinstance(params, PingParams):
        return params.model_copy(update={"count": 3, "interval_s": 0.1, "timeout_s": 1.0})
    return params


async def _ask_resolver(network: Network, resolver: str) -> Asked:
    """Ask for the root's name servers: every resolver must know them, and home routers don't cache them."""
    params = DnsParams(dns=".", type="NS", server=_bracketed(resolver), timeout_s=1.5)
    asked = await _ask(network, params, resolver)
    if asked.answer is Answer.ANSWERED and ipaddress.ip_address(resolver.partition("%")[0]).is_loopback:
        return replace(asked, answer=Answer.CANNOT_TELL)
    return asked


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


async def _ask(network: Network, params: ProbeParams, target: str) -> Asked:
    run = PROBES[params.probe].run
    assert run is not None, f"{params.probe} cannot be asked by a machine"
    started_s = time.perf_counter()
    try:
        async with asyncio.timeout(BOUND_S):
            measurement = await run(params, network)
    except TimeoutError:
        return Asked(target, Answer.FAILED, failure=Failure(Stage.LINK, Cause.TIMEOUT))
    except CannotMeasure as fault:
        return Asked(target, Answer.CANNOT_TELL, failure=fault.failure)
    took_ms = (time.perf_counter() - started_s) * 1000
    answer = _answer_in(params, measurement)
    return Asked(
        target,
        answer,
        _rtt_ms(measurement, took_ms) if answer is Answer.ANSWERED else None,
        measurement.failure,
    )


def _answer_in(params: ProbeParams, measurement: Measurement) -> Answer:
    failure = measurement.failure
    if isinstance(params, DnsParams):
        rcode = measurement.metrics.get("rcode")
        return Answer.FAILED if rcode is None or rcode in _USELESS_RCODES else Answer.ANSWERED
    return Answer.FAILED if failure is not None and failure.cause in _SILENT else Answer.ANSWERED


def _rtt_ms(measurement: Measurement, took_ms: float) -> float:
    """The probe's own figure where it has one: round trip, answer, connection or whole fetch."""
    for name in ("rtt_min_ms", "resolve_ms", "connect_ms", "total_ms"):
        value = measurement.metrics.get(name)
        if isinstance(value, int | float):
            return float(value)
    return took_ms
