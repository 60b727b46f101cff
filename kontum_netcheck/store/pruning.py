"""The one narrow way by which evidence goes: only when asked, only what is older than must be kept, never untold."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, exists, func, select

from kontum_netcheck.model import Pruned, message
from kontum_netcheck.store.adding import add_facts
from kontum_netcheck.store.entries import encode
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.tables import (
    COUNTERSIGNATURES,
    INVENTORIES,
    LIMITS,
    OBSERVATIONS,
    RUN_ENDS,
    RUNS,
)

RETENTION = timedelta(days=5 * 366)
"""How long an exam's evidence is kept: five years (policy of this project)."""


def prune(
    connection: Connection, older_than: datetime, now: datetime, operator: str, retention: timedelta
) -> Pruned | None:
    """See `Store.prune`. The trace is written first: the schema lets nothing go without it."""
    if older_than > now - retention:
        raise StoreError(
            message(
                "Evidence must be kept for {retention}: nothing newer than {moment} can be removed.",
                retention=retention,
                moment=now - retention,
            )
        )
    old = OBSERVATIONS.c.started_at < older_than
    left = exists().where(OBSERVATIONS.c.run_no == RUNS.c.no, OBSERVATIONS.c.started_at >= older_than)
    old_runs = select(RUNS.c.no).where(RUNS.c.started_at < older_than, ~left)
    runs_count = connection.execute(select(func.count()).select_from(old_runs.subquery())).scalar_one()
    digest, observations_count = hashlib.sha256(), 0
    for identity in connection.execute(
        select(OBSERVATIONS.c.id).where(old).order_by(OBSERVATIONS.c.id)
    ).scalars():
        digest.update(identity)
        observations_count += 1
    if not runs_count and not observations_count:
        return None
    pruned = Pruned(now, older_than, retention, operator, runs_count, observations_count, digest.hexdigest())
    add_facts(connection, [(encode(pruned), pruned)], here=True)
    old_numbers = select(OBSERVATIONS.c.no).where(old)
    gone = connection.execute(old_runs).scalars().all()
    connection.execute(delete(COUNTERSIGNATURES).where(COUNTERSIGNATURES.c.observation_no.in_(old_numbers)))
    connection.execute(delete(OBSERVATIONS).where(old))
    for start in range(0, len(gone), 500):
        chunk = gone[start : start + 500]
        connection.execute(delete(RUN_ENDS).where(RUN_ENDS.c.run_no.in_(chunk)))
        connection.execute(delete(RUNS).where(RUNS.c.no.in_(chunk)))
    used = select(OBSERVATIONS.c.limits_no).where(OBSERVATIONS.c.limits_no.is_not(None))
    connection.execute(delete(LIMITS).where(LIMITS.c.no.not_in(used)))
    used_hashes = select(RUNS.c.inventory_hash)
    connection.execute(delete(INVENTORIES).where(INVENTORIES.c.hash.not_in(used_hashes)))
    return pruned
