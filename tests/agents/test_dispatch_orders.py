"""The dispatcher's hand on the queues, whoever else has theirs on them."""

from datetime import timedelta

import psycopg
import pytest

from kontum_netcheck.agents.orders import Orders
from tests.agents.world import Database


def _aged(database: Database, job_id: int, age: timedelta) -> None:
    database.connection.execute(
        "UPDATE procrastinate_events SET at = at - %s WHERE job_id = %s", [age, job_id]
    )


def test_who_locks_jobs_holds_no_dispatcher_up(database: Database) -> None:
    held, free = database.put("noc", {}), database.put("dak-to", {})
    url = f"{database.url()}&options=-c%20lock_timeout%3D5s"  # so that the test ends
    with psycopg.connect(database.url("agent_noc")) as thief, Orders(url) as orders:
        assert thief.execute("SELECT id FROM procrastinate_jobs FOR UPDATE").fetchall() == [(held,)]
        orders.call_off([held, free])
        orders.write_off([held, free])
        orders.clear([held, free])
    assert database.state(held) == "todo"


@pytest.mark.parametrize(("hours", "stays"), [(23, True), (25, False)])
def test_what_nobody_took_waits_a_day_for_an_agent(database: Database, hours: int, *, stays: bool) -> None:
    job_id = database.put("dak-to", {})
    _aged(database, job_id, timedelta(hours=hours))
    with Orders(database.url()) as orders:
        orders.clear([database.put("dak-to", {})])
    found = database.connection.execute("SELECT FROM procrastinate_jobs WHERE id = %s", [job_id]).fetchall()
    assert bool(found) is stays


@pytest.mark.parametrize("alive", [True, False])
def test_what_an_agent_left_undone_for_a_dispatcher_that_died_goes(
    database: Database, *, alive: bool
) -> None:
    with psycopg.connect(database.url("agent_dak_to"), autocommit=True) as agent:
        worker = agent.execute("SELECT * FROM procrastinate_register_worker_v1()").fetchone()
        job_id = database.put("dak-to", {})
        agent.execute("SELECT procrastinate_fetch_job_v2(ARRAY['vantage:dak-to'], %s)", worker)
        if not alive:
            agent.execute("SELECT procrastinate_unregister_worker_v1(%s)", worker)
    _aged(database, job_id, timedelta(hours=2))
    with Orders(database.url()) as orders:
        orders.clear([database.put("dak-to", {})])
    found = database.connection.execute("SELECT FROM procrastinate_jobs WHERE id = %s", [job_id]).fetchall()
    assert bool(found) is alive
