"""A speed that something else than the line held back says little against the line."""

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
