"""Sounds of a telephone line, made of formulas: tones with cadences, V.21, noise, speech, and what a network loses."""

import math
import random
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, repeat

RATE_HZ = 8000
_SINE_OF_0_DBM0 = 32768 * 10 ** (-3.14 / 20)  # its amplitude: A-law's loudest sine has +3.14 dBm0
Sound = list[float]


def amplitude(level_dbm0: float) -> float:
    """Of a sine wave of that level."""
    return float(_SINE_OF_0_DBM0 * 10 ** (level_dbm0 / 20))


def tone(seconds: float, *frequencies_hz: float, level_dbm0: float = -15.0) -> Sound:
    """Sine waves together, each of that level."""
    size, count = amplitude(level_dbm0), round(seconds * RATE_HZ)
    turns = [2 * math.pi * frequency / RATE_HZ for frequency in frequencies_hz]
    return [size * sum(math.sin(turn * i) for turn in turns) for i in range(count)]


def silence(seconds: float) -> Sound:
    """Nothing."""
    return [0.0] * round(seconds * RATE_HZ)


def cadence(
    seconds: float, on_s: float, off_s: float, frequency_hz: float = 425.0, level_dbm0: float = -15.0
) -> Sound:
    """A tone that is on and off, again and again."""
    one = tone(on_s, frequency_hz, level_dbm0=level_dbm0) + silence(off_s)
    return list(islice(chain.from_iterable(repeat(one)), round(seconds * RATE_HZ)))


def v21(bits: Sequence[int], level_dbm0: float = -15.0, skew: float = 1.0) -> Sound:
    """Channel 2: 1 is 1650 Hz, 0 is 1850 Hz, without a jump of phase; `skew` makes the sender's clock wrong."""
    size, phase, sound = amplitude(level_dbm0), 0.0, []
    for i in range(math.ceil(len(bits) * RATE_HZ / 300 / skew)):
        bit = bits[min(int(i * 300 * skew / RATE_HZ), len(bits) - 1)]
        phase += 2 * math.pi * (1650 if bit else 1850) / RATE_HZ
        sound.append(size * math.sin(phase))
    return sound


def answer_of_modem(seconds: float, level_dbm0: float = -15.0) -> Sound:
    """ANSam of V.8: 2100 Hz, its amplitude shaken by a fifth at 15 Hz, its phase reversed every 450 ms."""
    size, sound = amplitude(level_dbm0), []
    for i in range(round(seconds * RATE_HZ)):
        sign = 1 if int(i / RATE_HZ / 0.45) % 2 == 0 else -1
        shake = 1 + 0.2 * math.sin(2 * math.pi * 15 * i / RATE_HZ)
        sound.append(sign * shake * size * math.sin(2 * math.pi * 2100 * i / RATE_HZ))
    return sound


def speech(seconds: float, chance: random.Random, level_dbm0: float = -20.0) -> Sound:
    """Like speech: syllables of a gliding voice with formants, breath, and pauses between them."""
    sound: Sound = []
    while len(sound) < seconds * RATE_HZ:
        pitch, glide = chance.uniform(90, 260), chance.uniform(-60, 60)
        formants = [chance.uniform(300, 900), chance.uniform(900, 2200)]
        length = chance.uniform(0.08, 0.35)
        sound += _syllable(length, pitch, glide, formants, amplitude(level_dbm0))
        sound += silence(chance.choice((0.02, 0.05, 0.1, 0.4)))
    return sound[: round(seconds * RATE_HZ)]


def _syllable(
    length_s: float, pitch_hz: float, glide_hz: float, formants_hz: list[float], size: float
) -> Sound:
    count, phase, sound = round(length_s * RATE_HZ), 0.0, []
    for i in range(count):
        now_hz = pitch_hz + glide_hz * i / count
        phase += 2 * math.pi * now_hz / RATE_HZ
        swell = math.sin(math.pi * i / count)
        parts = (
            math.sin(n * phase) * max(math.exp(-(((n * now_hz - f) / 150) ** 2)) for f in formants_hz)
            for n in range(1, 12)
        )
        sound.append(size * swell * sum(parts))
    return sound


def noise(count: int, chance: random.Random, level_dbm0: float) -> Iterator[float]:
    """White noise of that level."""
    deviation = amplitude(level_dbm0) / math.sqrt(2)
    return (chance.gauss(0, deviation) for _ in range(count))


def noisy(sound: Sound, chance: random.Random, level_dbm0: float) -> Sound:
    """With noise of that level under it."""
    return [a + b for a, b in zip(sound, noise(len(sound), chance, level_dbm0), strict=True)]


def with_losses(sound: Sound, chance: random.Random, loss_pct: float, packet_s: float = 0.02) -> Sound:
    """With packets that are lost, and silence instead of them: the worst that a receiver can put there."""
    size, kept = round(packet_s * RATE_HZ), list[float]()
    for start in range(0, len(sound), size):
        packet = sound[start : start + size]
        kept += [0.0] * len(packet) if chance.random() * 100 < loss_pct else packet
    return kept


def samples(sound: Iterable[float]) -> "array[int]":
    """As 16-bit samples."""
    return array("h", (max(-32768, min(32767, round(value))) for value in sound))
