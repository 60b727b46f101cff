"""Sends notices in threads of their own: a service that hangs or fails never holds up a turn, nor another service."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kontum_netcheck.cli.notice_address import Address
from kontum_netcheck.watch.outbox import Notice, Outbox

_LAST_TRY_S = 5.0


@dataclass(frozen=True, slots=True)
class PostState:
    """How one address fares."""

    shown: str
    waiting_count: int
    dropped_count: int
    delivered_count: int
    fault: str | None  # what was said when the last try failed; None: it did not


class Courier:
    """One address: its queue, and the thread that empties it."""

    def __init__(
        self,
        address: Address,
        clock_s: Callable[[], float] = time.monotonic,
        tried: Callable[[], None] = lambda: None,
    ) -> None:
        """`tried` is called after each try, in the courier's thread."""
        self._address, self._clock_s, self._tried = address, clock_s, tried
        self._box = Outbox()
        self._changed = threading.Condition()
        self._ending = False
        self._delivered_count = 0
        self._fault: str | None = None
        self._thread = threading.Thread(target=self._work, name="notices", daemon=True)
        self._thread.start()

    @property
    def state(self) -> PostState:
        """How it fares now."""
        with self._changed:
            return PostState(
                self._address.shown,
                len(self._box),
                self._box.dropped_count,
                self._delivered_count,
                self._fault,
            )

    def put(self, notice: Notice) -> None:
        """Take a notice; returns at once."""
        with self._changed:
            self._box.put(notice)
            self._changed.notify()

    def hurry(self) -> None:
        """Try again at once."""
        with self._changed:
            self._box.hurry()
            self._changed.notify()

    def end(self) -> None:
        """Try what waits once more, and stop; `join` waits for it."""
        with self._changed:
            self._ending = True
            self._changed.notify()

    def join(self, timeout_s: float) -> None:
        """Wait for the last try. A service that hangs is left behind: the thread doesn't hold the program."""
        self._thread.join(timeout_s)

    def _work(self) -> None:
        going_on = True
        while going_on and (notice := self._next()) is not None:
            is_last_try = self._ending
            fault = self._address.send(notice)
            with self._changed:
                self._fault = fault
                if fault is None:
                    self._delivered_count += 1
                    self._box.delivered(notice)
                else:
                    going_on = not is_last_try
                    self._box.failed(self._clock_s())
            self._tried()

    def _next(self) -> Notice | None:
        """Wait for what is due; at the end everything is, and None says that nothing is left."""
        with self._changed:
            while not self._ending and self._box.due(self._clock_s()) is None:
                self._changed.wait(self._box.wait_s(self._clock_s()))
            if self._ending:
                self._box.hurry()
            return self._box.due(self._clock_s())


class Couriers:
    """All addresses. A context manager: what waits at its end is tried once more."""

    def __init__(self, addresses: Sequence[Address]) -> None:
        self._couriers = tuple(Courier(address) for address in addresses)

    def __enter__(self) -> "Couriers":
        """Itself."""
        return self

    def __exit__(self, *_fault: object) -> None:
        """Try once more what waits, for a few seconds at most."""
        for courier in self._couriers:
            courier.end()
        until_s = time.monotonic() + _LAST_TRY_S
        for courier in self._couriers:
            courier.join(max(0.0, until_s - time.monotonic()))

    def put(self, notice: Notice) -> None:
        """To every address."""
        for courier in self._couriers:
            courier.put(notice)

    def hurry(self) -> None:
        """Our own link is back: try again at once."""
        for courier in self._couriers:
            courier.hurry()

    @property
    def states(self) -> tuple[PostState, ...]:
        """How each fares."""
        return tuple(courier.state for courier in self._couriers)
