"""The pieces that `table` is made of, in rich. Every text is a rich `Text`: markup in data stays data."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from kontum_netcheck.model import Readiness
from kontum_netcheck.report.options import Options
from kontum_netcheck.wording import READINESS_WORDS

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

SIGNS = {
    Readiness.READY: ("✓", "green"),
    Readiness.DEGRADED: ("!", "yellow"),
    Readiness.NOT_CHECKED: ("?", "magenta"),
    Readiness.NOT_READY: ("✗", "bold red"),
}
"""Sign and style of each verdict. Colour never stands alone: a sign and a word say the same."""

_INDENT = 2


class Entry(NamedTuple):
    """A verdict, on what, and why: texts that are safe already."""

    readiness: Readiness
    title: str
    place: str  # dim, after the title
    reasons: tuple[str, ...]


def line(text: str, style: str = "") -> "Text":
    """A text that wraps at spaces; a longer word is folded, never cut."""
    from rich.text import Text

    return Text(text, style=style, overflow="fold")


def verdict(readiness: Readiness, options: Options) -> "Text":
    """Sign and word, in colour."""
    sign, style = SIGNS[readiness]
    return line(f"{sign} {options.text(READINESS_WORDS[readiness])}", style)


def verdict_width(options: Options) -> int:
    """Columns that the longest verdict takes."""
    from rich.cells import cell_len

    return 2 + max(cell_len(options.text(word)) for word in READINESS_WORDS.values())


def sign(cell: object, options: Options) -> "Text":
    """A readiness as its sign alone; whatever else stands in the cell as text."""
    return line(*SIGNS[cell]) if isinstance(cell, Readiness) else line(options.text(cell))


def legend(options: Options) -> "Text":
    """What the signs mean, for the columns that have room for signs only."""
    words = (f"{mark} {options.text(READINESS_WORDS[readiness])}" for readiness, (mark, _) in SIGNS.items())
    return line("   ".join(words), "dim")


def table(header: bool = True) -> "Table":
    """A table without a frame: a line under the header, two columns of air between cells."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    return Table(
        box=SIMPLE_HEAD if header else None,
        show_header=header,
        pad_edge=False,
        show_edge=False,
        padding=(0, _INDENT, 0, 0),
    )


def body(entry: Entry) -> "RenderableType":
    """The title, and under it each reason, indented."""
    from rich.console import Group
    from rich.padding import Padding

    title = line(entry.title, "bold" if entry.readiness is not Readiness.READY else "")
    if entry.place:
        title.append(f"  {entry.place}", "dim not bold")
    reasons = (Padding(line(reason), (0, 0, 0, _INDENT)) for reason in entry.reasons)
    return Group(title, *reasons)


def stack(entries: Iterable[Entry], options: Options) -> "Table":
    """Verdicts at the left, titles and reasons beside them: as wide as the place allows."""
    stacked = table(header=False)
    left = verdict_width(options)
    stacked.add_column(width=left, no_wrap=True)
    stacked.add_column(width=options.table_width - left - _INDENT, overflow="fold")  # rich would measure all
    for entry in entries:
        stacked.add_row(verdict(entry.readiness, options), body(entry))
    return stacked
