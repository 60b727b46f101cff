"""What a check measured, as people say it: `mean round trip 16.6 ms; packet loss 0 %`. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kontum_netcheck.model import (
    CheckVerdict,
    Message,
    MetricValue,
    Observation,
    Outcome,
    Readiness,
    ServiceKind,
    message,
)
from kontum_netcheck.probes import PROBES
from kontum_netcheck.probes.by_hand import is_by_hand
from kontum_netcheck.recording.results import result_of
from kontum_netcheck.report.build import CheckRow
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.views import alone, in_words

_CALLED = frozenset({ServiceKind.PHONE, ServiceKind.FAX})
_UNIT_IN_NAME = re.compile(r"_(ms|s|pct|h|bytes|days_left|mbit_per_s)$")
_UNIT_IN_LABEL = re.compile(r"\s*\(([^()]*)\)$")
_EXPLANATION = re.compile(r",(?![^(]*\)).*")  # after the first comma that stands outside brackets


class _Label(NamedTuple):
    """What a metric is called, and what its value is counted in."""

    words: str
    unit: str


class Measured:
    """Says what checks measured, to one reader. Labels are looked up once a probe."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._labels: dict[str, Mapping[str, _Label]] = {}
        self._known: dict[str, str] = {}

    def of(self, row: CheckRow) -> str:
        """The values that the check's limits are put on, with label and unit; of a person's evidence who and when.

        Of a check that several places ask what each of them measured.
        """
        return "; ".join(self.lines(row))

    def lines(self, row: CheckRow) -> tuple[str, ...]:
        """The same, of each place a line of its own."""
        if not row.verdict.views:
            return (said,) if (said := self._of_one(row.verdict)) else ()
        return tuple(
            "; ".join(filter(None, (self._options.text(word), self._of_one(alone(row.verdict, view)))))
            for view, word in zip(row.verdict.views, in_words(row.verdict), strict=True)
        )

    def _of_one(self, verdict: CheckVerdict) -> str:
        observation = verdict.observation
        seen = {} if observation is None else observation.metrics
        limited = [limit.metric for limit in verdict.check.limits if limit.metric in seen]
        phrases = [
            self._phrase(verdict.check.probe, name, seen[name]) + self._bound(name, seen) for name in limited
        ]
        if observation is not None and is_by_hand(observation):
            told = message("{person}, {moment}", person=observation.operator, moment=observation.started_at)
            phrases.append(self._options.text(told))
            phrases.extend(map(self._said, _added(observation)))
        if _says_more(verdict):
            phrases.append(self._options.text(verdict.reason))
        return "; ".join(phrases)

    def _said(self, words: Message | str) -> str:
        """What is said of many calls alike is put into words once."""
        if not isinstance(words, Message) or words.values:
            return self._options.text(words)
        return self._known.get(words.text) or self._known.setdefault(words.text, self._options.text(words))

    def _phrase(self, probe: str, name: str, value: MetricValue) -> str:
        if probe not in self._labels:
            self._labels[probe] = _labels(probe, self._options)
        label = self._labels[probe][name]
        if name == "certificate_days_left" and isinstance(value, float | int) and value < 0:
            return self._options.text(message("certificate expired {days} days ago", days=-value))
        return f"{label.words} {self._options.text(value)} {label.unit}".rstrip()

    def _bound(self, name: str, seen: Mapping[str, MetricValue]) -> str:
        """How sure a loss is: none of twenty echoes lost proves no more than a loss below 14 %."""
        upper, sent = seen.get(name.replace("_pct", "_upper_pct")), seen.get("sent_count")
        if not name.endswith("_pct") or sent is None or upper is None or upper == 100:
            return ""
        return " " + self._options.text(
            message("(of {count}; 95 % sure: below {upper} %)", count=sent, upper=upper)
        )


def _added(observation: Observation) -> Iterator[Message | str]:
    """What a person's word holds beside who and when. Why something does not work is told by the reason."""
    if observation.countersigned_by:
        yield message("countersigned by {others}", others=observation.countersigned_by)
    note = observation.metrics.get("note")
    if observation.outcome is Outcome.MEASURED:
        yield result_of(observation)
        if note:
            yield message("note: {note}", note=note)
    if observation.metrics.get("corrects"):
        yield message("corrects an earlier answer")


def _says_more(verdict: CheckVerdict) -> bool:
    """Whether the reason says how many calls got through, how, and what that proves: of a line that is ready, too."""
    is_called = verdict.check.kind in _CALLED and verdict.readiness is Readiness.READY
    return is_called and "count" in verdict.reason.values


def _labels(probe: str, options: Options) -> dict[str, _Label]:
    """Of all that the probe declares; without what explains a label, unless two would become the same."""
    whole = {metric.name: _split(metric.name, options.text(metric.label)) for metric in PROBES[probe].metrics}
    short = {name: _EXPLANATION.sub("", label.words) for name, label in whole.items()}
    seen = Counter(short.values())
    return {
        name: label._replace(words=short[name]) if seen[short[name]] == 1 else label
        for name, label in whole.items()
    }


def _split(name: str, label: str) -> _Label:
    unit = _UNIT_IN_LABEL.search(label) if _UNIT_IN_NAME.search(name) else None
    return _Label(label[: unit.start()], unit[1]) if unit else _Label(label, "")
