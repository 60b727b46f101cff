"""Questions to the store. Each reads by an index, so that it answers in about a second over a million observations."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, bindparam, func, select, type_coerce

from kontum_netcheck.model import (
    Countersignature,
    Evidence,
    InventoryText,
    KeptObservation,
    LimitsInForce,
    PastRun,
    RunBegun,
    RunEnd,
)
from kontum_netcheck.store.entries import read_body
from kontum_netcheck.store.rows import ValueAt, kept_observation, value_at
from kontum_netcheck.store.selecting import UnknownSite
from kontum_netcheck.store.tables import (
    CHECKS,
    COUNTERSIGNATURES,
    INVENTORIES,
    LIMITS,
    OBSERVATIONS,
    RUN_ENDS,
    RUNS,
)

_CHUNK_COUNT = 500
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = datetime(9999, 12, 31, tzinfo=UTC)
LOWEST = -(2**63)
_O = OBSERVATIONS.c


def latest(
    connection: Connection, check_ids: Iterable[str], as_of: datetime, most_count: int
) -> list[KeptObservation]:
    """See `Store.latest`. Two looks into the index a check, however much is kept of it."""
    query = _latest(most_count, _O.id, _O.body)
    found: list[KeptObservation] = []
    for chunk in chunks(list(check_numbers(connection, check_ids))):
        found += observations(connection, query, numbers=chunk, as_of=as_of)
    return sorted(found, key=by_check)


def latest_values(
    connection: Connection, metrics: Mapping[str, str], as_of: datetime, most_count: int
) -> Mapping[str, Sequence[ValueAt]]:
    """See `Store.latest_values`."""
    query = _latest(most_count, _O.check_no, _O.id, _O.body)
    check_ids = check_numbers(connection, metrics)
    found: dict[str, list[tuple[datetime, bytes, float | None]]] = {}
    for chunk in chunks(list(check_ids)):
        for check_no, identity, body in connection.execute(query, {"numbers": chunk, "as_of": as_of}):
            check_id = check_ids[check_no]
            at, value = value_at(identity, body, metrics[check_id])
            found.setdefault(check_id, []).append((at, identity, value))
    return {check_id: [(at, value) for at, _, value in sorted(values)] for check_id, values in found.items()}


def _latest(most_count: int, *columns: ColumnElement[Any]) -> Select[Any]:
    """The newest answers of the checks `numbers` at or before `as_of`."""
    other = OBSERVATIONS.alias()
    first_at = (
        select(other.c.started_at)
        .where(other.c.check_no == CHECKS.c.no, other.c.answered == 1)
        .where(other.c.started_at <= bindparam("as_of"))
        .order_by(other.c.started_at.desc())
        .limit(1)
        .offset(most_count - 1)
        .correlate(CHECKS)
        .scalar_subquery()
    )
    return (
        select(*columns)
        .select_from(CHECKS.join(OBSERVATIONS, _O.check_no == CHECKS.c.no))
        .where(CHECKS.c.no.in_(bindparam("numbers", expanding=True)), _O.answered == 1)
        .where(_O.started_at <= bindparam("as_of"))
        .where(
            type_coerce(_O.started_at, BigInteger) >= func.coalesce(type_coerce(first_at, BigInteger), LOWEST)
        )
    )


def series(
    connection: Connection, prefix: str, since: datetime | None, until: datetime | None
) -> list[KeptObservation]:
    """See `Store.series`."""
    query = (
        select(_O.id, _O.body)
        .where(_O.check_no.in_(bindparam("numbers", expanding=True)), _O.answered.in_((0, 1)))
        .where(_O.started_at >= (since or _ALWAYS), _O.started_at < (until or _NEVER))
    )
    found: list[KeptObservation] = []
    for chunk in chunks(list(check_numbers(connection, check_ids(connection, prefix)))):
        found += observations(connection, query, numbers=chunk)
    return sorted(found, key=lambda kept: (kept.observation.started_at, kept.observation.check_id, kept.id))


def on_checks(
    connection: Connection, ids: Iterable[str], since: datetime, until: datetime
) -> list[KeptObservation]:
    """See `Store.on_checks`."""
    query = select(_O.id, _O.body).where(_O.check_no.in_(bindparam("numbers", expanding=True)))
    query = query.where(_O.started_at >= since, _O.started_at < until)
    found: list[KeptObservation] = []
    for chunk in chunks(list(check_numbers(connection, ids))):
        found += observations(connection, query, numbers=chunk)
    return found


def of_run(connection: Connection, run_id: str) -> list[KeptObservation]:
    """See `Store.of_run`."""
    query = select(_O.id, _O.body).join(RUNS, RUNS.c.no == _O.run_no).where(RUNS.c.run_id == run_id)
    return sorted(observations(connection, query), key=by_check)


def check_ids(connection: Connection, prefix: str) -> list[str]:
    """See `Store.check_ids`. Prefixes are compared here: a server's collation may sort in another order."""
    query = select(CHECKS.c.check_id)
    if prefix:
        query = query.where(CHECKS.c.site_id == prefix.partition("/")[0])
    found = connection.execute(query).scalars()
    return sorted(each for each in found if not prefix or each == prefix or each.startswith(f"{prefix}/"))


def runs(
    connection: Connection, since: datetime | None, until: datetime | None, most_count: int | None
) -> list[PastRun]:
    """See `Store.runs`."""
    query = (
        select(RUNS.c.no, RUNS.c.body)
        .where(RUNS.c.started_at >= (since or _ALWAYS), RUNS.c.started_at < (until or _NEVER))
        .order_by(RUNS.c.started_at.desc(), RUNS.c.run_id)
        .limit(most_count)
    )
    return _past_runs(connection, query)


def run(connection: Connection, beginning: str) -> PastRun | None:
    """See `Store.run`."""
    query = (
        select(RUNS.c.no, RUNS.c.body).where(RUNS.c.run_id.startswith(beginning, autoescape=True)).limit(2)
    )
    found = _past_runs(connection, query)
    return found[0] if len(found) == 1 else None


def _past_runs(connection: Connection, query: Select[Any]) -> list[PastRun]:
    begun = {no: cast(RunBegun, _fact("run", body)) for no, body in connection.execute(query)}
    ends: dict[int, RunEnd] = {}
    counts: dict[int, tuple[int, datetime]] = {}
    for chunk in chunks(list(begun)):
        ended = select(RUN_ENDS.c.run_no, RUN_ENDS.c.body).where(RUN_ENDS.c.run_no.in_(chunk))
        for no, body in connection.execute(ended.order_by(RUN_ENDS.c.finished_at.desc(), RUN_ENDS.c.id)):
            ends[no] = cast(RunEnd, _fact("run_end", body))  # of several, the earliest
        counted = select(_O.run_no, func.count(), func.max(_O.started_at)).where(_O.run_no.in_(chunk))
        for no, count, last_at in connection.execute(counted.group_by(_O.run_no)):
            counts[no] = (count, last_at)
    found = []
    for no, fact in begun.items():
        count, last_at = counts.get(no, (0, fact.started_at))
        found.append(PastRun(fact, ends.get(no), last_at, count))
    return found


def last_started_at(connection: Connection) -> datetime | None:
    """When the newest run began, by its own clock."""
    last_at: datetime | None = connection.execute(select(func.max(RUNS.c.started_at))).scalar_one()
    return last_at


def sites_unknown(connection: Connection, known_ids: Collection[str]) -> list[UnknownSite]:
    """See `Store.sites_unknown`."""
    sites = connection.execute(select(CHECKS.c.site_id).distinct()).scalars()
    unknown = sorted(set(sites) - set(known_ids))
    found = []
    for chunk in chunks(unknown):
        query = (
            select(CHECKS.c.site_id, func.count(), func.max(_O.started_at))
            .join(OBSERVATIONS, _O.check_no == CHECKS.c.no)
            .where(CHECKS.c.site_id.in_(chunk))
            .group_by(CHECKS.c.site_id)
        )
        found += [UnknownSite(*row) for row in connection.execute(query)]
    return sorted(found, key=lambda site: site.site_id)


def limits(connection: Connection, ids: Iterable[str]) -> Mapping[str, LimitsInForce]:
    """See `Store.limits`."""
    found = {}
    for chunk in chunks([bytes.fromhex(each) for each in dict.fromkeys(ids) if each]):
        query = select(LIMITS.c.id, LIMITS.c.body).where(LIMITS.c.id.in_(chunk))
        for identity, body in connection.execute(query):
            found[identity.hex()] = cast(LimitsInForce, _fact("limits", body))
    return found


def inventory(connection: Connection, content_hash: str) -> InventoryText | None:
    """See `Store.inventory`."""
    query = select(INVENTORIES.c.body).where(INVENTORIES.c.hash == content_hash)
    body = connection.execute(query).scalar_one_or_none()
    return None if body is None else cast(InventoryText, _fact("inventory", body))


def countersignatures(
    connection: Connection, observation_ids: Iterable[str]
) -> Mapping[str, tuple[Countersignature, ...]]:
    """See `Store.countersignatures`."""
    found: dict[str, tuple[Countersignature, ...]] = {}
    columns = COUNTERSIGNATURES.c
    for chunk in chunks([bytes.fromhex(each) for each in dict.fromkeys(observation_ids)]):
        query = select(columns.body).join(OBSERVATIONS, _O.no == columns.observation_no)
        for body in connection.execute(
            query.where(_O.id.in_(chunk)).order_by(columns.at, columns.id)
        ).scalars():
            signature = cast(Countersignature, _fact("countersignature", body))
            found[signature.observation_id] = (*found.get(signature.observation_id, ()), signature)
    return found


def check_numbers(connection: Connection, wanted: Iterable[str]) -> dict[int, str]:
    """The checks' numbers, with their ids."""
    chosen = set(wanted)
    rows = connection.execute(select(CHECKS.c.check_id, CHECKS.c.no))
    return {no: check_id for check_id, no in rows if check_id in chosen}


def observations(connection: Connection, query: Select[Any], **values: object) -> list[KeptObservation]:
    rows = connection.execute(query, values)
    return [
        kept_observation(identity, body) for part in rows.partitions(_CHUNK_COUNT) for identity, body in part
    ]


def by_check(kept: KeptObservation) -> tuple[str, datetime, str]:
    return kept.observation.check_id, kept.observation.started_at, kept.id


def _fact(kind: str, body: str) -> Evidence:
    return read_body(kind, body.encode(), kind)


def chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _CHUNK_COUNT):
        yield items[start : start + _CHUNK_COUNT]
