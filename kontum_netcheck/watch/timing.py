"""When the next turn is due: a grid with jitter that neither drifts, nor piles up, nor is lost in a sleep. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_WORTH_TELLING = timedelta(seconds=30)
"""Clocks that are kept in time are corrected by less, and busy machines are late by less."""


@dataclass(frozen=True, slots=True)
class Now:
    """A moment by both clocks."""

    wall: datetime  # aware
    awake_s: float  # stands still while the machine sleeps


@dataclass(frozen=True, slots=True)
class Due:
    """A planned turn. Which clock comes to it first starts it: the other one may have been set, or have slept."""

    grid: datetime  # without jitter
    at: datetime
    awake_s: float

    def has_come(self, now: Now) -> bool:
        """Whether it is time."""
        return now.wall >= self.at or now.awake_s >= self.awake_s


@dataclass(frozen=True, slots=True)
class Timetable:
    """Every so often; each turn up to `jitter` later, so that many watches don't ask at the same moment."""

    every: timedelta
    jitter: timedelta = timedelta(0)

    def first(self, now: Now) -> Due:
        """At once."""
        return Due(now.wall, now.wall, now.awake_s)

    def after(self, due: Due, now: Now, lot: float) -> tuple[Due, int]:
        """The next turn after `due`, and how many were left out because that one took so long.

        `lot` from 0 to 1 draws the jitter. After a sleep the grid begins anew, and nothing is made up for.
        """
        steps = max(1, -((due.grid - now.wall) // self.every))
        grid = due.grid + self.every * steps
        if grid - now.wall > self.every:  # the clock was set back
            grid, steps = now.wall + self.every, 1
        at = grid + self.jitter * lot
        wait_s = max(0.0, (at - now.wall).total_seconds())
        return Due(grid, at, now.awake_s + wait_s), steps - 1


def lateness(due: Due, now: Now) -> timedelta | None:
    """How much too late a turn begins; None: not worth telling.

    The machine slept or stood still, or its clock was set on.
    """
    late = now.wall - due.at
    return late if late >= _WORTH_TELLING else None


def set_back(before: Now, now: Now) -> timedelta | None:
    """By how much the clock of the day was set back between two moments; None: not worth telling."""
    lost = timedelta(seconds=now.awake_s - before.awake_s) - (now.wall - before.wall)
    return lost if lost >= _WORTH_TELLING else None


def has_slept(before: Now, now: Now) -> bool:
    """Whether the machine slept between two moments, or the clock of the day was set on."""
    return (now.wall - before.wall) - timedelta(seconds=now.awake_s - before.awake_s) >= _WORTH_TELLING
