"""The schema grows by an ordered list of steps, and is never guessed."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, exc, inspect, text

from kontum_netcheck.store import migrations
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.migrations import MIGRATIONS, migrate, version_of
from kontum_netcheck.store.place import place_of
from kontum_netcheck.store.store import Store
from kontum_netcheck.store.tables import METADATA
from tests.store.facts import LIMITS, RUN, seen


@pytest.fixture
def engine(where: str) -> Iterator[Engine]:
    """The bare database."""
    url = where.replace("postgresql:", "postgresql+psycopg:") if "://" in where else f"sqlite:///{where}"
    engine = create_engine(url)
    yield engine
    engine.dispose()


def _next(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN weather TEXT")


def _broken(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN weather TEXT")
    raise RuntimeError("the power went out")


def _columns(engine: Engine) -> dict[str, set[tuple[str, bool]]]:
    found = inspect(engine)
    return {
        table: {(column["name"], column["nullable"]) for column in found.get_columns(table)}
        for table in found.get_table_names()
    }


def test_the_steps_make_the_tables_that_queries_expect(engine: Engine) -> None:
    with engine.begin() as connection:
        migrate(connection, "the store", "test")
    declared = {
        table.name: {(column.name, bool(column.nullable)) for column in table.columns}
        for table in METADATA.tables.values()
    }
    made = {
        name: {(column, nullable and column != "no") for column, nullable in columns}
        for name, columns in _columns(engine).items()
    }
    assert made == declared


def test_the_steps_make_the_indexes_that_queries_expect(engine: Engine) -> None:
    with engine.begin() as connection:
        migrate(connection, "the store", "test")
    for table in METADATA.tables.values():
        made = {index["name"] for index in inspect(engine).get_indexes(table.name)}
        assert {index.name for index in table.indexes} <= made


@pytest.mark.parametrize("version", range(len(MIGRATIONS) + 1))
def test_every_earlier_version_becomes_the_newest(engine: Engine, version: int) -> None:
    with engine.begin() as connection:
        migrate(connection, "the store", "old", MIGRATIONS[:version])
    with engine.begin() as connection:
        migrate(connection, "the store", "new")
        assert version_of(connection, "the store") == len(MIGRATIONS)


def test_a_step_comes_once_and_is_written_down_with_its_program(engine: Engine) -> None:
    for tool_version in ("1.0", "1.1"):
        with engine.begin() as connection:
            migrate(connection, "the store", tool_version)
    with engine.begin() as connection:
        migrate(connection, "the store", "2.0", (*MIGRATIONS, _next))
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT version, tool_version FROM schema_versions ORDER BY version"
        )
        assert [tuple(row) for row in rows] == [(1, "1.0"), (2, "1.0"), (3, "2.0")]


def test_what_was_kept_survives_a_step(store: Store, where: str, engine: Engine) -> None:
    store.keep([RUN, LIMITS, seen()])
    before = list(store.entries())
    with engine.begin() as connection:
        migrate(connection, "the store", "2.0", (*MIGRATIONS, _next))
    assert list(store.entries()) == before


OLD_BODIES = {
    '{"check_id":"a/b/c","vantage":"Đắk Hà \\"2\\""}': 'Đắk Hà "2"',
    '{"check_id":"a/b/c","target":",\\"vantage\\":\\"noc\\"}"}': "",
    '{"check_id":"a/b/c","vantage":"a\\u0000\\udc80\\n\\\\u0000"}': "a\ufffd\ufffd\ufffd\\u0000",
}
"""What stood in version 1, and the vantage that version 2 finds in it."""


def _fill_version_1(connection: Connection) -> None:
    """As rows looked before there was a column for the vantage."""
    for statement in (
        "INSERT INTO runs (no, id, run_id, started_at, inventory_hash, vantage, operator, body)"
        " VALUES (1, '1', 'a', 0, '', '', '', '{}')",
        "INSERT INTO checks (no, check_id, site_id) VALUES (1, 'a/b/c', 'a')",
    ):
        connection.exec_driver_sql(statement)
    for number, body in enumerate(OLD_BODIES):
        connection.execute(
            text(
                "INSERT INTO observations (no, id, run_no, check_no, answered, started_at, body)"
                " VALUES (:no, :id, 1, 1, 1, 0, :body)"
            ),
            {"no": number + 1, "id": str(number).encode(), "body": body},
        )


def test_old_rows_get_the_vantage_that_their_body_tells(engine: Engine) -> None:
    with engine.begin() as connection:
        migrate(connection, "the store", "1.0", MIGRATIONS[:1])
        _fill_version_1(connection)
    with engine.begin() as connection:
        migrate(connection, "the store", "2.0")
        found = connection.exec_driver_sql("SELECT vantage FROM observations ORDER BY no").scalars()
        assert list(found) == list(OLD_BODIES.values())


@pytest.mark.parametrize("forging", ["UPDATE observations SET vantage = 'noc'", "DELETE FROM observations"])
def test_old_rows_stay_as_safe_as_they_were(engine: Engine, forging: str) -> None:
    with engine.begin() as connection:
        migrate(connection, "the store", "1.0", MIGRATIONS[:1])
        _fill_version_1(connection)
        migrate(connection, "the store", "2.0")
    with engine.connect() as connection, pytest.raises(exc.DBAPIError, match="append-only"):
        connection.exec_driver_sql(forging)


def test_a_step_that_breaks_leaves_the_version_before(where: str) -> None:
    with Store.open(where) as store:
        with pytest.raises(RuntimeError), store._writing() as connection:
            migrate(connection, "the store", "2.0", (*MIGRATIONS, _broken))
        with store._reading() as connection:
            assert version_of(connection, "the store") == len(MIGRATIONS)
            assert "weather" not in {column["name"] for column in inspect(connection).get_columns("runs")}


def test_a_store_of_a_newer_version_is_left_alone(
    where: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine.begin() as connection:
        migrate(connection, "the store", "9.0", (*MIGRATIONS, _next))
    for writable in (True, False):
        with pytest.raises(
            StoreError, match="has version 3, and this kontum-netcheck knows up to 2"
        ) as refused:
            Store.open(where, writable=writable)
        assert str(refused.value).startswith(place_of(where).shown)


def test_an_old_store_is_not_migrated_by_reading(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(where).close()
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, _next))
    with pytest.raises(StoreError, match="of an older version"):
        Store.open(where, writable=False)


def test_the_database_of_another_program_is_left_alone(where: str, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE pupils (name TEXT)")
    with pytest.raises(StoreError, match=r"tables of another program \(pupils\)") as refused:
        Store.open(where)
    assert str(refused.value).startswith(place_of(where).shown)
    assert set(_columns(engine)) == {"pupils"}


def test_a_file_tells_whose_it_is(tmp_path: Path) -> None:
    Store.open(tmp_path / "evidence.sqlite").close()
    connection = sqlite3.connect(tmp_path / "evidence.sqlite")
    assert connection.execute("PRAGMA application_id").fetchone() == (0x4B4E4331,)
    connection.close()
