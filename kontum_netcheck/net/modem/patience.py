"""How long each step with a modem may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Times in seconds; tests are less patient."""

    command_s: float = 3.0  # for an answer to a plain command; V.250 modems take milliseconds
    dial_tone_s: float = 10.0  # S6 and the modem's own search, up to 7 s
    ring_s: float = 40.0  # how long a line may ring: eight rings of 5 s
    carrier_s: float = 60.0  # T.30, 5.4.3.1: T1 is 35 ± 5 s, and the line rings before it begins
    quiet_s: float = 5.0  # what the dial modifier @ waits for; an OK that comes earlier proves nothing
    frame_s: float = 10.0  # a DIS with CSI and NSF takes 3 s
    page_s: float = 120.0  # a page at 2,400 bit/s
