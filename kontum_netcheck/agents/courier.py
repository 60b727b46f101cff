"""The agent's line to the database: reports who is alive, and hands in what waits in the spool. A thread of its own."""

import contextlib
import math
import random
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import Protocol

from psycopg import Error

from kontum_netcheck.agents.connector import ANSWER_S
from kontum_netcheck.agents.spool import Spool, Waiting
from kontum_netcheck.model import Message, message
from kontum_netcheck.store.agents import AgentDesk, AgentReport, Said
from kontum_netcheck.store.fault import StoreError

REPORT_EVERY_S = 10.0
HAND_IN_COUNT = 500
AGAIN_S = (0.5, 3.0)
"""Between two attempts to connect: hundreds of agents must not come back all at the same moment."""
_ONE_ENTRYS_FAULT = frozenset({"KN002", "KN003", "KN004", "KN005", "KN006", "KN007"})
"""What the database says of an entry, and not of the agent or of itself."""


class Listener(Protocol):
    """Who wants to know how the line is; called in the courier's thread."""

    def report(self) -> AgentReport:
        """What to say of the agent now."""

    def now(self) -> datetime:
        """This machine's own clock."""

    def said(self, said: Said, asked_at: datetime, took_s: float) -> None:
        """The database's answer to a report that was made at that moment of our own clock."""

    def cut_off(self, why: Message) -> None:
        """The line is gone."""

    def handed_in_up_to(self, no: int) -> None:
        """The server has all that the spool held up to that number."""

    def tell(self, sentence: Message) -> None:
        """Something that a person must know."""


class Courier:
    """Reports each ten seconds, hands in whatever waits as soon as `wake` says that something does.

    `connect` is told whether it is done again, beside the measuring: then it must hold nothing up.
    """

    def __init__(
        self,
        spool: Spool,
        connect: Callable[[bool], AgentDesk],
        listener: Listener,
        report_every_s: float = REPORT_EVERY_S,
        again_s: tuple[float, float] = AGAIN_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._spool = spool
        self._connect = connect
        self._listener = listener
        self._report_every_s = report_every_s
        self._again_s = again_s
        self._answer_s = answer_s
        self._desk: AgentDesk | None = None
        self._woken = threading.Event()
        self._ending = False
        self._report_at_s = 0.0
        self._busy_since_s = math.inf
        self._working: Future[None] | None = None

    def open(self) -> None:
        """Connect and report for the first time, in the caller's thread; then go on alone. StoreError."""
        self._desk = self._connect(False)
        try:
            self._report(self._desk)
        except BaseException:
            self._hang_up()
            raise
        thread = ThreadPoolExecutor(1, "courier")
        self._working = thread.submit(self._work)
        thread.shutdown(wait=False)

    def wake(self) -> None:
        """Something waits in the spool, or the agent has news of itself."""
        self._woken.set()

    def report_soon(self) -> None:
        """The agent has news of itself."""
        self._report_at_s = 0.0
        self._woken.set()

    def mind(self) -> None:
        """End a connection on which nothing has been said for long, though it stands; raise what ended the thread.

        For another thread, again and again.
        """
        desk = self._desk
        if self._working is not None and self._working.done():
            self._working.result()
        if desk is None or time.monotonic() - self._busy_since_s < self._answer_s:
            return
        with (
            contextlib.suppress(OSError, Error),
            socket.fromfd(desk.connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as line,
        ):
            line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hand in what can be, report once more, and hang up."""
        self._ending = True
        self._woken.set()
        if self._working is not None:
            wait([self._working])
        self._hang_up()

    def _work(self) -> None:
        is_cut_off = False
        while True:
            ending = self._ending
            self._woken.clear()
            try:
                self._serve(ending)
                is_cut_off = False
            except StoreError as fault:
                self._hang_up()
                if not is_cut_off:
                    self._listener.cut_off(fault.problem)
                is_cut_off = True
            finally:
                self._busy_since_s = math.inf
            if ending:
                return
            if is_cut_off:
                self._pause(random.uniform(*self._again_s))
            else:
                self._woken.wait(max(0.0, self._report_at_s - time.monotonic()))

    def _serve(self, ending: bool) -> None:
        if self._desk is None:
            self._desk = self._connect(True)
            self._report(self._desk)
        self._hand_in(self._desk)
        if ending or time.monotonic() >= self._report_at_s:
            self._report(self._desk)

    def _report(self, desk: AgentDesk) -> None:
        self._busy_since_s = time.monotonic()
        asked_at, started_s = self._listener.now(), time.perf_counter()
        said = desk.report(self._listener.report())
        self._report_at_s = time.monotonic() + self._report_every_s
        self._listener.said(said, asked_at, time.perf_counter() - started_s)

    def _hand_in(self, desk: AgentDesk) -> None:
        while True:
            last_no = self._spool.last_no
            waiting = self._spool.first(HAND_IN_COUNT)
            if not waiting:  # another agent of this name may have handed ours in
                self._listener.handed_in_up_to(last_no)
                return
            self._hand_in_all(desk, waiting)
            self._listener.handed_in_up_to(waiting[-1].no)

    def _hand_in_all(self, desk: AgentDesk, waiting: list[Waiting]) -> None:
        """All, or all but those that the server will never take."""
        self._busy_since_s = time.monotonic()
        try:
            desk.hand_in([each.entry for each in waiting])
        except StoreError as fault:
            if getattr(fault.__cause__, "sqlstate", None) not in _ONE_ENTRYS_FAULT:
                raise
            if len(waiting) > 1:
                middle = len(waiting) // 2
                self._hand_in_all(desk, waiting[:middle])
                self._hand_in_all(desk, waiting[middle:])
                return
            self._refuse(waiting[0], fault)
            return
        self._spool.handed_in(waiting)

    def _refuse(self, waiting: Waiting, fault: StoreError) -> None:
        self._spool.refuse(waiting, str(fault))
        where = f"{waiting.entry.kind} {waiting.entry.id[:12]}"
        self._listener.tell(
            message(
                "The database does not take {where}, which stays in {file}: {why}",
                where=where,
                file=str(self._spool.file),
                why=fault.problem,
            )
        )

    def _pause(self, long_s: float) -> None:
        """Wait, whatever comes in meanwhile, but not for who ends."""
        until_s = time.monotonic() + long_s
        while not self._ending and (left_s := until_s - time.monotonic()) > 0:
            self._woken.wait(left_s)
            self._woken.clear()

    def _hang_up(self) -> None:
        desk, self._desk = self._desk, None
        if desk is not None:
            desk.close()
