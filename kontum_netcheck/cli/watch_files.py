"""The files that a watch keeps current, each written whole."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from kontum_netcheck.cli.concluding import write_file
from kontum_netcheck.model import Message, message
from kontum_netcheck.report import FORMATS
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.live import Live, LiveRow
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.past import Past
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.watch.story import Story

_LONGEST_REFRESH_S, _SHORTEST_REFRESH_S = 60, 5
_STALE_TURNS = 2
_GRACE = timedelta(minutes=1)
_MOST_ROWS = 20
_MOST_REMARKS = 5


@dataclass(frozen=True, slots=True)
class WatchFiles:
    """Which files, and the page that refreshes itself."""

    every: timedelta
    html: Path | None = None
    outputs: tuple[tuple[Path, str], ...] = ()  # file, format

    def write(
        self,
        report: Report,
        live: Live,
        options: Options,
        look_back: Callable[[Report], Past],
        told: Callable[[Message], None],
    ) -> Report:
        """Write them all, and tell what could not be written; the report with what the store knows of earlier."""
        names = [name for _, name in self.outputs] + (["html"] if self.html else [])
        if any(FORMATS[name].looks_back for name in names):
            try:
                report = replace(report, past=look_back(report))
            except StoreError as fault:
                told(fault.problem)
        problems = [_written(file, name, report, options) for file, name in self.outputs]
        for problem in (*problems, *self.write_page(report, live, options)):
            if problem is not None:
                told(problem)
        return report

    def write_page(self, report: Report, live: Live, options: Options) -> Iterator[Message | None]:
        """The page alone: at the end of the watch, so that it says that nobody keeps it current."""
        if self.html is not None:
            yield _written(self.html, "html", report, replace(options, live=live))

    def live(self, story: Story, troubles: Sequence[LiveRow], next_at: datetime | None) -> Live:
        """What the page shows of the watch."""
        every_s = int(self.every.total_seconds())
        return Live(
            refresh_s=min(max(every_s // 4, _SHORTEST_REFRESH_S), _LONGEST_REFRESH_S),
            stale_s=_STALE_TURNS * every_s + int(_GRACE.total_seconds()),
            next_at=next_at,
            troubles=tuple(troubles)[:_MOST_ROWS],
            troubles_count=len(troubles),
            changes=tuple(story.changes)[:_MOST_ROWS],
            remarks=tuple(story.remarks)[:_MOST_REMARKS],
        )


def _written(file: Path, name: str, report: Report, options: Options) -> Message | None:
    """Write a file; not even a bug of ours in its format may end a watch, for it would silence the alarms."""
    try:
        return write_file(file, name, report, options)
    except Exception as fault:
        reason = f"{type(fault).__name__}: {fault}"
        return message("{file} could not be written: {reason}.", file=str(file), reason=reason)
