"""Where on a plan a name stands: beside what it names, clear of other names and, if it can be, of all dots. Pure."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_SIGN_WIDTH, _ASCENT, _DESCENT = 8.0, 12.0, 4.0  # of 15 px type, with a little air
_TRIED_DOTS = 6

Point = tuple[float, float]


class Box(NamedTuple):
    """What a text covers."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether they share any place."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def placed(
    names: Sequence[tuple[str, Sequence[Point]]], radius: float, air: float, size: Point
) -> Iterator[tuple[str, Point]]:
    """Each name that finds a place, with the middle of its base line; one that only hides others is left out.

    `names`: each with its dots, of that radius; `size`: width and height of the plan.
    """
    dots = [Box(x - radius, y - radius, x + radius, y + radius) for _, points in names for x, y in points]
    taken: list[Box] = []
    for name, points in names:
        open_places = [
            (place, box)
            for place in _places(points, radius, air)
            if _is_inside(box := _box(name, place), size) and not any(map(box.meets, taken))
        ]
        if not open_places:
            continue
        clear = (each for each in open_places if not any(map(each[1].meets, dots)))
        place, box = next(clear, open_places[0])
        taken.append(box)
        yield name, place


def _places(points: Sequence[Point], radius: float, air: float) -> Iterator[Point]:
    """Above all of them, else below all of them, else above or below the dots nearest to their middle."""
    middle = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    up, down = -radius - air, radius + air + _ASCENT
    yield middle[0], min(y for _, y in points) + up
    yield middle[0], max(y for _, y in points) + down
    for x, y in sorted(points, key=lambda point: math.dist(point, middle))[:_TRIED_DOTS]:
        yield x, y + up
        yield x, y + down


def _box(name: str, place: Point) -> Box:
    half = len(name) * _SIGN_WIDTH / 2
    return Box(place[0] - half, place[1] - _ASCENT, place[0] + half, place[1] + _DESCENT)


def _is_inside(box: Box, size: Point) -> bool:
    return box.left >= 0 and box.top >= 0 and box.right <= size[0] and box.bottom <= size[1]
