"""A run on its way into the store: collected while it measures, committed by a thread that doesn't disturb it."""

import queue
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from types import TracebackType

from kontum_netcheck.model import (
    Check,
    Evidence,
    InventoryText,
    KeptObservation,
    LimitsInForce,
    Observation,
    RunBegun,
    RunEnd,
)
from kontum_netcheck.store.entries import Entry, encode
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.store import Store

COMMIT_EVERY_S = 1.0
COMMIT_EVERY_COUNT = 500
_END = None


class Recording:
    """Keeps a run's beginning at once, its observations in batches, and its end: a context manager.

    A kill loses at most what was measured in the last second. Where the store fails in the middle (a full disk),
    measuring goes on, `fault` tells what happened, and nothing that was committed is lost.
    """

    def __init__(
        self, store: Store, begun: RunBegun, checks: Iterable[Check], inventory: InventoryText | None = None
    ) -> None:
        self.fault: StoreError | None = None
        self.kept_count = 0
        self._store = store
        self._begun = begun
        in_force = {check.id: LimitsInForce.of(check) for check in checks}
        ids = {limits: encode(limits).id for limits in set(in_force.values())}
        self._limits_ids: Mapping[str, str] = {check_id: ids[limits] for check_id, limits in in_force.items()}
        first: list[Evidence] = [begun, *ids]
        store.keep(first if inventory is None else [inventory, *first])
        self._queue: queue.SimpleQueue[Observation | None] = queue.SimpleQueue()
        thread = ThreadPoolExecutor(1, "store")
        self._committing = thread.submit(self._work)
        thread.shutdown(wait=False)

    def keep(self, observation: Observation) -> None:
        """Take an observation; returns at once, from any thread."""
        self._queue.put(observation)

    def end(self, end: RunEnd) -> None:
        """Commit all that was taken, and the run's end. Raises StoreError where the store failed."""
        self.close()
        self._committing.result()
        if self.fault is not None:
            raise self.fault
        self._store.keep([end])

    def close(self) -> None:
        """Commit all that was taken. Without `end`, the run stays one that was broken off."""
        self._queue.put(_END)
        wait([self._committing])

    def __enter__(self) -> "Recording":
        """Itself, to be closed at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit all that was taken."""
        self.close()

    def _work(self) -> None:
        """What could not be committed (a full disk, a long import) is tried again with what comes next."""
        going_on, waiting = True, list[tuple[Entry, Evidence]]()
        while going_on:
            batch, going_on = self._collect()
            waiting += batch
            if waiting:
                try:
                    self._store.keep_encoded(waiting)
                    self.kept_count += len(waiting)
                    self.fault = None
                    waiting.clear()
                except StoreError as fault:
                    self.fault = fault

    def _collect(self) -> tuple[list[tuple[Entry, Evidence]], bool]:
        """What comes within a second of the first, at most 500; and whether more will come.

        Each is encoded when it comes: one at a time, it holds up the measuring threads less than 500 at once.
        """
        batch: list[tuple[Entry, Evidence]] = []
        until_s = None
        while len(batch) < COMMIT_EVERY_COUNT:
            wait_s = None if until_s is None else max(0.0, until_s - time.monotonic())
            try:
                observation = self._queue.get(timeout=wait_s)
            except queue.Empty:
                break
            if observation is _END:
                return batch, False
            until_s = until_s or time.monotonic() + COMMIT_EVERY_S
            limits_id = self._limits_ids.get(observation.check_id, "")
            kept = KeptObservation(self._begun.id, limits_id, observation)
            batch.append((encode(kept), kept))
        return batch, True
