"""One thread that moves every transfer: neither the event loop's lateness nor our queue is measured."""

import socket
import threading
from collections import deque
from collections.abc import Callable
from time import perf_counter

import pycurl

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.http.admission import Admission
from kontum_netcheck.net.http.exchange import Fetched
from kontum_netcheck.net.http.handle import Handle
from kontum_netcheck.net.http.hop import Hop
from kontum_netcheck.net.http.sockets import Sockets
from kontum_netcheck.net.http.transfer import Transfer
from kontum_netcheck.net.http.witness import IS_THERE

Result = Fetched | CannotMeasure

_IDLE_HANDLES_MAX_COUNT = 64
_RESULTS_MAX_COUNT = 32
_STARTS_MAX_COUNT = 4 if IS_THERE else 1  # where nobody knows how late we are we are not
_ACTION_MAX_S = 0.005
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
        self._wake_fd = self._wake_receiver.fileno()
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)
        self._thread.start()

    def submit(self, hop: Hop) -> Transfer:
        """Take a hop; from any thread. What is reported of it comes with the transfer that this returns."""
        transfer = Transfer(hop)
        self._inbox.append(transfer)
        self._wake()
        return transfer

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
        self._sockets = Sockets()
        self._sockets.watch_own(self._wake_fd)
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_PIPELINING, 0)  # a connection each
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._sockets.watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)
        self._timer_s: float | None = None
        self._started_s = 0.0
        self._admission = Admission()
        self._active: dict[pycurl.Curl, tuple[Handle, Transfer]] = {}
        self._idle_handles: list[Handle] = []
        self._results: list[tuple[Transfer, Result]] = []
        try:
            while not self._closing:
                self._turn()
        finally:
            self._end()

    def _turn(self) -> None:
        """Serve what is ready; if nothing is, start a few transfers."""
        served = self._serve()
        if self._given_up:
            self._drop_given_up()
        if self._inbox and (not served or perf_counter() - self._started_s > _LONGEST_PAUSE_S):
            for _ in range(_STARTS_MAX_COUNT):
                if not self._inbox or not self._admission.allows(perf_counter()):
                    break
                self._start(self._inbox.popleft())

    def _serve(self) -> bool:
        """Wait for sockets and timers as long as there is nothing else to do; whether any was ready."""
        self._sleeping = True
        wait_s = self._wait_s()
        if self._results and (wait_s != 0.0 or len(self._results) >= _RESULTS_MAX_COUNT):
            self._report_results()
        served = False
        for fd, ready, transfer in self._sockets.ready(wait_s):
            self._sleeping = False
            if fd == self._wake_fd:
                self._drain()
                continue
            served = True
            self._act(fd, ready, transfer)
        self._sleeping = False
        if self._timer_s is not None and perf_counter() >= self._timer_s:
            self._timer_s = None
            self._act(pycurl.SOCKET_TIMEOUT, 0, None)
        return served

    def _act(self, fd: int, ready: int, transfer: Transfer | None) -> None:
        """Have libcurl do what it can, and take the results of what has ended by that.

        What came in the midst of it nobody stamped for us, so where it took long we may have been late. Whom we
        come to after its time was over, libcurl calls too late, whenever it answered.
        """
        started_s = perf_counter()
        if transfer is not None and started_s > transfer.ends_s:
            transfer.lateness.unknown_s += started_s - transfer.ends_s
        _, running_count = self._multi.socket_action(fd, ready)
        took_s = perf_counter() - started_s
        if took_s > _ACTION_MAX_S and transfer is not None and transfer.is_answered:
            transfer.lateness.acting_s += took_s
        if running_count < len(self._active):
            self._collect()

    def _wait_s(self) -> float | None:
        """How long the look at the sockets may last: not at all where a transfer may start or the engine closes."""
        if self._closing or self._given_up:
            return 0.0
        wait_s = None
        if self._inbox:
            now_s = perf_counter()
            if self._admission.allows(now_s):
                return 0.0
            wait_s = self._admission.wait_s(now_s) or 0.05
        if self._timer_s is not None:
            timer_s = max(0.0, self._timer_s - perf_counter())
            wait_s = timer_s if wait_s is None else min(wait_s, timer_s)
        return wait_s

    def _drain(self) -> None:
        try:
            while len(self._wake_receiver.recv(4096)) == 4096:
                pass
        except BlockingIOError:
            pass

    def _set_timer(self, timeout_ms: int) -> None:
        self._timer_s = None if timeout_ms < 0 else perf_counter() + timeout_ms / 1000

    def _start(self, transfer: Transfer) -> None:
        if transfer.given_up:
            return
        handle = self._idle_handles.pop() if self._idle_handles else Handle()
        transfer.set_up(handle)
        self._active[handle.curl] = handle, transfer
        transfer.started_s = self._started_s = perf_counter()
        self._admission.started(transfer, self._started_s)
        self._multi.add_handle(handle.curl)
        self._timer_s = None
        self._sockets.expect(transfer)
        self._act(pycurl.SOCKET_TIMEOUT, 0, transfer)
        self._sockets.expect(None)

    def _collect(self) -> None:
        """Take the result of every transfer that has ended."""
        _, fine, failed = self._multi.info_read()
        for curl in fine:
            self._finish(curl, 0, "")
        for curl, code, text in failed:
            self._finish(curl, code, text)

    def _finish(self, curl: pycurl.Curl, code: int, text: str) -> None:
        transfer = self._active[curl][1]
        if code == pycurl.E_OPERATION_TIMEDOUT:  # what has come since we looked, libcurl did not see
            transfer.lateness.unknown_s += perf_counter() - self._sockets.looked_s
        result: Result
        try:
            result = transfer.result(code, text)
        except CannotMeasure as error:
            result = error
        self._results.append((transfer, result))
        self._release(curl)

    def _report_results(self) -> None:
        """Hand them over, some at a time: each time the event loop wakes and takes the interpreter from us."""
        self._report(self._results)
        self._results = []

    def _release(self, curl: pycurl.Curl) -> None:
        handle, transfer = self._active.pop(curl)
        transfer.handle = None
        self._multi.remove_handle(curl)
        self._admission.ended(transfer)
        if len(self._idle_handles) < _IDLE_HANDLES_MAX_COUNT:
            self._idle_handles.append(handle)
        else:
            curl.close()

    def _drop_given_up(self) -> None:
        while self._given_up:
            transfer = self._given_up.popleft()
            if transfer.handle is not None:
                self._release(transfer.handle.curl)

    def _end(self) -> None:
        cause = Cause.INTERRUPTED if self._closing else Cause.BUG
        left = [*(transfer for _, transfer in self._active.values()), *self._inbox]
        try:
            for curl in list(self._active):
                self._release(curl)
            for handle in self._idle_handles:
                handle.curl.close()
            self._multi.close()
        finally:
            self._sockets.close()
        self._report_results()
        self._report([(transfer, CannotMeasure(Failure(Stage.INTERNAL, cause))) for transfer in left])
