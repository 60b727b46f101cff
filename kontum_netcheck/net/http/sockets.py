"""libcurl's sockets: which are ready, and how long each had been so when we came to it."""

import socket
from collections.abc import Iterator
from time import perf_counter

import pycurl

from kontum_netcheck.net.http import witness
from kontum_netcheck.net.http.readiness import BROKEN, EVENTS, READ, WRITE, new_poll
from kontum_netcheck.net.http.transfer import Transfer
from kontum_netcheck.net.http.witness import Witness

_SLEPT_S = 0.0002  # a look that took longer waited for what it found
_LOOK_MAX_S = 0.005  # a look that takes longer was held up itself


class Sockets:
    """Watches what libcurl tells it to, and writes down each transfer's lateness. `looked_s`: when it last looked."""

    def __init__(self) -> None:
        self._poll = new_poll()
        self._transfers: dict[int, Transfer | None] = {}  # None: libcurl's own, or ours
        self._witnesses: dict[int, Witness] = {}  # by number, for each serves again and again
        self._stamping = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        if witness.IS_THERE:
            witness.stamp(self._stamping)  # Linux stamps while one socket wants it
        self._entered_s = self.looked_s = perf_counter()
        self._starting: Transfer | None = None
        self._met_fd: int | None = None

    def watch(self, what: int, fd: int, _multi: object, _data: object) -> None:
        """libcurl says which socket to watch, and for what. Its callback."""
        if what == pycurl.POLL_REMOVE:
            self._poll.unregister(fd)
            self._let_go(self._transfers.pop(fd, None))
        elif fd in self._transfers:
            self._poll.modify(fd, EVENTS[what])
        else:
            self._poll.register(fd, EVENTS[what])
            self._transfers[fd] = self._meet(fd) if self._starting is not None else None

    def watch_own(self, fd: int) -> None:
        """Watch a socket of ours, which is none of libcurl's."""
        self._poll.register(fd, READ)

    def expect(self, transfer: Transfer | None) -> None:
        """From now on until the next call libcurl starts that transfer, and no other."""
        self._starting, self._met_fd = transfer, None

    def _meet(self, fd: int) -> Transfer | None:
        """The last new socket is the starting transfer's; before it libcurl opens one to wake itself with."""
        transfer = self._starting
        assert transfer is not None
        if self._met_fd is not None:
            self._let_go(transfer)
            self._transfers[self._met_fd] = None
        if witness.IS_THERE:
            seen = self._witnesses.get(fd)
            try:
                if seen is None:
                    seen = self._witnesses[fd] = witness.witness_of(fd)
            except OSError:
                return None
            witness.stamp(seen)
            transfer.witness = seen
        self._met_fd = fd
        return transfer

    @staticmethod
    def _let_go(transfer: Transfer | None) -> None:
        if transfer is not None:
            transfer.witness = None

    def ready(self, wait_s: float | None) -> Iterator[tuple[int, int, Transfer | None]]:
        """Wait that long, or without end; for each ready socket libcurl's CSELECT_… bits, and whose it is.

        Take each to its end before the next: how late we are is read off just before.
        """
        if not witness.IS_THERE and self._transfers:
            wait_s = _LOOK_MAX_S if wait_s is None else min(wait_s, _LOOK_MAX_S)
        entered_s = perf_counter()
        events = self._poll.poll(wait_s)
        if not events and wait_s is not None and perf_counter() - entered_s > wait_s + _LOOK_MAX_S:
            events = self._poll.poll(
                0.0
            )  # we were stopped meanwhile, and Python did not look again (PEP 475)
        returned_s = self.looked_s = perf_counter()
        if not events:
            self._entered_s = entered_s
            return
        slept = wait_s != 0.0 and returned_s - entered_s > _SLEPT_S
        not_ready_s = entered_s if slept else self._entered_s
        self._entered_s = entered_s
        overslept = wait_s is not None and returned_s - entered_s > wait_s + _LOOK_MAX_S
        since_s = returned_s if slept and not overslept else not_ready_s
        for fd, mask in events:
            transfer = self._transfers.get(fd)
            if transfer is not None and not mask & BROKEN:  # asking would take the error away from libcurl
                _note(transfer, mask, not_ready_s, since_s)
            yield (
                fd,
                (pycurl.CSELECT_IN if mask & ~WRITE else 0) | (pycurl.CSELECT_OUT if mask & ~READ else 0),
                transfer,
            )

    def close(self) -> None:
        """Close what it needs itself."""
        for each in self._witnesses.values():
            each.detach()  # libcurl has closed those
        self._stamping.close()
        self._poll.close()


def _note(transfer: Transfer, mask: int, not_ready_s: float, since_s: float) -> None:
    """Write down how late we are: by the system's word, else at most since `since_s`."""
    now_s, lateness = perf_counter(), transfer.lateness
    if mask & READ:
        waiting = None if transfer.witness is None else witness.waiting(transfer.witness)
        lateness.answer_bytes = None
        if waiting is not None:
            most_s = now_s - max(not_ready_s, transfer.started_s)
            lateness.end_s = min(max(0.0, waiting.last_s), most_s)
            if not transfer.is_answered:
                lateness.answer_bytes = waiting.bytes_count
                lateness.flights.append((now_s - transfer.started_s, min(max(0.0, waiting.first_s), most_s)))
            return
    elif lateness.round_trip_s is not None:
        return  # it was connected before, and what it may write to does not hold anybody up
    elif transfer.witness is not None:
        lateness.round_trip_s = witness.round_trip_s(transfer.witness)
        if lateness.round_trip_s is not None:
            return
    lateness.unknown_s += now_s - max(since_s, transfer.started_s)
