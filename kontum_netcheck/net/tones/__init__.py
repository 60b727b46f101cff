"""What is heard on a telephone line: tones, cadences, V.21 and T.30 frames. Pure: samples in, facts out.

Samples are 16-bit linear, 8,000 a second, one channel; `g711` makes them of A-law and µ-law.
"""

from kontum_netcheck.net.tones.listener import Listener
from kontum_netcheck.net.tones.signals import Heard, Tone

__all__ = ["Heard", "Listener", "Tone"]
