"""Performance data of the monitoring plugins: `'label'=value[UOM];[warn];[crit];[min];[max]`. Pure.

Source: www.monitoring-plugins.org/doc/guidelines.html, "Performance data" and "Threshold and Ranges".
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from kontum_netcheck.model import Limit
from kontum_netcheck.report.exposition import number
from kontum_netcheck.report.safe import visible

_UNITS = (("_ms", "ms"), ("_s", "s"), ("_pct", "%"), ("_bytes", "B"))


@dataclass(frozen=True, slots=True)
class Datum:
    """One value with its limits, as the guidelines write them."""

    label: str
    value: float
    unit: str = ""
    warning: str = ""
    critical: str = ""
    least: str = ""
    most: str = ""

    def __str__(self) -> str:
        fields = [
            f"{number(round(self.value, 6))}{self.unit}",
            self.warning,
            self.critical,
            self.least,
            self.most,
        ]
        return f"{quoted(self.label)}={';'.join(fields).rstrip(';')}"


def datum(label: str, metric: str, value: float, limit: Limit | None) -> Datum:
    """A metric's value; outside the ranges of `limit` it warns, and is critical."""
    unit = next((unit for ending, unit in _UNITS if metric.endswith(ending)), "")
    least, most = ("0", "100") if unit == "%" else ("0" if unit else "", "")
    if limit is None:
        return Datum(label, value, unit, "", "", least, most)
    up = limit.lower_is_better
    return Datum(label, value, unit, _range(limit.ready, up), _range(limit.degraded, up), least, most)


def line(data: Iterable[Datum]) -> str:
    """Several, with spaces between."""
    return " ".join(map(str, data))


def quoted(label: str) -> str:
    """In single quotes, a quote doubled; `=` has no place in a label, nor has what can't be seen or ends the data."""
    return "'" + visible(label).replace("=", "_").replace("|", "_").replace("'", "''") + "'"


def _range(bound: float, lower_is_better: bool) -> str:
    """What is in order: `~:50` up to 50, `30:` from 30 on; nothing where there is no bound."""
    if math.isinf(bound):
        return ""
    return f"~:{number(bound)}" if lower_is_better else f"{number(bound)}:"
