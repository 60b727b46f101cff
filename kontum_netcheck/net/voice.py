"""Voice quality that a path allows, by the E-model of ITU-T G.107, narrowband, for an ideal terminal.

The *simplified* delay impairment Id (Cole and Rosenbluth, 2001) is used: it stands in for the full Idd of
G.107, which gives up to about 10 R more at long delays. So the estimate errs towards the worse.
"""

from dataclasses import dataclass

_R_BEST = 93.2  # G.107, default parameters
_MOS_WORST, _MOS_BEST = 1.0, 4.5
_DELAY_KNEE_MS = 177.3  # from here on people begin to talk into each other


@dataclass(frozen=True, slots=True)
class Codec:
    """Equipment impairment `ie` and robustness against packet loss `bpl`, from ITU-T G.113, Appendix I."""

    name: str
    ie: float
    bpl: float


G711 = Codec("G.711", 0, 4.3)
G711_PLC = Codec("G.711 with packet loss concealment", 0, 25.1)
G729A = Codec("G.729A", 11, 19)


def r_factor(one_way_ms: float, loss_pct: float, codec: Codec = G711_PLC, burst_ratio: float = 1.0) -> float:
    """The transmission rating R of G.107 for a one-way delay in ms and a loss in percent.

    R = 93.2 − Id − Ie,eff; `burst_ratio` is G.107's BurstR, 1 for losses at random.
    """
    delay_impairment = 0.024 * one_way_ms + 0.11 * max(0.0, one_way_ms - _DELAY_KNEE_MS)
    loss_impairment = codec.ie + (95 - codec.ie) * loss_pct / (loss_pct / burst_ratio + codec.bpl)
    return _R_BEST - delay_impairment - loss_impairment


def mos_of_r(r: float) -> float:
    """The mean opinion score for R by G.107, Annex B, kept within 1 (bad) and 4.5 (best)."""
    if r <= 0:
        return _MOS_WORST
    if r >= 100:
        return _MOS_BEST
    return min(_MOS_BEST, max(_MOS_WORST, 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r)))


def mos(rtt_avg_ms: float, loss_pct: float, codec: Codec = G711_PLC) -> float:
    """The estimated MOS of a path, from its mean round trip (half of it taken as one way) and its loss."""
    return mos_of_r(r_factor(rtt_avg_ms / 2, loss_pct, codec))
