"""The watch over its turns: real questions, a real store and a real webhook; only the waiting is replaced."""

import asyncio
import io
import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kontum_netcheck.cli.asking import World
from kontum_netcheck.cli.courier import Couriers
from kontum_netcheck.cli.notice_address import addresses_or_stop
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.wanted import Wanted
from kontum_netcheck.cli.watch_files import WatchFiles
from kontum_netcheck.cli.watch_inventory import LivingInventory, Words
from kontum_netcheck.cli.watch_memory import from_store
from kontum_netcheck.cli.watch_run import Settings, Watcher
from kontum_netcheck.inventory.loader import load
from kontum_netcheck.report.live import LiveRow
from kontum_netcheck.report.options import Options
from kontum_netcheck.store.store import Store
from kontum_netcheck.watch.board import Picture
from kontum_netcheck.watch.story import Story
from kontum_netcheck.watch.timing import Now, Timetable
from kontum_netcheck.watch.turns import Rules, Watched
from tests.cli.process import FRAME
from tests.watch.post import hook

EVERY = timedelta(minutes=5)
RULES = Rules(2, EVERY * 3)


class Line:
    """A line that can be cut and mended: a port that listens, or nobody does."""

    def __init__(self) -> None:
        self._held = socket.create_server(("127.0.0.1", 0))
        self.port = self._held.getsockname()[1]

    def cut(self) -> None:
        self._held.close()

    def mend(self) -> None:
        self._held = socket.create_server(("127.0.0.1", self.port))


Step = Callable[[], None]


class Steps:
    """A clock that stands still but for the waits; in each wait between two turns the next step is done."""

    def __init__(self, steps: Sequence[Step], sleeps: Sequence[int] = ()) -> None:
        self._steps, self._sleeps = list(steps), set(sleeps)
        self._wall, self._awake_s, self._count = datetime.now(UTC), 0.0, 0

    def now(self) -> Now:
        return Now(self._wall, self._awake_s)

    async def pause(self, stop: asyncio.Event, at_most_s: float) -> None:
        if self._steps:
            self._steps.pop(0)()
        self._count += 1
        self._wall += EVERY if self._count not in self._sleeps else timedelta(hours=2)
        self._awake_s += EVERY.total_seconds()
        await asyncio.sleep(0)


class Seen:
    """A view that writes down what it is shown."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self.changes: list[str] = []
        self.remarks: list[str] = []

    def tick(self, picture: Callable[[], Picture]) -> None:
        pass

    def changed(self, row: LiveRow) -> None:
        self.changes.append(self._options.text(row.said))

    def remarked(self, row: LiveRow) -> None:
        self.remarks.append(self._options.text(row.said))


class Watching:
    """Everything that a watch needs, around one line."""

    def __init__(self, folder: Path) -> None:
        self.line = Line()
        self.file, self.store, self.html = folder / "sites.yaml", folder / "e.sqlite", folder / "s.html"
        self.write()
        self.shell = Shell("en", io.StringIO(), io.StringIO())
        self.seen = Seen(Options(self.shell.language))

    def write(self, more: str = "") -> None:
        endpoint = f'{{tcp: "127.0.0.1:{self.line.port}", timeout_s: 5}}'
        self.file.write_text(FRAME.format(endpoints=endpoint) + more, encoding="utf-8")

    async def watch(
        self, *steps: Step, to: str | None = None, sleeps: Sequence[int] = (), html: Path | None = None
    ) -> int:
        """As many turns as there are steps, and one more; the exit code. Told to this address."""
        inventory = LivingInventory(load(self.file, {}), Words().select)
        watched = Watched()
        if self.store.is_file():
            with Store.open(self.store) as store:
                now = datetime.now(UTC)
                watched = from_store(
                    store, inventory.loaded, inventory.selection, RULES, now, holds_in_quiet=False
                )
        settings = Settings(
            Wanted(quiet=True),
            World(),
            Timetable(EVERY),
            WatchFiles(EVERY, html),
            most_turns=len(steps) + 1,
            store=str(self.store),
        )
        couriers = Couriers(addresses_or_stop(self.shell, [to] if to else None))
        clock, story = Steps(steps, sleeps), Story(RULES, watched)
        watcher = Watcher(self.shell, inventory, settings, story, couriers, self.seen, clock, lambda: 0.0)
        try:
            return await watcher.run()
        finally:
            await asyncio.to_thread(couriers.__exit__)


def nothing() -> None:
    """The line stays as it is."""


@pytest.fixture
def watching(tmp_path: Path) -> Watching:
    return Watching(tmp_path)


async def test_an_outage_is_told_once_and_its_end_once_also_over_restarts(watching: Watching) -> None:
    line = watching.line
    with hook() as taken:
        assert await watching.watch(nothing, nothing, to=taken.url) == 0
        assert await watching.watch(line.cut, nothing, nothing, to=taken.url) == 2
        assert await watching.watch(nothing, nothing, to=taken.url) == 2
        assert await watching.watch(line.mend, nothing, to=taken.url) == 0
        assert await watching.watch(nothing, to=taken.url) == 0
    line.cut()
    assert [came["title"] for came in taken.came] == [
        "✗ Trường THPT A · Internet ftth: Not ready",
        "✓ Trường THPT A · Internet ftth: Ready",
    ]
    assert "the connection was refused" in taken.came[0]["message"]
    assert "Sites: 1 (1 not ready)" in taken.came[0]["message"]
    assert [change.split()[0] for change in watching.seen.changes] == ["Not", "ready"]


async def test_what_changes_between_two_lives_of_the_watch_is_told(watching: Watching) -> None:
    with hook() as taken:
        await watching.watch(nothing, nothing, to=taken.url)
        watching.line.cut()
        await watching.watch(nothing, nothing, to=taken.url)
    assert [came["title"][0] for came in taken.came] == ["✗"]


async def test_after_a_restart_it_is_still_known_since_when_a_long_outage_lasts(watching: Watching) -> None:
    await watching.watch(nothing, nothing, watching.line.cut, *[nothing] * 8)
    await watching.watch(watching.line.mend, nothing)
    watching.line.cut()
    assert watching.seen.changes[-1].startswith("ready again after")
    assert "at least" not in watching.seen.changes[-1]


async def test_every_run_is_kept(watching: Watching) -> None:
    await watching.watch(nothing, nothing)
    watching.line.cut()
    with Store.open(watching.store) as store:
        assert [run.end is not None for run in store.runs()] == [True] * 3


async def test_a_store_that_breaks_is_told_and_silences_no_alarm(watching: Watching) -> None:
    def broken() -> None:
        watching.store.unlink()
        watching.store.write_bytes(b"no database" * 1000)

    with hook() as taken:
        await watching.watch(nothing, broken, watching.line.cut, nothing, to=taken.url)
    assert [came["title"][0] for came in taken.came] == ["✗"]
    assert any("e.sqlite" in remark for remark in watching.seen.remarks)


async def test_a_changed_inventory_is_watched_and_one_with_errors_is_not(watching: Watching) -> None:
    maintenance = "maintenance: [{from: 2000-01-01 00:00, to: 2100-01-01 00:00, site: thpt-%s, why: cable}]\n"
    with hook() as taken:
        steps = (lambda: watching.write(maintenance % "b"), lambda: watching.write(maintenance % "a"))
        await watching.watch(nothing, *steps, watching.line.cut, nothing, to=taken.url)
    told = [remark for remark in watching.seen.remarks if "inventory" in remark]
    assert "it is watched as it was" in told[0]
    assert "There is no site thpt-b" in told[0]
    assert told[1] == "The inventory has changed, and is watched as it is now."
    assert taken.came == []
    assert watching.seen.changes[0].endswith("(no notice now)")


async def test_a_sleep_is_told_and_the_line_is_not_blamed_for_it(watching: Watching) -> None:
    with hook() as taken:
        await watching.watch(nothing, nothing, to=taken.url, sleeps=[2])
    watching.line.cut()
    assert [came["title"] for came in taken.came] == ["Kon Tum: the watch's own side"]
    assert "slept" in taken.came[0]["message"]
    assert watching.seen.changes == []


async def test_the_page_stays_whole_and_says_at_the_end_that_nobody_keeps_it_current(
    watching: Watching,
) -> None:
    pages: list[str] = []

    def look() -> None:
        pages.append(watching.html.read_text(encoding="utf-8"))

    await watching.watch(watching.line.cut, nothing, look, html=watching.html)
    page = watching.html.read_text(encoding="utf-8")
    assert '<meta http-equiv="refresh" content="60">' in pages[0]
    assert "Next turn:" in pages[0]
    assert 'http-equiv="refresh"' not in page
    assert "The watch has ended." in page
    assert "the connection was refused" in page
