"""How much of ten milliseconds of sound is a tone of one frequency, and in which phase it is."""

import cmath
import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

from kontum_netcheck.net.tones.signals import RATE_HZ

BLOCK_SAMPLES = 80
BLOCK_S = BLOCK_SAMPLES / RATE_HZ
_FULL_SCALE_DBM0 = 3.14
"""The level of the loudest sine wave that A-law can carry (ITU-T G.711, note to table 1)."""
_SINE_POWER = 32768.0**2 / 2
_SILENCE_POWER = _SINE_POWER * 10 ** ((-48.0 - _FULL_SCALE_DBM0) / 10)
"""Below -48 dBm0 a block is silence: fax receivers need not hear what is weaker than -43 dBm (T.30, 5.3.6.1 … V.21)."""


@dataclass(frozen=True, slots=True)
class Block:
    """Ten milliseconds."""

    samples: list[int]
    power: float  # the mean square of the samples

    @classmethod
    def of(cls, samples: list[int]) -> "Block":
        """Measure its power."""
        return cls(samples, sum(map(mul, samples, samples)) / len(samples))

    @property
    def is_silent(self) -> bool:
        """Whether nothing is heard at all."""
        return self.power < _SILENCE_POWER


def level_dbm0(power: float) -> float:
    """The level of a mean square, in dBm0; minus infinity for silence."""
    return 10 * math.log10(power / _SINE_POWER) + _FULL_SCALE_DBM0 if power > 0 else -math.inf


class Bin:
    """One frequency: a Fourier coefficient a block, and how its phase goes on from block to block.

    Ten milliseconds tell frequencies apart by 100 Hz; the turn of the phase from one block to the next tells the
    rest, to a few hertz and without doubt within ± 50 Hz.
    """

    def __init__(self, frequency_hz: float) -> None:
        self.frequency_hz = frequency_hz
        turn = 2 * math.pi * frequency_hz / RATE_HZ
        self._cosine = [math.cos(turn * i) for i in range(BLOCK_SAMPLES)]
        self._sine = [math.sin(turn * i) for i in range(BLOCK_SAMPLES)]
        self._back = cmath.exp(-1j * turn * BLOCK_SAMPLES)

    def coefficient(self, samples: Sequence[int]) -> complex:
        """The block's share at this frequency; its size is the amplitude of a sine wave there."""
        scale = 2 / BLOCK_SAMPLES
        return complex(
            scale * sum(map(mul, samples, self._cosine)), -scale * sum(map(mul, samples, self._sine))
        )

    def turned(self, before: complex, after: complex) -> complex:
        """The turn of the phase beyond what this very frequency makes; its size is the power."""
        return after * before.conjugate() * self._back

    def share_of(self, frequency_hz: float) -> float:
        """How much of the power of a tone beside this frequency a block shows here: sinc squared."""
        turns = (frequency_hz - self.frequency_hz) * BLOCK_S
        return (math.sin(math.pi * turns) / (math.pi * turns)) ** 2 if turns else 1.0

    def frequency_of(self, turned: complex) -> float:
        """The frequency in hertz of a tone whose phase turns like that from block to block."""
        return self.frequency_hz + cmath.phase(turned) / (2 * math.pi * BLOCK_S)
