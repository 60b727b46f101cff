"""The live line of a bandwidth test: which way, how fast just then, bytes of the budget, and a small plot."""

from collections import deque
from collections.abc import Mapping

from kontum_netcheck.model import Check, Message, message

_BLOCKS = "▁▂▃▄▅▆▇█"
_PLOT_COUNT = 14  # with the rest a line of 80 columns
_ARROWS = {"down": "↓", "up": "↑"}


class LoadLine:
    """Remembers the last rates. Called from the thread that measures."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._most_bytes = {
            check.target: check.cost.bytes_count for check in checks.values() if check.turn is not None
        }
        self._rates: deque[float] = deque(maxlen=_PLOT_COUNT)
        self._of = ("", "")

    def note(self, target: str, direction: str, mbit_per_s: float, used_bytes: int) -> Message:
        """The line as it is with this sample."""
        if (target, direction) != self._of:
            self._of = (target, direction)
            self._rates.clear()
        self._rates.append(mbit_per_s)
        return message(
            "{arrow} {rate} Mbit/s {plot} {used} of {most} MB",
            arrow=_ARROWS.get(direction, ""),
            rate=round(mbit_per_s, 1),
            plot=plot(list(self._rates)),
            used=round(used_bytes / 1e6, 1),
            most=round(self.most_bytes(target) / 1e6, 1),
        )

    def most_bytes(self, target: str) -> int:
        """What the test may use."""
        return self._most_bytes.get(target, 0)


def plot(rates: list[float]) -> str:
    """A bar for each rate, the highest of them full."""
    top = max(rates, default=0.0) or 1.0
    return "".join(
        _BLOCKS[min(len(_BLOCKS) - 1, int(rate / top * (len(_BLOCKS) - 1) + 0.5))] for rate in rates
    )
