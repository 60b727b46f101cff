"""The plan of the province: a dot for each site whose place is known, north above. Pure.

Plate carrée with its true parallel in the middle: over one province straight lines stay straight to a pixel.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kontum_netcheck.model import Message, message
from kontum_netcheck.report.build import Report, SiteRow
from kontum_netcheck.report.html.labels import Point, placed
from kontum_netcheck.report.html.spreading import spread
from kontum_netcheck.report.options import Options

_KM_A_DEGREE = 111.32
_SIZE, _MARGIN = 560.0, 36.0
_FEW = 150  # up to so many sites, dots that hide each other are moved apart
_RADIUS, _SMALL_RADIUS = 8.0, 4.5
_GAP, _AIR = 3.0, 5.0
_LEAST_SPAN_KM = 2.0
_MOST_DISTRICTS = 24  # whose names there is room for


class Dot(NamedTuple):
    """A site on the plan."""

    x: str
    y: str
    verdict: int
    anchor: str
    said: str


class Name(NamedTuple):
    """A district's name beside its sites."""

    x: str
    y: str
    text: str


class ProvinceMap(NamedTuple):
    """An SVG's parts, in its own units."""

    width: int
    height: int
    radius: float
    dots: tuple[Dot, ...]  # the worst last, so that nothing hides it
    names: tuple[Name, ...]
    scale_units: float
    scale_said: str
    said: str
    remark: str

    @classmethod
    def of(cls, report: Report, options: Options) -> "ProvinceMap | None":
        """None where no site says where it lies."""
        known = [row for row in report.sites if row.typed and row.typed.lat is not None]
        if not known:
            return None
        radius = _RADIUS if len(known) <= _FEW else _SMALL_RADIUS
        width, height, units_a_km, points = _projected(known)
        true_points = points
        if len(known) <= _FEW:
            points = spread(points, 2 * radius + _GAP)
        moved = any(math.dist(*pair) > radius / 2 for pair in zip(points, true_points, strict=True))
        worst_last = sorted(zip(known, points, strict=True), key=lambda pair: pair[0].verdict.readiness)
        km = _round_km(width / units_a_km / 4)
        missing = len(report.sites) - len(known)
        told = message("{count} sites on the plan, each in the sign of its conclusion.", count=len(known))
        return cls(
            round(width),
            round(height),
            radius,
            tuple(_dot(row, point, options) for row, point in worst_last),
            tuple(_names(known, points, radius, (width, height), options)),
            round(km * units_a_km, 1),
            f"{options.language.number(km)} km",
            options.text(told),
            " ".join(map(options.text, _remarks(missing, moved=moved))),
        )


def _projected(rows: Sequence[SiteRow]) -> tuple[float, float, float, list[Point]]:
    """Width, height, units a kilometre, and the points."""
    places = [(row.typed.lon or 0.0, row.typed.lat or 0.0) for row in rows if row.typed]
    middle = math.radians((min(lat for _, lat in places) + max(lat for _, lat in places)) / 2)
    flat = [(lon * math.cos(middle) * _KM_A_DEGREE, -lat * _KM_A_DEGREE) for lon, lat in places]
    left, top = min(x for x, _ in flat), min(y for _, y in flat)
    across_km, down_km = max(x for x, _ in flat) - left, max(y for _, y in flat) - top
    units = (_SIZE - 2 * _MARGIN) / max(across_km, down_km, _LEAST_SPAN_KM)
    width = max(across_km * units, _SIZE * 0.6) + 2 * _MARGIN
    height = max(down_km * units, _SIZE * 0.3) + 2 * _MARGIN
    to_right, down = (width - across_km * units) / 2, (height - down_km * units) / 2
    return width, height, units, [((x - left) * units + to_right, (y - top) * units + down) for x, y in flat]


def _remarks(missing: int, moved: bool) -> Iterator[Message]:
    """What a reader of the plan must know."""
    yield message("North is at the top.")
    if moved:
        yield message("Sites that lie close together are drawn side by side.")
    if missing:
        yield message("{count} sites have no coordinates in the inventory.", count=missing)


def _round_km(most: float) -> float:
    """The greatest of 1, 2, 5, 10, 20 … kilometres that is not more."""
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (5, 2, 1) if step * power <= most)


def _dot(row: SiteRow, point: Point, options: Options) -> Dot:
    said = message(
        "{number}. {site}: {verdict}", number=row.number, site=row.verdict.name, verdict=row.verdict.readiness
    )
    return Dot(
        f"{point[0]:.0f}",
        f"{point[1]:.0f}",
        row.verdict.readiness.value,
        f"s{row.number}",
        options.text(said),
    )


def _names(
    rows: Sequence[SiteRow], points: Sequence[Point], radius: float, size: Point, options: Options
) -> Iterator[Name]:
    """The districts' names, each beside its dots."""
    by_district: dict[str, tuple[str, list[Point]]] = {}
    for row, point in zip(rows, points, strict=True):
        if row.district is not None:
            name = options.text(row.district.name)
            by_district.setdefault(row.district.code, (name, []))[1].append(point)
    if len(by_district) > _MOST_DISTRICTS:
        return
    for text, (x, y) in placed(list(by_district.values()), radius, _AIR, size):
        yield Name(f"{x:.0f}", f"{y:.0f}", text)
