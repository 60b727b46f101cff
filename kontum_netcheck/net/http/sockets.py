"""libcurl's sockets: which are ready, and how long each had been so when we came to it."""

import socket
from collections.abc import Iterator
from time import perf_counter

import pycurl

from kontum_netcheck.net.http.readiness import Readiness
from kontum_netcheck.net.http.transfer import Transfer
from kontum_netcheck.net.http.witness import Witness

_SLEPT_S = 0.0002  # a look that took longer waited for what it found


class Sockets:
    """Watches what libcurl tells it to, and writes down each transfer's lateness."""

    def __init__(self) -> None:
        self._readiness = Readiness()
        self._transfers: dict[int, Transfer] = {}
        self._witnesses: dict[int, Witness] = {}
        self._stamping = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        Witness(self._stamping.fileno()).release()  # Linux stamps as long as one socket wants it
        self._entered_s = perf_counter()
        self._starting: Transfer | None = None
        self._met_fd: int | None = None

    def watch(self, what: int, fd: int, _multi: object, _data: object) -> None:
        """libcurl says which socket to watch, and for what. Its callback."""
        if what == pycurl.POLL_REMOVE:
            self._readiness.forget(fd)
            self._let_go(fd)
            return
        self._readiness.watch(fd, what)
        if self._starting is not None and fd not in self._transfers:
            self._meet(fd, self._starting)

    def expect(self, transfer: Transfer | None) -> None:
        """From now on until the next call libcurl starts that transfer, and no other."""
        self._starting, self._met_fd = transfer, None

    def _meet(self, fd: int, transfer: Transfer) -> None:
        """The last new socket is the starting transfer's; before it libcurl opens one to wake itself with."""
        if self._met_fd is not None:
            self._let_go(self._met_fd)
        if Witness.is_there():
            try:
                witness = self._witnesses[fd] = Witness(fd)
            except OSError:
                return
            transfer.lateness.round_trip_s = witness.round_trip_s()
        self._transfers[fd], self._met_fd = transfer, fd

    def _let_go(self, fd: int) -> None:
        self._transfers.pop(fd, None)
        witness = self._witnesses.pop(fd, None)
        if witness is not None:
            witness.release()

    def watch_own(self, fd: int) -> None:
        """Watch a socket of ours, which is none of libcurl's."""
        self._readiness.watch(fd, pycurl.POLL_IN)

    def ready(self, wait_s: float | None) -> Iterator[tuple[int, int]]:
        """Wait that long, or without end; for each ready socket libcurl's CSELECT_… bits.

        Take each to its end before the next: how late we are is read off just before.
        """
        entered_s = perf_counter()
        events = self._readiness.ready(wait_s)
        returned_s = perf_counter()
        slept = wait_s != 0.0 and returned_s - entered_s > _SLEPT_S
        not_ready_s = entered_s if slept else self._entered_s
        self._entered_s = entered_s
        for fd, bits, broke in events:
            transfer = self._transfers.get(fd)
            if transfer is not None and not broke:  # asking would take the error away from libcurl
                self._note(fd, transfer, bits, not_ready_s, returned_s if slept else not_ready_s)
            yield fd, bits

    def _note(self, fd: int, transfer: Transfer, bits: int, not_ready_s: float, since_s: float) -> None:
        """Write down how late we are: by the system's word, else at most since `since_s`."""
        lateness, witness = transfer.lateness, self._witnesses.get(fd)
        now_s = perf_counter()
        if not bits & pycurl.CSELECT_IN:
            if lateness.round_trip_s is None and witness is not None:
                lateness.round_trip_s = witness.round_trip_s()
            if lateness.round_trip_s is None:
                lateness.unknown_s += now_s - max(since_s, transfer.started_s)
            return
        waited_s = None if witness is None else witness.waited_s()
        if waited_s is None:
            lateness.unknown_s += now_s - max(since_s, transfer.started_s)
            return
        late_s = min(max(0.0, waited_s), now_s - max(not_ready_s, transfer.started_s))
        if transfer.is_answered:
            lateness.end_s = late_s
        else:
            lateness.flights.append((now_s - transfer.started_s, late_s))

    def close(self) -> None:
        """Close what it needs itself; libcurl has closed its own."""
        self._stamping.close()
        self._readiness.close()
