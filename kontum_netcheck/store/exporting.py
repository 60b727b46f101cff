"""The entries of a part of a store, closed: with all that they refer to, each after what it refers to."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, or_, select

from kontum_netcheck.store.entries import Entry, changed, entry_id
from kontum_netcheck.store.selecting import Selected
from kontum_netcheck.store.tables import (
    BY_KIND,
    CHECKS,
    COUNTERSIGNATURES,
    INVENTORIES,
    LIMITS,
    OBSERVATIONS,
    RUN_ENDS,
    RUNS,
)

_ROWS_AT_ONCE = 1000


def entries(connection: Connection, selected: Selected) -> Iterator[Entry]:
    """See `Store.entries`. Within a kind sorted by id, so that equal stores give equal streams.

    NotWellFormed where somebody changed a row behind the store's back.
    """
    queries = _everything() if selected.everything else _part(selected)
    for kind, query in queries.items():
        table = BY_KIND[kind]
        rows = query.order_by(table.c.id).execution_options(yield_per=_ROWS_AT_ONCE)
        for identity, body in connection.execute(rows):
            entry = Entry(kind, identity.hex(), body.encode())
            if entry_id(kind, entry.body) != entry.id:
                raise changed(entry)
            yield entry


def _everything() -> dict[str, Select[Any]]:
    return {kind: select(table.c.id, table.c.body) for kind, table in BY_KIND.items()}


def _part(selected: Selected) -> dict[str, Select[Any]]:
    chosen = _observations(selected)
    runs: ColumnElement[bool] = RUNS.c.no.in_(chosen.with_only_columns(OBSERVATIONS.c.run_no))
    if not selected.site_ids:
        runs = or_(runs, _runs_themselves(selected))
    in_runs = select(RUNS.c.no).where(runs)
    columns = {kind: select(table.c.id, table.c.body) for kind, table in BY_KIND.items()}
    hashes = select(RUNS.c.inventory_hash).where(runs)
    numbers = chosen.with_only_columns(OBSERVATIONS.c.no)
    limits = chosen.with_only_columns(OBSERVATIONS.c.limits_no)
    return {
        "inventory": columns["inventory"].where(INVENTORIES.c.hash.in_(hashes)),
        "limits": columns["limits"].where(LIMITS.c.no.in_(limits)),
        "run": columns["run"].where(runs),
        "run_end": columns["run_end"].where(RUN_ENDS.c.run_no.in_(in_runs)),
        "observation": chosen.with_only_columns(OBSERVATIONS.c.id, OBSERVATIONS.c.body),
        "countersignature": columns["countersignature"].where(
            COUNTERSIGNATURES.c.observation_no.in_(numbers)
        ),
    }


def _observations(selected: Selected) -> Select[Any]:
    query = select(OBSERVATIONS.c.no)
    if selected.since is not None:
        query = query.where(OBSERVATIONS.c.started_at >= selected.since)
    if selected.until is not None:
        query = query.where(OBSERVATIONS.c.started_at < selected.until)
    if selected.site_ids:
        sites = select(CHECKS.c.no).where(CHECKS.c.site_id.in_(selected.site_ids))
        query = query.where(OBSERVATIONS.c.check_no.in_(sites))
    if selected.run_ids:
        runs = select(RUNS.c.no).where(RUNS.c.run_id.in_(selected.run_ids))
        query = query.where(OBSERVATIONS.c.run_no.in_(runs))
    return query


def _runs_themselves(selected: Selected) -> ColumnElement[bool]:
    """Runs that brought nothing home are evidence too."""
    condition: ColumnElement[bool] = RUNS.c.no.is_not(None)
    if selected.since is not None:
        condition &= RUNS.c.started_at >= selected.since
    if selected.until is not None:
        condition &= RUNS.c.started_at < selected.until
    if selected.run_ids:
        condition &= RUNS.c.run_id.in_(selected.run_ids)
    return condition
