"""What an agent's password does not open. Each test logs in with one, and tries without our program between."""

import json
from typing import TYPE_CHECKING, Any

import pytest
from psycopg import Connection, Error, connect, errors, sql

from kontum_netcheck.store.tables import METADATA
from tests.store.agent_logins import PASSWORD, Place, make_login

if TYPE_CHECKING:
    from collections.abc import Sequence

EVIDENCE = [table.name for table in METADATA.sorted_tables]
OURS = [
    "agents",
    "agent_roles",
    "agent_runs",
    "agent_words",
    "agent_schema",
    "dispatchers",
    "job_refusals",
    "queue_migrations",
]
QUEUES = ["procrastinate_events", "procrastinate_periodic_defers"]
DENIED = errors.InsufficientPrivilege


def _refused(agent: "Connection[Any]", statement: str, values: "Sequence[Any]" = ()) -> None:
    with pytest.raises(DENIED):
        agent.execute(statement, values)


def test_a_wrong_password_is_no_login(place: Place) -> None:
    with pytest.raises(Error, match="password authentication failed"):
        connect(place.dak_to.replace(PASSWORD, "guessed"))


def test_no_table_of_the_evidence_can_be_read_or_written(agent: "Connection[Any]") -> None:
    for table in (*EVIDENCE, *OURS, *QUEUES):
        _refused(agent, f"SELECT FROM {table}")
        _refused(agent, f"SELECT FROM {table} FOR UPDATE")
        _refused(agent, f"INSERT INTO {table} DEFAULT VALUES")
        _refused(agent, f"DELETE FROM {table}")
        _refused(agent, f"TRUNCATE {table} CASCADE")
        _refused(agent, f"COPY {table} TO STDOUT")


def test_no_column_of_any_table_can_be_changed_but_four_of_a_job(
    agent: "Connection[Any]", owner: "Connection[Any]"
) -> None:
    columns = owner.execute(
        "SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
        " WHERE relkind = 'r' AND attnum > 0 AND relnamespace = 'public'::regnamespace AND NOT attisdropped"
    ).fetchall()
    query = "SELECT has_column_privilege(%s, %s, 'UPDATE')"
    may = {
        (table, name) for table, name in columns if agent.execute(query, [table, name]).fetchone() == (True,)
    }
    jobs = {("procrastinate_jobs", name) for name in ("status", "worker_id", "attempts", "abort_requested")}
    assert may == jobs | {("procrastinate_workers", "last_heartbeat")}


def test_no_table_can_be_read_but_two_of_the_queue(agent: "Connection[Any]") -> None:
    readable = agent.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'S') AND relnamespace = 'public'::regnamespace"
        " AND (has_table_privilege(oid, 'SELECT') OR has_any_column_privilege(oid, 'SELECT'))"
    ).fetchall()
    assert {name for (name,) in readable} == {"procrastinate_jobs", "procrastinate_workers"}


def test_no_table_can_be_locked_so_that_others_wait(
    agent: "Connection[Any]", owner: "Connection[Any]"
) -> None:
    tables = owner.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    for (table,) in tables.fetchall():
        with pytest.raises(DENIED), agent.transaction():
            agent.execute(sql.SQL("LOCK TABLE {} IN ROW SHARE MODE").format(sql.Identifier(table)))


def test_only_these_functions_run_with_the_owners_rights(agent: "Connection[Any]") -> None:
    mighty = agent.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        " AND has_function_privilege(oid, 'EXECUTE')"
    ).fetchall()
    assert {name for (name,) in mighty} == {
        "agent_vantage",
        "agent_queues",
        "agent_report",
        "agent_hand_in",
        "agent_refuse",
        "procrastinate_unregister_worker_v1",
        "procrastinate_prune_stalled_workers_v1",
    }


def test_every_function_with_the_owners_rights_looks_nowhere_else_for_its_tables(
    owner: "Connection[Any]",
) -> None:
    paths = owner.execute(
        "SELECT DISTINCT proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    ).fetchall()
    assert [path for (path,) in paths] == [["search_path=public, pg_temp"]]


def test_nobody_but_agents_calls_what_runs_with_the_owners_rights(
    place: Place, owner: "Connection[Any]"
) -> None:
    make_login(owner, "stranger")
    with connect(place.of("stranger"), autocommit=True) as connection:
        for call in (
            "agent_hand_in('[]')",
            "agent_report('{}')",
            "agent_vantage()",
            "agent_refuse(1, 'a', 'b')",
        ):
            with pytest.raises(DENIED):
                connection.execute(f"SELECT {call}")
        with pytest.raises(DENIED):
            connection.execute("SELECT FROM procrastinate_jobs")


def test_a_member_of_the_group_whom_nobody_gave_a_vantage_can_do_nothing(
    place: Place, owner: "Connection[Any]"
) -> None:
    make_login(owner, "lost", "IN ROLE kontum_agent")
    with connect(place.of("lost"), autocommit=True) as connection:
        for statement in ("SELECT agent_hand_in('[]')", "SELECT FROM procrastinate_jobs"):
            with pytest.raises(Error, match="lost") as refused:
                connection.execute(statement)
            assert refused.value.sqlstate == "KN001"


def test_nothing_can_be_made_in_the_schema(agent: "Connection[Any]") -> None:
    _refused(agent, "CREATE TABLE lower (a text)")
    _refused(agent, "CREATE FUNCTION coalesce_(text) RETURNS text LANGUAGE sql AS 'SELECT $1'")
    _refused(agent, "CREATE SCHEMA mine")


def test_a_table_of_ones_own_cannot_borrow_the_triggers_of_the_queue(agent: "Connection[Any]") -> None:
    agent.execute("CREATE TEMP TABLE jobs (id bigint, status procrastinate_job_status)")
    for function in ("procrastinate_trigger_function_status_events_insert_v1", "agent_guard_job"):
        _refused(agent, f"CREATE TRIGGER t BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION {function}()")


def test_a_temporary_table_of_a_known_name_does_not_fool_a_function(agent: "Connection[Any]") -> None:
    agent.execute("CREATE TEMP TABLE agent_roles (role name, vantage text)")
    agent.execute("INSERT INTO agent_roles VALUES (session_user, 'noc')")
    agent.execute("SET search_path = pg_temp, public")
    assert agent.execute("SELECT agent_vantage()").fetchone() == ("dak-to",)


def test_rights_cannot_be_taken(agent: "Connection[Any]") -> None:
    for statement in (
        "SET ROLE netcheck",
        "SET SESSION AUTHORIZATION netcheck",
        "ALTER TABLE observations DISABLE TRIGGER ALL",
        "ALTER TABLE procrastinate_jobs DISABLE ROW LEVEL SECURITY",
        "DROP TRIGGER agent_guard_job ON procrastinate_jobs",
        "SET session_replication_role = replica",
        "GRANT kontum_agent TO agent_noc",
        "SELECT agent_grant(session_user, 'noc')",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('/etc/passwd')",
    ):
        _refused(agent, statement)


# jobs


def _jobs(connection: "Connection[Any]") -> list[str]:
    rows = connection.execute("SELECT args ->> 'queue' FROM procrastinate_jobs ORDER BY id").fetchall()
    return [queue for (queue,) in rows]


def test_jobs_of_another_queue_are_not_there(agent: "Connection[Any]", owner: "Connection[Any]") -> None:
    assert _jobs(agent) == ["vantage:dak-to", "any"]
    assert _jobs(owner) == ["vantage:dak-to", "vantage:noc", "any"]
    taken = agent.execute("SELECT id FROM procrastinate_fetch_job_v2(ARRAY['vantage:noc'], NULL)").fetchone()
    assert taken == (None,)


def test_who_asks_for_any_queue_gets_ones_own(agent: "Connection[Any]") -> None:
    take = "SELECT queue_name FROM procrastinate_fetch_job_v2(NULL, NULL)"
    taken = [agent.execute(take).fetchone() for _ in range(3)]
    assert taken == [("vantage:dak-to",), ("any",), (None,)]


def test_a_job_cannot_be_sent_moved_deleted_or_rewritten(agent: "Connection[Any]") -> None:
    _refused(agent, "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('vantage:dak-to', 'a')")
    _refused(agent, "DELETE FROM procrastinate_jobs")
    for column in ("args = '{}'", "queue_name = 'vantage:noc'", "task_name = 'a'", "agent_role = 'netcheck'"):
        _refused(agent, f"UPDATE procrastinate_jobs SET {column}")


def test_a_job_that_was_not_taken_cannot_be_ended(agent: "Connection[Any]") -> None:
    for status in ("succeeded", "failed", "cancelled", "aborted"):
        _refused(agent, f"UPDATE procrastinate_jobs SET status = '{status}'")


def test_a_job_of_everybody_that_another_took_can_neither_be_read_nor_ended(
    place: Place, agent: "Connection[Any]"
) -> None:
    with connect(place.noc, autocommit=True) as noc:
        row = noc.execute("SELECT id FROM procrastinate_fetch_job_v2(ARRAY['any'], NULL)").fetchone()
    assert row is not None and row[0] is not None
    assert _jobs(agent) == ["vantage:dak-to"]
    with pytest.raises(Error, match="Job was not found"):
        agent.execute("SELECT procrastinate_finish_job_v1(%s, 'succeeded', false)", row)


def test_a_job_that_is_over_stays_over(agent: "Connection[Any]") -> None:
    row = agent.execute("SELECT id FROM procrastinate_fetch_job_v2(ARRAY['any'], NULL)").fetchone()
    agent.execute("SELECT procrastinate_finish_job_v1(%s, 'succeeded', false)", row)
    _refused(agent, "UPDATE procrastinate_jobs SET status = 'todo' WHERE id = %s", row or ())


def test_another_agents_workers_are_not_there(place: Place, agent: "Connection[Any]") -> None:
    with connect(place.noc, autocommit=True) as noc:
        row = noc.execute("SELECT * FROM procrastinate_register_worker_v1()").fetchone()
        assert agent.execute("SELECT FROM procrastinate_workers").fetchall() == []
        _refused(agent, "DELETE FROM procrastinate_workers")
        assert noc.execute("SELECT id FROM procrastinate_workers").fetchone() == row
    with pytest.raises(DENIED, match="not this login's"):
        agent.execute("SELECT procrastinate_fetch_job_v2(ARRAY['any'], %s)", row)


def test_nobody_strikes_anothers_workers_off_the_list(
    place: Place, agent: "Connection[Any]", owner: "Connection[Any]"
) -> None:
    with connect(place.noc, autocommit=True) as noc:
        noc.execute("SELECT procrastinate_register_worker_v1()")
    agent.execute("SELECT procrastinate_register_worker_v1()")
    agent.execute("SELECT procrastinate_unregister_worker_v1(id) FROM generate_series(1, 100) AS id")
    agent.execute("SELECT procrastinate_prune_stalled_workers_v1(-60)")
    assert owner.execute("SELECT agent_role FROM procrastinate_workers").fetchall() == [("agent_noc",)]


def test_a_sign_of_life_cannot_be_dated_ahead(agent: "Connection[Any]") -> None:
    agent.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES ('2999-01-01')")
    agent.execute("UPDATE procrastinate_workers SET last_heartbeat = '2999-01-01'")
    assert agent.execute(
        "SELECT last_heartbeat < now() + interval '1 minute' FROM procrastinate_workers"
    ).fetchone() == (True,)


# administration


def test_a_login_that_may_do_more_becomes_no_agent(owner: "Connection[Any]") -> None:
    for rights in ("SUPERUSER", "BYPASSRLS", "CREATEROLE", "REPLICATION"):
        make_login(owner, "mighty", rights)
        with pytest.raises(Error, match="may do more"):
            owner.execute("SELECT agent_grant('mighty', 'noc')")
    owner.execute("DROP ROLE mighty")
    with pytest.raises(Error, match="there is no login mighty"):
        owner.execute("SELECT agent_grant('mighty', 'noc')")


def test_a_vantage_is_a_name(owner: "Connection[Any]") -> None:
    for vantage in ("", " noc", "a\nb", "x" * 101):
        with pytest.raises(errors.CheckViolation):
            owner.execute("SELECT agent_grant('agent_noc', %s)", [vantage])


def test_a_login_that_is_taken_back_can_do_nothing(place: Place, owner: "Connection[Any]") -> None:
    make_login(owner, "gone")
    owner.execute("SELECT agent_grant('gone', 'dak-ha')")
    owner.execute("SELECT agent_revoke('gone')")
    with connect(place.of("gone"), autocommit=True) as connection:
        for statement in ("SELECT FROM procrastinate_jobs", "SELECT agent_hand_in('[]')"):
            with pytest.raises(DENIED):
                connection.execute(statement)


def test_a_name_with_quotes_is_only_a_name(owner: "Connection[Any]") -> None:
    login = 'agent" CREATEDB; --'
    owner.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(login)))
    owner.execute("SELECT agent_grant(%s, 'noc')", [login])
    row = owner.execute(
        "SELECT pg_has_role(%s, 'kontum_agent', 'MEMBER'), rolcreatedb FROM pg_roles WHERE rolname = %s",
        [login, login],
    ).fetchone()
    assert json.dumps(row) == "[true, false]"
