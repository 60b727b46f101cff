"""A speed that something else than the line held back, or that is not known well, says little against the line."""

from collections.abc import Mapping

from kontum_netcheck.model import Limit, Message, MetricValue, message

_WORDS: Mapping[str, Message] = {
    "cpu": message("this machine's processor"),
    "receive window": message("this machine's receive window"),
    "send buffer": message("this machine's send buffer"),
    "server's window": message("the measurement server"),
}
_SPEED = "_mbit_per_s"


def held_back(limit: Limit, metrics: Mapping[str, MetricValue]) -> Message | None:
    """What else than the line was the limit of that speed; None: nothing else, or it is no speed."""
    if not limit.metric.endswith(_SPEED):
        return None
    by = metrics.get(limit.metric.removesuffix(_SPEED) + "_limited_by")
    return _WORDS.get(by) if isinstance(by, str) else None


def at_best(limit: Limit, value: float, metrics: Mapping[str, MetricValue]) -> float:
    """The highest speed that its own 95 % interval leaves possible; the value, where no interval is known."""
    error_pct = error_of(limit, metrics)
    return value if error_pct is None else value * (1 + error_pct / 100)


def error_of(limit: Limit, metrics: Mapping[str, MetricValue]) -> float | None:
    """Half the width of a speed's 95 % interval, in per cent; None: not known, or it is no speed."""
    if not limit.metric.endswith(_SPEED):
        return None
    error_pct = metrics.get(limit.metric.removesuffix(_SPEED) + "_error_pct")
    if isinstance(error_pct, bool) or not isinstance(error_pct, int | float):
        return None
    return max(0.0, error_pct)
