"""From on and off to a meaning: the cadences of ITU-T E.180 and of Viet Nam."""

from collections.abc import Sequence

from kontum_netcheck.net.tones.bursts import Run
from kontum_netcheck.net.tones.signals import Tone

_DIAL_S = 2.0
"""Longer without a pause than any ring (E.180, 5: up to 1.5 s) is a dial tone."""
_RING_S = (0.6, 1.6)
_RING_PAUSE_S = 2.0
"""A ring pauses for 3 to 5 s (E.180, 5); after 2 s nothing else can come of it."""
_SHORT_S = (0.13, 0.35)
_LONG_S = (0.35, 0.85)
"""0.25 s is congestion and 0.5 s is busy: 0.35 s lies between them, as many times from the one as from the other."""
_LOPSIDED = 1.8
"""On and off of busy and congestion are alike (E.180, 6: a ratio of 0.67 to 1.5); packets are 20 ms long."""
_QUIET_SHARE = 0.4
"""A pause has at most that much of the burst's power; noise that is 10 dB weaker has 0.09."""
_CED_S = 0.7
"""CED lasts 2.6 s at least (T.30, 4.1.1), ANSam 3 s; speech doesn't hold 2100 Hz for that long."""
_CNG_S = (0.4, 0.6)
"""0.5 s ± 15 % (T.30, 4.1.2), and a block of ours on either side."""
_CNG_PAUSE_S = 1.0


def progress_tone(past: Sequence[Run], current: Run) -> Tone:
    """What 425 Hz says by now. `past` has whole stretches, the newest last."""
    if current.is_on:
        if current.length_s >= _DIAL_S:
            return Tone.DIAL
        if _repeats(past, _SHORT_S, 3):
            return Tone.CONGESTION
        return Tone.BUSY if _repeats(past, _LONG_S, 2) else Tone.NONE
    is_ring = past and past[-1].is_on and _within(past[-1], _RING_S) and _is_quiet(current, past[-1])
    return Tone.RING_BACK if is_ring and current.length_s >= _RING_PAUSE_S else Tone.NONE


def calling_tone(past: Sequence[Run], current: Run) -> Tone:
    """CNG once, and then silence."""
    is_cng = past and past[-1].is_on and _within(past[-1], _CNG_S) and _is_quiet(current, past[-1])
    return Tone.CNG if is_cng and not current.is_on and current.length_s >= _CNG_PAUSE_S else Tone.NONE


def answering_tone(current: Run) -> Tone:
    """CED, or what modems answer with."""
    return Tone.CED if current.is_on and current.length_s >= _CED_S else Tone.NONE


def _is_quiet(pause: Run, burst: Run) -> bool:
    """Noise may go on between two bursts, another sound may not: a melody has no pauses."""
    return pause.power <= _QUIET_SHARE * burst.power


def _within(run: Run, limits_s: tuple[float, float]) -> bool:
    return limits_s[0] <= run.length_s <= limits_s[1]


def _repeats(past: Sequence[Run], limits_s: tuple[float, float], times: int) -> bool:
    """Whether the last stretches are that often on and off, both within the limits and alike."""
    if len(past) < 2 * times:
        return False
    for on, off in zip(list(past)[-2 * times :: 2], list(past)[1 - 2 * times :: 2], strict=True):
        if not (on.is_on and _within(on, limits_s) and not off.is_on and _is_quiet(off, on)):
            return False
        if not 1 / _LOPSIDED <= on.length_s / off.length_s <= _LOPSIDED:
            return False
    return True
