"""Gathers what only the network can tell the doctor: all at once, in a few seconds."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from kontum_netcheck.doctor.facts import Facts, Machine, PingTrial
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import CannotMeasure
from kontum_netcheck.net.captive import CaptiveAnswer, Known, ask_captive
from kontum_netcheck.net.clock import StepWatch, ask_clock
from kontum_netcheck.net.network import Network
from kontum_netcheck.own.link import own_link
from kontum_netcheck.probes import PROBES
from kontum_netcheck.probes.declaration import ProbeParams
from kontum_netcheck.probes.http import HttpParams
from kontum_netcheck.probes.ping import PingParams

_CLOCKS_MAX_COUNT = 3


@dataclass(frozen=True, slots=True)
class Questions:
    """Whom the doctor asks. Nobody that neither the user nor the inventory has named."""

    reference: ProbeParams | None = None
    captive: Known | None = None
    clock_urls: tuple[str, ...] = ()


def questions_of(inventory: Inventory | None, captive_url: str | None = None) -> Questions:
    """The end points that the inventory names as reference and portals, and the URL that the user names."""
    pages = list(_pages(inventory)) if inventory else []
    urls = ([captive_url] if captive_url else []) + [page.http for page in pages]
    return Questions(
        reference=inventory.reference if inventory else None,
        captive=Known(captive_url) if captive_url else _plain(pages),
        clock_urls=tuple(dict.fromkeys(urls))[:_CLOCKS_MAX_COUNT],
    )


async def examine(network: Network, machine: Machine, questions: Questions) -> Facts:
    """Ask everything at once. A network failure is a fact; nothing is raised for it."""
    watch = StepWatch()
    async with asyncio.TaskGroup() as asking:
        link = asking.create_task(own_link(network, questions.reference))
        ping = asking.create_task(_try_ping(network))
        captive = asking.create_task(_maybe_captive(network, questions.captive))
        clocks = [asking.create_task(ask_clock(network, url)) for url in questions.clock_urls]
    return Facts(
        machine,
        link.result(),
        ping.result(),
        captive.result(),
        tuple(clock.result() for clock in clocks),
        watch.step_s(),
    )


def _pages(inventory: Inventory) -> Iterator[HttpParams]:
    endpoints: Iterable[object] = (
        inventory.reference,
        *(endpoint for portal in inventory.portals for endpoint in inventory.endpoints_of(portal)),
    )
    for endpoint in endpoints:
        if isinstance(endpoint, HttpParams):
            yield endpoint


def _plain(pages: list[HttpParams]) -> Known | None:
    """The first page without TLS; else the plain side of the first with it, which sends people on to TLS."""
    for page in pages:
        if urlsplit(page.http).scheme == "http":
            return Known(page.http, page.expect.status, page.expect.body, page.redirect_hosts)
    for page in pages:
        parts = urlsplit(page.http)
        if parts.port in (None, 443):
            return Known(f"http://{parts.netloc.removesuffix(':443')}/", redirect_hosts=page.redirect_hosts)
    return None


async def _maybe_captive(network: Network, known: Known | None) -> CaptiveAnswer | None:
    return await ask_captive(network, known) if known else None


async def _try_ping(network: Network) -> PingTrial:
    """Which way works is found out by pinging ourselves."""
    run = PROBES["ping"].run
    assert run is not None
    params = PingParams(ping="127.0.0.1", count=2, interval_s=0.05, timeout_s=1.0)
    try:
        failure = (await run(params, network)).failure
    except CannotMeasure as fault:
        failure = fault.failure
    return PingTrial(network.pinger.method, network.pinger.describe(), failure)
