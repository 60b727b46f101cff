"""The newest answers: of each check, or of each check as each vantage sees it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Connection,
    FromClause,
    ScalarSelect,
    Select,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
    type_coerce,
    values,
)

from kontum_netcheck.model import KeptObservation
from kontum_netcheck.store.reading import LOWEST, by_check, check_numbers, chunks, observations
from kontum_netcheck.store.tables import CHECKS, OBSERVATIONS, Instant

_O = OBSERVATIONS.c


def newest(
    connection: Connection, check_ids: Iterable[str], as_of: datetime, within: timedelta, per_vantage: bool
) -> list[KeptObservation]:
    """See `Store.newest`. A few looks into the index a check or vantage, however much is kept of it."""
    found: list[KeptObservation] = []
    for chunk in chunks(list(check_numbers(connection, check_ids))):
        bounds = {"numbers": chunk, "as_of": as_of}
        if not per_vantage or connection.dialect.name == "sqlite":
            last = _last_of_vantages().cte("last") if per_vantage else _last_of_checks()
            found += _seen_last(connection, last, within, **bounds)
            continue
        rows = connection.execute(_last_of_vantages(), bounds).all()
        for part in chunks([tuple(row) for row in rows]):
            found += _seen_last(connection, _as_table(part), within)
    return sorted(found, key=by_check)


def _seen_last(
    connection: Connection, last: FromClause, within: timedelta, **bounds: object
) -> list[KeptObservation]:
    """The rows themselves."""
    answered_us = type_coerce(last.c.answered_at, BigInteger)
    earliest = answered_us - bindparam("within_us", type_=BigInteger)
    same = _O.check_no == last.c.check_no
    if "vantage" in last.c:
        same &= _O.vantage == last.c.vantage
    query = select(_O.id, _O.body).select_from(last.join(OBSERVATIONS, same))
    answered = query.where(
        _O.answered == 1,
        earliest <= type_coerce(_O.started_at, BigInteger),
        _O.started_at <= last.c.answered_at,
    )
    other = query.where(
        _O.answered == 0,
        _O.started_at == last.c.other_at,
        type_coerce(_O.started_at, BigInteger) > func.coalesce(answered_us, LOWEST),
    )
    within_us = within // timedelta(microseconds=1)
    found = observations(connection, answered, **bounds, within_us=within_us)
    return found + observations(connection, other, **bounds)


def _last_of_checks() -> CTE:
    """When each check was last answered, and last asked without an answer."""
    query = select(
        CHECKS.c.no.label("check_no"),
        _last_at(1, CHECKS.c.no).label("answered_at"),
        _last_at(0, CHECKS.c.no).label("other_at"),
    )
    return query.where(CHECKS.c.no.in_(bindparam("numbers", expanding=True))).cte("last")


def _last_of_vantages() -> Select[Any]:
    """The same of each vantage of each check. PostgreSQL can't guess how few they are, and is asked for them alone."""
    pairs = _vantages()
    where = pairs.c.check_no, pairs.c.vantage
    query = select(*where, _last_at(1, *where).label("answered_at"), _last_at(0, *where).label("other_at"))
    return query.where(pairs.c.vantage.is_not(None))


def _as_table(rows: Sequence[tuple[Any, ...]]) -> FromClause:
    given = values(
        column("check_no", BigInteger),
        column("vantage", Text),
        column("answered_at", Instant),
        column("other_at", Instant),
        name="given",
    ).data(list(rows))
    casts = [cast(each, each.type).label(each.name) for each in given.c]  # or a column of nulls alone is text
    return select(*casts).cte("last")


def _last_at(answered: int, check_no: Any, vantage: Any = None) -> ScalarSelect[Any]:
    other = OBSERVATIONS.alias()
    query = select(func.max(other.c.started_at)).where(other.c.started_at <= bindparam("as_of"))
    query = query.where(other.c.answered == answered, other.c.check_no == check_no)
    if vantage is not None:
        query = query.where(other.c.vantage == vantage)
    return query.correlate(check_no.table).scalar_subquery()


def _vantages() -> CTE:
    """Each check with each vantage that it was asked from: one look into the index a pair, from name to next name."""
    first, other = OBSERVATIONS.alias(), OBSERVATIONS.alias()
    least = select(func.min(first.c.vantage)).where(first.c.check_no == CHECKS.c.no).correlate(CHECKS)
    start = select(CHECKS.c.no.label("check_no"), least.scalar_subquery().label("vantage"))
    start = start.where(CHECKS.c.no.in_(bindparam("numbers", expanding=True)))
    pairs = start.cte("pairs", recursive=True)
    following = select(func.min(other.c.vantage)).where(
        other.c.check_no == pairs.c.check_no, other.c.vantage > pairs.c.vantage
    )
    step = select(pairs.c.check_no, following.correlate(pairs).scalar_subquery())
    return pairs.union_all(step.where(pairs.c.vantage.is_not(None)))
