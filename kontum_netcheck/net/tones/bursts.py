"""One tone of a line over time: when it is on, when it is off, at which frequency and how loud."""

from collections import deque
from dataclasses import dataclass

from kontum_netcheck.net.tones.spectrum import BLOCK_S, Bin, Block, level_dbm0

_SHARE = 0.4
"""A block is the tone where this share of its power is. Of white noise one bin has 0.4 of it once in 10^10 blocks."""
_WHOLE_SHARE = 0.7
"""And of a whole stretch, once its frequency is known: two tones together have 0.5, one with noise of -10 dB 0.9."""
_ON_BLOCKS = 3
"""30 ms: clicks and single syllables are shorter."""
_OFF_BLOCKS = 8
"""80 ms: three lost packets of 20 ms in a row make no pause; the shortest real one is 250 ms."""
_KEPT_RUNS = 8


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of the tone, or of its absence."""

    is_on: bool
    started_s: float
    length_s: float
    power: float = 0.0  # the mean square of all that was heard in it
    frequency_hz: float | None = None
    level_dbm0: float | None = None


class Bursts:
    """Watches one frequency, block by block. Short gaps and blips belong to what surrounds them."""

    def __init__(self, frequency_hz: float, tolerance_hz: float) -> None:
        self.bin = Bin(frequency_hz)
        self.past: deque[Run] = deque(maxlen=_KEPT_RUNS)
        self.reversals_count = 0
        self._tolerance_hz = tolerance_hz
        self._is_on = False
        self._since = self._now = 0  # counts of blocks
        self._doubts = 0
        self._heard_power = self._doubted_power = 0.0  # sums over blocks
        self._before: complex | None = None
        self._forget_sound()

    def feed(self, block: Block, now: int) -> bool:
        """Take in the block that ends after `now` blocks; tell whether it is this tone."""
        coefficient = self.bin.coefficient(block.samples)
        power = abs(coefficient) ** 2 / 2
        is_tone = power >= _SHARE * block.power
        self._tone_power += power
        self._all_power += block.power
        if is_tone:
            self._add_sound(coefficient)
        self.go_on(is_tone, now, block.power)
        self._before = coefficient if is_tone else None
        return is_tone

    def go_on(self, is_tone: bool, now: int, power: float) -> None:
        """Count a block of that power as the tone or as none of it."""
        self._now = now
        self._doubted_power += power
        if is_tone == self._is_on:
            self._heard_power += self._doubted_power
            self._doubts, self._doubted_power = 0, 0.0
            if not is_tone and self._all_power:
                self._forget_sound()
            return
        self._doubts += 1
        self._before = None if not is_tone else self._before
        if self._doubts >= (_OFF_BLOCKS if self._is_on else _ON_BLOCKS):
            self._change(now - self._doubts)

    @property
    def current(self) -> Run:
        """The stretch that is going on; one that is too far from the frequency is no stretch of the tone."""
        return self._run(self._now - self._doubts if self._doubts > 1 else self._now)

    def _run(self, until: int) -> Run:
        started_s, length_s = self._since * BLOCK_S, (until - self._since) * BLOCK_S
        power = self._heard_power / max(1, until - self._since)
        if not self._is_on or not self._blocks:
            return Run(False, started_s, length_s, power)
        frequency_hz = self.bin.frequency_of(self._turned)
        share = self._tone_power / self._all_power / self.bin.share_of(frequency_hz)
        is_ours = abs(frequency_hz - self.bin.frequency_hz) <= self._tolerance_hz and share >= _WHOLE_SHARE
        level = level_dbm0(self._tone_power / self.bin.share_of(frequency_hz) / self._blocks)
        return Run(is_ours, started_s, length_s, power, frequency_hz, level)

    def _change(self, at: int) -> None:
        self.past.append(self._run(at))
        self._is_on, self._since, self._doubts = not self._is_on, at, 0
        self._heard_power, self._doubted_power = self._doubted_power, 0.0
        if not self._is_on:
            self._forget_sound()

    def _add_sound(self, coefficient: complex) -> None:
        self._blocks += 1
        if self._before is None:
            return
        turned = self.bin.turned(self._before, coefficient)
        if (self._turned * turned.conjugate()).real < 0 and self._blocks > _ON_BLOCKS + 1:
            self.reversals_count += 1
        else:
            self._turned += turned

    def _forget_sound(self) -> None:
        self._blocks, self._turned = 0, 0j
        self._tone_power = self._all_power = 0.0
        self.reversals_count = 0
