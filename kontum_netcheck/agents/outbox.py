"""What was measured on its way into the spool: encoded and committed by a thread that doesn't disturb the measuring."""

import queue
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait

from kontum_netcheck.agents.spool import Spool
from kontum_netcheck.model import Evidence, Message, message
from kontum_netcheck.store.entries import Entry, encode
from kontum_netcheck.store.fault import StoreError

COMMIT_EVERY_S = 1.0
COMMIT_EVERY_COUNT = 500
_AGAIN_S = 5.0

Done = Callable[[int], None]
"""Called, in the outbox's thread, with the number in the spool up to which everything before was kept."""

Straight = Callable[[Sequence[Entry]], None]
"""Hands entries to the server past the spool. StoreError where it doesn't take them."""


class Outbox:
    """Takes facts at once, and keeps them within a second: a kill loses no more, and that is of jobs not yet over.

    What the spool can't hold goes to the server by `straight`, and where that is away, too, it is tried again.
    """

    def __init__(
        self, spool: Spool, on_kept: Callable[[], None], tell: Callable[[Message], None], straight: Straight
    ) -> None:
        self._spool = spool
        self._straight = straight
        self._on_kept = on_kept
        self._tell = tell
        self._queue: queue.SimpleQueue[Evidence | Done | None] = queue.SimpleQueue()
        thread = ThreadPoolExecutor(1, "outbox")
        self._working = thread.submit(self._work)
        thread.shutdown(wait=False)

    def keep(self, fact: Evidence) -> None:
        """Take a fact; returns at once."""
        self._queue.put(fact)

    def mark(self, done: Done) -> None:
        """Say when all that was taken before is in the spool; it is committed at once."""
        self._queue.put(done)

    def mind(self) -> None:
        """Raise what ended the thread, if anything did; for another thread, again and again."""
        if self._working.done():
            self._working.result()

    def close(self) -> None:
        """Commit all that was taken."""
        self._queue.put(None)
        wait([self._working])

    def _work(self) -> None:
        going_on, entries, marks, told = True, list[Entry](), list[Done](), False
        while going_on or (entries and not told):
            batch, new_marks, going_on = (
                self._collect(_AGAIN_S if entries else None) if going_on else ([], [], False)
            )
            entries += batch
            marks += new_marks
            try:
                last_no = self._spool.put(entries)
                told = False
            except StoreError as fault:  # a full disk
                if not told:
                    self._tell(fault.problem)
                told = True
                if not self._is_handed_in(entries):
                    continue
                last_no = self._spool.last_no
            entries = []
            for done in marks:
                done(last_no)
            marks = []
            self._on_kept()
        if entries:
            self._tell(
                message(
                    "Entries that are lost: {count}. Neither {file} nor the database took them.",
                    count=len(entries),
                    file=str(self._spool.file),
                )
            )

    def _is_handed_in(self, entries: Sequence[Entry]) -> bool:
        try:
            self._straight(entries)
        except StoreError:
            return False
        return True

    def _collect(self, at_most_s: float | None) -> tuple[list[Entry], list[Done], bool]:
        """What comes within a second of the first, or until a mark; and whether more will come."""
        batch: list[Entry] = []
        until_s = None if at_most_s is None else time.monotonic() + at_most_s
        while len(batch) < COMMIT_EVERY_COUNT:
            try:
                fact = self._queue.get(
                    timeout=None if until_s is None else max(0.0, until_s - time.monotonic())
                )
            except queue.Empty:
                break
            if fact is None:
                return batch, [], False
            if callable(fact):
                return batch, [fact], True
            until_s = min(until_s or float("inf"), time.monotonic() + COMMIT_EVERY_S)
            batch.append(encode(fact))
        return batch, [], True
