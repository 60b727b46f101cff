"""One thread that moves every transfer: neither the event loop's lateness nor our queue is measured."""

import selectors
import socket
import threading
from collections import deque
from collections.abc import Callable
from time import perf_counter

import pycurl

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.http.admission import Admission
from kontum_netcheck.net.http.exchange import Fetched
from kontum_netcheck.net.http.transfer import Transfer, new_handle

Result = Fetched | CannotMeasure

_CURL_EVENTS = {
    pycurl.POLL_IN: selectors.EVENT_READ,
    pycurl.POLL_OUT: selectors.EVENT_WRITE,
    pycurl.POLL_INOUT: selectors.EVENT_READ | selectors.EVENT_WRITE,
}
_IDLE_HANDLES_MAX_COUNT = 64
_RESULTS_MAX_COUNT = 32
_LONGEST_PAUSE_S = 0.005  # a transfer that is always ready, a large one, doesn't keep others from starting


class Worker:
    """Takes transfers, starts them as the admission allows, and reports each end from its own thread.

    What is ready is served first and a new transfer starts only when nothing is: serving late would make a
    server look slow, starting late makes nothing look slow.
    """

    def __init__(self, report: Callable[[list[tuple[Transfer, Result]]], None]) -> None:
        self._report = report
        self._inbox: deque[Transfer] = deque()
        self._given_up: deque[Transfer] = deque()
        self._closing = False
        self._sleeping = False
        self._wake_receiver, self._wake_sender = socket.socketpair()
        self._wake_receiver.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)
        self._thread.start()

    def submit(self, transfer: Transfer) -> None:
        """Take a transfer; from any thread."""
        self._inbox.append(transfer)
        self._wake()

    def give_up(self, transfer: Transfer) -> None:
        """End a transfer, wherever it is; from any thread."""
        transfer.given_up = True
        self._given_up.append(transfer)
        self._wake()

    def close(self) -> None:
        """Give up what is left and end the thread; every socket is closed when this returns."""
        self._closing = True
        self._wake(always=True)
        self._thread.join()
        self._wake_receiver.close()
        self._wake_sender.close()

    def _wake(self, *, always: bool = False) -> None:
        if self._sleeping or always:
            self._sleeping = False
            self._wake_sender.send(b"\0")

    # From here on everything runs in the thread.

    def _run(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wake_receiver, selectors.EVENT_READ)
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_PIPELINING, 0)  # a connection each
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)
        self._timer_s: float | None = None
        self._started_s = 0.0
        self._admission = Admission()
        self._active: dict[pycurl.Curl, Transfer] = {}
        self._idle_handles: list[pycurl.Curl] = []
        self._watched: set[int] = set()
        self._results: list[tuple[Transfer, Result]] = []
        try:
            while not self._closing:
                self._turn()
        finally:
            self._end()

    def _turn(self) -> None:
        """Serve what is ready; if nothing is, start one transfer."""
        served = self._serve()
        if self._given_up:
            self._drop_given_up()
        self._skip_given_up()
        now_s = perf_counter()
        may_start = not served or now_s - self._started_s > _LONGEST_PAUSE_S
        if may_start and self._inbox and self._admission.allows(now_s):
            self._start(self._inbox.popleft())
        self._collect()

    def _serve(self) -> bool:
        """Wait for sockets and timers as long as there is nothing else to do; whether any was ready."""
        self._sleeping = True
        wait_s = self._wait_s()
        if self._results and (wait_s != 0.0 or len(self._results) >= _RESULTS_MAX_COUNT):
            self._report_results()
        events = self._selector.select(wait_s)
        self._sleeping = False
        served = False
        for key, mask in events:
            if key.fileobj is self._wake_receiver:
                self._drain()
                continue
            served = True
            ready = (pycurl.CSELECT_IN if mask & selectors.EVENT_READ else 0) | (
                pycurl.CSELECT_OUT if mask & selectors.EVENT_WRITE else 0
            )
            self._multi.socket_action(key.fd, ready)
        if self._timer_s is not None and perf_counter() >= self._timer_s:
            self._timer_s = None
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
        return served

    def _wait_s(self) -> float | None:
        """How long the selector may sleep: not at all where a transfer may start or the engine closes."""
        now_s = perf_counter()
        if self._closing or self._given_up:
            return 0.0
        waits_s = []
        if self._inbox:
            waits_s.append(0.0 if self._admission.allows(now_s) else self._admission.wait_s(now_s) or 0.05)
        if self._timer_s is not None:
            waits_s.append(max(0.0, self._timer_s - now_s))
        return min(waits_s, default=None)

    def _drain(self) -> None:
        try:
            while len(self._wake_receiver.recv(4096)) == 4096:
                pass
        except BlockingIOError:
            pass

    def _watch(self, what: int, fd: int, _multi: object, _data: object) -> None:
        """libcurl says which socket to watch, and for what."""
        if what == pycurl.POLL_REMOVE:
            self._watched.discard(fd)
            self._selector.unregister(fd)
        elif fd in self._watched:
            self._selector.modify(fd, _CURL_EVENTS[what])
        else:
            self._watched.add(fd)
            self._selector.register(fd, _CURL_EVENTS[what])

    def _set_timer(self, timeout_ms: int) -> None:
        self._timer_s = None if timeout_ms < 0 else perf_counter() + timeout_ms / 1000

    def _start(self, transfer: Transfer) -> None:
        curl = self._idle_handles.pop() if self._idle_handles else new_handle()
        transfer.set_up(curl)
        self._active[curl] = transfer
        self._started_s = perf_counter()
        self._admission.started(transfer, self._started_s)
        self._multi.add_handle(curl)
        self._timer_s = None
        self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)

    def _collect(self) -> None:
        """Take the result of every transfer that has ended."""
        _, fine, failed = self._multi.info_read()
        for curl, code, text in [*((curl, 0, "") for curl in fine), *failed]:
            transfer = self._active[curl]
            try:
                self._results.append((transfer, transfer.result(curl, code, text)))
            except CannotMeasure as error:
                self._results.append((transfer, error))
            self._release(curl, transfer)

    def _report_results(self) -> None:
        """Hand them over, some at a time: each time the event loop wakes and takes the interpreter from us."""
        self._report(self._results)
        self._results = []

    def _release(self, curl: pycurl.Curl, transfer: Transfer) -> None:
        del self._active[curl]
        transfer.curl = None
        self._multi.remove_handle(curl)
        self._admission.ended(transfer)
        if len(self._idle_handles) < _IDLE_HANDLES_MAX_COUNT:
            self._idle_handles.append(curl)
        else:
            curl.close()

    def _skip_given_up(self) -> None:
        while self._inbox and self._inbox[0].given_up:
            self._inbox.popleft()

    def _drop_given_up(self) -> None:
        while self._given_up:
            transfer = self._given_up.popleft()
            if transfer.curl is not None:
                self._release(transfer.curl, transfer)

    def _end(self) -> None:
        cause = Cause.INTERRUPTED if self._closing else Cause.BUG
        self._report_results()
        left = [*self._active.values(), *self._inbox]
        for curl, transfer in list(self._active.items()):
            self._release(curl, transfer)
        for curl in self._idle_handles:
            curl.close()
        self._multi.close()
        self._selector.close()
        self._report([(transfer, CannotMeasure(Failure(Stage.INTERNAL, cause))) for transfer in left])
