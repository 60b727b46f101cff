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
from collections import Counter, deque

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.errors import failure_of
from kontum_netcheck.net.icmp.burst import Burst, Result
from kontum_netcheck.net.icmp.cohort import Cohort
from kontum_netcheck.net.icmp.line import Line
from kontum_netcheck.net.icmp.linux_wire import LinuxWire
from kontum_netcheck.net.icmp.pace import Pace
from kontum_netcheck.net.icmp.series import IcmpError
from kontum_netcheck.net.icmp.wire import RECEIVE_BATCH, Wire

_BATCHES_A_ROUND = 16
_LINGER_NS = 20_000_000  # for duplicates, after the last echo was answered
_TICK_NS = 5_000_000
_MANY_COUNT = 8  # cohorts: from then on those who come within a moment start together, and go on as one
_GATHER_NS = 50_000_000
_RETRY_NS = 2_000_000  # where our own send queue is full
_IDLE_S = 3600.0


Entry = tuple[int, int, Cohort]
"""When a cohort is due (perf_counter, ns), the order among those due at once, the cohort."""


class EchoThread:
    """Sends echoes when they are planned, fetches replies, hands finished bursts to their event loop."""

    def __init__(self, max_pps: int) -> None:
        self._inbox: deque[Burst] = deque()
        self._cohorts: set[Cohort] = set()  # those that still have open bursts
        self._sends: list[Entry] = []  # a heap
        self._closings: list[Entry] = []  # a heap: cohorts whose echoes have all gone
        self._order = itertools.count()
        self._pace = Pace(max_pps, time.perf_counter_ns())
        self._lines: dict[Wire, Line] = {}
        self._finished: list[tuple[Burst, Result]] = []
        self._selector = selectors.DefaultSelector()
        self._doorbell, self._door = socket.socketpair()
        self._door.setblocking(False)
        self._doorbell.setblocking(False)
        self._selector.register(self._door, selectors.EVENT_READ)
        self._sends_a_round = LinuxWire.sends_at_once
        self._will_ring = False
        self._gathered_ns = 0
        self._is_gathering = False  # the thread wakes by itself for those who come now
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="pinger", daemon=True)
        self._thread.start()

    # from the event loop's thread

    def submit(self, burst: Burst) -> None:
        """Start a burst now."""
        self._inbox.append(burst)
        if not (self._will_ring or self._is_gathering):
            self._will_ring = True  # once for all that start in the same turn of the loop
            burst.future.get_loop().call_soon(self._ring)

    @property
    def straggler_counts(self) -> dict[str, int]:
        """By address: replies that came when their burst was already closed."""
        counts: Counter[str] = Counter()
        for line in list(self._lines.values()):
            counts.update(line.straggler_counts.copy())
        return dict(counts)

    def close(self) -> None:
        """End the thread. Bursts in flight get CannotMeasure. Blocks for a moment."""
        self._closing = True
        self._ring()
        self._thread.join()
        self._doorbell.close()

    def _ring(self) -> None:
        self._will_ring = False
        with contextlib.suppress(OSError):
            self._doorbell.send(b"\0")

    # in the thread

    def _run(self) -> None:
        try:
            while not self._closing:
                for line in self._sleep():
                    self._receive(line)
                self._accept()
                self._do_what_is_due()
                self._hand_over()
        finally:
            self._end()

    def _accept(self) -> None:
        """Plan the bursts that came in, their first echoes for now; those that are alike go together."""
        now_ns = time.perf_counter_ns()
        if self._inbox and len(self._cohorts) >= _MANY_COUNT and now_ns < self._gathered_ns + _GATHER_NS:
            self._is_gathering = True
            return
        self._is_gathering = False  # before the inbox is emptied: who comes too late for that rings
        self._gathered_ns = now_ns
        came: dict[tuple[int, int], list[Burst]] = {}  # equal plans are one object
        while self._inbox:
            burst = self._inbox.popleft()
            came.setdefault((id(burst.wire), id(burst.plan)), []).append(burst)
        for bursts in came.values():
            wire = bursts[0].wire
            if wire not in self._lines:
                self._lines[wire] = Line(wire)
                self._selector.register(wire.sock, selectors.EVENT_READ, self._lines[wire])
            due_ns = max(now_ns, self._lines[wire].ready_ns)
            wire.count_drops()
            for burst in bursts:
                burst.dropped_before_count = wire.dropped_count
            self._sends_a_round = min(self._sends_a_round, wire.sends_at_once)
            size = min(wire.sends_at_once, self._pace.at_once_count)
            for start in range(0, len(bursts), size):
                cohort = Cohort(wire, bursts[start : start + size], due_ns)
                self._cohorts.add(cohort)
                self._push(self._sends, due_ns, cohort)

    def _push(self, heap: list[Entry], due_ns: int, cohort: Cohort) -> None:
        heapq.heappush(heap, (due_ns, next(self._order), cohort))

    def _plan_closing(self, cohort: Cohort, due_ns: int) -> None:
        """A little later than due: those of many cohorts at once, for each waking of the event loop costs."""
        self._push(self._closings, (due_ns // _TICK_NS + 1) * _TICK_NS, cohort)

    def _receive(self, line: Line) -> None:
        """Fetch what lies in the socket: all of it, lest a burst is closed before its last reply was read."""
        for _ in range(_BATCHES_A_ROUND):
            if line.receive() < RECEIVE_BATCH:
                break

    def _do_what_is_due(self) -> None:
        """Send what is due and allowed; close bursts that have been answered or have waited long enough."""
        now_ns = time.perf_counter_ns()
        while self._closings and self._closings[0][0] <= now_ns:
            _, _, cohort = heapq.heappop(self._closings)
            self._close_some(cohort, now_ns)
        allowance = self._pace.allowance(now_ns, self._sends_a_round)
        while allowance and self._sends and self._sends[0][0] <= now_ns:
            _, _, cohort = heapq.heappop(self._sends)
            allowance -= self._send(cohort, allowance)

    def _send(self, cohort: Cohort, allowance: int) -> int:
        """Send a cohort's echo, or a part of it, and plan its next one; to how many it went."""
        if cohort.place == 0 and (cohort.has_changed or cohort.has_abandoned):
            self._drop_the_closed(cohort)
        if not cohort.bursts:
            self._cohorts.discard(cohort)
            return 0
        sent_count, error = self._lines[cohort.wire].send(cohort, allowance)
        self._pace.spend(sent_count)
        if error is not None and error.errno != errno.ENOBUFS:
            self._not_sent(cohort, error)
        elif cohort.left_count and sent_count < allowance:  # no room
            self._push(self._sends, time.perf_counter_ns() + _RETRY_NS, cohort)
            return sent_count
        if not cohort.left_count:
            cohort.advance()
        if cohort.is_sent:
            self._plan_closing(cohort, cohort.last_sent_ns + _LINGER_NS)
        else:
            self._push(self._sends, cohort.due_ns, cohort)
        return sent_count

    def _not_sent(self, cohort: Cohort, error: OSError) -> None:
        """No way out of this machine to the next host: at once that is the answer, later on it is one echo's."""
        burst = cohort.bursts[cohort.place]
        cohort.place += 1
        try:
            failure = failure_of(error, Stage.REQUEST)
        except CannotMeasure as ours:
            self._finish(burst, ours)
            cohort.has_changed = True
            return
        if cohort.number == 0:
            self._finish(burst, failure)
            cohort.has_changed = True
        else:
            burst.refused(cohort.number, IcmpError(failure.cause, failure.detail, "this machine"))

    def _drop_the_closed(self, cohort: Cohort) -> None:
        for burst in cohort.bursts:
            if burst.is_abandoned:
                self._finish(burst)
        cohort.keep([burst for burst in cohort.bursts if not burst.closed])

    def _close_some(self, cohort: Cohort, now_ns: int) -> None:
        """Close a cohort's bursts that are answered, and have been for a while; at the deadline all of them.

        But not those of slow hosts, which answered late before: their last echoes may take twice the time.
        """
        left = []
        is_over = now_ns >= cohort.deadline_ns
        is_long_over = now_ns >= cohort.deadline_ns + cohort.timeout_ns
        next_ns = now_ns + _LINGER_NS if is_over else min(now_ns + _LINGER_NS, cohort.deadline_ns)
        for burst in cohort.bursts:
            if burst.is_resolved and not is_over:
                quiet_ns = cohort.last_sent_ns + (burst.rtts_ns[-1] or 0) + _LINGER_NS
                is_ready = now_ns >= quiet_ns
                next_ns = min(next_ns, quiet_ns)
            else:
                is_ready = is_over and (is_long_over or not burst.late or burst.is_resolved)
            if is_ready or burst.is_abandoned:
                self._finish(burst)
            elif not burst.closed:
                left.append(burst)
        cohort.bursts = left
        if left:
            self._plan_closing(cohort, next_ns)
        else:
            self._cohorts.discard(cohort)

    def _finish(self, burst: Burst, result: Result | None = None) -> None:
        """Close a burst with what there is, or with why there is nothing."""
        if not burst.closed:
            burst.closed = True
            if result is None and None in burst.rtts_ns:
                burst.wire.count_drops()  # lest a reply that we had no room for is called lost
                self._lines[burst.wire].expect_stragglers(burst)
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

    def _sleep(self) -> list[Line]:
        """Until something is due, comes in or is asked for; the lines on which something came."""
        now_ns = time.perf_counter_ns()
        timeout_s = _IDLE_S
        if self._sends:
            due_ns, _, cohort = self._sends[0]
            timeout_s = max(due_ns - now_ns, self._pace.wait_ns(cohort.left_count), 0) / 1e9
        if self._closings:
            timeout_s = min(timeout_s, max(self._closings[0][0] - now_ns, 0) / 1e9)
        if self._is_gathering:
            timeout_s = min(timeout_s, max(self._gathered_ns + _GATHER_NS - now_ns, 0) / 1e9)
        ready = [key for key, _ in self._selector.select(timeout_s)]
        if any(key.fileobj is self._door for key in ready):
            self._door.recv(64)
        return [key.data for key in ready if key.data is not None]

    def _end(self) -> None:
        """Nobody is left waiting, whatever ended us."""
        for burst in [*(burst for cohort in self._cohorts for burst in cohort.bursts), *self._inbox]:
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
