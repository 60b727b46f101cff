"""Fetches URLs hop by hop: looks up, has libcurl ask in a thread of its own, follows where it may."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.http.address import Origin, next_url, read_url
from kontum_netcheck.net.http.authorities import keeps_a_store, system_bundle
from kontum_netcheck.net.http.exchange import Fetched, Request, sum_of
from kontum_netcheck.net.http.hop import Hop
from kontum_netcheck.net.http.route import find_route
from kontum_netcheck.net.lateness import measure

if TYPE_CHECKING:
    from kontum_netcheck.net.http.transfer import Transfer
    from kontum_netcheck.net.http.worker import Result, Worker
    from kontum_netcheck.net.names import Names
    from kontum_netcheck.net.network import NetworkOptions

_REDIRECTS = (301, 302, 303, 307, 308)


class HttpEngine:
    """Fetches for one run, on one event loop. `close` ends its thread and closes every socket."""

    def __init__(self, options: "NetworkOptions", names: "Names") -> None:
        self._options = options
        self._names = names
        self._worker: Worker | None = None
        self._waiting: dict[Transfer, asyncio.Future[Fetched]] = {}

    async def fetch(self, request: Request) -> Fetched:
        """Ask, follow redirects as far as the request allows, and say what came and how long each phase took.

        Where we ourselves were late, and nobody knows how much of the times that is, the fetch is made once
        more, behind all that is waiting. A failure of the network or the server stands in the result. Raises
        CannotMeasure where the fault is ours, ValueError where the URL is none.
        """
        fetched, again = await measure(lambda: self._follow(request), _late_ms, lambda it: it.failure is None)
        return replace(fetched, measured_again=True) if again else fetched

    async def _follow(self, request: Request) -> Fetched:
        """One fetch, hop by hop."""
        url, own = read_url(request.url)
        origin, so_far, looked_up = own, None, set[str]()
        while True:
            hop = await self._hop(url, origin, own, request, so_far, looked_up)
            so_far = hop if so_far is None else _joined(so_far, hop)
            if so_far.failure or so_far.status not in _REDIRECTS:
                return so_far
            location = so_far.header("location")
            if not location or request.max_redirects == 0 or so_far.status in request.final_status:
                return so_far
            if so_far.redirect_count == request.max_redirects:
                detail = f"more than {request.max_redirects}, the last one to {location[:200]}"
                return replace(so_far, failure=Failure(Stage.REPLY, Cause.TOO_MANY_REDIRECTS, detail))
            onward = next_url(url, location, own.host, request.redirect_hosts)
            if isinstance(onward, Failure):
                return replace(so_far, failure=onward)
            url, origin = onward
            so_far = replace(so_far, redirect_count=so_far.redirect_count + 1)

    async def close(self) -> None:
        """Give up what is still on its way: it ends with CannotMeasure, interrupted."""
        if self._worker is not None:
            await asyncio.to_thread(self._worker.close)
            self._worker = None

    async def _hop(
        self,
        url: str,
        origin: Origin,
        own: Origin,
        request: Request,
        so_far: Fetched | None,
        looked_up: set[str],
    ) -> Fetched:
        """One request to one server. A host looked up by an earlier hop costs no look-up again."""
        left_s = request.timeout_s
        if so_far is not None:
            left_s -= (so_far.phases.total_ms or 0.0) / 1000
        if left_s <= 0:
            late = Failure(Stage.CONNECT, Cause.TIMEOUT, f"redirects took all of {request.timeout_s:g} s")
            return Fetched(url, failure=late)
        route = await find_route(origin, request, self._names, self._options.detours, left_s)
        if isinstance(route, Failure):
            return Fetched(url, failure=route)
        resolve_ms = None if origin.host in looked_up else route.resolve_ms
        looked_up.add(origin.host)
        hop = Hop(
            url=url,
            host=origin.host,
            address=None if route.address == (origin.host, origin.port) else route.address,
            address_used=route.address_used,
            resolve_ms=resolve_ms,
            method=request.method,
            headers=tuple(request.headers.items()) if _may_have_headers(origin, own) else (),
            timeout_s=max(0.001, left_s - (resolve_ms or 0.0) / 1000),
            max_body_bytes=request.max_body_bytes,
            proxy=route.proxy,
            source_address=self._options.source_address,
            authorities=self._authorities if origin.scheme == "https" else None,
        )
        return await self._move(hop)

    @cached_property
    def _authorities(self) -> Path | None:
        """The file of certificate authorities; None where libcurl reads the system's own store."""
        found = self._options.trusted_ca or system_bundle()
        if found is None and not keeps_a_store():
            raise CannotMeasure(
                Failure(Stage.TLS, Cause.NO_AUTHORITIES, "no file of certificate authorities")
            )
        return found

    async def _move(self, hop: Hop) -> Fetched:
        """Hand the hop to the thread and wait; where our task is cancelled, the transfer ends too."""
        loop = asyncio.get_running_loop()
        worker = self._worker
        if worker is None:
            from kontum_netcheck.net.http.worker import Worker

            def report(results: "Sequence[tuple[Transfer, Result]]") -> None:
                loop.call_soon_threadsafe(self._deliver, results)

            worker = self._worker = Worker(report)
        future: asyncio.Future[Fetched] = loop.create_future()
        transfer = worker.submit(hop)
        self._waiting[transfer] = future
        try:
            return await future
        except asyncio.CancelledError:
            worker.give_up(transfer)
            raise
        finally:
            self._waiting.pop(transfer, None)

    def _deliver(self, results: "Sequence[tuple[Transfer, Result]]") -> None:
        for transfer, result in results:
            future = self._waiting.get(transfer)
            if future is None or future.done():
                continue
            if isinstance(result, CannotMeasure):
                future.set_exception(result)
            else:
                future.set_result(result)


def _late_ms(fetched: Fetched) -> float | None:
    """None where what failed is known, whenever we came to see it."""
    return None if fetched.failure and fetched.failure.cause is not Cause.TIMEOUT else fetched.late_ms


def _may_have_headers(origin: Origin, own: Origin) -> bool:
    """They may hold a secret: for the request's own host only, and never in clear after TLS."""
    return origin.host == own.host and (origin.scheme == "https" or own.scheme == "http")


def _joined(earlier: Fetched, hop: Fetched) -> Fetched:
    """The last hop's answer with the phases of all, and the last certificate that was shown."""
    phases = earlier.phases.plus(hop.phases)
    return replace(
        hop,
        phases=phases if hop.failure is None else replace(phases, total_ms=None),
        redirect_count=earlier.redirect_count,
        certificate=hop.certificate or earlier.certificate,
        late_ms=sum_of(earlier.late_ms, hop.late_ms),
    )
