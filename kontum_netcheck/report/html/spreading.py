"""Points that lie too close are moved apart, as little as it takes. Pure and always the same."""

import math
from collections.abc import Sequence

Point = tuple[float, float]
_MOST_ROUNDS = 60
_GOLDEN_ANGLE = 2.399963  # radians; points in one place leave it in different directions


def spread(points: Sequence[Point], distance: float) -> list[Point]:
    """The points, in their order, at least about `distance` from each other. O(n²) a round: for a few hundred."""
    found = [
        (x + 0.01 * math.cos(at * _GOLDEN_ANGLE), y + 0.01 * math.sin(at * _GOLDEN_ANGLE))
        for at, (x, y) in enumerate(points)
    ]
    for _ in range(_MOST_ROUNDS):
        if not _push(found, distance):
            break
    return found


def _push(points: list[Point], distance: float) -> bool:
    """Each close pair gives way by half of what it lacks; whether there was one."""
    moved = False
    for one in range(len(points)):
        for other in range(one):
            (x1, y1), (x2, y2) = points[one], points[other]
            apart = math.hypot(x1 - x2, y1 - y2)
            if apart < distance - 0.1:
                half = (distance - apart) / 2 / (apart or 1.0)
                right, down = (x1 - x2) * half, (y1 - y2) * half
                points[one], points[other] = (x1 + right, y1 + down), (x2 - right, y2 - down)
                moved = True
    return moved
