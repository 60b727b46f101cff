"""Statistics of round trips and losses: pure functions of lists of numbers."""

from collections.abc import Sequence
from itertools import pairwise
from math import exp, floor, isclose, lgamma, log, log1p

_UNSURE = 0.05  # one-sided 95 % confidence


def loss_pct(sent_count: int, received_count: int) -> float:
    """Lost echoes in percent of those sent, which must be at least one."""
    return 100.0 * (sent_count - received_count) / sent_count


def loss_upper_pct(sent_count: int, received_count: int) -> float:
    """The loss in percent that, with 95 % confidence, is not exceeded; losses taken as independent.

    One-sided bound of Clopper and Pearson (Biometrika 26, 1934): the p for which at most so many losses
    have a probability of 5 %. For no loss at all it is 1 - 0.05^(1/n), about 3/n ("rule of three").
    """
    lost_count = sent_count - received_count
    if lost_count == 0:
        return 100.0 * (1.0 - float(_UNSURE ** (1.0 / sent_count)))
    if received_count == 0:
        return 100.0
    low, high = lost_count / sent_count, 1.0
    while not isclose(low, high, rel_tol=1e-12):
        middle = (low + high) / 2
        if _at_most(lost_count, sent_count, middle) > _UNSURE:
            low = middle
        else:
            high = middle
    return 100.0 * high


def _at_most(lost_count: int, sent_count: int, loss: float) -> float:
    """The binomial probability of at most `lost_count` losses; by logarithms, which don't overflow."""
    return sum(
        exp(
            lgamma(sent_count + 1)
            - lgamma(count + 1)
            - lgamma(sent_count - count + 1)
            + count * log(loss)
            + (sent_count - count) * log1p(-loss)
        )
        for count in range(lost_count + 1)
    )


def median(values: Sequence[float]) -> float:
    """The middle value; of an even number the mean of the two in the middle."""
    return percentile(values, 50)


def percentile(values: Sequence[float], pct: float) -> float:
    """The value below which `pct` percent lie, interpolated between the two nearest ranks (R's type 7)."""
    ordered = sorted(values)
    rank = (len(ordered) - 1) * pct / 100
    below = floor(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (rank - below)


def jitter_ms(rtts_ms: Sequence[float | None]) -> float | None:
    """Mean absolute difference of the round trips of *consecutive* echoes that were both received.

    Unsmoothed, unlike RFC 3550's estimator. None where no two neighbours were received.
    """
    differences = [
        abs(second - first) for first, second in pairwise(rtts_ms) if first is not None and second is not None
    ]
    return sum(differences) / len(differences) if differences else None
