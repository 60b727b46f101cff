"""How many transfers may start, so that each is timed while we are there to see it. Pure."""

import sys
from collections import OrderedDict
from collections.abc import Hashable

from kontum_netcheck.net.http.witness import IS_THERE

YOUNG_S = 0.03
YOUNG_MAX_COUNT = 64 if IS_THERE else 32
"""Measured against a server that waits 50 ms: the most that keep every time as true as one alone."""
_RESERVED_SOCKETS_COUNT = 64  # for the other probes and files of this process
_SELECT_MAX_SOCKETS_COUNT = 480  # Windows: select() takes 512


class Admission:
    """Counts the young: transfers that started lately and have not ended.

    Only they cost work; one that has been waiting for long, perhaps on a dead host, costs none until it is
    answered, and no place either. So dead hosts don't hold up the rest, whatever their number, up to the
    sockets that the system lets us have.
    """

    def __init__(self, sockets_max_count: int | None = None) -> None:
        self._sockets_max_count = sockets_max_count or _sockets_max_count()
        self._young: OrderedDict[Hashable, float] = OrderedDict()
        self._open_count = 0

    def allows(self, now_s: float) -> bool:
        """Whether one more may start now."""
        while self._young and now_s - next(iter(self._young.values())) > YOUNG_S:
            self._young.popitem(last=False)
        return len(self._young) < YOUNG_MAX_COUNT and self._open_count < self._sockets_max_count

    def started(self, transfer: Hashable, now_s: float) -> None:
        """One more is on its way."""
        self._young[transfer] = now_s
        self._open_count += 1

    def ended(self, transfer: Hashable) -> None:
        """It is over."""
        self._young.pop(transfer, None)
        self._open_count -= 1

    def wait_s(self, now_s: float) -> float:
        """How long until the oldest of the young has grown out of the count."""
        return max(0.0, next(iter(self._young.values()), now_s) + YOUNG_S - now_s)


def _sockets_max_count() -> int:
    """What the system lets one process open, less what the rest of it needs."""
    if sys.platform == "win32":
        return _SELECT_MAX_SOCKETS_COUNT
    import resource

    soft_limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft_limit == resource.RLIM_INFINITY:
        return 65_536
    return max(16, soft_limit - max(_RESERVED_SOCKETS_COUNT, soft_limit // 4))
