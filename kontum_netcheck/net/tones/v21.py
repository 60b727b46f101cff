"""A receiver of V.21 channel 2 at 300 bit/s: what fax machines introduce themselves with."""

import math
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, chain
from operator import mul, sub

from kontum_netcheck.net.tones.hdlc import Deframer
from kontum_netcheck.net.tones.signals import RATE_HZ, V21_MARK_HZ, V21_SPACE_HZ

BIT_PER_S = 300
_PERIOD = 160  # samples after which both frequencies begin anew
_BIT_SAMPLES = 27  # 26.67
_STEP = 2
_BITS_A_STEP = BIT_PER_S * _STEP / RATE_HZ
_PULL = 0.3
"""How much of a bit clock's error a change of the bit corrects."""


@cache
def _waves(frequency_hz: float) -> tuple[list[float], list[float]]:
    turn = 2 * math.pi * frequency_hz / RATE_HZ
    return [math.cos(turn * i) for i in range(2 * _PERIOD)], [math.sin(turn * i) for i in range(2 * _PERIOD)]


class _Branch:
    """The power at one frequency in the last bit's time, at every second sample."""

    def __init__(self, frequency_hz: float) -> None:
        self._waves = _waves(frequency_hz)
        self._tails = [[0.0] * _BIT_SAMPLES, [0.0] * _BIT_SAMPLES]

    def powers(self, samples: Sequence[int], start: int) -> list[float]:
        total: list[float] = [0.0] * ((len(samples) + _STEP - 1) // _STEP)
        for index, wave in enumerate(self._waves):
            products = list(map(mul, samples, wave[start : start + len(samples)]))
            sums = list(accumulate(chain(self._tails[index], products), initial=0.0))
            self._tails[index] = (self._tails[index] + products)[-_BIT_SAMPLES:]
            window = map(sub, sums[_BIT_SAMPLES + 1 :: _STEP], sums[1:-_BIT_SAMPLES:_STEP])
            total = [before + value * value for before, value in zip(total, window, strict=True)]
        return total


class V21Demodulator:
    """Samples to bits, without asking whether there is a carrier at all."""

    def __init__(self) -> None:
        self._mark, self._space = _Branch(V21_MARK_HZ), _Branch(V21_SPACE_HZ)
        self._start = 0
        self._clock = 0.0  # in bits; a bit is read where it passes a whole one
        self._was_mark = False

    def feed(self, samples: Sequence[int]) -> Iterator[int]:
        """The bits of the next samples, an even number of them and 160 at most: 1 is 1650 Hz."""
        marks = self._mark.powers(samples, self._start)
        spaces = self._space.powers(samples, self._start)
        self._start = (self._start + len(samples)) % _PERIOD
        for mark, space in zip(marks, spaces, strict=True):
            is_mark = mark > space
            if (
                is_mark is not self._was_mark
            ):  # a change lies between two bits: half a bit from where one is read
                self._clock += _PULL * (0.5 - self._clock)
                self._was_mark = is_mark
            self._clock += _BITS_A_STEP
            if self._clock >= 1.0:
                self._clock -= 1.0
                yield int(is_mark)


class V21Receiver:
    """Samples to T.30 frames."""

    def __init__(self) -> None:
        self._demodulator, self._deframer = V21Demodulator(), Deframer()
        self._is_fresh = True

    def end(self, samples: Sequence[int]) -> Iterator[bytes]:
        """The carrier is gone: the frames that its last bits complete. What was half received is worth nothing."""
        if not self._is_fresh:
            yield from self.feed(samples)
            self._demodulator, self._deframer = V21Demodulator(), Deframer()
            self._is_fresh = True

    @property
    def hears_flags(self) -> bool:
        """Whether there are flags one after the other, by now."""
        return self._deframer.hears_flags

    def feed(self, samples: Sequence[int]) -> Iterator[bytes]:
        """The whole frames, with a right checksum, that the next samples complete."""
        self._is_fresh = False
        for bit in self._demodulator.feed(samples):
            frame = self._deframer.feed(bit)
            if frame is not None:
                yield frame
