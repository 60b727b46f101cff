"""The pieces that `table` is made of, in rich. Every text is a rich `Text`: markup in data stays data."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kontum_netcheck.model import Readiness, ServiceKind
from kontum_netcheck.report.blocks import NO_SIGN, SIGNS, Entry
from kontum_netcheck.report.build import SiteRow
from kontum_netcheck.report.cells import results
from kontum_netcheck.report.options import Options
from kontum_netcheck.wording import READINESS_WORDS

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

STYLES = {
    Readiness.READY: "green",
    Readiness.DEGRADED: "yellow",
    Readiness.NOT_CHECKED: "magenta",
    Readiness.NOT_READY: "bold red",
}
"""Colour never stands alone: a sign and a word say the same."""

_WIDE_ENOUGH_FOR_WORDS = 60
_INDENT = 2
GAP = 3
"""Columns between two cells of a table with a header."""


def line(text: str, style: str = "") -> "Text":
    """A text that wraps at spaces; a longer word is folded, never cut."""
    from rich.text import Text

    return Text(text, style=style, overflow="fold")


def verdict(readiness: Readiness | None, options: Options) -> "Text":
    """Sign and word, in colour; the sign alone where there is no room for words."""
    if readiness is None:
        return line(NO_SIGN, "dim")
    word = options.text(READINESS_WORDS[readiness]) if has_words(options) else ""
    return line(f"{SIGNS[readiness]} {word}".rstrip(), STYLES[readiness])


def kind_style(row: SiteRow, kind: ServiceKind) -> str:
    """The colour of the worst of a site's services of one kind."""
    return STYLES[max(found)] if (found := results(row, kind)) else "dim"


def has_words(options: Options) -> bool:
    """Whether verdicts are shown in words. If not, a legend is needed."""
    return options.table_width >= _WIDE_ENOUGH_FOR_WORDS


def verdict_width(options: Options) -> int:
    """Columns that the longest verdict takes."""
    from rich.cells import cell_len

    if not has_words(options):
        return 1
    return 2 + max(cell_len(options.text(word)) for word in READINESS_WORDS.values())


def table(header: bool = True) -> "Table":
    """A table without a frame: a line under the header, `GAP` columns of air between cells."""
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
    """The title, and under it each line, indented."""
    from rich.console import Group
    from rich.padding import Padding

    title = line(entry.title, "bold" if entry.readiness not in (None, Readiness.READY) else "")
    if entry.place:
        title.append(f"  {entry.place}", "dim not bold")
    lines = (Padding(line(text), (0, 0, 0, _INDENT)) for text in entry.lines)
    return Group(title, *lines)


def stack(entries: Iterable[Entry], options: Options) -> "Table":
    """Verdicts at the left, titles and reasons beside them: as wide as the place allows."""
    stacked = table(header=False)
    left = verdict_width(options)
    stacked.add_column(width=left, no_wrap=True)
    stacked.add_column(width=options.table_width - left - _INDENT, overflow="fold")  # rich would measure all
    for entry in entries:
        stacked.add_row(verdict(entry.readiness, options), body(entry))
    return stacked
