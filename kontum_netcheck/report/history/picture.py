"""A track as a picture: a plot for each metric, and a strip of how it stood, over one time axis."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from kontum_netcheck.history import History, Track
from kontum_netcheck.history.days import number
from kontum_netcheck.model import Limit, message
from kontum_netcheck.report.history import words
from kontum_netcheck.report.history.lines import Line
from kontum_netcheck.report.history.plot import Plot, top_of
from kontum_netcheck.report.history.strip import strip
from kontum_netcheck.report.history.time_axis import TimeAxis
from kontum_netcheck.report.options import Options

_INDENT = 2
_LABEL = 8  # columns for the numbers at the left, and a space
_ROWS = 7
_WIDEST = 160


def picture(
    history: History, track: Track, options: Options, *, plots: bool, ascii_only: bool
) -> Iterator[Line]:
    """The plots if they are wanted, then the strip and the axis."""
    if not track.points:
        return
    columns = min(options.table_width, _WIDEST) - _INDENT - _LABEL - 1
    axis = TimeAxis(history.start, history.end, columns, options.zone)
    wall = "|" if ascii_only else "│"
    for metric in track.metrics if plots else ():
        yield from _plot(track, metric, axis, options, ascii_only)
        yield Line(((" " * _LABEL, ""), (wall, "dim")), _INDENT)
    yield Line(((" " * _LABEL, ""), (wall, "dim"), *strip(track, axis, ascii_only=ascii_only)), _INDENT)
    line, labels = axis.rows(options.language.code, ascii_only=ascii_only)
    yield Line(((" " * _LABEL, ""), (("+" if ascii_only else "└") + line, "dim")), _INDENT)
    yield Line(((" " * (_LABEL + 1), ""), (labels, "dim")), _INDENT)


def _plot(track: Track, metric: str, axis: TimeAxis, options: Options, ascii_only: bool) -> Iterator[Line]:
    pieces = _pieces(track, metric)
    values = [value for piece in pieces for _, value in piece]
    if not values:
        return
    limits = _bounds(track, metric)
    plot = Plot(axis, _ROWS, top_of(values, limits), ascii_only)
    for piece in pieces:
        plot.draw(piece)
    in_sight = [limit for limit in limits if limit <= plot.top]
    numbers = {0: plot.top, _ROWS - 1: 0.0} | {plot.row_of(limit): limit for limit in in_sight}
    yield Line.of(_title(track, metric, limits, options), indent=_INDENT)
    wall = "|" if ascii_only else "│"
    for row, line in enumerate(plot.lines(in_sight)):
        shown = options.text(numbers[row]) if row in numbers else ""
        yield Line(((f"{shown:>{_LABEL - 1}} ", "dim"), (wall, "dim"), (line, "cyan")), _INDENT)


def _title(track: Track, metric: str, limits: Sequence[float], options: Options) -> str:
    name = words.label(track, metric, options)
    if not limits:
        return name
    lower = _limit(track, metric).lower_is_better  # type: ignore[union-attr]
    shown = tuple(limits)
    bound = message("at most {limits}", limits=shown) if lower else message("at least {limits}", limits=shown)
    return f"{name} ({options.text(bound)})"


def _pieces(track: Track, metric: str) -> list[list[tuple[datetime, float]]]:
    """The values in pieces that nothing separates: neither a gap nor a question without a value."""
    joined = {(span.start, span.end) for span in track.spans}
    pieces: list[list[tuple[datetime, float]]] = [[]]
    points = [point for point in track.points if not point.corrected]
    for point, following in pairwise([*points, None]):
        assert point is not None
        value = number(point, metric)
        if value is not None:
            pieces[-1].append((point.at, value))
        if value is None or following is None or (point.at, following.at) not in joined:
            pieces.append([])
    return [piece for piece in pieces if piece]


def _bounds(track: Track, metric: str) -> list[float]:
    limit = _limit(track, metric)
    bounds = () if limit is None else (limit.ready, limit.degraded)
    return list(dict.fromkeys(bound for bound in bounds if math.isfinite(bound)))


def _limit(track: Track, metric: str) -> Limit | None:
    return next((limit for limit in track.check.limits if limit.metric == metric), None)
