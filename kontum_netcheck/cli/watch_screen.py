"""The watch on a terminal: a full screen that is drawn anew each second, and fits whatever the terminal's size is."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.model import Message, Readiness, message
from kontum_netcheck.report.blocks import NO_SIGN, SIGNS
from kontum_netcheck.report.drawing import STYLES
from kontum_netcheck.report.live import LiveRow
from kontum_netcheck.report.options import Options
from kontum_netcheck.watch.board import DistrictLine, Picture, shares, shortened
from kontum_netcheck.wording import READINESS_WORDS

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

_SECOND = timedelta(seconds=1)
_WORST_FIRST = tuple(sorted(Readiness, reverse=True))
_MOST_REMARKS = 3
_PLACE_SHARE, _ROOMY_PLACE_SHARE = 0.42, 0.52
_ROOMY_COLUMNS = 100
_LEAST_LINES = 4
"""A blank line, a title and two rows: with less room than that for each part, the least important ones are left out."""


def console_of(shell: Shell) -> "Console":
    """The terminal that the table is drawn on."""
    from rich.console import Console

    return Console(
        file=shell.stdout, no_color=not shell.may_colour, highlight=False, markup=False, emoji=False
    )


def drawn(picture: Picture, options: Options, width: int, height: int) -> "Table":
    """The whole screen in at most `height` lines of `width` columns. Whatever has no room is counted."""
    screen = _grid()
    head = list(_head(picture, options, width))
    foot = list(_foot(picture, options, width))
    room = max(0, height - len(head) - len(foot))
    parts = [part for part in _parts(picture, options, width) if part.rows]
    while len(parts) > 1 and room < _LEAST_LINES * len(parts):
        parts.remove(next(part for part in parts if not part.is_trouble))
    given = shares(room - 2 * len(parts), [len(part.rows) for part in parts])
    body: list[RenderableType] = []
    for part, count in zip(parts, given, strict=True):
        if count:
            body += [
                "",
                _cut(f"{options.text(part.title)} ({len(part.rows)})", "bold"),
                *part.lines(count, options),
            ]
    body += [""] * (room - len(body))
    for line in (*head, *body, *foot):
        screen.add_row(line)
    return screen


class _Part(NamedTuple):
    """Rows under a title; only those that have room are drawn."""

    title: Message
    rows: Sequence[Any]
    draw: Callable[[Any], "Table"]
    is_trouble: bool = False  # what must be seen where little has room

    def lines(self, room: int, options: Options) -> "Iterator[Table | Text]":
        for row in shortened(self.rows, room):
            if isinstance(row, int):
                yield _cut(f"  {options.text(message('and {count} more lines', count=row))}", "dim")
            else:
                yield self.draw(row)


def _parts(picture: Picture, options: Options, width: int) -> tuple[_Part, ...]:
    districts = _by_gravity(picture.districts)
    return (
        _Part(message("Districts"), districts, lambda row: _district(row, options, width)),
        _Part(message("Not in order"), picture.troubles, lambda row: _live(row, "", options, width), True),
        _Part(message("Changes"), picture.changes, lambda row: _change(row, picture, options, width)),
    )


def _head(picture: Picture, options: Options, width: int) -> Iterator["Text"]:
    """What is watched, how it stands, and what happens next."""
    title = message("Readiness of {province}", province=picture.province)
    clock = f"{options.text(picture.now)}:{picture.now.astimezone(options.zone):%S}"
    rhythm = message("turn {number}, every {span}", number=picture.turn_number, span=picture.every)
    yield _cut(f"{options.text(title)} · {clock} · {options.text(rhythm)}", "bold reverse", fill=width)
    for warning in picture.warnings:
        yield _cut(options.text(warning), "bold yellow")
    if picture.counts is not None:
        line = _cut("")
        for each in _WORST_FIRST:
            word = f" {options.text(READINESS_WORDS[each])}"
            line.append(f"{SIGNS[each]} {picture.counts[each]}{word}   ", STYLES[each])
        yield line
    yield _cut(options.text(_next(picture)), "dim")


def _next(picture: Picture) -> Message:
    if picture.next_at is not None:
        left = max(-((picture.now - picture.next_at) // _SECOND), 1)  # whole seconds, up
        return message("next turn in {span}", span=left * _SECOND)
    return message("asking: {done} of {count}", done=picture.asked_count, count=picture.to_ask_count)


def _foot(picture: Picture, options: Options, width: int) -> Iterator["Text"]:
    """The newest of our own side, the notices, and how to end."""
    for row in picture.remarks[:_MOST_REMARKS]:
        yield _cut(f"{options.text(row.at)} {options.text(row.said)}", "yellow")
    said = options.text(message("Ctrl-C ends the watch."))
    if picture.notices is not None:
        said = f"{said} {options.text(picture.notices)}"
    yield _cut(said, "dim")


def _district(row: DistrictLine, options: Options, width: int) -> "Table":
    counts = "   ".join(f"{SIGNS[each]} {row.counts[each]}" for each in _WORST_FIRST if row.counts[each])
    return _line(row.readiness, options.text(row.name), counts, width)


def _by_gravity(districts: Sequence[DistrictLine]) -> list[DistrictLine]:
    """Those that have a site, the gravest first; else in the inventory's order."""
    return sorted((d for d in districts if d.readiness is not None), key=lambda d: -(d.readiness or 0))


def _change(row: LiveRow, picture: Picture, options: Options, width: int) -> "Table":
    """With the time of day; with the day, too, where it is another one."""
    at = row.at.astimezone(options.zone)
    is_today = at.date() == picture.now.astimezone(options.zone).date()
    return _live(row, f"{at:%H:%M} " if is_today else f"{options.text(row.at)} ", options, width)


def _live(row: LiveRow, before: str, options: Options, width: int) -> "Table":
    room = _place_width(width) - len(before)
    place = before + _without_middle(options.text(row.place), room)
    return _line(row.readiness, place, options.text(row.said), width)


def _without_middle(text: str, room: int) -> str:
    """Names of schools begin alike and differ at their end, where the line stands, too."""
    if len(text) <= room:
        return text
    head = room // 3
    return f"{text[:head].rstrip()}…{text[len(text) - (room - head - 1) :].lstrip()}"


def _place_width(width: int) -> int:
    return max(8, int(width * (_PLACE_SHARE if width < _ROOMY_COLUMNS else _ROOMY_PLACE_SHARE)))


def _line(readiness: Readiness | None, left: str, right: str, width: int) -> "Table":
    """A sign, a name, and what is said of it: one line, cut at its end."""
    from rich.table import Table

    line = Table.grid(padding=(0, 1, 0, 0), expand=True)
    line.add_column(width=1)
    line.add_column(width=_place_width(width), no_wrap=True)
    line.add_column(ratio=1, no_wrap=True)
    style = STYLES[readiness] if readiness is not None else "dim"
    sign = SIGNS[readiness] if readiness is not None else NO_SIGN
    line.add_row(_cut(sign, style), _cut(left), _cut(right, "dim" if readiness is Readiness.READY else ""))
    return line


def _grid() -> "Table":
    from rich.table import Table

    grid = Table.grid(expand=True)
    grid.add_column(no_wrap=True)
    return grid


def _cut(text: str, style: str = "", fill: int = 0) -> "Text":
    from rich.text import Text

    line = Text(text, style=style, overflow="ellipsis", no_wrap=True)
    if fill:
        line.pad_right(max(0, fill - line.cell_len))
    return line
