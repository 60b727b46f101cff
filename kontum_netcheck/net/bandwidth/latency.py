"""Round trips of a connection, idle and under load: what of them counts. Pure."""

from dataclasses import dataclass
from statistics import median

_LEAST_COUNT = 3
_NEARLY = 0.85


@dataclass(frozen=True, slots=True)
class Echo:
    """One small request: when it began (perf_counter) and how long its first byte took."""

    began_s: float
    rtt_ms: float


def median_rtt_ms(echoes: list[Echo], from_s: float = 0.0, until_s: float = float("inf")) -> float | None:
    """The median of those that began in between; None: too few to tell."""
    rtts_ms = [echo.rtt_ms for echo in echoes if from_s <= echo.began_s <= until_s]
    return median(rtts_ms) if len(rtts_ms) >= _LEAST_COUNT else None


def peak_rtt_ms(echoes: list[Echo]) -> float | None:
    """The longest of them that two others come near to. None: too few to tell.

    A full queue holds up several; a lone long one is a lost segment that was sent again.
    """
    rtts_ms = sorted((echo.rtt_ms for echo in echoes), reverse=True)
    confirmed = (rtt for rtt, third in zip(rtts_ms, rtts_ms[2:], strict=False) if third >= _NEARLY * rtt)
    return next(confirmed, None)
