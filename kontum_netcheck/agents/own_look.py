"""Own link first, also for who asks for days: looked at before a job, where the last look is too old."""

import asyncio
import time
from collections.abc import Sequence

from kontum_netcheck.model import Check
from kontum_netcheck.net.network import Network
from kontum_netcheck.own.link import OwnLink, own_link
from kontum_netcheck.probes.declaration import ProbeParams

_FRESH_S = 20.0


class OwnLook:
    """What was last seen of our own link."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._link: OwnLink | None = None
        self._seen_s = float("-inf")

    async def look(
        self, checks: Sequence[Check], network: Network, reference: ProbeParams | None
    ) -> OwnLink | None:
        """How our own link is; None: nothing is asked that leaves this machine."""
        if all(check.params.stays_on_this_machine for check in checks):
            return None
        async with self._lock:
            if time.monotonic() - self._seen_s > _FRESH_S:
                self._link = await own_link(network, reference)
                self._seen_s = time.monotonic()
        return self._link

    def forget(self) -> None:
        """Something has changed: look again next time."""
        self._seen_s = float("-inf")
