"""What a check measured, as people say it: `mean round trip 16.6 ms; packet loss 0 %`. Pure."""

import re
from collections.abc import Iterator

from kontum_netcheck.probes import PROBES
from kontum_netcheck.report.build import CheckRow
from kontum_netcheck.report.options import Options

_UNIT_IN_NAME = re.compile(r"_(ms|s|pct|h|bytes|days_left|mbit_per_s)$")
_UNIT_IN_LABEL = re.compile(r"\s*\(([^()]*)\)$")
_EXPLANATION = re.compile(r",(?![^(]*\)).*")  # after the first comma that stands outside brackets


def measured(row: CheckRow, options: Options) -> str:
    """The values that limits are put on, each with its label and unit in the reader's language."""
    observation = row.verdict.observation
    if observation is None:
        return ""
    phrases = (
        _phrase(row, limit.metric, options.text(observation.metrics[limit.metric]), options)
        for limit in row.verdict.check.limits
        if limit.metric in observation.metrics
    )
    return "; ".join(phrases)


def _phrase(row: CheckRow, name: str, value: str, options: Options) -> str:
    labels = dict(_labels(row, options))
    label, unit = labels[name]
    short = _EXPLANATION.sub("", label)
    if sum(_EXPLANATION.sub("", other) == short for other, _ in labels.values()) == 1:
        label = short
    return f"{label} {value} {unit}".rstrip()


def _labels(row: CheckRow, options: Options) -> Iterator[tuple[str, tuple[str, str]]]:
    """Of all that the probe declares: name → label without its unit, unit."""
    for metric in PROBES[row.verdict.check.probe].metrics:
        label = options.text(metric.label)
        unit = _UNIT_IN_LABEL.search(label) if _UNIT_IN_NAME.search(metric.name) else None
        yield metric.name, (label[: unit.start()], unit[1]) if unit else (label, "")
