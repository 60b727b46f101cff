"""What the screen shows at one moment, from all that the watch knows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from kontum_netcheck.cli.courier import PostState
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import Message, message
from kontum_netcheck.report import framing
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.live import LiveRow
from kontum_netcheck.watch.board import DistrictLine, Picture
from kontum_netcheck.watch.board import troubles as all_troubles
from kontum_netcheck.watch.muting import muted_at
from kontum_netcheck.watch.story import Story


def troubles_of(story: Story, inventory: Inventory, now: datetime) -> tuple[LiveRow, ...]:
    """What isn't in order now, the gravest first."""
    muted = muted_at(now, inventory, holds_in_quiet=False)
    return all_troubles(story.watched, now, story.rules.confirm, muted)


def picture_of(
    now: datetime,
    inventory: Inventory,
    every: timedelta,
    story: Story,
    troubles: Sequence[LiveRow],
    report: Report | None,
    post: Sequence[PostState],
    *,
    turn_number: int,
    next_at: datetime | None,
    asked: tuple[int, int],
) -> Picture:
    """The whole screen's content; `report` None: no turn has ended yet."""
    picture = Picture(
        now,
        inventory.province.name,
        every,
        turn_number=turn_number,
        next_at=next_at,
        asked_count=asked[0],
        to_ask_count=asked[1],
        troubles=troubles,
        changes=tuple(story.changes),
        remarks=tuple(story.remarks),
        notices=notices_sentence(post),
    )
    if report is None:
        return picture
    districts = tuple(
        DistrictLine(row.verdict.name, row.verdict.readiness, row.verdict.counts) for row in report.districts
    )
    warnings = tuple(framing.warnings(report))
    return replace(picture, warnings=warnings, counts=report.counts, districts=districts)


class PostNews:
    """Says once that notices to an address fail, and once that they are delivered again."""

    def __init__(self) -> None:
        self._failing: dict[int, int] = {}  # how many it had dropped, by the place of the address

    def news(self, post: Sequence[PostState]) -> Iterator[Message]:
        """What is new since it was last asked."""
        for place, state in enumerate(post):
            if state.fault is not None and place not in self._failing:
                why = state.fault or message("no reason given")
                yield message(
                    "Notices to {address} fail and are tried again: {why}", address=state.shown, why=why
                )
            elif state.fault is None and place in self._failing:
                dropped_count = self._failing.pop(place)
                yield message("Notices to {address} are delivered again.", address=state.shown)
                if dropped_count:
                    yield message(
                        "Notices to {address} that were dropped: {count}. Too many waited.",
                        address=state.shown,
                        count=dropped_count,
                    )
            if state.fault is not None:
                self._failing[place] = state.dropped_count


def notices_sentence(post: Sequence[PostState]) -> Message | None:
    """How the notices fare: the first address that fails, else how many were delivered. None: none are wanted."""
    if not post:
        return None
    failing = next((state for state in post if state.fault is not None), None)
    if failing is not None:
        return message(
            "Notices to {address} fail, {count} wait: {why}",
            address=failing.shown,
            count=failing.waiting_count,
            why=failing.fault or message("no reason given"),
        )
    if waiting := sum(state.waiting_count for state in post):
        return message("Notices under way: {count}", count=waiting)
    return message("Notices delivered: {count}", count=sum(state.delivered_count for state in post))
