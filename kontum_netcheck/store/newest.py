"""The newest answers: of each check, or of each check as each vantage sees it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, BigInteger, Connection, Select, bindparam, func, select, type_coerce

from kontum_netcheck.model import KeptObservation
from kontum_netcheck.store.reading import LOWEST, by_check, check_numbers, chunks, observations
from kontum_netcheck.store.tables import CHECKS, OBSERVATIONS

_O = OBSERVATIONS.c


def newest(
    connection: Connection, check_ids: Iterable[str], as_of: datetime, within: timedelta, per_vantage: bool
) -> list[KeptObservation]:
    """See `Store.newest`. A few looks into the index a check or vantage, however much is kept of it."""
    numbers = list(check_numbers(connection, check_ids))
    places = _vantages() if per_vantage else None
    answered_us = type_coerce(_last_at(1, places).scalar_subquery(), BigInteger)
    earliest = answered_us - bindparam("within_us", type_=BigInteger)
    query = select(_O.id, _O.body).where(_O.started_at <= bindparam("as_of"))
    if places is None:
        query = query.select_from(CHECKS.join(OBSERVATIONS, _O.check_no == CHECKS.c.no))
        query = query.where(CHECKS.c.no.in_(bindparam("numbers", expanding=True)))
    else:
        same = (_O.check_no == places.c.check_no) & (_O.vantage == places.c.vantage)
        query = query.select_from(places.join(OBSERVATIONS, same))
    answered = query.where(_O.answered == 1, earliest <= type_coerce(_O.started_at, BigInteger))
    other = query.where(
        _O.answered == 0,
        _O.started_at == _last_at(0, places).scalar_subquery(),
        type_coerce(_O.started_at, BigInteger) > func.coalesce(answered_us, LOWEST),
    )
    within_us = within // timedelta(microseconds=1)
    found: list[KeptObservation] = []
    for chunk in chunks(numbers):
        found += observations(connection, answered, numbers=chunk, as_of=as_of, within_us=within_us)
        found += observations(connection, other, numbers=chunk, as_of=as_of)
    return sorted(found, key=by_check)


def _last_at(answered: int, places: CTE | None) -> Select[Any]:
    other = OBSERVATIONS.alias()
    query = select(func.max(other.c.started_at)).where(other.c.started_at <= bindparam("as_of"))
    query = query.where(other.c.answered == answered)
    if places is None:
        return query.where(other.c.check_no == CHECKS.c.no).correlate(CHECKS)
    same = (other.c.check_no == places.c.check_no) & (other.c.vantage == places.c.vantage)
    return query.where(same).correlate(places)


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
