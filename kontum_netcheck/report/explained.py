"""What a report explains to its reader: its words, every limit with its source, and what it rests on. Pure."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from kontum_netcheck.model import Limit, Message, Readiness, message
from kontum_netcheck.probes import PROBES
from kontum_netcheck.report import cells
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.limit_sources import source_words

MEANINGS: Mapping[Readiness, Message] = MappingProxyType(
    {
        Readiness.READY: message("Everything that must work was measured lately, and works."),
        Readiness.DEGRADED: message(
            "It works, but a value is beyond its first limit, or a second way is missing."
        ),
        Readiness.NOT_CHECKED: message("Nobody knows: it was not measured, or its evidence is too old."),
        Readiness.NOT_READY: message(
            "Something that must work does not, or a value is beyond its second limit."
        ),
    }
)

LIMIT_HEADS = (
    message("Probe"), message("Metric"), message("Ready"), message("Degraded"), message("Source"),
    message("Checks"),
)  # fmt: skip
"""Over the fields of a LimitRow."""


class LimitRow(NamedTuple):
    """One limit, and how many checks of the report were judged by it."""

    probe: object  # what it is called
    metric: Message | str
    ready: Message
    degraded: Message
    source: Message | str
    checks_count: int


def limits(report: Report, called: Callable[[str], object] = cells.probe) -> Iterator[LimitRow]:
    """Every limit that a check of this report was judged by; `called`: words for its probe."""
    counts: dict[tuple[str, Limit], int] = {}
    for row in report.checks:
        for limit in row.verdict.check.limits:
            key = (row.verdict.check.probe, limit)
            counts[key] = counts.get(key, 0) + 1
    for (probe, limit), count in _sorted(counts.items()):
        metric = PROBES[probe].metric(limit.metric) if probe in PROBES else None
        yield LimitRow(
            called(probe),
            limit.metric if metric is None else metric.label,
            _bound(limit, limit.ready),
            message("beyond") if math.isinf(limit.degraded) else _bound(limit, limit.degraded),
            source_words(limit.source),
            count,
        )


_Counted = tuple[tuple[str, Limit], int]


def _sorted(found: Iterable[_Counted]) -> list[_Counted]:
    order = {name: at for at, name in enumerate(PROBES)}
    return sorted(
        found, key=lambda item: (order.get(item[0][0], len(order)), item[0][1].metric, item[0][1].ready)
    )


def _bound(limit: Limit, value: float) -> Message:
    return message("{sign} {value}", sign="≤" if limit.lower_is_better else "≥", value=float(value))


def facts(report: Report, fingerprint: str) -> Iterator[tuple[Message | None, object]]:
    """What the report rests on, as labels and values. `fingerprint`: the SHA-256 of its lines of JSON."""
    run = report.run
    yield message("Program"), f"kontum-netcheck {run.tool_version}"
    yield message("Inventory"), run.inventory
    yield message("Inventory's SHA-256"), run.inventory_hash
    if run.id:
        yield message("Run"), run.id
    yield message("Begun"), run.started_at
    yield message("Judged as of"), run.finished_at
    yield message("Checked from"), run.vantage or None
    yield message("Checked by"), run.operator or None
    yield message("SHA-256 of the results"), fingerprint
    yield (
        None,
        message(
            "It is what `sha256sum` says of the .jsonl file that is written in the same run and language."
        ),
    )
