"""Results of other programs, read from their files. Strangers' words: bounded, and kept as what they are. Pure.

Ookla's CLI (`speedtest -f json`, also several lines of it): `bandwidth` is in **bytes** a second. i-Speed (i-speed.vn)
saves no file: its figures are typed into a CSV with the columns time, down_mbit_per_s, up_mbit_per_s, ping_ms,
jitter_ms, server; `,` or `;` between them, a decimal point or comma, the first four needed.
"""

import csv
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import Any

from kontum_netcheck.model import MetricValue, WrongValue, message

_RESULTS_MAX_COUNT = 1_000
_MOST_MBIT_PER_S = 1_000_000.0
_TEXT_MAX_CHARACTERS = 200
CSV_COLUMNS = ("time", "down_mbit_per_s", "up_mbit_per_s", "ping_ms", "jitter_ms", "server")
_NEEDED = CSV_COLUMNS[:4]


@dataclass(frozen=True, slots=True)
class ForeignResult:
    """One test that another program made."""

    at: datetime  # aware
    server: str
    metrics: Mapping[str, MetricValue]


def read_results(text: str, zone: tzinfo) -> tuple[ForeignResult, ...]:
    """All results of a file, in its order. `zone` is that of times without one. Raises WrongValue with the line."""
    body = text.removeprefix("\ufeff").strip()
    rows = _ookla(body) if body.startswith(("{", "[")) else _typed(body, zone)
    found = tuple(islice(rows, _RESULTS_MAX_COUNT))
    if not found:
        raise WrongValue(message("The file holds no result of a speed test."))
    return found


def _ookla(body: str) -> Iterator[ForeignResult]:
    for number, document in _documents(body):
        if not isinstance(document, dict) or document.get("type") not in (None, "result"):
            continue  # with -f jsonl the CLI also tells of its progress
        try:
            yield _ookla_result(document)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            raise WrongValue(
                message("Line {line} is no result of Ookla's speedtest.", line=number),
                message("Write the file with: speedtest -f json > result.json"),
            ) from None


def _documents(body: str) -> Iterator[tuple[int, Any]]:
    """One document, a list of them, or one on each line."""
    try:
        whole = json.loads(body)
    except (ValueError, RecursionError):
        for number, line in enumerate(body.splitlines(), start=1):
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError):
                raise WrongValue(message("Line {line} is no JSON.", line=number)) from None
        return
    yield from enumerate(whole, start=1) if isinstance(whole, list) else [(1, whole)]


def _ookla_result(document: dict[str, Any]) -> ForeignResult:
    at = datetime.fromisoformat(document["timestamp"])
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    down, up, ping = document["download"], document["upload"], document["ping"]
    metrics: dict[str, MetricValue | None] = {
        "method": "ookla",
        "down_mbit_per_s": _speed(float(down["bandwidth"]) * 8 / 1e6),
        "up_mbit_per_s": _speed(float(up["bandwidth"]) * 8 / 1e6),
        "idle_rtt_ms": _time(ping["latency"]),
        "jitter_ms": _time(ping.get("jitter")),
        "loss_pct": _time(document.get("packetLoss")),
    }
    loaded = [way["latency"].get("iqm") for way in (down, up) if isinstance(way.get("latency"), dict)]
    if (worse := max((float(each) for each in loaded if each is not None), default=None)) is not None:
        metrics["loaded_rtt_ms"] = _time(worse)
    used = [way.get("bytes") for way in (down, up)]
    if all(isinstance(each, int) and each >= 0 for each in used):
        metrics["transferred_bytes"] = sum(used)
    server = document.get("server") or {}
    name = " ".join(str(server[key]) for key in ("name", "location", "host") if server.get(key))
    known = {key: value for key, value in metrics.items() if value is not None}
    return ForeignResult(at, name[:_TEXT_MAX_CHARACTERS] or "speedtest.net", known)


def _typed(body: str, zone: tzinfo) -> Iterator[ForeignResult]:
    lines = body.splitlines()
    separator = ";" if lines and ";" in lines[0] else ","
    rows = csv.reader(lines, delimiter=separator)
    header = [name.strip().lower() for name in next(rows, [])]
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise WrongValue(
            message("The first line lacks the column {name}.", name=missing[0]),
            message("It reads: {columns}", columns=",".join(CSV_COLUMNS)),
        )
    for number, row in enumerate(rows, start=2):
        cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
        if not any(cells.values()):
            continue
        try:
            yield _typed_result(cells, zone)
        except (KeyError, ValueError):
            raise WrongValue(
                message("Line {line} holds a time or a number that can't be read.", line=number),
                message("Write it as: 2024-06-26 09:30,94.2,47.5,8.1"),
            ) from None


def _typed_result(cells: Mapping[str, str], zone: tzinfo) -> ForeignResult:
    at = datetime.fromisoformat(cells["time"])
    metrics: dict[str, MetricValue | None] = {
        "method": "i-speed",
        "down_mbit_per_s": _speed(_number(cells["down_mbit_per_s"])),
        "up_mbit_per_s": _speed(_number(cells["up_mbit_per_s"])),
        "idle_rtt_ms": _time(_number(cells["ping_ms"])),
        "jitter_ms": _time(_number(cells["jitter_ms"])) if cells.get("jitter_ms") else None,
    }
    known = {key: value for key, value in metrics.items() if value is not None}
    return ForeignResult(
        at if at.tzinfo else at.replace(tzinfo=zone),
        (cells.get("server") or "i-speed.vn")[:_TEXT_MAX_CHARACTERS],
        known,
    )


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _speed(mbit_per_s: float) -> float:
    if not 0 < mbit_per_s <= _MOST_MBIT_PER_S:
        raise ValueError(mbit_per_s)
    return round(mbit_per_s, 3)


def _time(value: Any) -> float | None:
    if value is None:
        return None
    if not math.isfinite(float(value)) or float(value) < 0:
        raise ValueError(value)
    return round(float(value), 3)
