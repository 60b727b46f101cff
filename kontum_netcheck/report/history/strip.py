"""How a check stood over time, a sign a column: the worst of what that column holds. Nothing where nobody knows."""

from collections.abc import Iterable
from itertools import groupby

from kontum_netcheck.history import Track
from kontum_netcheck.model import Readiness
from kontum_netcheck.report.history.lines import STYLES
from kontum_netcheck.report.history.time_axis import TimeAxis

CHANGED = "·"
_SIGNS = {
    Readiness.READY: "━",
    Readiness.DEGRADED: "!",
    Readiness.NOT_CHECKED: "?",
    Readiness.NOT_READY: "✗",
}
_ASCII = {"━": "-", "✗": "x", "·": "."}


def signs(ascii_only: bool) -> dict[Readiness, str]:
    """The sign of each verdict."""
    return {verdict: _shown(sign, ascii_only) for verdict, sign in _SIGNS.items()}


def changed_sign(ascii_only: bool) -> str:
    """The sign of a time in which it changed, nobody knows when."""
    return _shown(CHANGED, ascii_only)


def strip(track: Track, axis: TimeAxis, *, ascii_only: bool) -> tuple[tuple[str, str], ...]:
    """Pieces of text with their styles, as wide as the axis."""
    worst: dict[int, Readiness] = {}
    for point in track.points:
        if not point.corrected:
            at = axis.column(point.at)
            worst[at] = max(point.readiness, worst.get(at, Readiness.READY))
    between: dict[int, Readiness | None] = {}
    for span in track.spans:
        for at in range(axis.column(span.start) + 1, axis.column(span.end)):
            between[at] = None if span.worked is None else span.readiness
    cells = (_cell(at, worst, between, ascii_only) for at in range(axis.columns))
    return tuple(_joined(cells))


def _cell(
    at: int, worst: dict[int, Readiness], between: dict[int, Readiness | None], ascii_only: bool
) -> tuple[str, str]:
    readiness = worst.get(at, between.get(at))
    if readiness is not None:
        return _shown(_SIGNS[readiness], ascii_only), STYLES[readiness]
    return (_shown(CHANGED, ascii_only), "dim") if at in between else (" ", "")


def _joined(cells: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    for style, same in groupby(cells, key=lambda cell: cell[1]):
        yield "".join(sign for sign, _ in same), style


def _shown(sign: str, ascii_only: bool) -> str:
    return _ASCII.get(sign, sign) if ascii_only else sign
