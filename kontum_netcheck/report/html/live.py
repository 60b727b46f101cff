"""The part of a page that a watch keeps current: what is wrong since when, and what changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from kontum_netcheck.model import Message, message
from kontum_netcheck.report.live import Live, LiveRow
from kontum_netcheck.report.options import Options

_WORDS: Mapping[str, Message] = MappingProxyType(
    {
        "heading": message("Watched"),
        "refresh": message("Refresh by itself"),
        "troubles": message("Not in order"),
        "no_troubles": message("All that is watched is in order."),
        "changes": message("Changes"),
        "no_changes": message("Nothing has changed since the watch began."),
        "since": message("So since"),
        "when": message("Changed at"),
        "where": message("Where"),
        "what": message("What happened"),
        "remarks": message("The watch itself"),
        "stale": message("Nobody keeps this page current any more: it is out of date."),
    }
)
_ENDED = message("The watch has ended. This page is not kept current any more.")


class LiveLine(NamedTuple):
    """A row, in texts."""

    at: str
    verdict: int | None
    place: str
    said: str


@dataclass(frozen=True, slots=True)
class LiveView:
    """All texts of the part."""

    word: Mapping[str, str]
    made_ms: int  # since 1970: what a browser's clock is compared with
    refresh_s: int
    stale_s: int
    is_over: bool
    next_turn: str
    troubles: tuple[LiveLine, ...]
    troubles_count: int
    changes: tuple[LiveLine, ...]
    remarks: tuple[LiveLine, ...]

    @classmethod
    def of(cls, live: Live, made_ms: int, options: Options) -> "LiveView":
        """In the reader's language."""
        following = _ENDED if live.next_at is None else message("Next turn: {moment}", moment=live.next_at)
        return cls(
            word={key: options.text(sentence) for key, sentence in _WORDS.items()},
            made_ms=made_ms,
            refresh_s=live.refresh_s,
            stale_s=live.stale_s,
            is_over=live.next_at is None,
            next_turn=options.text(following),
            troubles=tuple(_line(row, options) for row in live.troubles),
            troubles_count=max(live.troubles_count, len(live.troubles)),
            changes=tuple(_line(row, options) for row in live.changes),
            remarks=tuple(_line(row, options) for row in live.remarks),
        )


def _line(row: LiveRow, options: Options) -> LiveLine:
    verdict = None if row.readiness is None else row.readiness.value
    return LiveLine(options.text(row.at), verdict, options.text(row.place), options.text(row.said))
