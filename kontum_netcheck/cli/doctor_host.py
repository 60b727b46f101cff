"""`doctor HOST`: asks of hosts while somebody watches, own link first."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast

from kontum_netcheck.cli.event_loop import run_in_loop
from kontum_netcheck.cli.machine import find_inventory
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.watching import watched
from kontum_netcheck.doctor import Finding
from kontum_netcheck.doctor.about_link import about_link
from kontum_netcheck.doctor.host import HostFacts, examine_host
from kontum_netcheck.model import Cause, Failure, Message
from kontum_netcheck.net.network import Network, NetworkOptions
from kontum_netcheck.own.link import OwnLink, own_link
from kontum_netcheck.own.side import OwnSide
from kontum_netcheck.probes.ping import PingParams

_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Seen:
    """How our own link stands, and what was found out of each host that could be asked."""

    findings: tuple[Finding, ...]
    hosts: tuple[HostFacts, ...]


def look_at_hosts(
    shell: Shell, typed: Path | None, hosts: Sequence[str], version: int | None, options: NetworkOptions
) -> Seen:
    """Ask; where our own link is down, only hosts on this very machine are asked."""
    inventory = find_inventory(typed).inventory
    family = cast(Literal[4, 6] | None, version)

    async def look(tell: Callable[[Message], None]) -> Seen:
        places = asyncio.Semaphore(_AT_ONCE)

        async def look_at(network: Network, host: str, link: OwnLink) -> HostFacts:
            if link.failure is not None and not PingParams(ping=host).stays_on_this_machine:
                return HostFacts(host, unresolved=link.failure)
            async with places:
                return own_or_theirs(await examine_host(network, host, family, tell), OwnSide.of(link))

        async with Network(options) as network:
            link = await own_link(network, inventory.reference if inventory else None)
            facts = await asyncio.gather(*(look_at(network, host, link) for host in hosts))
        return Seen(about_link(link)[:1], tuple(facts))

    with watched(shell) as tell:
        return run_in_loop(look(tell))


def own_or_theirs(facts: HostFacts, own: OwnSide) -> HostFacts:
    """A name that our own dead resolver could not find is no fault of the host's."""
    failure = facts.unresolved
    if failure is None or failure.cause is Cause.NO_SUCH_NAME or not own.resolver_fails:
        return facts
    return replace(facts, unresolved=Failure(failure.stage, Cause.OWN_RESOLVER_DOWN, failure.detail))
