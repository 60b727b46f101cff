"""The tables as queries see them. `migrations` makes them; a test holds the two together.

Each row is an entry: `id` is its hash, `body` its canonical text, the other columns are taken from the body for
queries. Rows refer to each other by small numbers, which are this database's own.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware moment as microseconds since 1970 UTC: SQLite would drop a time zone, and both compare numbers alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To the database."""
        return None if value is None else (value - _EPOCH) // _US

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From the database."""
        return None if value is None else _EPOCH + value * _US


METADATA = MetaData()


def _entries(name: str, *columns: Column[Any]) -> Table:
    return Table(
        name,
        METADATA,
        Column("no", BigInteger, primary_key=True),
        Column("id", LargeBinary, nullable=False, unique=True),
        *columns,
        Column("body", Text, nullable=False),
    )


INVENTORIES = _entries("inventories", Column("hash", Text, nullable=False, unique=True))
LIMITS = _entries("limits")
RUNS = _entries(
    "runs",
    Column("run_id", Text, nullable=False, unique=True),
    Column("started_at", Instant, nullable=False, index=True),
    Column("inventory_hash", Text, nullable=False),
    Column("vantage", Text, nullable=False),
    Column("operator", Text, nullable=False),
)
RUN_ENDS = _entries(
    "run_ends",
    Column("run_no", BigInteger, ForeignKey("runs.no"), nullable=False, index=True),
    Column("finished_at", Instant, nullable=False),
)
CHECKS = Table(
    "checks",
    METADATA,
    Column("no", BigInteger, primary_key=True),
    Column("check_id", Text, nullable=False, unique=True),
    Column("site_id", Text, nullable=False, index=True),
)
OBSERVATIONS = _entries(
    "observations",
    Column("run_no", BigInteger, ForeignKey("runs.no"), nullable=False),
    Column("check_no", BigInteger, ForeignKey("checks.no"), nullable=False),
    Column("limits_no", BigInteger, ForeignKey("limits.no")),
    Column("answered", SmallInteger, nullable=False),  # 1: measured or failed, 0: error or skipped
    Column("started_at", Instant, nullable=False),
    Column("vantage", Text, nullable=False),
)
Index("observations_by_run", OBSERVATIONS.c.run_no, OBSERVATIONS.c.started_at)
Index("observations_by_check", OBSERVATIONS.c.check_no, OBSERVATIONS.c.answered, OBSERVATIONS.c.started_at)
Index(
    "observations_by_vantage",
    OBSERVATIONS.c.check_no,
    OBSERVATIONS.c.vantage,
    OBSERVATIONS.c.answered,
    OBSERVATIONS.c.started_at,
)
COUNTERSIGNATURES = _entries(
    "countersignatures",
    Column("observation_no", BigInteger, ForeignKey("observations.no"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
)
PRUNED = _entries(
    "pruned",
    Column("at", Instant, nullable=False),
    Column("older_than", Instant, nullable=False),
    Column("retention_us", BigInteger, nullable=False),
    Column("here", SmallInteger, nullable=False),  # 1: it was this database that was pruned
)
SCHEMA_VERSIONS = Table(
    "schema_versions",
    METADATA,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("tool_version", Text, nullable=False),
)

BY_KIND: dict[str, Table] = {
    "inventory": INVENTORIES,
    "limits": LIMITS,
    "run": RUNS,
    "run_end": RUN_ENDS,
    "observation": OBSERVATIONS,
    "countersignature": COUNTERSIGNATURES,
    "pruned": PRUNED,
}
"""Where the entries of each kind stand."""
