"""The text format of Prometheus: families of gauges, names and labels that its checker takes. Pure.

Source: prometheus.io/docs/instrumenting/exposition_formats, and its naming conventions: base units, named at the end.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kontum_netcheck.report.safe import visible

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})

Labels = Mapping[str, str]
Sample = tuple[Labels, float]


@dataclass(frozen=True, slots=True)
class Family:
    """All samples of one name: they must stand together."""

    name: str
    help: str
    samples: tuple[Sample, ...]


def exposition(families: Iterable[Family]) -> str:
    """The families that have samples; a value that is no number is left out."""
    lines = []
    for family in families:
        told = [(labels, value) for labels, value in family.samples if math.isfinite(value)]
        if told:
            lines.append(f"# HELP {family.name} {_help(family.help)}")
            lines.append(f"# TYPE {family.name} gauge")
            lines += [f"{family.name}{_labels(labels)} {number(value)}" for labels, value in told]
    return "\n".join(lines) + "\n"


def number(value: float) -> str:
    """As Go reads it: no idle zeros, at most fifteen significant digits."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.15g}"


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{escaped(value)}"' for name, value in labels.items()) + "}"


def escaped(value: str) -> str:
    """A label's value; what can't be seen stands there as a visible escape."""
    return visible(value).translate(_ESCAPES)


def _help(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n")


@dataclass(frozen=True, slots=True)
class BaseUnit:
    """How a metric is told in Prometheus' base units."""

    name: str  # without the prefix
    factor: float


_UNITS: tuple[tuple[str, str, float], ...] = (
    ("_days_left", "_left_seconds", 86_400.0),
    ("_mbit_per_s", "_bytes_per_second", 125_000.0),
    ("_pct", "_ratio", 0.01),
    ("_ms", "_seconds", 0.001),
    ("_h", "_seconds", 3_600.0),
    ("_s", "_seconds", 1.0),
    ("_count", "", 1.0),  # the ending belongs to histograms
)


def base_unit(metric: str) -> BaseUnit:
    """`rtt_avg_ms` → `rtt_avg_seconds` × 0.001; a name without a unit stays."""
    for ending, unit, factor in _UNITS:
        if metric.endswith(ending):
            return BaseUnit(metric.removesuffix(ending) + unit, factor)
    return BaseUnit(metric, 1.0)
