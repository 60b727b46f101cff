"""How often and how long: the timers of RFC 3261, section 17 and table 4."""

from collections.abc import Iterator
from itertools import count

T1_S = 0.5
"""An estimate of the round trip."""
T2_S = 4.0
"""The longest pause between repetitions of a request that is no INVITE, and of a final answer."""
T4_S = 5.0
"""How long a message may stay in the network."""
PATIENCE_S = 64 * T1_S
"""Timers B, F, H: after that a silent end is given up. Timer D: so long refusals may come again."""


def pauses_s(method: str) -> Iterator[float]:
    """Until each repetition over UDP: timer A doubles, timer E doubles up to T2."""
    for doubling in count():
        pause_s: float = T1_S * 2**doubling
        yield pause_s if method == "INVITE" else min(pause_s, T2_S)
