"""This machine's clock beside the database's: told where it is off, and no job is taken where it is far off."""

from collections.abc import Callable
from datetime import datetime, timedelta

from kontum_netcheck.model import Message, message

TOLD_S = 5.0
REFUSED_S = 30.0
"""Beyond this (project policy) evidence would be dated wrongly: what is fresh would look old, or of the future."""


class Clock:
    """How far the database's clock is from ours."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.offset_s: float | None = None  # the database's time minus ours; positive: ours is late
        self._told = False

    @property
    def is_right(self) -> bool:
        """Whether evidence may be dated by it."""
        return self.offset_s is None or abs(self.offset_s) <= REFUSED_S

    @property
    def database_now(self) -> datetime:
        """The time by the database's clock, as far as it is known."""
        return self.now() + timedelta(seconds=self.offset_s or 0.0)

    def compare(self, database_now: datetime, asked_at: datetime, took_s: float) -> Message | None:
        """Note the answer to a question of that moment; what a person must know of it, once."""
        was_right = self.is_right
        self.offset_s = (database_now - asked_at).total_seconds() - took_s / 2
        is_off = abs(self.offset_s) > TOLD_S
        told, self._told = self._told, is_off
        if is_off and (not told or was_right is not self.is_right):
            return self.refusal if not self.is_right else self._warning
        if told and not is_off:
            return message("This machine's clock is right again.")
        return None

    @property
    def refusal(self) -> Message:
        """Why nothing is measured by this clock."""
        return message(
            "This machine's clock is {how} by the database's; beyond {most} s nothing is measured by it. Set it"
            " right (NTP).",
            how=self._how,
            most=round(REFUSED_S),
        )

    @property
    def _warning(self) -> Message:
        return message("This machine's clock is {how} by the database's: set it right (NTP).", how=self._how)

    @property
    def _how(self) -> Message:
        late_s = round(self.offset_s or 0.0)
        if late_s < 0:
            return message("{count} s fast", count=-late_s)
        return message("{count} s slow", count=late_s)
