"""Who answers at a URL: one small request, before anything large is moved."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.bandwidth.outcome import refusal
from kontum_netcheck.net.bandwidth.profile import (
    Profile,
    is_page,
    profile_by_answer,
    profile_by_kind,
    profile_by_url,
)
from kontum_netcheck.net.bandwidth.stream import Way
from kontum_netcheck.net.http.address import read_url
from kontum_netcheck.net.http.authorities import keeps_a_store, system_bundle
from kontum_netcheck.net.http.exchange import Request
from kontum_netcheck.net.http.route import find_route

if TYPE_CHECKING:
    from kontum_netcheck.net.bandwidth.engine import Order
    from kontum_netcheck.net.http import Fetched
    from kontum_netcheck.net.network import Network

_LOOK_BYTES = 65_536
_LOGIN_REQUIRED = 511


@dataclass(frozen=True, slots=True)
class Recognised:
    """The server, and the way to it; or the failure of asking who it is."""

    profile: Profile | None = None
    way: Way | None = None
    failure: Failure | None = None
    address_used: str | None = None
    source_address: str | None = None
    used_bytes: int = 0


async def recognise(order: "Order", network: "Network") -> Recognised:
    """Ask the URL once. Raises CannotMeasure where the fault is ours, or the server serves nobody now."""
    known = profile_by_kind(order.url, order.kind) if order.kind else profile_by_url(order.url)
    asked = known.ping if known is not None and known.ping else order.url
    request = Request(
        url=asked,
        timeout_s=order.timeout_s,
        family=order.family,
        max_redirects=0,
        max_body_bytes=_LOOK_BYTES,
        proxy=order.proxy,
        headers=dict(order.headers),
    )
    fetched = await network.http.fetch(request)
    failure, profile = fetched.failure or _refused(fetched), known
    if failure is None:
        content_type = fetched.header("content-type") or ""
        if known is None:
            profile = profile_by_answer(order.url, fetched.body, fetched.body_cut, content_type)
        elif is_page(fetched.body):
            profile = None
        if profile is None:
            said = fetched.body[:80].decode("utf-8", "backslashreplace")
            failure = Failure(Stage.REPLY, Cause.NO_SPEED_SERVER, said)
    way = None if failure else await _way(order, request, network)
    if isinstance(way, Failure):
        failure, way = way, None
    return Recognised(
        profile, way, failure, fetched.address_used, fetched.source_address, fetched.body_bytes or 0
    )


def _refused(fetched: "Fetched") -> Failure | None:
    """An answer that is none of a measurement server. Raises CannotMeasure where it serves nobody now."""
    status, location = fetched.status or 0, fetched.header("location") or ""
    if (refused := refusal(status, fetched.header("retry-after") or "")) is not None:
        raise CannotMeasure(refused)
    if status == _LOGIN_REQUIRED:
        return Failure(Stage.REPLY, Cause.NO_SPEED_SERVER, "511 Network Authentication Required")
    if 300 <= status < 400:
        foreign = urlsplit(location).hostname not in (None, urlsplit(fetched.url).hostname)
        cause = Cause.FOREIGN_REDIRECT if foreign else Cause.UNEXPECTED_STATUS
        return Failure(Stage.REPLY, cause, location[:200] if foreign else f"{status}, to {location[:200]}")
    if not 200 <= status < 300:
        return Failure(Stage.REPLY, Cause.UNEXPECTED_STATUS, str(status))
    return None


async def _way(order: "Order", request: Request, network: "Network") -> Way | Failure:
    """The one address that all requests go to, and how."""
    _, origin = read_url(order.url)
    options = network.options
    route = await find_route(origin, request, network.names, options.detours, order.timeout_s)
    if isinstance(route, Failure):
        return route
    authorities = options.trusted_ca or system_bundle()
    if origin.scheme == "https" and authorities is None and not keeps_a_store():
        raise CannotMeasure(Failure(Stage.TLS, Cause.NO_AUTHORITIES, "no file of certificate authorities"))
    direct = None if route.address == (origin.host, origin.port) else route.address
    return Way(
        connect_to=direct,
        proxy=route.proxy,
        source_address=options.source_address,
        authorities=authorities,
        headers=order.headers,
        timeout_s=order.timeout_s,
    )
