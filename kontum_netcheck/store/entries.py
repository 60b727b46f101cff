"""Entries: what everything that is kept is made of. A kind, a canonical body, and the SHA-256 of both as the id.

Equal facts are equal entries, so merging stores is a union of sets. An entry can come from a stranger: `decode`
takes nothing that `encode` would not have written.
"""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

from kontum_netcheck.model import (
    Countersignature,
    Evidence,
    InventoryText,
    KeptObservation,
    LimitsInForce,
    Pruned,
    RunBegun,
    RunEnd,
    message,
)
from kontum_netcheck.store import bodies, canonical, run_bodies
from kontum_netcheck.store.fault import NotWellFormed
from kontum_netcheck.store.fields import Fields


class Entry(NamedTuple):
    """A fact as it is kept and carried."""

    kind: str
    id: str  # 64 hexadecimal digits
    body: bytes


class Kind(NamedTuple):
    """How facts of a kind are written and read, and how large they may be."""

    type: type
    write: Callable[[Any], canonical.Object]
    read: Callable[[Fields], Evidence]
    most_bytes: int = 1_000_000


KINDS: dict[str, Kind] = {
    "inventory": Kind(InventoryText, bodies.inventory_object, bodies.read_inventory, 64_000_000),
    "limits": Kind(LimitsInForce, bodies.limits_object, bodies.read_limits),
    "run": Kind(RunBegun, run_bodies.run_object, run_bodies.read_run),
    "run_end": Kind(RunEnd, run_bodies.run_end_object, run_bodies.read_run_end),
    "observation": Kind(KeptObservation, run_bodies.observation_object, run_bodies.read_observation),
    "countersignature": Kind(Countersignature, bodies.countersignature_object, bodies.read_countersignature),
    "pruned": Kind(Pruned, bodies.pruned_object, bodies.read_pruned),
}
"""Every kind, in an order in which each stands after all that it refers to."""

_NAMES = {kind.type: name for name, kind in KINDS.items()}


def encode(fact: Evidence) -> Entry:
    """The entry of a fact. ValueError where it can't be evidence: a moment without a zone, a limit that is NaN."""
    name = _NAMES[type(fact)]
    body = canonical.write(KINDS[name].write(fact))
    return Entry(name, entry_id(name, body), body)


def entry_id(kind: str, body: bytes) -> str:
    """SHA-256 of the kind, a line feed and the body, in hexadecimal."""
    return hashlib.sha256(kind.encode() + b"\n" + body).hexdigest()


def changed(entry: Entry) -> NotWellFormed:
    """The refusal of an entry whose hash is not its id."""
    where = f"{entry.kind} {entry.id[:12]}"[:60]
    return NotWellFormed(message("{where} was changed: its hash is another.", where=where))


def decode(entry: Entry) -> Evidence:
    """The fact of an entry from anywhere. NotWellFormed where the entry is not exactly what `encode` makes of it."""
    where = f"{entry.kind} {entry.id[:12]}"[:60]
    kind = KINDS.get(entry.kind)
    if kind is None:
        raise NotWellFormed(
            message(
                "{where}: this kind is unknown; a newer kontum-netcheck may have written it.", where=where
            )
        )
    if len(entry.body) > kind.most_bytes:
        raise NotWellFormed(
            message(
                "{where} has {size} bytes; at most {most} are taken.",
                where=where,
                size=len(entry.body),
                most=kind.most_bytes,
            )
        )
    if entry_id(entry.kind, entry.body) != entry.id:
        raise changed(entry)
    fact = read_body(entry.kind, entry.body, where)
    try:
        exact = canonical.write(kind.write(fact)) == entry.body
    except (ValueError, OverflowError):
        exact = False
    if not exact:
        raise NotWellFormed(message("{where} is not written in the one way that counts.", where=where))
    return fact


def read_body(kind: str, body: bytes, where: str) -> Evidence:
    """The fact of a body whose hash is known to be right. NotWellFormed where it is none."""
    try:
        value = canonical.read(body)
    except ValueError:
        raise NotWellFormed(message("{where} is damaged: it is no strict JSON.", where=where)) from None
    fields = Fields(value, where)
    fact = KINDS[kind].read(fields)
    fields.end()
    return fact
