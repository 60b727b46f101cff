"""What a watch has seen so far, and what each turn adds to it: for lines, screen, page and notices."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kontum_netcheck.model import Message, message
from kontum_netcheck.report.live import LiveRow
from kontum_netcheck.watch.board import MOST_CHANGES, change_row, news_row
from kontum_netcheck.watch.own_side import OwnNews, OwnSide, after_turn
from kontum_netcheck.watch.turns import Change, Rules, Seen, Unit, Watched, turn
from kontum_netcheck.watch.wording import coarse

_MOST_REMARKS = 20


@dataclass(frozen=True, slots=True)
class Heard:
    """What one turn adds."""

    rows: tuple[LiveRow, ...] = ()  # confirmed changes, as they are shown
    to_tell: tuple[Change, ...] = ()
    news: tuple[Message, ...] = ()  # of our own side, to be told
    is_back: bool = False  # our own link works again


class Story:
    """All that is remembered while the program runs; what must outlive it is in the store."""

    def __init__(self, rules: Rules, watched: Watched | None = None) -> None:
        self.rules = rules
        self.watched = watched or Watched()
        self.changes: deque[LiveRow] = deque(maxlen=MOST_CHANGES)  # the newest first
        self.remarks: deque[LiveRow] = deque(maxlen=_MOST_REMARKS)
        self._unshown: list[LiveRow] = []
        self._own = OwnSide()

    def remark(self, at: datetime, said: Message) -> None:
        """Something of our own side that is shown, and not told."""
        row = news_row(at, said)
        self.remarks.appendleft(row)
        self._unshown.append(row)

    def unshown(self) -> tuple[LiveRow, ...]:
        """The remarks since it was last asked."""
        rows, self._unshown = tuple(self._unshown), []
        return rows

    def late(self, since: datetime, at: datetime, *, is_told: bool) -> Heard:
        """A turn begins too late: this machine slept or stood still, or its clock was set. No site is blamed for it."""
        said = message(
            "The watch slept, stood still or had its clock set: nobody was checked from {since} to {until} ({span}).",
            since=since,
            until=at,
            span=coarse(at - since),
        )
        self.remark(at, said)
        return Heard(news=(said,) if is_told else ())

    def set_back(self, at: datetime, by: timedelta) -> None:
        """The clock of the day was set back."""
        self.remark(at, message("The watch's clock was set back by {span}.", span=coarse(by)))

    def blind(self, at: datetime, why: Message) -> Heard:
        """A turn that could ask nobody: our own link is down."""
        if self._own.down_since is None:
            self.remark(at, message("The watch's own link is down: {reason}", reason=why))
        news = self._own_side(at, why)
        return Heard(news=(news.said,) if news else ())

    def seen(
        self,
        seen: Iterable[Seen],
        at: datetime,
        is_muted: Callable[[Unit], bool],
        *,
        begun_at: datetime | None = None,
    ) -> Heard:
        """A turn that could ask. `begun_at` None: somewhere in it this machine slept."""
        back = self._own_side(at, None)
        if back is not None:
            self.remark(at, back.said)
        turned = turn(self.watched, seen, at, self.rules, is_muted, begun_at=begun_at)
        self.watched = turned.watched
        rows = tuple(change_row(each, is_muted=is_muted(each.unit)) for each in turned.changes)
        self.changes.extendleft(rows)
        return Heard(rows, turned.to_tell, (back.said,) if back else (), is_back=back is not None)

    def _own_side(self, at: datetime, down: Message | None) -> OwnNews | None:
        self._own, news = after_turn(self._own, down, at, self.rules.confirm)
        return news
