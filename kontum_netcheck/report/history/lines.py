"""Lines of text, some in colour, wrapped to the width of the place: for terminals, files and screen readers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from kontum_netcheck.model import Readiness
from kontum_netcheck.report.options import Options

STYLES = {
    Readiness.READY: "green",
    Readiness.DEGRADED: "yellow",
    Readiness.NOT_CHECKED: "magenta",
    Readiness.NOT_READY: "red",
}
"""Colour never stands alone: a sign and a word say the same."""

UNBROKEN = "\u00a0"
"""A space at which no line is wrapped; shown as any other."""

_HEAD_COLUMNS = 10
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "magenta": "35", "cyan": "36"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line; one of a single piece is wrapped at spaces, the following lines `hang` columns further in."""

    pieces: tuple[tuple[str, str], ...]  # text that is safe already, style ("" is plain)
    indent: int = 0
    hang: int = 0

    @classmethod
    def of(cls, text: str, style: str = "", *, indent: int = 0, hang: int = 0) -> "Line":
        """A line in one style."""
        return cls(((text, style),), indent, hang)


def laid_out(lines: Iterable[Line], options: Options) -> str:
    """The lines as text, with ANSI colours where the place takes them."""
    return "\n".join(text for line in lines for text in _texts(line, options))


def _texts(line: Line, options: Options) -> Iterator[str]:
    start = " " * line.indent
    if len(line.pieces) == 1:
        ((text, style),) = line.pieces
        for each in _wrapped(text, line, options) or [""]:
            yield _coloured(each.replace(UNBROKEN, " "), style, options)
        return
    yield (start + "".join(_coloured(text, style, options) for text, style in line.pieces)).rstrip()


def _wrapped(text: str, line: Line, options: Options) -> Sequence[str]:
    return wrap(
        text,
        options.table_width,
        initial_indent=" " * line.indent,
        subsequent_indent=" " * (line.indent + line.hang),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _coloured(text: str, style: str, options: Options) -> str:
    if not options.colour or not style or not text.strip():
        return text
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m"


def table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], *, right: int, indent: int = 2, width: int = 0
) -> list[Line]:
    """A table whose columns from `right` on are numbers; long heads stand on several lines.

    With `width` the texts of the last column are wrapped to it; else nothing is.
    """
    tops = _below_each_other([wrap(head, _HEAD_COLUMNS, break_long_words=False) or [""] for head in heads])
    if width and rows:
        before = [max(map(_cells, column)) for column in zip(*tops, *rows, strict=True)][:-1]
        room = max(_HEAD_COLUMNS, width - indent - sum(before) - 2 * len(before))
        rows = [line for row in rows for line in _last_wrapped(row, room)]
    widths = [max(map(_cells, column)) for column in zip(*tops, *rows, strict=True)]
    rule = ["-" * width for width in widths]
    return [
        Line((("  ".join(_aligned(row, widths, right)).rstrip(), ""), ("", "")), indent)
        for row in (*tops, rule, *rows)
    ]


def _last_wrapped(row: Sequence[str], room: int) -> list[list[str]]:
    *first, last = row
    return _below_each_other([*([cell] for cell in first), wrap(last, room) or [""]])


def _below_each_other(columns: Sequence[Sequence[str]]) -> list[list[str]]:
    """Cells of several lines each, as lines of cells."""
    depth = max(map(len, columns))
    return [[lines[at] if at < len(lines) else "" for lines in columns] for at in range(depth)]


def _aligned(row: Sequence[str], widths: Sequence[int], right: int) -> Iterator[str]:
    for at, (text, width) in enumerate(zip(row, widths, strict=True)):
        room = " " * (width - _cells(text))
        yield text + room if at < right else room + text


def _cells(text: str) -> int:
    """Columns of a terminal that it takes: marks of decomposed Vietnamese take none."""
    from wcwidth import wcswidth

    return max(wcswidth(text), 0)
