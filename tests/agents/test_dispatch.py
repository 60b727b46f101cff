"""A run is sent to agents, and comes back whole: whoever is lost on the way, each check counts once."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kontum_netcheck.agents.dispatching import Brought, Order, Watcher, dispatch
from kontum_netcheck.agents.job import Job
from kontum_netcheck.agents.orders import Orders
from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Cause, Check, LimitsInForce, Message, Observation, Outcome, Run, RunBegun
from tests.agents.world import Database, banner, door, run_of, until, working
from tests.cli.process import environment

NOC = {"vantage": "noc", "name": "two"}


def begun(database: Database, name: str, checks: Sequence[Check]) -> Run:
    """A run that is kept, as the command keeps it before it sends."""
    run = run_of(name)
    database.store.keep([RunBegun.of(run), *{LimitsInForce.of(check) for check in checks}])
    return run


async def sent(
    database: Database,
    checks: Sequence[Check],
    *,
    orders: Orders | None = None,
    stop: asyncio.Event | None = None,
    watcher: Watcher | None = None,
    **more: Any,
) -> Brought:
    """What comes back of these checks."""
    order = Order(begun(database, "run", checks), tuple(checks), **more)
    with orders or Orders(database.url()) as desk:
        return await dispatch(order, desk, stop or asyncio.Event(), watcher)


def at_noc(database: Database, tmp_path: Path) -> Any:
    """An agent at noc."""
    url, spool = database.url("agent_noc"), tmp_path / "agent-two.db"
    return working(database, tmp_path, store=url, spool_file=spool, **NOC)


def asked_from(checks: Sequence[Check], *vantages: str) -> list[Check]:
    """The same checks, asked from these places."""
    return [replace(check, vantages=vantages) for check in checks]


def notes(brought: Brought) -> list[str]:
    """What a reader is told."""
    return [Language("en").say(note) for note in brought.notes]


def causes(brought: Brought) -> set[Cause | None]:
    """Why there are no answers."""
    return {each.failure.cause if each.failure else None for each in brought.observations}


def left_on_the_queues(database: Database, *states: str) -> int:
    """Jobs of these states; of any."""
    query = "SELECT count(*) FROM procrastinate_jobs WHERE %s = '{}' OR status::text = ANY(%s)"
    [(count,)] = database.connection.execute(query, [list(states), list(states)]).fetchall()
    return int(count)


async def test_every_vantage_that_is_named_answers(database: Database, tmp_path: Path) -> None:
    async with banner() as server, working(database, tmp_path), at_noc(database, tmp_path):
        checks = asked_from(server.checks(60), "dak-to", "noc")
        brought = await sent(database, checks)
    found = {(each.check_id, each.vantage) for each in brought.observations}
    assert found == {(check.id, vantage) for check in checks for vantage in ("dak-to", "noc")}
    assert len(brought.observations) == 120
    assert {each.outcome for each in brought.observations} == {Outcome.MEASURED}
    assert (brought.interrupted, brought.deadline, brought.notes) == (False, False, ())


async def test_what_names_no_vantage_is_asked_once_by_whoever_takes_it(
    database: Database, tmp_path: Path
) -> None:
    async with banner() as server, working(database, tmp_path), at_noc(database, tmp_path):
        brought = await sent(database, server.checks(60))
        assert server.asked_count == 60
    assert len(brought.observations) == 60


async def test_observations_are_told_as_they_come(database: Database, tmp_path: Path) -> None:
    seen: list[Observation] = []
    first = asyncio.Event()

    def take(_check: Check, observation: Observation) -> None:
        seen.append(observation)
        first.set()

    async with banner(held=True) as held, banner() as server, working(database, tmp_path):
        checks = [*server.checks(1), replace(held.checks(2)[1])]
        running = asyncio.create_task(sent(database, checks, watcher=Watcher(on_observation=take)))
        await first.wait()
        assert not running.done()
        held.may.set()
        brought = await running
    assert sorted(each.check_id for each in seen) == sorted(each.check_id for each in brought.observations)


def test_threads_take_turns_at_the_dispatchers_connection(database: Database) -> None:
    with Orders(database.url()) as orders, ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda _: orders.alive(), range(100))) == [()] * 100


async def test_no_job_waits_on_the_queues_after_its_run(database: Database, tmp_path: Path) -> None:
    async with banner() as server, working(database, tmp_path):
        await sent(database, server.checks(60))
    # The last job may have ended a moment after the run that it was of: then the next run clears it away.
    assert left_on_the_queues(database) <= 1
    assert left_on_the_queues(database, "todo", "doing") == 0


async def test_a_vantage_without_an_agent_is_named_and_the_others_are_asked(
    database: Database, tmp_path: Path
) -> None:
    async with banner() as server, working(database, tmp_path):
        brought = await sent(database, asked_from(server.checks(3), "dak-to", "noc"))
    by_vantage = {each.vantage: each for each in brought.observations}
    assert by_vantage["dak-to"].outcome is Outcome.MEASURED
    assert by_vantage["noc"].failure is not None
    assert by_vantage["noc"].failure.cause is Cause.NO_AGENT
    assert notes(brought) == ["No agent at noc: 3 checks were not asked."]


class OfANewerProgram(Orders):
    """Sends jobs of a version that no agent knows yet."""

    def send(self, jobs: Sequence[Job], urgent: bool = False) -> list[int]:
        newer = {"version": 99, "tool_version": "9.0"}
        return super().send([job.model_copy(update=newer) for job in jobs], urgent)


async def test_a_job_of_an_unknown_version_is_refused_with_both_versions(
    database: Database, tmp_path: Path
) -> None:
    async with banner() as server, working(database, tmp_path):
        brought = await sent(database, server.checks(3), orders=OfANewerProgram(database.url()))
    assert causes(brought) == {Cause.JOB_REFUSED}
    (why,) = notes(brought)
    assert "version 99, sent by kontum-netcheck 9.0" in why
    assert "knows version 1" in why


async def test_stop_calls_off_what_waits_and_keeps_what_came(database: Database, tmp_path: Path) -> None:
    stop, first = asyncio.Event(), asyncio.Event()
    watcher = Watcher(on_observation=lambda _check, _observation: first.set())
    async with banner(held=True) as held, banner() as server, working(database, tmp_path):
        checks = [*server.checks(1), *held.checks(120)[1:]]
        running = asyncio.create_task(sent(database, checks, stop=stop, watcher=watcher))
        await first.wait()
        stop.set()
        brought = await running
        held.may.set()
    assert brought.interrupted
    assert [each.outcome for each in brought.observations].count(Outcome.MEASURED) == 1
    assert causes(brought) == {None, Cause.INTERRUPTED}
    waiting = database.connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
    assert waiting.fetchall() == [(0,)]


async def test_the_deadline_ends_it_on_both_sides(database: Database, tmp_path: Path) -> None:
    async with banner(held=True) as held, banner() as server, working(database, tmp_path):
        checks = [*server.checks(1), *held.checks(3)[1:]]
        brought = await sent(database, checks, deadline_s=1.0)
    assert brought.deadline
    assert not brought.interrupted
    assert causes(brought) == {None, Cause.DEADLINE}


async def test_two_agents_of_one_name_share_the_work(database: Database, tmp_path: Path) -> None:
    async with banner() as server, working(database, tmp_path), working(database, tmp_path):
        brought = await sent(database, server.checks(120))
    assert len({each.check_id for each in brought.observations}) == len(brought.observations) == 120


Known = tuple[list[int], list[str]]


def known(database: Database) -> Known:
    """The workers and agents that are known by now."""
    workers = database.connection.execute("SELECT id FROM procrastinate_workers").fetchall()
    agents = database.connection.execute("SELECT id FROM agents").fetchall()
    return [row[0] for row in workers], [row[0] for row in agents]


def half_a_minute_later(database: Database, of: Known | None = None) -> None:
    """Who of these (of all) says nothing from here on has said nothing for half a minute."""
    workers, agents = of or known(database)
    ago = "interval '31 seconds'"
    database.connection.execute(
        f"UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - {ago} WHERE id = ANY(%s)",
        [workers],
    )
    database.connection.execute(
        f"UPDATE agents SET last_seen_at = last_seen_at - {ago} WHERE id = ANY(%s)", [agents]
    )


async def test_the_database_may_be_away_for_longer_than_an_agent_may_be_silent(
    database: Database, tmp_path: Path
) -> None:
    told: list[Message] = []
    watcher = Watcher(tell=told.append)
    async with (
        door(database.socket) as way,
        banner(held=True) as server,
        working(database, tmp_path, store=database.url("agent_dak_to", way.host)),
    ):
        orders = Orders(database.url(host=way.host))
        running = asyncio.create_task(sent(database, server.checks(3), orders=orders, watcher=watcher))
        await until(lambda: server.asked_count == 3)
        await way.cut()
        await until(lambda: bool(told))
        half_a_minute_later(database)
        way.mend()
        await until(lambda: len(told) == 2)
        server.may.set()
        brought = await running
    assert {each.outcome for each in brought.observations} == {Outcome.MEASURED}
    assert brought.notes == ()
    assert Language("en").say(told[1]) == "The database is back."


@contextlib.asynccontextmanager
async def agent_process(database: Database, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """An agent of dak-to in a process of its own, which may be killed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kontum_netcheck", "agent", "--vantage", "dak-to", "--name", "lost"),
        *("--store", database.url("agent_dak_to")),
        env=environment(XDG_DATA_HOME=str(folder)),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await until(lambda: any(agent.name == "lost" for agent in database.agents()))
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
async def test_what_a_killed_agent_owes_is_sent_again_and_counted_once(
    database: Database, tmp_path: Path
) -> None:
    counted: list[str] = []
    watcher = Watcher(on_observation=lambda check, _observation: counted.append(check.id))
    async with banner(held=True) as held, banner() as server:
        checks = asked_from([*server.checks(10), *held.checks(20)[10:]], "dak-to")
        async with agent_process(database, tmp_path) as lost:
            running = asyncio.create_task(sent(database, checks, watcher=watcher))
            await until(lambda: held.asked_count == 10 and len(counted) == 10)
            lost.kill()
            await lost.wait()
            of_the_lost = known(database)
            async with working(database, tmp_path):
                half_a_minute_later(database, of_the_lost)
                held.may.set()
                brought = await running
    assert sorted(counted) == sorted(check.id for check in checks)
    assert {each.outcome for each in brought.observations} == {Outcome.MEASURED}
    assert len(brought.observations) == 20
    assert notes(brought) == ["Agents were lost on the way: 10 checks were sent once more."]
    kept = database.of_run(replace(run_of("run"), id="run"))
    assert len(kept) == 20


async def test_what_is_lost_with_the_only_agent_of_a_place_is_not_waited_for(
    database: Database, tmp_path: Path
) -> None:
    async with banner(held=True) as held, agent_process(database, tmp_path) as lost:
        running = asyncio.create_task(sent(database, asked_from(held.checks(2), "dak-to")))
        await until(lambda: held.asked_count == 2)
        lost.kill()
        await lost.wait()
        half_a_minute_later(database)
        brought = await running
    assert causes(brought) == {Cause.NO_AGENT}
