"""From when to when: as typed, or the last days that have evidence."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.since import moment_or_stop
from kontum_netcheck.model import message
from kontum_netcheck.recording.moments import local_time

USUAL = timedelta(days=7)
_DAY_ALONE = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Window:
    """What was typed; None: nothing was."""

    since: datetime | None
    until: datetime | None
    now: datetime


def window_or_stop(shell: Shell, since: str | None, until: str | None, zone: tzinfo) -> Window:
    """The times as typed. A day as the end counts whole. Ends before beginnings, and times to come, end the program."""
    now = datetime.now(UTC)
    start = None if since is None else moment_or_stop(shell, "--since", since, zone, now)
    end = None if until is None else moment_or_stop(shell, "--until", until, zone, now)
    if end is not None and until is not None and _DAY_ALONE.fullmatch(until.strip()):
        end = end.astimezone(zone) + timedelta(days=1)
    if start is not None and start > now:
        raise shell.stop(
            message(
                "--since: {moment} has not come yet; it is {now} now.",
                moment=_local(start, zone),
                now=_local(now, zone),
            )
        )
    if start is not None and end is not None and end <= start:
        raise shell.stop(
            message("--until ({until}) comes before --since ({since}).", until=until, since=since)
        )
    return Window(start, end, now)


def _local(moment: datetime, zone: tzinfo) -> datetime:
    return local_time(moment, zone)
