"""Facts as JSON objects and back. A field that says nothing (its default) is absent. Strict when reading.

What a lab said is no evidence: it has no place in a body at all.
"""

import hashlib
import math
import re
from collections.abc import Mapping
from datetime import timedelta

from kontum_netcheck.model import (
    Countersignature,
    Failure,
    InventoryText,
    KeptObservation,
    Limit,
    LimitsInForce,
    MetricValue,
    Observation,
    Outcome,
    Pruned,
    RunBegun,
    RunEnd,
    message,
)
from kontum_netcheck.store import canonical
from kontum_netcheck.store.fault import NotWellFormed
from kontum_netcheck.store.fields import Fields
from kontum_netcheck.store.notes import message_object, read_failure, read_message

Object = dict[str, object]
_METRIC_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)


def _short(fields: Object) -> Object:
    """Without the fields that say nothing. A number always says something."""
    return {
        name: value
        for name, value in fields.items()
        if not (value is None or value is False or (isinstance(value, str | list | dict) and not value))
    }


def inventory_object(inventory: InventoryText) -> Object:
    """An inventory's hash and texts."""
    return {"hash": inventory.hash, "files": [{"name": name, "text": text} for name, text in inventory.files]}


def read_inventory(fields: Fields) -> InventoryText:
    """An inventory, whose hash must be the one of its texts."""

    def file(value: object) -> tuple[str, str]:
        parts = Fields(value, fields.at("files"))
        found = parts.text("name"), parts.text("text")
        parts.end()
        return found

    inventory = InventoryText(fields.sha256("hash"), fields.items("files", file))
    if inventory_hash(inventory.files) != inventory.hash:
        raise NotWellFormed(
            message(
                "{field} is not the hash of the inventory's text: it was changed.", field=fields.at("hash")
            )
        )
    return inventory


def inventory_hash(files: tuple[tuple[str, str], ...]) -> str:
    """SHA-256 as the loader computes it: of one file its content, of a folder names, lengths and contents."""
    digest = hashlib.sha256()
    for name, text in files:
        content = text.encode("utf-8", "surrogatepass")
        if name:
            digest.update(name.encode("utf-8", "surrogatepass") + f"\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def limits_object(in_force: LimitsInForce) -> Object:
    """Limits in the check's order. `degraded` is absent where no value makes the check not ready."""
    limits = [
        _short(
            {
                "metric": limit.metric,
                "ready": float(limit.ready),
                "degraded": None if math.isinf(limit.degraded) else float(limit.degraded),
                "higher_is_better": not limit.lower_is_better,
                "source": limit.source,
                "required": limit.required,
            }
        )
        for limit in in_force.limits
    ]
    return {"limits": limits, "valid_for_s": in_force.valid_for.total_seconds()}


def read_limits(fields: Fields) -> LimitsInForce:
    """Limits in force."""

    def limit(value: object) -> Limit:
        parts = Fields(value, fields.at("limits"))
        lower_is_better = not parts.flag("higher_is_better")
        degraded = parts.take("degraded", None)
        if degraded is None:
            degraded = math.inf if lower_is_better else -math.inf
        elif not isinstance(degraded, float):
            raise parts.wrong("degraded")
        found = Limit(
            parts.name("metric"),
            parts.number("ready"),
            degraded,
            lower_is_better,
            parts.text("source", ""),
            parts.flag("required"),
        )
        parts.end()
        return found

    return LimitsInForce(fields.items("limits", limit), _span(fields, "valid_for_s"))


def run_object(run: RunBegun) -> Object:
    """A run's beginning."""
    return _short(
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
    return _short(
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
    """An observation. A number that is none (NaN, infinite) was not measured and is left out."""
    observation = kept.observation
    return _short(
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
        name: list(value) if isinstance(value, tuple) else value
        for name, value in metrics.items()
        if not isinstance(value, float) or math.isfinite(value)
    }


def failure_object(failure: Failure) -> Object:
    """A failure: stage, cause, and the raw text where there is one."""
    return _short({"stage": failure.stage, "cause": failure.cause, "detail": failure.detail})


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


def countersignature_object(signature: Countersignature) -> Object:
    """Who vouches for an observation."""
    return _short(
        {
            "observation_id": signature.observation_id,
            "operator": signature.operator,
            "at": canonical.instant(signature.at),
            "note": signature.note,
        }
    )


def read_countersignature(fields: Fields) -> Countersignature:
    """Who vouches for an observation."""
    return Countersignature(
        fields.sha256("observation_id"), fields.name("operator"), fields.moment("at"), fields.text("note", "")
    )


def pruned_object(pruned: Pruned) -> Object:
    """What was removed, when and by whom."""
    return {
        "at": canonical.instant(pruned.at),
        "older_than": canonical.instant(pruned.older_than),
        "retention_s": pruned.retention.total_seconds(),
        "operator": pruned.operator,
        "runs_count": pruned.runs_count,
        "observations_count": pruned.observations_count,
        "ids_sha256": pruned.ids_sha256,
    }


def read_pruned(fields: Fields) -> Pruned:
    """What was removed."""
    return Pruned(
        fields.moment("at"),
        fields.moment("older_than"),
        _span(fields, "retention_s"),
        fields.text("operator"),
        fields.count("runs_count"),
        fields.count("observations_count"),
        fields.sha256("ids_sha256"),
    )


def _span(fields: Fields, name: str) -> timedelta:
    try:
        span = timedelta(seconds=fields.number(name))
    except OverflowError:
        raise fields.wrong(name) from None
    if span < timedelta(0):
        raise fields.wrong(name)
    return span
