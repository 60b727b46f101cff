"""`upgrade` makes a store ready, as often as it is asked, and touches nothing that it does not know."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kontum_netcheck.store.agents import AGENTS_VERSION
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.migrations import MIGRATIONS
from kontum_netcheck.store.store import Store
from kontum_netcheck.store.upgrade import status, upgrade
from tests.store.agent_logins import PASSWORD, Place
from tests.store.facts import LIMITS, RUN, seen

if TYPE_CHECKING:
    from psycopg import Connection


def _schema(owner: "Connection[Any]") -> list[Any]:
    """All that is made there: tables with columns, functions, triggers, policies, rights."""
    queries = (
        "SELECT relname, attname, attacl::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
        " WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped",
        "SELECT relname, relacl::text, relrowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace",
        "SELECT oid::regprocedure::text, md5(prosrc), proacl::text, prosecdef, proconfig::text FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace",
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT polname, polqual::text IS NULL FROM pg_policy",
    )
    return [sorted(owner.execute(query).fetchall()) for query in queries]


def test_a_file_is_brought_up_to_date(tmp_path: Path) -> None:
    found = upgrade(str(tmp_path / "evidence.sqlite"))
    assert (found.version, found.newest, found.agents_version) == (len(MIGRATIONS), True, 0)


def test_a_store_that_is_not_there_yet_is_not_made_by_looking(tmp_path: Path) -> None:
    assert status(str(tmp_path / "evidence.sqlite")).version == 0
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_is_not_filled_by_looking(postgresql_url: str) -> None:
    assert status(postgresql_url).version == 0
    assert status(postgresql_url).version == 0


def test_a_server_is_made_ready_for_agents(place: Place) -> None:
    found = status(place.url)
    assert (found.version, found.agents_version, found.has_group) == (len(MIGRATIONS), AGENTS_VERSION, True)
    assert found.logins == (("agent_dak_to", "dak-to"), ("agent_noc", "noc"))


def test_evidence_that_was_there_before_stays(postgresql_url: str) -> None:
    with Store.open(postgresql_url) as store:
        store.keep([RUN, LIMITS, seen()])
        before = list(store.entries())
        assert status(postgresql_url).agents_version == 0
        upgrade(postgresql_url)
        assert list(store.entries()) == before


def test_again_changes_nothing(place: Place, owner: "Connection[Any]") -> None:
    before = _schema(owner)
    upgrade(place.url)
    assert _schema(owner) == before


def test_what_agents_must_not_have_is_taken_back(place: Place, owner: "Connection[Any]") -> None:
    before = _schema(owner)
    owner.execute("GRANT SELECT ON observations, agents TO kontum_agent")
    owner.execute("GRANT EXECUTE ON FUNCTION agent_grant TO PUBLIC")
    owner.execute("DROP POLICY agent_reads_jobs ON procrastinate_jobs")
    owner.execute(
        "CREATE POLICY agent_reads_jobs ON procrastinate_jobs FOR SELECT TO kontum_agent USING (true)"
    )
    upgrade(place.url)
    assert _schema(owner) == before


def test_a_newer_part_for_agents_is_left_alone(place: Place, owner: "Connection[Any]") -> None:
    owner.execute("INSERT INTO agent_schema VALUES (99, now())")
    owner.execute("DROP FUNCTION agent_revoke")
    for doing in (upgrade, status):
        with pytest.raises(
            StoreError, match="has version 99 for agents, and this kontum-netcheck knows up to"
        ):
            doing(place.url)
    assert owner.execute("SELECT to_regproc('agent_revoke')").fetchone() == (None,)


def test_a_newer_store_is_left_alone(place: Place, owner: "Connection[Any]") -> None:
    owner.execute("INSERT INTO schema_versions VALUES (99, 0, '9.0')")
    for doing in (upgrade, status):
        with pytest.raises(StoreError, match="has version 99, and this kontum-netcheck knows up to"):
            doing(place.url)


def test_who_owns_nothing_there_is_told_so(place: Place) -> None:
    for doing in (upgrade, status):
        with pytest.raises(StoreError, match="this user has no right to do that") as refused:
            doing(place.dak_to)
        assert PASSWORD not in str(refused.value)


def test_an_owner_who_may_make_no_group_gives_rights_to_the_one_that_an_administrator_made(
    postgresql_url: str,
) -> None:
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(postgresql_url, autocommit=True) as administrator:
        administrator.execute(
            "DO $$ BEGIN CREATE ROLE kontum_agent; EXCEPTION WHEN duplicate_object THEN END $$"
        )
        name = administrator.info.dbname
        administrator.execute("DROP ROLE IF EXISTS humble")
        administrator.execute("CREATE ROLE humble LOGIN")
        administrator.execute(f"ALTER DATABASE {name} OWNER TO humble")
        try:
            found = upgrade(postgresql_url.replace("netcheck@", "humble@"))
            assert (found.agents_version, found.has_group) == (AGENTS_VERSION, True)
        finally:
            administrator.execute(
                "REASSIGN OWNED BY humble TO netcheck; DROP OWNED BY humble; DROP ROLE humble"
            )


def test_migrations_of_the_queue_are_run_where_it_is_older(postgresql_url: str) -> None:
    """All of procrastinate's own migrations up to the second last version; ours runs the rest."""
    psycopg = pytest.importorskip("psycopg")
    schema = pytest.importorskip("procrastinate.schema")
    files = sorted(Path(schema.SchemaManager.get_migrations_path()).glob("*.sql"))
    old = [file for file in files if file.name < "03.04"]
    Store.open(postgresql_url).close()
    with psycopg.connect(postgresql_url, autocommit=True) as owner:
        for file in old:
            owner.execute(file.read_text())
        owner.execute("CREATE TABLE queue_migrations (name text PRIMARY KEY, at timestamptz NOT NULL)")
        owner.execute("INSERT INTO queue_migrations VALUES (%s, now())", [old[-1].name])
        assert owner.execute("SELECT to_regproc('procrastinate_retry_job_v2')").fetchone() == (None,)
        upgrade(postgresql_url)
        assert owner.execute("SELECT to_regproc('procrastinate_retry_job_v2')").fetchone() != (None,)
        noted = owner.execute("SELECT name FROM queue_migrations ORDER BY name").fetchall()
        assert [name for (name,) in noted] == [file.name for file in files[len(old) - 1 :]]


def test_a_queue_that_somebody_made_by_hand_is_taken_over(postgresql_url: str) -> None:
    psycopg = pytest.importorskip("psycopg")
    schema = pytest.importorskip("procrastinate.schema")
    Store.open(postgresql_url).close()
    with psycopg.connect(postgresql_url, autocommit=True) as owner:
        owner.execute(schema.SchemaManager.get_schema())
        assert upgrade(postgresql_url).agents_version == AGENTS_VERSION


def test_a_queue_of_an_unknown_version_is_told(postgresql_url: str) -> None:
    psycopg = pytest.importorskip("psycopg")
    schema = pytest.importorskip("procrastinate.schema")
    Store.open(postgresql_url).close()
    with psycopg.connect(postgresql_url, autocommit=True) as owner:
        owner.execute(schema.SchemaManager.get_schema())
        owner.execute("DROP FUNCTION procrastinate_finish_job_v1")
        with pytest.raises(StoreError, match="tables of procrastinate of an unknown version"):
            upgrade(postgresql_url)


def test_two_at_once_wait_for_each_other(postgresql_url: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(upgrade, [postgresql_url] * 3))
    assert {each.agents_version for each in found} == {AGENTS_VERSION}
