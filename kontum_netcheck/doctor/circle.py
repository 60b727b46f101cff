"""A circle at the end of a way: the same routers again and again until an echo's time to live is over. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_LEAST_TIMES = 3  # routers that come twice may be two ways of different length


@dataclass(frozen=True, slots=True)
class Circle:
    """Where packets have gone round once: `end` is the index behind that, `length` how many hops a round has."""

    end: int
    length: int


def circle_in(hops: Sequence[tuple[str, ...]]) -> Circle | None:
    """The shortest circle in which the way ends, by the addresses that answered at each hop; None: it has none.

    A silent hop may be any of them: routers answer at a limited rate.
    """
    for length in range(1, len(hops) // _LEAST_TIMES + 1):
        start = _start_of(hops, length)
        times = Counter(at % length for at in range(start, len(hops)) if hops[at])
        if len(hops) - start >= _LEAST_TIMES * length and max(times.values()) >= _LEAST_TIMES:
            return Circle(start + length, length)
    return None


def _start_of(hops: Sequence[tuple[str, ...]], length: int) -> int:
    """From which hop on each is the one of `length` hops before again; one that answered."""
    routers: dict[int, set[str]] = {}
    start = len(hops)
    for at in reversed(range(len(hops))):
        if hops[at]:
            here = routers.get(at % length, set(hops[at])) & set(hops[at])
            if not here:
                break
            routers[at % length], start = here, at
    return start
