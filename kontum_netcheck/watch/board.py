"""What a watch shows of itself: what is wrong and since when, and what changed. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from kontum_netcheck.model import Message, Readiness, message
from kontum_netcheck.report.live import LiveRow
from kontum_netcheck.watch.standing import State
from kontum_netcheck.watch.turns import Change, Unit, Watched
from kontum_netcheck.watch.wording import coarse, place_of, what_of

Row = TypeVar("Row")
MOST_CHANGES = 200
"""So many are remembered for the screen and the page; the store has all evidence."""


@dataclass(frozen=True, slots=True)
class DistrictLine:
    """A district in one line."""

    name: str
    readiness: Readiness | None  # None: it has no site
    counts: Mapping[Readiness, int]


@dataclass(frozen=True, slots=True)
class Picture:
    """All that the screen shows at one moment."""

    now: datetime
    province: str
    every: timedelta
    warnings: Sequence[Message] = ()
    turn_number: int = 0
    next_at: datetime | None = None  # None: a turn is under way
    asked_count: int = 0
    to_ask_count: int = 0
    counts: Mapping[Readiness, int] | None = None  # sites; None: not known yet
    districts: Sequence[DistrictLine] = ()
    troubles: Sequence[LiveRow] = ()
    changes: Sequence[LiveRow] = ()  # the newest first
    remarks: Sequence[LiveRow] = ()  # of our own side, the newest first
    notices: Message | None = None


_GRAVITY = {Readiness.NOT_READY: 0, Readiness.DEGRADED: 1, Readiness.NOT_CHECKED: 2, Readiness.READY: 3}
"""What a machine found first; what nobody has looked at fills the rest."""


def troubles(
    watched: Watched, now: datetime, confirm: int, is_muted: Callable[[Unit], bool]
) -> tuple[LiveRow, ...]:
    """Every service that isn't ready, or was not at the last look; the gravest first, then the newest."""
    rows = [
        row
        for id_, state in watched.states.items()
        if (row := _trouble(watched.units[id_], state, now, confirm, is_muted)) is not None
    ]
    return tuple(
        sorted(rows, key=lambda row: (_GRAVITY[row.readiness or Readiness.READY], -row.at.timestamp()))
    )


def _trouble(
    unit: Unit, state: State, now: datetime, confirm: int, is_muted: Callable[[Unit], bool]
) -> LiveRow | None:
    newest, standing = state.recent[-1] if state.recent else None, state.confirmed
    if newest is not None and (standing is None or newest.readiness > standing.readiness):
        if newest.readiness is Readiness.READY:
            return None
        said = message(
            "seen {count} of {confirm} times: {reason}",
            count=_doubts_count(state),
            confirm=confirm,
            reason=newest.reason,
        )
        return LiveRow(newest.at, newest.readiness, place_of(unit), said)
    if standing is None or standing.readiness is Readiness.READY:
        return None
    span = coarse(max(now - standing.since, timedelta(0)))
    said = standing.reason
    if standing.readiness is not Readiness.NOT_CHECKED:
        said = message("for {span}: {reason}", span=span, reason=standing.reason)
        if standing.is_first:
            said = message("for at least {span}: {reason}", span=span, reason=standing.reason)
    if is_muted(unit):
        said = message("in maintenance; {said}", said=said)
    return LiveRow(standing.since, standing.readiness, place_of(unit), said)


def _doubts_count(state: State) -> int:
    """How many looks in a row, up to the newest, found it worse than it is confirmed to be."""
    if state.confirmed is None:
        return len(state.recent)
    worse = [look.readiness > state.confirmed.readiness for look in reversed(state.recent)]
    return worse.index(False) if False in worse else len(worse)


def change_row(change: Change, *, is_muted: bool) -> LiveRow:
    """A confirmed change, as the screen, the page and the lines show it."""
    said = what_of(change)
    if is_muted:
        said = message("{said} (no notice now)", said=said)
    return LiveRow(change.after.since, change.after.readiness, place_of(change.unit), said)


def news_row(at: datetime, said: Message) -> LiveRow:
    """Something of our own side."""
    return LiveRow(at, None, "", said)


def shares(room: int, wants: Sequence[int]) -> tuple[int, ...]:
    """How many lines each part gets of `room`: all that it wants, or a fair share of what the modest leave."""
    given = [0] * len(wants)
    left = max(0, room)
    open_parts = [at for at, want in enumerate(wants) if want]
    while left and open_parts:
        share = max(1, left // len(open_parts))
        for at in list(open_parts):
            more = min(share, wants[at] - given[at], left)
            given[at] += more
            left -= more
            if given[at] == wants[at]:
                open_parts.remove(at)
    return tuple(given)


def shortened(rows: Sequence[Row], room: int) -> Iterator[Row | int]:
    """The rows that have room, and at the end how many more there are."""
    if len(rows) <= room:
        yield from rows
    elif room > 0:
        yield from rows[: room - 1]
        yield len(rows) - room + 1
