"""Where a load runs at the line's own speed: the ramp dropped, the mean with its spread, when it is known well. Pure.

Batch means (Law and Kelton, Simulation Modeling and Analysis, 9.5.3): neighbouring samples depend on each other,
batches of them hardly do, so that their spread says how sure the mean is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median, stdev

from kontum_netcheck.net.bandwidth.curve import BITS_PER_MBIT, Sample

NEAR = 0.15
"""The plateau begins with the first sample that is so near to the median of all that follow …"""
NEAR_MEAN = 0.10
"""… if with the two after it, it is so near to it in the mean."""
LEAST_COUNT = 5
"""Fewer samples are no plateau."""
_LOOK_COUNT = 3
_BATCH_COUNT = 3
_T_95 = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16, 2.14, 2.13)
"""Student's t, two-sided 95 %, by degrees of freedom from 1; beyond, 2.1."""


@dataclass(frozen=True, slots=True)
class Plateau:
    """The stretch of a load that tells the line's speed."""

    samples: tuple[Sample, ...]
    is_level: bool  # else the rate never settled, and only the beginning was dropped

    @property
    def duration_s(self) -> float:
        """How long it lasted."""
        return self.samples[-1].end_s - self.samples[0].start_s

    @property
    def mbit_per_s(self) -> float:
        """All its bytes over all its time."""
        return 8 * sum(sample.bytes_count for sample in self.samples) / BITS_PER_MBIT / self.duration_s

    @property
    def spread_pct(self) -> float:
        """Standard deviation of its samples' rates, in per cent of the mean."""
        return 100 * stdev(sample.mbit_per_s for sample in self.samples) / (self.mbit_per_s or 1.0)

    @property
    def error_pct(self) -> float | None:
        """Half the width of the mean's 95 % interval by batch means, in per cent of it; None: too few batches."""
        rates = _batch_rates(self.samples)
        if len(rates) < 3 or not self.mbit_per_s:
            return None
        t = _T_95[len(rates) - 2] if len(rates) - 2 < len(_T_95) else 2.1
        return 100 * t * stdev(rates) / math.sqrt(len(rates)) / self.mbit_per_s

    @property
    def drift_pct(self) -> float:
        """How far the means of its two halves lie apart, in per cent of the mean."""
        middle = len(self.samples) // 2
        halves = (self.samples[:middle], self.samples[middle:])
        first, second = (mean(sample.mbit_per_s for sample in half) for half in halves)
        return 100 * abs(first - second) / (self.mbit_per_s or 1.0)


def _batch_rates(samples: Sequence[Sample]) -> list[float]:
    whole_count = len(samples) // _BATCH_COUNT * _BATCH_COUNT
    newest = samples[len(samples) - whole_count :]
    return [
        mean(sample.mbit_per_s for sample in newest[at : at + _BATCH_COUNT])
        for at in range(0, whole_count, _BATCH_COUNT)
    ]


def find_plateau(samples: Sequence[Sample]) -> Plateau | None:
    """The samples from where the rate is that of all that follows; None: there are too few.

    A ramp is dropped, and so is a burst that the line let through at first. Where the rate never settles, the
    first third is dropped.
    """
    rates = [sample.mbit_per_s for sample in samples]
    for at in range(len(rates) - LEAST_COUNT + 1):
        usual = median(rates[at:])
        near = abs(rates[at] - usual) <= NEAR * usual
        if near and abs(mean(rates[at : at + _LOOK_COUNT]) - usual) <= NEAR_MEAN * usual:
            return Plateau(tuple(samples[at:]), is_level=True)
    rest = tuple(samples[len(samples) // 3 :])
    return Plateau(rest, is_level=False) if len(rest) >= LEAST_COUNT else None


@dataclass(frozen=True, slots=True)
class StopRule:
    """When the mean is known well enough to stop paying for more."""

    least_s: float = 2.0  # the plateau lasts so long
    error_pct: float = 2.0  # the 95 % interval is at most so wide on either side
    drift_pct: float = 3.0  # the plateau's halves lie at most so far apart

    def is_met(self, plateau: Plateau | None) -> bool:
        """Whether more would hardly change the mean."""
        if plateau is None or not plateau.is_level or plateau.duration_s < self.least_s:
            return False
        error_pct = plateau.error_pct
        return (
            error_pct is not None and error_pct <= self.error_pct and plateau.drift_pct <= self.drift_pct
        )
