"""The way to a server: its name looked up, the one address to connect to, or the proxy's."""

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.http.address import Origin
from kontum_netcheck.net.http.exchange import Request

if TYPE_CHECKING:
    from kontum_netcheck.net.names import Names
    from kontum_netcheck.net.network import Detours

_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}")
_PROXY_PORT = 1080  # libcurl's own default


@dataclass(frozen=True, slots=True)
class Route:
    """Where to connect. Without `address` the proxy looks the server's name up and connects."""

    address: tuple[str, int] | None
    proxy: str | None = None  # its name replaced by its address
    address_used: str | None = None  # as it was looked up; a detour of the lab doesn't show
    resolve_ms: float | None = None


async def find_route(
    origin: Origin, request: Request, names: "Names", detours: "Detours", left_s: float
) -> Route | Failure:
    """Look up the server, or the proxy where there is one.

    A detour of the lab is taken without a look-up, unless the lab answers look-ups too. Raises CannotMeasure.
    """
    if request.proxy:
        proxy = urlsplit(request.proxy)
        route = await _connect_to(
            proxy.hostname or "", proxy.port or _PROXY_PORT, request, names, detours, left_s
        )
        if isinstance(route, Failure) or route.address is None:
            return route
        host, port = route.address
        literal = f"[{host}]" if ":" in host else host
        return Route(None, f"{proxy.scheme}://{literal}:{port}", route.address_used, route.resolve_ms)
    return await _connect_to(origin.host, origin.port, request, names, detours, left_s)


async def _connect_to(
    host: str, port: int, request: Request, names: "Names", detours: "Detours", left_s: float
) -> Route | Failure:
    detour = detours.of("tcp", host, port)
    if detour is not None and detours.name_server is None:
        return Route(detour)
    if request.family != 6 and _IPV4.fullmatch(host):  # nothing to look up
        return Route(detour or detours.of("tcp", host, port) or (host, port), None, host)
    try:
        async with asyncio.timeout(left_s):
            resolved = await names.resolve(host, request.family)
    except TimeoutError:
        return Failure(Stage.RESOLVE, Cause.TIMEOUT, f"no address in {left_s:g} s")
    if isinstance(resolved, Failure):
        return resolved
    address = detour or detours.of("tcp", resolved.address, port) or (resolved.address, port)
    return Route(address, None, resolved.address, resolved.resolve_ms)
