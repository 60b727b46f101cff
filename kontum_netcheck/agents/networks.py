"""The engines that jobs share: one set for all, unless a sender asks for another rate of echoes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Self

from kontum_netcheck.net.network import Network, NetworkOptions


class Networks:
    """Use it as an async context manager; leaving it closes every socket."""

    def __init__(self, options: NetworkOptions) -> None:
        self._options = options
        self._by_pps: dict[int, Network] = {}
        self._run_ids: dict[int, str] = {}

    @contextmanager
    def use(self, run_id: str, max_pps: int) -> Iterator[Network]:
        """The engines for a job of that run. A name is looked up once a run: the first job of another one forgets."""
        most = min((limit for limit in (self._options.max_pps, max_pps) if limit), default=0)
        network = self._by_pps.get(most)
        if network is None:
            network = self._by_pps[most] = Network(replace(self._options, max_pps=most))
        if self._run_ids.get(most) != run_id:
            self._run_ids[most] = run_id
            network.forget_names()
        yield network

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        for network in self._by_pps.values():
            await network.__aexit__(*exc_info)
        self._by_pps.clear()
