"""Bursts that began together and go on together: scheduled, written and sent as one."""

import asyncio

from kontum_netcheck.net.icmp.burst import Burst
from kontum_netcheck.net.icmp.requests import EchoRequests
from kontum_netcheck.net.icmp.wire import Load, Wire


class Cohort:
    """Bursts of one plan over one wire. `number` is the echo that they are at, `place` the burst that is next."""

    def __init__(self, wire: Wire, bursts: list[Burst], due_ns: int) -> None:
        self.wire = wire
        self.plan = bursts[0].plan
        self.timeout_ns = self.plan.timeout_ns
        self.due_ns = due_ns
        self.number = 0
        self.place = 0
        self.last_sent_ns = due_ns
        self.has_changed = False  # a burst was closed
        self.bursts: list[Burst] = []
        self.load: Load
        self._cookie_words: list[int] = []
        self._set(bursts)

    def _set(self, bursts: list[Burst]) -> None:
        """Write the requests of these bursts."""
        self.bursts = bursts
        self.rtts_ns = [burst.rtts_ns for burst in bursts]
        self._futures = [burst.future for burst in bursts]
        cookies = [burst.cookie for burst in bursts]
        self._cookie_words = [int.from_bytes(cookie, "little") for cookie in cookies]
        self.requests = EchoRequests(self.wire.family, self.wire.identifier, cookies, self.plan.payload_bytes)
        self.load = self.wire.load(self.requests, [burst.peer for burst in bursts])

    def keep(self, bursts: list[Burst]) -> None:
        """Go on with these; only between two echoes."""
        self.has_changed = False
        if bursts and len(bursts) < len(self.bursts):
            self._set(bursts)
        self.bursts = bursts

    @property
    def has_abandoned(self) -> bool:
        """Whether nobody waits any more for one of these bursts."""
        return any(map(asyncio.Future.cancelled, self._futures))

    def seals(self, first: int, count: int) -> list[int]:
        """The seals of the echoes now written: cookie and number as a 64-bit word, read little-endian."""
        number = int.from_bytes(self.number.to_bytes(2, "big"), "little") << 48
        return [word | number for word in self._cookie_words[first : first + count]]

    @property
    def left_count(self) -> int:
        """Requests still to be sent of the echo that they are at."""
        return len(self.bursts) - self.place

    @property
    def is_sent(self) -> bool:
        """Whether all echoes have gone."""
        return self.number == self.plan.count

    @property
    def deadline_ns(self) -> int:
        """When the last echo's time is over."""
        return self.last_sent_ns + self.timeout_ns

    def advance(self) -> None:
        """The echo has gone to all: on to the next one.

        Planned from the planned time, so that lateness doesn't add up; but at least half an interval apart.
        """
        self.number += 1
        self.place = 0
        interval_ns = round(self.plan.interval_s * 1e9)
        self.due_ns = max(self.due_ns + interval_ns, self.last_sent_ns + interval_ns // 2)
