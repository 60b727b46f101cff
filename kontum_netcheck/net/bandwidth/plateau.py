"""Where a load runs at the line's own speed: the ramp dropped, the mean with its spread, when it is known well. Pure.

The line's speed is the slope of the straight line through the counts (least squares), which one burst at an end hardly
moves. How sure it is, is told by how far the counts stray from that line: where rates of neighbouring samples are
independent, counts stray by s·sqrt(T/15) while the slope is uncertain by s/sqrt(T) (detrended random walk: Peng et al.,
Physical Review E 49, 1994). Where they are not, because what comes late in one comes in the next, this says too much
rather than too little.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import linear_regression, mean, median, stdev

from kontum_netcheck.net.bandwidth.curve import BITS_PER_MBIT, Sample

NEAR = 0.15
"""The ramp ends with the first sample that is so near to the median of all that follow …"""
NEAR_MEAN = 0.10
"""… if with the two after it, it is so near to it in the mean."""
LEAST_COUNT = 5
"""Fewer samples are no plateau."""
LEVEL_ERROR_PCT, LEVEL_DRIFT_PCT = 2.0, 3.0
"""A stretch is level where its speed is known to this (95 %), and its halves lie no farther apart than that."""
_LEVEL_LEAST_S = 1.0
_LOOK_COUNT = 3


@dataclass(frozen=True)
class Plateau:
    """The stretch of a load that tells the line's speed."""

    samples: tuple[Sample, ...]

    @property
    def duration_s(self) -> float:
        """How long it lasted."""
        return self.samples[-1].end_s - self.samples[0].start_s

    @cached_property
    def _line(self) -> tuple[float, float]:
        """Bytes a second, and by how many bytes the counts stray from the line (root mean square)."""
        instants, counts, count = [self.samples[0].start_s], [0.0], 0.0
        for sample in self.samples:
            count += sample.bytes_count
            instants.append(sample.end_s)
            counts.append(count)
        slope, start = linear_regression(instants, counts)
        strays = mean((at - start - slope * at_s) ** 2 for at_s, at in zip(instants, counts, strict=True))
        return max(0.0, slope), math.sqrt(strays)

    @property
    def mbit_per_s(self) -> float:
        """The line's speed."""
        return 8 * self._line[0] / BITS_PER_MBIT

    @property
    def spread_pct(self) -> float:
        """Standard deviation of its samples' rates, in per cent of the speed."""
        return 100 * stdev(sample.mbit_per_s for sample in self.samples) / (self.mbit_per_s or 1.0)

    @property
    def error_pct(self) -> float:
        """Half the width of the speed's 95 % interval, in per cent of it; infinite where nothing moved."""
        slope, strays = self._line
        return 100 * 1.96 * math.sqrt(15) * strays / (slope * self.duration_s) if slope else math.inf

    @property
    def drift_pct(self) -> float:
        """How far the means of its two halves lie apart, in per cent of the speed."""
        middle = len(self.samples) // 2
        halves = (self.samples[:middle], self.samples[middle:])
        first, second = (mean(sample.mbit_per_s for sample in half) for half in halves)
        return 100 * abs(first - second) / (self.mbit_per_s or 1.0)

    @property
    def known_to_pct(self) -> float:
        """As `error_pct`; of a stretch that never settled at least its spread, and what its halves lie apart."""
        return self.error_pct if self.is_level else max(self.error_pct, self.drift_pct, self.spread_pct)

    @property
    def is_level(self) -> bool:
        """Whether its speed is well known."""
        return (
            self.duration_s >= _LEVEL_LEAST_S
            and self.error_pct <= LEVEL_ERROR_PCT
            and self.drift_pct <= LEVEL_DRIFT_PCT
        )


def find_plateau(samples: Sequence[Sample], least_s: float = _LEVEL_LEAST_S) -> Plateau | None:
    """The longest level stretch up to the end, of `least_s` or more; where there is none, all that follows the ramp.

    A burst that the line let through at first is dropped like a ramp, and so are the losses that follow upon slow
    start. None: there are too few samples.
    """
    first = max(1, _end_of_ramp(samples))  # the first sample holds the handshakes
    if len(samples) - first < LEAST_COUNT:
        return None
    for start in range(first, len(samples) - LEAST_COUNT + 1):
        plateau = Plateau(tuple(samples[start:]))
        if plateau.duration_s < least_s:
            break
        if plateau.is_level:
            return plateau
    return Plateau(tuple(samples[first:]))


def _end_of_ramp(samples: Sequence[Sample]) -> int:
    """The first sample whose rate is that of all that follow; where the rate never settles, a third is dropped."""
    rates = [sample.mbit_per_s for sample in samples]
    for at in range(len(rates) - LEAST_COUNT + 1):
        usual = median(rates[at:])
        near = abs(rates[at] - usual) <= NEAR * usual
        if near and abs(mean(rates[at : at + _LOOK_COUNT]) - usual) <= NEAR_MEAN * usual:
            return at
    return len(samples) // 3


@dataclass(frozen=True, slots=True)
class StopRule:
    """When the speed is known well enough to stop paying for more: the load was level for so long."""

    least_s: float = 2.0

    def is_met(self, samples: Sequence[Sample]) -> bool:
        """Whether more would hardly change the speed. Looks at every other sample only: it costs time."""
        if len(samples) % 2 or not samples or samples[-1].end_s < self.least_s:
            return False
        plateau = find_plateau(samples, self.least_s)
        return plateau is not None and plateau.is_level and plateau.duration_s >= self.least_s
