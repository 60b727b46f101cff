"""Listens to a line and says which tones it has heard."""

from array import array
from collections.abc import Sequence
from dataclasses import replace

from kontum_netcheck.net.tones.bursts import Bursts
from kontum_netcheck.net.tones.cadence import answering_tone, calling_tone, progress_tone
from kontum_netcheck.net.tones.signals import CALL_PROGRESS_HZ, CED_HZ, CNG_HZ, RATE_HZ, Heard, Tone
from kontum_netcheck.net.tones.spectrum import BLOCK_S, BLOCK_SAMPLES, Block
from kontum_netcheck.net.tones.v21 import V21Receiver

_PROGRESS_TOLERANCE_HZ = 30.0
"""E.180's 400 to 450 Hz, and what a bad line and noise add to our own estimate."""
_CED_TOLERANCE_HZ = 25.0
_CNG_TOLERANCE_HZ = 45.0
_KEPT_TONES = 32
_LOOKED_AT_BLOCKS = 4
"""A cadence changes its meaning no faster; the shortest burst that has one lasts 0.13 s."""


class Listener:
    """Feed it the sound of a line as it comes; ask it at any time what it has heard."""

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        """Raises ValueError for any other rate than 8,000 samples a second."""
        if rate_hz != RATE_HZ:
            raise ValueError(f"sounds of {RATE_HZ} Hz only, not {rate_hz}")
        self._rest = array("h")
        self._blocks_count = 0
        self._progress = Bursts(CALL_PROGRESS_HZ, _PROGRESS_TOLERANCE_HZ)
        self._answering = Bursts(CED_HZ, _CED_TOLERANCE_HZ)
        self._calling = Bursts(CNG_HZ, _CNG_TOLERANCE_HZ)
        self._v21 = V21Receiver()
        self._heard: list[Heard] = []
        self._said = dict.fromkeys((self._progress, self._answering, self._calling), Tone.NONE)

    def feed(self, samples: "array[int] | memoryview[int] | Sequence[int]") -> None:
        """Take in the next samples: 16-bit linear, 8,000 a second, any number of them."""
        self._rest.extend(samples)
        whole = len(self._rest) - len(self._rest) % BLOCK_SAMPLES
        for start in range(0, whole, BLOCK_SAMPLES):
            self._take(Block.of(self._rest[start : start + BLOCK_SAMPLES].tolist()))
        del self._rest[:whole]

    def heard(self) -> Heard:
        """The tone that was recognized last; `Tone.NONE` where there was none yet."""
        return self._heard[-1] if self._heard else Heard(Tone.NONE)

    def all_heard(self) -> tuple[Heard, ...]:
        """Every tone in its order; one that goes on, or comes again before another one, is there once."""
        return tuple(self._heard)

    @property
    def duration_s(self) -> float:
        """How much sound was taken in."""
        return self._blocks_count * BLOCK_S

    def _take(self, block: Block) -> None:
        self._blocks_count += 1
        is_tone = False
        for bursts in (self._progress, self._answering, self._calling):
            if is_tone or block.is_silent:
                bursts.go_on(False, self._blocks_count, block.power)
            else:
                is_tone = bursts.feed(block, self._blocks_count)
        if not is_tone:
            self._listen_to_v21(block)
        if self._blocks_count % _LOOKED_AT_BLOCKS == 0:
            self._look()

    def _look(self) -> None:
        for tone, bursts in (
            (progress_tone(self._progress.past, self._progress.current), self._progress),
            (answering_tone(self._answering.current), self._answering),
            (calling_tone(self._calling.past, self._calling.current), self._calling),
        ):
            if tone is not Tone.NONE and (tone is not self._said[bursts] or tone is self.heard().tone):
                self._note(tone, bursts)
            self._said[bursts] = tone

    def _listen_to_v21(self, block: Block) -> None:
        """Anything else may be a fax machine that introduces itself."""
        hear = self._v21.end if block.is_silent else self._v21.feed
        frames = tuple(hear(block.samples))
        if not frames and not self._v21.hears_flags:
            return
        now_s = self.duration_s
        last = self.heard()
        if last.tone is Tone.V21:
            self._heard[-1] = replace(last, frames=last.frames + frames)
        else:
            self._heard.append(Heard(Tone.V21, now_s, now_s, frames=frames))

    def _note(self, tone: Tone, bursts: Bursts) -> None:
        run = bursts.current if bursts.current.is_on else bursts.past[-1]
        last = self.heard()
        if last.tone is tone:
            self._heard[-1] = replace(last, reversals_count=max(last.reversals_count, bursts.reversals_count))
            return
        if len(self._heard) < _KEPT_TONES:
            self._heard.append(
                Heard(
                    tone,
                    run.started_s,
                    self.duration_s,
                    run.frequency_hz,
                    run.level_dbm0,
                    bursts.reversals_count,
                )
            )
