"""The thread that sends and receives echoes, so that the event loop's lateness never enters a round trip."""

import asyncio
import contextlib
import errno
import heapq
import itertools
import selectors
import socket
import threading
import time
from collections import deque

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.errors import failure_of
from kontum_netcheck.net.icmp.burst import Burst, Result
from kontum_netcheck.net.icmp.line import Line
from kontum_netcheck.net.icmp.pace import Pace
from kontum_netcheck.net.icmp.series import IcmpError
from kontum_netcheck.net.icmp.wire import Wire

_SENDS_A_ROUND = 64  # then the replies are fetched, lest the receive buffer fills
_BATCHES_A_ROUND = 16
_LINGER_NS = 20_000_000  # for duplicates, after the last echo was answered
_RETRY_NS = 2_000_000  # where our own send queue is full
_IDLE_S = 3600.0


Entry = tuple[int, int, Burst]
"""When a burst is due (perf_counter, ns), the order among those due at once, the burst."""


class EchoThread:
    """Sends echoes when they are planned, fetches replies, hands finished bursts to their event loop."""

    def __init__(self, max_pps: int) -> None:
        self._inbox: deque[Burst] = deque()
        self._unfinished: set[Burst] = set()
        self._plan: list[Entry] = []  # a heap
        self._order = itertools.count()
        self._pace = Pace(max_pps, time.perf_counter_ns())
        self._lines: dict[Wire, Line] = {}
        self._finished: list[tuple[Burst, Result]] = []
        self._selector = selectors.DefaultSelector()
        self._doorbell, self._door = socket.socketpair()
        self._door.setblocking(False)
        self._doorbell.setblocking(False)
        self._selector.register(self._door, selectors.EVENT_READ)
        self._rung = False
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="pinger", daemon=True)
        self._thread.start()

    # from the event loop's thread

    def submit(self, burst: Burst) -> None:
        """Start a burst now."""
        self._inbox.append(burst)
        self._ring()

    def close(self) -> None:
        """End the thread. Bursts in flight get CannotMeasure. Blocks for a moment."""
        self._closing = True
        self._ring(force=True)
        self._thread.join()
        self._doorbell.close()

    def _ring(self, *, force: bool = False) -> None:
        if not self._rung or force:
            self._rung = True
            with contextlib.suppress(OSError):
                self._doorbell.send(b"\0")

    # in the thread

    def _run(self) -> None:
        try:
            while not self._closing:
                self._accept()
                for line in self._lines.values():
                    self._receive(line)
                self._do_what_is_due()
                self._hand_over()
                self._sleep()
        finally:
            self._end()

    def _accept(self) -> None:
        """Plan the bursts that came in, their first echoes for now."""
        now_ns = time.perf_counter_ns()
        while self._inbox:
            burst = self._inbox.popleft()
            if burst.wire not in self._lines:
                self._lines[burst.wire] = Line(burst.wire)
                self._selector.register(burst.wire.sock, selectors.EVENT_READ)
            self._unfinished.add(burst)
            self._at(max(now_ns, self._lines[burst.wire].ready_ns), burst)

    def _at(self, due_ns: int, burst: Burst) -> None:
        heapq.heappush(self._plan, (due_ns, next(self._order), burst))

    def _receive(self, line: Line) -> None:
        """Fetch what lies in the socket: all of it, lest a burst is closed before its last reply was read."""
        for _ in range(_BATCHES_A_ROUND):
            count, resolved = line.receive()
            for burst in resolved:
                self._at(time.perf_counter_ns() + _LINGER_NS, burst)
            if not count:
                break

    def _do_what_is_due(self) -> None:
        """Send bursts' next echoes; close those that have waited for the last one."""
        plan, now_ns = self._plan, time.perf_counter_ns()
        allowance = self._pace.allowance(now_ns, _SENDS_A_ROUND)
        due: dict[Wire, list[Entry]] = {}
        while plan and plan[0][0] <= now_ns:
            burst = plan[0][2]
            if burst.closed or burst.abandoned or burst.sent_count == burst.count:
                heapq.heappop(plan)
                self._finish(burst)
            elif allowance:
                allowance -= 1
                due.setdefault(burst.wire, []).append(heapq.heappop(plan))
            else:
                break
        for wire, entries in due.items():
            self._send(self._lines[wire], entries)

    def _send(self, line: Line, entries: list[Entry]) -> None:
        """Send an echo of each burst, and plan its next one.

        Planned from the planned time, so that lateness doesn't add up; but at least half an interval apart.
        """
        sent, error = line.send([burst for _, _, burst in entries])
        self._pace.spend(len(sent))
        for (due_ns, order, burst), sent_ns in zip(entries, sent, strict=False):
            if burst.sent_count == burst.count:
                next_ns = sent_ns + burst.timeout_ns
            else:
                next_ns = max(due_ns + burst.interval_ns, sent_ns + burst.interval_ns // 2)
            heapq.heappush(self._plan, (next_ns, order, burst))
        for due_ns, order, burst in entries[len(sent) :]:
            if error is not None:
                next_ns, error = self._not_sent(burst, due_ns, error), None
            else:
                next_ns = time.perf_counter_ns() + _RETRY_NS
            heapq.heappush(self._plan, (next_ns, order, burst))

    def _not_sent(self, burst: Burst, due_ns: int, error: OSError) -> int:
        """No way out of this machine: at once that is the answer, later on it is one echo's."""
        if error.errno == errno.ENOBUFS:
            return time.perf_counter_ns() + _RETRY_NS
        try:
            failure = failure_of(error, Stage.REQUEST)
        except CannotMeasure as ours:
            self._finish(burst, ours)
            return due_ns
        if burst.sent_count == 0:
            self._finish(burst, failure)
            return due_ns
        burst.refused(burst.sent_count, IcmpError(failure.cause, failure.detail, "this machine"))
        burst.sent_count += 1
        return due_ns + (burst.timeout_ns if burst.sent_count == burst.count else burst.interval_ns)

    def _finish(self, burst: Burst, result: Result | None = None) -> None:
        """Close a burst with what there is, or with why there is nothing."""
        if not burst.closed:
            burst.closed = True
            self._unfinished.discard(burst)
            self._finished.append((burst, result or burst.series()))

    def _hand_over(self) -> None:
        """Give the results to their event loops, many at a time: waking a loop costs more than a result."""
        if not self._finished:
            return
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Burst, Result]]] = {}
        for burst, result in self._finished:
            by_loop.setdefault(burst.future.get_loop(), []).append((burst, result))
        self._finished.clear()
        for loop, results in by_loop.items():
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
                loop.call_soon_threadsafe(_settle, results)

    def _sleep(self) -> None:
        """Until something is due, comes in or is asked for."""
        timeout_s = _IDLE_S
        if self._plan:
            due_in_ns = self._plan[0][0] - time.perf_counter_ns()
            timeout_s = max(due_in_ns, self._pace.wait_ns(), 0) / 1e9
        if timeout_s or not self._lines:
            self._selector.select(timeout_s)
        if self._rung:
            with contextlib.suppress(BlockingIOError):
                while self._door.recv(64):
                    pass
            self._rung = False

    def _end(self) -> None:
        """Nobody is left waiting, whatever ended us."""
        bursts = [*self._unfinished, *self._inbox]
        for burst in bursts:
            failure = Failure(Stage.INTERNAL, Cause.INTERRUPTED, "the pinger was closed")
            self._finish(burst, CannotMeasure(failure))
        self._hand_over()
        self._selector.close()
        self._door.close()


def _settle(results: list[tuple[Burst, Result]]) -> None:
    """In the event loop: wake those who wait."""
    for burst, result in results:
        if burst.future.done():
            continue
        if isinstance(result, CannotMeasure):
            burst.future.set_exception(result)
        else:
            burst.future.set_result(result)
