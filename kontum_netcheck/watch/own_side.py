"""Our own side over the turns: link lost and back. Told as ours, and no site is blamed for it. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from kontum_netcheck.model import Message, message


@dataclass(frozen=True, slots=True)
class OwnNews:
    """Our own link is down, or is back."""

    since: datetime  # the first turn that could ask nobody
    until: datetime | None  # the first turn that could ask again; None: it lasts
    reason: Message

    @property
    def said(self) -> Message:
        """In one sentence, which says that no site is meant."""
        if self.until is None:
            return message(
                "The watch's own link is down since {since}: it can check nobody, and no site is to blame. {reason}",
                since=self.since,
                reason=self.reason,
            )
        return message(
            "The watch's own link is back: it was down from {since} to {until} ({span}), and nobody was checked.",
            since=self.since,
            until=self.until,
            span=self.until - self.since,
        )


@dataclass(frozen=True, slots=True)
class OwnSide:
    """What is remembered of it."""

    down_since: datetime | None = None
    down_count: int = 0  # turns in a row
    reason: Message | None = None


def after_turn(
    own: OwnSide, down: Message | None, at: datetime, confirm: int
) -> tuple[OwnSide, OwnNews | None]:
    """One more turn; `down` says why our own link was down, None: it was not.

    It is told once, after `confirm` turns, and once when it is back; a shorter failure is not told at all.
    """
    if down is not None:
        since = own.down_since or at
        now = OwnSide(since, own.down_count + 1, down)
        return now, OwnNews(since, None, down) if now.down_count == confirm else None
    if own.down_since is not None and own.down_count >= confirm and own.reason is not None:
        return OwnSide(), OwnNews(own.down_since, at, own.reason)
    return (own if own == OwnSide() else replace(own, down_since=None, down_count=0, reason=None)), None
