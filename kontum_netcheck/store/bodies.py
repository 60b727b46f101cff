"""What runs are made with, and who vouches, as JSON objects and back. Strict when reading."""

import hashlib
import math
from datetime import timedelta

from kontum_netcheck.model import (
    Countersignature,
    InventoryText,
    Limit,
    LimitsInForce,
    Pruned,
    message,
)
from kontum_netcheck.store import canonical
from kontum_netcheck.store.canonical import Object, object_of
from kontum_netcheck.store.fault import NotWellFormed
from kontum_netcheck.store.fields import Fields


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
        object_of(
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


def countersignature_object(signature: Countersignature) -> Object:
    """Who vouches for an observation."""
    return object_of(
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
