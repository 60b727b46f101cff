"""Bytes over time: how a load's count grew, and the rates of its short samples. Pure."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

BITS_PER_MBIT = 1e6


@dataclass(frozen=True, slots=True)
class Sample:
    """What arrived in a short time; from and to in seconds since the load began."""

    start_s: float
    end_s: float
    bytes_count: int

    @property
    def mbit_per_s(self) -> float:
        """Its rate."""
        return 8 * self.bytes_count / BITS_PER_MBIT / (self.end_s - self.start_s)


@dataclass(frozen=True, slots=True)
class Piece:
    """One request that its receiver has acknowledged: when it was under way, and how its bytes arrived.

    `steps` are (s since its start, bytes so far), as the receiver saw them; without any, its bytes are taken
    to have arrived evenly: a small request is short.
    """

    start_s: float
    end_s: float
    bytes_count: int
    steps: tuple[tuple[float, int], ...] = ()

    def bytes_at(self, now_s: float) -> float:
        """How many of its bytes had arrived by then."""
        steps = ((0.0, 0), *(self.steps or ((self.end_s - self.start_s, self.bytes_count),)))
        at_s = now_s - self.start_s
        after = bisect_left(steps, at_s, key=lambda step: step[0])
        if after == 0:
            return 0.0
        if after == len(steps):
            return float(steps[-1][1])
        (before_s, before), (later_s, later) = steps[after - 1], steps[after]
        return before + (later - before) * (at_s - before_s) / (later_s - before_s)


def samples_of(points: Sequence[tuple[float, int]]) -> tuple[Sample, ...]:
    """The samples between points of (s, bytes so far), in order of time."""
    return tuple(
        Sample(before_s, after_s, after - before)
        for (before_s, before), (after_s, after) in pairwise(points)
        if after_s > before_s
    )


def points_of(pieces: Sequence[Piece], until_s: float, sample_s: float) -> tuple[tuple[float, int], ...]:
    """The points that acknowledged pieces make, one every `sample_s`, as far as is known."""
    if not pieces:
        return ()
    start_s = min(piece.start_s for piece in pieces)
    steps_count = int((until_s - start_s) / sample_s)
    instants = [start_s + sample_s * step for step in range(steps_count + 1)]
    return tuple((at_s, round(sum(piece.bytes_at(at_s) for piece in pieces))) for at_s in instants)


def mean_mbit_per_s(samples: Sequence[Sample]) -> float:
    """The arithmetic mean of the samples' rates, the ramp included: the mean of QCVN 34:2019/BTTTT, 2.1.2.1.

    There a sample is one file; here it is a short stretch of one load.
    """
    return sum(sample.mbit_per_s for sample in samples) / len(samples)
