"""Runs and their observations as JSON objects and back. Strict when reading.

What a lab said is no evidence: it has no place in a body at all.
"""

import math
import re
from collections.abc import Mapping

from kontum_netcheck.model import (
    Failure,
    KeptObservation,
    MetricValue,
    Observation,
    Outcome,
    RunBegun,
    RunEnd,
)
from kontum_netcheck.store import canonical
from kontum_netcheck.store.canonical import Object, object_of
from kontum_netcheck.store.fields import Fields
from kontum_netcheck.store.notes import message_object, read_failure, read_message

_METRIC_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)


def run_object(run: RunBegun) -> Object:
    """A run's beginning."""
    return object_of(
        {
            "id": run.id,
            "started_at": canonical.instant(run.started_at),
            "tool_version": run.tool_version,
            "inventory": run.inventory,
            "inventory_hash": run.inventory_hash,
            "vantage": run.vantage,
            "operator": run.operator,
            "selection": list(run.selection),
            "partial": run.partial,
            "at": run.at,
            "host": run.host,
            "clock_offset_s": None if run.clock_offset_s is None else float(run.clock_offset_s),
        }
    )


def read_run(fields: Fields) -> RunBegun:
    """A run's beginning."""
    offset_s = fields.number("clock_offset_s") if fields.has("clock_offset_s") else None
    return RunBegun(
        id=fields.name("id"),
        started_at=fields.moment("started_at"),
        tool_version=fields.name("tool_version"),
        inventory=fields.text("inventory", ""),
        inventory_hash=fields.sha256("inventory_hash", or_nothing=True),
        vantage=fields.text("vantage", ""),
        operator=fields.text("operator", ""),
        selection=fields.texts("selection"),
        partial=fields.flag("partial"),
        at=fields.text("at", ""),
        host=fields.text("host", ""),
        clock_offset_s=offset_s,
    )


def run_end_object(end: RunEnd) -> Object:
    """How a run ended."""
    return object_of(
        {
            "run_id": end.run_id,
            "finished_at": canonical.instant(end.finished_at),
            "interrupted": end.interrupted,
            "deadline": end.deadline,
            "late_ms": float(end.late_ms),
            "notes": [message_object(note) for note in end.notes],
        }
    )


def read_run_end(fields: Fields) -> RunEnd:
    """How a run ended."""
    return RunEnd(
        run_id=fields.name("run_id"),
        finished_at=fields.moment("finished_at"),
        interrupted=fields.flag("interrupted"),
        deadline=fields.flag("deadline"),
        late_ms=fields.number("late_ms"),
        notes=fields.items("notes", lambda note: read_message(note, fields.at("notes"))),
    )


def observation_object(kept: KeptObservation) -> Object:
    """An observation. A number that is none (NaN, infinite) was not measured and is left out.

    ValueError for a lab's.
    """
    observation = kept.observation
    if observation.lab:
        raise ValueError(f"{observation.check_id}: what a lab said is no evidence")
    return object_of(
        {
            "run_id": kept.run_id,
            "limits_id": kept.limits_id,
            "check_id": observation.check_id,
            "probe": observation.probe,
            "target": observation.target,
            "outcome": observation.outcome,
            "started_at": canonical.instant(observation.started_at),
            "duration_ms": float(observation.duration_ms),
            "metrics": _metrics_object(observation.metrics),
            "failure": None if observation.failure is None else failure_object(observation.failure),
            "vantage": observation.vantage,
            "operator": observation.operator,
        }
    )


def _metrics_object(metrics: Mapping[str, MetricValue]) -> Object:
    return {
        name: value for name, value in metrics.items() if not isinstance(value, float) or math.isfinite(value)
    }


def failure_object(failure: Failure) -> Object:
    """A failure: stage, cause, and the raw text where there is one."""
    return object_of({"stage": failure.stage, "cause": failure.cause, "detail": failure.detail})


def read_observation(fields: Fields) -> KeptObservation:
    """An observation."""
    failure = fields.take("failure", None)
    observation = Observation(
        check_id=fields.name("check_id"),
        probe=fields.name("probe"),
        target=fields.text("target", ""),
        outcome=fields.word("outcome", Outcome),
        started_at=fields.moment("started_at"),
        duration_ms=fields.number("duration_ms"),
        metrics=_read_metrics(fields),
        failure=None if failure is None else read_failure(failure, fields.at("failure")),
        vantage=fields.text("vantage", ""),
        operator=fields.text("operator", ""),
    )
    if observation.outcome is not Outcome.MEASURED and observation.failure is None:
        raise fields.wrong("failure")
    return KeptObservation(fields.name("run_id"), fields.sha256("limits_id", or_nothing=True), observation)


def _read_metrics(fields: Fields) -> Mapping[str, MetricValue]:
    found: dict[str, MetricValue] = {}
    for name, value in fields.mapping("metrics").items():
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            value = tuple(value)
        elif not isinstance(value, float | int | str | bool):
            raise fields.wrong(f"metrics.{name}")
        if not _METRIC_NAME.fullmatch(name):
            raise fields.wrong(f"metrics.{name}")
        found[name] = value
    return found
