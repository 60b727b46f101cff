"""The tones that tell how a call goes, as they are specified, and what is reported of them."""

from dataclasses import dataclass
from enum import StrEnum

RATE_HZ = 8000

CALL_PROGRESS_HZ = 425
"""ITU-T E.180, 2-7: 400 to 450 Hz, preferably 425; Viet Nam's own tones have 425 (docs/tones.md names the sources)."""
CNG_HZ = 1100
"""A calling fax: ITU-T T.30, 4.1.2: 1100 ± 38 Hz, 0.5 s on, 3 s off."""
CED_HZ = 2100
"""An answering fax: ITU-T T.30, 4.1.1: 2100 ± 15 Hz, 2.6 to 4 s. V.25 and V.8 modems answer with it as well."""
V21_MARK_HZ, V21_SPACE_HZ = 1650, 1850
"""ITU-T V.21, channel 2, in which fax machines introduce themselves: 1 is 1650 Hz, 0 is 1850 Hz, 300 bit/s."""


class Tone(StrEnum):
    """What a tone says."""

    NONE = "none"
    DIAL = "dial"  # continuous
    RING_BACK = "ring_back"  # 1 s on, 4 s off
    BUSY = "busy"  # 0.5 s on, 0.5 s off
    CONGESTION = "congestion"  # 0.25 s on, 0.25 s off
    CED = "ced"  # 2100 Hz: a fax machine or a modem has answered
    CNG = "cng"  # 1100 Hz: a fax machine calls
    V21 = "v21"  # HDLC flags or frames at 300 bit/s: a fax machine speaks


@dataclass(frozen=True, slots=True)
class Heard:
    """One tone that was recognized. Times count from the first sample that the listener was fed."""

    tone: Tone
    since_s: float = 0.0  # when it began
    known_s: float = 0.0  # when it was sure
    frequency_hz: float | None = None
    level_dbm0: float | None = None
    reversals_count: int = 0  # changes of phase in a CED: V.25 or V.8 (ANSam)
    frames: tuple[bytes, ...] = ()  # whole T.30 frames, address to information field, with a right checksum
