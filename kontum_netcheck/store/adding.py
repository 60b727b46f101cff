"""Entries into rows: inserted or, where they are known, left alone. Nothing is ever overwritten."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Column, Connection, Table, select
from sqlalchemy.dialects import sqlite

from kontum_netcheck.model import (
    Countersignature,
    Evidence,
    InventoryText,
    KeptObservation,
    Outcome,
    Pruned,
    RunBegun,
    RunEnd,
    message,
)
from kontum_netcheck.store.entries import KINDS, Entry
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.tables import BY_KIND, CHECKS, LIMITS, OBSERVATIONS, RUNS

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

_CHUNK_COUNT = 500
Row = dict[str, Any]


class Added(NamedTuple):
    """How many entries were new, and how many the store had already."""

    new_count: int
    known_count: int

    def __add__(self, other: tuple[Any, ...]) -> "Added":
        """Both together."""
        return Added(self.new_count + other[0], self.known_count + other[1])


def add_facts(
    connection: Connection, facts: Sequence[tuple[Entry, Evidence]], *, here: bool = False
) -> Added:
    """Insert what is not there yet. StoreError where an entry refers to one that is neither here nor kept.

    `here`: a trace of pruning is this database's own.
    """
    by_kind: dict[str, dict[str, tuple[Entry, Evidence]]] = {kind: {} for kind in KINDS}
    for entry, fact in facts:
        by_kind[entry.kind][entry.id] = (entry, fact)
    new_count = 0
    for kind, unique in by_kind.items():
        if unique:
            table = BY_KIND[kind]
            rows = _rows(connection, kind, list(unique.values()), here)
            new_count += _insert(connection, table, rows, table.c.id)
    return Added(new_count, len(facts) - new_count)


def _rows(
    connection: Connection, kind: str, pairs: Sequence[tuple[Entry, Evidence]], here: bool
) -> list[Row]:
    numbers = _Numbers(connection)
    if kind == "observation":
        numbers.learn_for(pairs)
    elif kind == "run_end":
        numbers.runs = _numbers(
            connection, RUNS, RUNS.c.run_id, (fact.run_id for _, fact in pairs if isinstance(fact, RunEnd))
        )
    elif kind == "countersignature":
        ids = (bytes.fromhex(fact.observation_id) for _, fact in pairs if isinstance(fact, Countersignature))
        numbers.observations = _numbers(connection, OBSERVATIONS, OBSERVATIONS.c.id, ids)
    return [
        {"id": bytes.fromhex(entry.id), "body": entry.body.decode(), **_columns(numbers, fact, here)}
        for entry, fact in pairs
    ]


def _columns(numbers: "_Numbers", fact: Evidence, here: bool) -> Row:
    """What stands beside the body, for queries."""
    match fact:
        case KeptObservation():
            return numbers.columns(fact)
        case InventoryText():
            return {"hash": fact.hash}
        case RunBegun():
            return {
                "run_id": fact.id,
                "started_at": fact.started_at,
                "inventory_hash": fact.inventory_hash,
                "vantage": _plain(fact.vantage),
                "operator": _plain(fact.operator),
            }
        case RunEnd():
            return {"run_no": _known(numbers.runs, fact.run_id, fact.run_id), "finished_at": fact.finished_at}
        case Countersignature():
            number = _known(
                numbers.observations, bytes.fromhex(fact.observation_id), fact.observation_id[:12]
            )
            return {"observation_no": number, "at": fact.at}
        case Pruned():
            span_us = round(fact.retention.total_seconds() * 1_000_000)
            return {"at": fact.at, "older_than": fact.older_than, "retention_us": span_us, "here": int(here)}
        case _:
            return {}


class _Numbers:
    """This database's own numbers of what rows refer to."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.runs: dict[Any, int] = {}
        self.checks: dict[Any, int] = {}
        self.limits: dict[Any, int] = {}
        self.observations: dict[Any, int] = {}

    def learn_for(self, pairs: Sequence[tuple[Entry, Evidence]]) -> None:
        """Look up, and for checks give, the numbers that these observations need."""
        connection = self._connection
        kept = [fact for _, fact in pairs if isinstance(fact, KeptObservation)]
        check_ids = dict.fromkeys(fact.observation.check_id for fact in kept)
        self.checks = _numbers(connection, CHECKS, CHECKS.c.check_id, check_ids)
        new = [
            {"check_id": check_id, "site_id": check_id.partition("/")[0]}
            for check_id in check_ids
            if check_id not in self.checks
        ]
        if new:
            _insert(connection, CHECKS, new, CHECKS.c.check_id)
            self.checks |= _numbers(connection, CHECKS, CHECKS.c.check_id, (row["check_id"] for row in new))
        self.runs = _numbers(connection, RUNS, RUNS.c.run_id, (fact.run_id for fact in kept))
        limits_ids = (bytes.fromhex(fact.limits_id) for fact in kept if fact.limits_id)
        self.limits = _numbers(connection, LIMITS, LIMITS.c.id, limits_ids)

    def columns(self, kept: KeptObservation) -> Row:
        """Those of an observation."""
        observation, limits_no = kept.observation, None
        if kept.limits_id:
            limits_no = _known(self.limits, bytes.fromhex(kept.limits_id), kept.limits_id[:12])
        return {
            "run_no": _known(self.runs, kept.run_id, kept.run_id),
            "check_no": self.checks[observation.check_id],
            "limits_no": limits_no,
            "answered": int(observation.outcome in (Outcome.MEASURED, Outcome.FAILED)),
            "started_at": observation.started_at,
            "vantage": _plain(observation.vantage),
        }


def _known(numbers: dict[Any, int], key: object, shown: str) -> int:
    number = numbers.get(key)
    if number is None:
        raise StoreError(
            message("An entry refers to {id}, which is neither with it nor in the store.", id=shown)
        )
    return number


def _numbers(
    connection: Connection, table: Table, column: Column[Any], keys: Iterable[Any]
) -> dict[Any, int]:
    found: dict[Any, int] = {}
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), _CHUNK_COUNT):
        query = select(column, table.c.no).where(column.in_(wanted[start : start + _CHUNK_COUNT]))
        found.update((key, number) for key, number in connection.execute(query))
    return found


def _insert(connection: Connection, table: Table, rows: list[Row], known_by: Column[Any]) -> int:
    """How many of the rows were new. Sorted, so that two writers on a server never wait for each other in a ring."""
    statement = _insert_into(connection, table).on_conflict_do_nothing(index_elements=[known_by])
    rows.sort(key=lambda row: row[known_by.name])
    return connection.execute(statement, rows, execution_options={"preserve_rowcount": True}).rowcount


def _insert_into(connection: Connection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    if connection.dialect.name != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # slow to load

    return postgresql.insert(table)


def _plain(text: str) -> str:
    """For a column: PostgreSQL's text holds neither NUL nor lone surrogates. The body has the text as it was."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
