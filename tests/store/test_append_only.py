"""The schema refuses to change what is kept, whoever asks; only a prune opens a narrow way, and leaves a trace."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import Connection, create_engine, exc, text

from kontum_netcheck.model import Countersignature, InventoryText, LimitsInForce, Pruned, RunEnd
from kontum_netcheck.store.bodies import inventory_hash
from kontum_netcheck.store.entries import decode, encode
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.pruning import RETENTION
from kontum_netcheck.store.store import Store
from kontum_netcheck.store.tables import METADATA
from tests.store.facts import LIMITS, RUN, at, seen

FILES = (("", "version: 1\n"),)
INVENTORY = InventoryText(inventory_hash(FILES), FILES)
OLD = replace(RUN, inventory_hash=INVENTORY.hash)
LATER = at(0) + RETENTION + timedelta(days=30)
CUT = at(60)


class Filled(NamedTuple):
    """A store with a row in every table, and the same database without our program between."""

    store: Store
    bare: Connection


@pytest.fixture
def filled(store: Store, where: str) -> Iterator[Filled]:
    """An old run with all that belongs to it, and a new one."""
    store.keep([INVENTORY, LIMITS, OLD, RunEnd(OLD.id, at(2)), seen(1), seen(2)])
    store.keep([Countersignature(encode(seen(1)).id, "Bình", at(5))])
    new = replace(RUN, id="new", started_at=at(100))
    limits = LimitsInForce((), timedelta(days=7))
    kept = replace(seen(101, run_id="new"), limits_id=encode(limits).id)
    store.keep([new, limits, kept])
    store.keep([Pruned(at(0), at(-(10**7)), timedelta(0), "", 0, 0, "00" * 32)])
    url = where.replace("postgresql:", "postgresql+psycopg:") if "://" in where else f"sqlite:///{where}"
    engine = create_engine(url)
    with engine.connect() as connection:
        yield Filled(store, connection)
    engine.dispose()


@pytest.mark.parametrize("table", [table.name for table in METADATA.sorted_tables])
def test_no_row_can_be_changed_or_deleted(filled: Filled, table: str) -> None:
    column = "version" if table == "schema_versions" else "no"
    for statement in (f"UPDATE {table} SET {column} = {column} + 1000", f"DELETE FROM {table}"):
        with pytest.raises(exc.DBAPIError, match="append-only"):
            filled.bare.execute(text(statement))
        filled.bare.rollback()


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", [table.name for table in METADATA.sorted_tables])
def test_sqlite_refuses_to_replace_a_row(filled: Filled, table: str) -> None:
    names = [column.name for column in METADATA.tables[table].columns]
    changed = "at" if table == "schema_versions" else "site_id" if table == "checks" else "body"
    values = ", ".join(f"{name} || '1'" if name == changed else name for name in names)
    forged = f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) SELECT {values} FROM {table}"
    with pytest.raises(exc.DBAPIError, match="REPLACE of"):
        filled.bare.execute(text(forged))


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
def test_sqlite_refuses_to_replace_the_column_that_says_the_vantage(filled: Filled) -> None:
    names = [column.name for column in METADATA.tables["observations"].columns]
    values = ", ".join("'noc'" if name == "vantage" else name for name in names)
    forged = f"INSERT OR REPLACE INTO observations ({', '.join(names)}) SELECT {values} FROM observations"
    with pytest.raises(exc.DBAPIError, match="REPLACE of"):
        filled.bare.execute(text(forged))


@pytest.mark.parametrize("where", ["postgresql"], indirect=True)
def test_a_server_refuses_truncate(filled: Filled) -> None:
    with pytest.raises(exc.DBAPIError, match="append-only"):
        filled.bare.execute(text("TRUNCATE observations CASCADE"))


def test_pruning_within_the_retention_is_refused(filled: Filled) -> None:
    with pytest.raises(StoreError, match="Evidence must be kept for"):
        filled.store.prune(CUT, CUT + RETENTION - timedelta(seconds=1), operator="An")
    assert len(filled.store.of_run(OLD.id)) == 2


def test_pruning_removes_what_is_older_with_all_that_only_belongs_to_it(filled: Filled) -> None:
    filled.store.prune(CUT, LATER, operator="An")
    assert [past.begun.id for past in filled.store.runs()] == ["new"]
    assert len(filled.store.of_run("new")) == 1
    assert filled.store.inventory(INVENTORY.hash) is None
    assert filled.store.limits([encode(LIMITS).id]) == {}


def test_pruning_leaves_a_trace_that_a_backup_can_be_matched_with(filled: Filled) -> None:
    ids = sorted(bytes.fromhex(encode(kept).id) for kept in (seen(1), seen(2)))
    trace = filled.store.prune(CUT, LATER, operator="An")
    assert trace == Pruned(LATER, CUT, RETENTION, "An", 1, 2, hashlib.sha256(b"".join(ids)).hexdigest())
    assert trace in [decode(entry) for entry in filled.store.entries() if entry.kind == "pruned"]


def test_pruning_keeps_a_run_that_was_still_going_on(store: Store) -> None:
    store.keep([RUN, LIMITS, seen(59), seen(61)])
    store.prune(CUT, LATER, operator="An")
    assert [kept.observation.started_at for kept in store.of_run(RUN.id)] == [at(61)]


def test_pruning_nothing_leaves_no_trace(store: Store) -> None:
    assert store.prune(CUT, LATER, operator="An") is None
    assert list(store.entries()) == []


def test_after_pruning_what_is_newer_still_cannot_be_deleted(filled: Filled) -> None:
    filled.store.prune(CUT, LATER, operator="An")
    with pytest.raises(exc.DBAPIError, match="append-only"):
        filled.bare.execute(text("DELETE FROM observations"))


def test_the_trace_of_another_store_opens_no_way_here(filled: Filled) -> None:
    foreign = Pruned(LATER, CUT, RETENTION, "Stranger", 1, 2, "00" * 32)
    filled.store.add([encode(foreign)])
    with pytest.raises(exc.DBAPIError, match="append-only"):
        filled.bare.execute(text("DELETE FROM countersignatures"))


def test_a_trace_that_breaks_the_retention_cannot_be_written(filled: Filled) -> None:
    statement = text(
        "INSERT INTO pruned (id, at, older_than, retention_us, here, body) VALUES (:id, 100, 90, 20, 1, '')"
    )
    with pytest.raises(exc.DBAPIError, match=r"(?i)check"):
        filled.bare.execute(statement, {"id": b"x"})
