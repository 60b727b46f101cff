"""What a page shows of a watch that keeps it current: what is wrong since when, and what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kontum_netcheck.model import Message, Readiness


@dataclass(frozen=True, slots=True)
class LiveRow:
    """One line: since when or when, how it stands, what it is about, and why."""

    at: datetime  # aware
    readiness: Readiness | None  # None: our own side
    place: Message | str
    said: Message


@dataclass(frozen=True, slots=True)
class Live:
    """How the watch goes on."""

    refresh_s: int  # the page loads itself anew so often
    stale_s: int  # from this age on it says that nobody keeps it current any more
    next_at: datetime | None  # the next turn; None: the watch has ended
    troubles: Sequence[LiveRow] = ()  # the gravest first
    troubles_count: int = 0  # of all; not all need be listed
    changes: Sequence[LiveRow] = ()  # the newest first
    remarks: Sequence[LiveRow] = ()  # of our own side, the newest first
