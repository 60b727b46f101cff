"""Threads for the C library's blocking name look-ups. A look-up that hangs costs a thread, never the run."""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

_AT_ONCE_COUNT = 32
_THREADS_MAX_COUNT = 256


@dataclass(eq=False, slots=True)
class _Job(Generic[T]):
    work: Callable[[], T]
    future: "asyncio.Future[tuple[T, float]]"
    timer: asyncio.TimerHandle | None = None
    hung: bool = False


class LookupThreads:
    """Runs blocking calls in daemon threads, so that a hung one keeps neither the run nor the exit waiting.

    Time in our own queue counts neither as the call's time nor towards its timeout.
    """

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._queue: queue.SimpleQueue[_Job[object] | None] = queue.SimpleQueue()
        self._threads_count = 0
        self._unfinished_count = 0
        self._hung_count = 0

    async def run(self, work: Callable[[], T]) -> tuple[T, float]:
        """The result of `work` and how long it took in ms. Raises what it raised, or TimeoutError."""
        job: _Job[T] = _Job(work, asyncio.get_running_loop().create_future())
        self._unfinished_count += 1
        self._queue.put(job)  # type: ignore[arg-type]  # the queue is of jobs of any result
        self._have_enough_threads()
        return await job.future

    def close(self) -> None:
        """Tell the threads to end; a hung one ends with its call, or with the process."""
        for _ in range(self._threads_count):
            self._queue.put(None)

    def _have_enough_threads(self) -> None:
        """As many as there are calls, at most _AT_ONCE_COUNT that aren't hung."""
        useful_count = min(self._unfinished_count, _AT_ONCE_COUNT) + self._hung_count
        while self._threads_count < min(useful_count, _THREADS_MAX_COUNT):
            self._threads_count += 1
            threading.Thread(target=self._serve, name="look-up", daemon=True).start()

    def _serve(self) -> None:
        """One thread's life."""
        while (job := self._queue.get()) is not None:
            loop = job.future.get_loop()
            try:
                loop.call_soon_threadsafe(self._begun, job)
                begun = time.perf_counter()
                try:
                    result, error = job.work(), None
                except Exception as caught:
                    result, error = None, caught
                took_ms = (time.perf_counter() - begun) * 1000
                loop.call_soon_threadsafe(self._ended, job, result, error, took_ms)
            except RuntimeError:  # the loop is closed: nobody waits any more
                return

    def _begun(self, job: _Job[object]) -> None:
        job.timer = job.future.get_loop().call_later(self._timeout_s, self._hangs, job)

    def _hangs(self, job: _Job[object]) -> None:
        job.hung = True
        self._unfinished_count -= 1
        self._hung_count += 1
        self._have_enough_threads()
        if not job.future.done():  # unless its caller was cancelled
            job.future.set_exception(TimeoutError())

    def _ended(self, job: _Job[object], result: object, error: Exception | None, took_ms: float) -> None:
        if job.hung:
            self._hung_count -= 1
            return
        assert job.timer is not None
        job.timer.cancel()
        self._unfinished_count -= 1
        if job.future.done():
            return
        if error is not None:
            job.future.set_exception(error)
        else:
            job.future.set_result((result, took_ms))
