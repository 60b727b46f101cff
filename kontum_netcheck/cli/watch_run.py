"""The watch itself: turn after turn, until a signal or the last turn."""

import asyncio
import contextlib
import gc
import math
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

from kontum_netcheck.cli.asking import World, stop_on_signal
from kontum_netcheck.cli.courier import Couriers
from kontum_netcheck.cli.exits import INTERRUPTED, exit_code
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.wanted import Wanted
from kontum_netcheck.cli.watch_clock import Clock
from kontum_netcheck.cli.watch_files import WatchFiles
from kontum_netcheck.cli.watch_inventory import LivingInventory
from kontum_netcheck.cli.watch_picture import PostNews, picture_of, troubles_of
from kontum_netcheck.cli.watch_turn import Scope, TurnEnd, TurnKeeping, make_turn, turn_keeping
from kontum_netcheck.cli.watch_view import View
from kontum_netcheck.model import Message, Observation, message
from kontum_netcheck.report.build import Report, build
from kontum_netcheck.report.live import LiveRow
from kontum_netcheck.report.options import Options
from kontum_netcheck.watch.board import Picture
from kontum_netcheck.watch.muting import muted_at
from kontum_netcheck.watch.notice import notice_of
from kontum_netcheck.watch.story import Heard, Story
from kontum_netcheck.watch.timing import Due, Now, Timetable, has_slept, lateness, set_back
from kontum_netcheck.watch.units import carriers_of, seen_in

_TICK_S = 1.0
_TROUBLES_EVERY_S = 10.0
"""What is wrong changes with a turn; how long it has been so may be shown some seconds late."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How it is watched."""

    wanted: Wanted
    world: World
    timetable: Timetable
    files: WatchFiles
    holds_in_quiet: bool = False
    most_turns: int | None = None  # None: until a signal
    store: str | None = None  # None: the user's own
    has_store: bool = True


class Watcher:
    """Makes turns, and brings what they find to the story, the view, the files and the couriers."""

    def __init__(
        self,
        shell: Shell,
        inventory: LivingInventory,
        settings: Settings,
        story: Story,
        couriers: Couriers,
        view: View,
        clock: Clock,
        lot: Callable[[], float],
    ) -> None:
        self._shell, self._inventory, self._settings, self._story = shell, inventory, settings, story
        self._couriers, self._view, self._clock, self._lot = couriers, view, clock, lot
        self.turns_count = 0
        self.report: Report | None = None
        self._asked = (0, 0)
        self._next_at: datetime | None = None
        self._known: tuple[Observation, ...] = ()
        self._begun = clock.now()  # when this turn began
        self._left: Now | None = None  # when the last turn ended
        self._signal = 0
        self._post = PostNews()
        self._shown_troubles: tuple[LiveRow, ...] = ()
        self._troubles_s = -math.inf  # when they were put together

    @property
    def options(self) -> Options:
        """How people read it."""
        return Options(self._shell.language, zone=self._inventory.loaded.inventory.zone)

    async def run(self) -> int:
        """Until SIGTERM (0), Ctrl-C (130) or the last turn (the exit code of its verdict)."""
        with stop_on_signal(self._note_signal) as stop:
            due = self._settings.timetable.first(self._clock.now())
            while await self._wait(due, stop):
                due = await self._turn(due, stop)
                if self.turns_count == self._settings.most_turns:
                    break
        self._end()
        if self._signal or self.report is None:
            return INTERRUPTED if self._signal == signal.SIGINT else 0
        return exit_code(self.report.verdicts.readiness)

    def _note_signal(self, number: int) -> None:
        self._signal = number

    async def _wait(self, due: Due, stop: asyncio.Event) -> bool:
        """Until it is time; False: it is to end."""
        self._next_at = due.at
        while not stop.is_set() and not due.has_come(now := self._clock.now()):
            for said in self._post.news(self._couriers.states):
                self._remark(said)
            self._tick()
            left_s = min((due.at - now.wall).total_seconds(), due.awake_s - now.awake_s)
            await self._clock.pause(stop, max(0.01, min(_TICK_S, left_s)))
        return not stop.is_set()

    async def _turn(self, due: Due, stop: asyncio.Event) -> Due:
        """One turn; when the next one is due."""
        self.turns_count += 1
        self._next_at, self._asked = None, (0, 0)
        if (said := self._inventory.refresh()) is not None:
            self._remark(said)
        late, woken = self._woken(due)
        scope, self._begun = self._scope, self._clock.now()
        with turn_keeping(scope, self._known, self._progress, self._remark) as kept:
            spare = TurnKeeping(None, self._known, self._progress)
            async with self._ticking():
                end = await make_turn(self._shell, scope, kept, spare, stop, self._remark)
            next_due, missed_count = self._settings.timetable.after(due, self._clock.now(), self._lot())
            if missed_count and not late:
                self._remark(message("A turn took so long that {count} were left out.", count=missed_count))
            await self._take(end, woken, kept, next_due.at)
        gc.collect()  # while nothing is measured: during a turn it is put off
        self._left = self._clock.now()
        return next_due

    @property
    def _scope(self) -> Scope:
        loaded, selection, settings = self._inventory.loaded, self._inventory.selection, self._settings
        return Scope(loaded, selection, settings.wanted, settings.world, settings.store, settings.has_store)

    def _woken(self, due: Due) -> tuple[bool, tuple[Message, ...]]:
        """Whether the turn begins too late, and what is to be told of that: where at least one turn was missed."""
        now, left = self._clock.now(), self._left
        news: tuple[Message, ...] = ()
        late = lateness(due, now)
        if left is not None and late is not None:
            is_told = late >= self._settings.timetable.every
            news = self._story.late(left.wall, now.wall, is_told=is_told).news
        elif left is not None and (lost := set_back(left, now)) is not None:
            self._story.set_back(now.wall, lost)
        self._show_remarks()
        return late is not None, news

    async def _take(
        self, end: TurnEnd, woken: tuple[Message, ...], kept: TurnKeeping, next_at: datetime
    ) -> None:
        """What the turn found. One that was interrupted has not seen everything: it is kept, and tells nothing."""
        report = build(end.ended.verdicts, end.ended.run, self._inventory.loaded.inventory)
        if end.ended.run.interrupted:
            self.report = self.report or report
            return
        self.report, self._known = report, end.known
        heard = self._heard(end)
        self._show_remarks()
        self._tell(heard, (*woken, *heard.news), None if end.is_blind else report)
        for row in heard.rows:
            self._view.changed(row)
        self._next_at = next_at
        files = self._settings.files
        self._troubles_s = -math.inf
        live = files.live(self._story, self._troubles(), next_at)
        problems: list[Message] = []
        async with self._ticking():
            self.report = await asyncio.to_thread(
                files.write, report, live, self.options, kept.look_back, problems.append
            )
        for problem in problems:
            self._remark(problem)

    def _heard(self, end: TurnEnd) -> Heard:
        at, link, change = end.ended.run.finished_at, end.answers.link, end.answers.change
        if change is not None:
            self._story.remark(at, change.said)
        if link is not None and end.is_blind:
            return self._story.blind(at, link.reason)
        inventory = self._inventory.loaded.inventory
        seen = seen_in(end.ended.verdicts, end.begun.started_at, at, carriers_of(inventory))
        muted = muted_at(at, inventory, holds_in_quiet=self._settings.holds_in_quiet)
        slept = has_slept(self._begun, self._clock.now())
        return self._story.seen(seen, at, muted, begun_at=None if slept else end.begun.started_at)

    def _tell(self, heard: Heard, news: tuple[Message, ...], report: Report | None) -> None:
        province = self._inventory.loaded.inventory.province.name
        notice = notice_of(heard.to_tell, news, report, province, self.options)
        if notice is not None:
            self._couriers.put(notice)
        if heard.is_back:
            self._couriers.hurry()

    def _end(self) -> None:
        """The page says that nobody keeps it current any more."""
        if self.report is not None:
            files = self._settings.files
            live = files.live(self._story, self._troubles(), None)
            for problem in files.write_page(self.report, live, self.options):
                if problem is not None:
                    self._remark(problem)

    def _troubles(self) -> tuple[LiveRow, ...]:
        return troubles_of(self._story, self._inventory.loaded.inventory, self._clock.now().wall)

    def _remark(self, said: Message) -> None:
        self._story.remark(self._clock.now().wall, said)
        self._show_remarks()

    def _show_remarks(self) -> None:
        for row in self._story.unshown():
            self._view.remarked(row)

    def _progress(self, done: int, of_count: int) -> None:
        self._asked = (done, of_count)

    def _tick(self) -> None:
        self._view.tick(self._picture)

    def _picture(self) -> Picture:
        now = self._clock.now()
        is_measuring = self._next_at is None
        if not is_measuring and abs(now.awake_s - self._troubles_s) >= _TROUBLES_EVERY_S:
            self._shown_troubles, self._troubles_s = self._troubles(), now.awake_s
        return picture_of(
            now.wall,
            self._inventory.loaded.inventory,
            self._settings.timetable.every,
            self._story,
            self._shown_troubles,
            self.report,
            self._couriers.states,
            turn_number=self.turns_count,
            next_at=self._next_at,
            asked=self._asked,
        )

    @contextlib.asynccontextmanager
    async def _ticking(self) -> AsyncIterator[None]:
        """The view goes on while something takes its time."""

        over = asyncio.Event()

        async def tick() -> None:
            while not over.is_set():
                await asyncio.to_thread(self._tick)  # drawing takes 20 ms: no answer waits for it
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_TICK_S):
                        await over.wait()

        ticking = asyncio.create_task(tick())
        try:
            yield
        finally:
            over.set()
            await ticking
