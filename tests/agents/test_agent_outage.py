"""The database goes away and comes back: what is measured meanwhile is there in the end, once."""

from pathlib import Path

from kontum_netcheck.agents.repeating import NOTE
from kontum_netcheck.agents.spool import Spool
from kontum_netcheck.model import PastRun
from kontum_netcheck.store.place import place_of
from tests.agents.world import Database, Door, Working, banner, door, run_of, until, working


def waiting_in(agent: Working, url: str) -> int:
    """How many entries an agent that has ended left on its machine."""
    spool = Spool(agent.spool_file, place_of(url).shown)
    try:
        return spool.count()
    finally:
        spool.close()


def through(way: Door, database: Database) -> str:
    """The agent's way in by the door."""
    return database.url("agent_dak_to", way.host)


async def test_a_job_under_way_goes_on_and_is_handed_in_when_the_database_is_back(
    database: Database, tmp_path: Path
) -> None:
    run = run_of("cut")
    async with (
        banner(held=True) as server,
        door(database.socket) as way,
        working(database, tmp_path, store=through(way, database)) as agent,
    ):
        checks = server.checks(20)
        job_id = database.send(run, checks)
        await until(lambda: server.asked_count == len(checks))
        await way.cut()
        server.may.set()
        await until(lambda: agent.has_told("Measuring goes on"))
        assert database.state(job_id) == "doing"
        assert database.of_run(run) == []
        way.mend()
        await until(lambda: database.state(job_id) == "succeeded")
        await until(lambda: agent.has_told("The database is back"))
    assert sorted(each.observation.check_id for each in database.of_run(run)) == sorted(c.id for c in checks)
    assert server.asked_count == len(checks)
    assert waiting_in(agent, through(way, database)) == 0


async def test_jobs_sent_during_an_outage_are_taken_after_it(database: Database, tmp_path: Path) -> None:
    run = run_of("after")
    async with (
        banner() as server,
        door(database.socket) as way,
        working(database, tmp_path, store=through(way, database)) as agent,
    ):
        await way.cut()
        await until(lambda: agent.has_told("Measuring goes on"))
        job_id = database.send(run, server.checks())
        way.mend()
        await until(lambda: database.state(job_id) == "succeeded")
    assert len(database.of_run(run)) == 1


async def test_a_line_that_hangs_is_broken_off(database: Database, tmp_path: Path) -> None:
    run = run_of("hangs")
    async with (
        banner(held=True) as server,
        door(database.socket) as way,
        working(database, tmp_path, store=through(way, database), answer_s=0.3) as agent,
    ):
        job_id = database.send(run, server.checks(2))
        await until(lambda: server.asked_count == 2)
        way.flows.clear()
        server.may.set()
        await until(lambda: agent.has_told("Measuring goes on"))
        way.flows.set()
        await until(lambda: database.state(job_id) == "succeeded")
    assert len(database.of_run(run)) == 2


async def test_while_cut_off_it_repeats_what_it_is_sent_again_and_again(
    database: Database, tmp_path: Path
) -> None:
    run = run_of("turn")

    def own_runs() -> list[PastRun]:
        return [past for past in database.store.runs() if past.begun.id != run.id and past.end]

    async with (
        banner() as server,
        door(database.socket) as way,
        working(database, tmp_path, store=through(way, database)) as agent,
    ):
        job_id = database.send(run, server.checks(3), every_s=1.0, series="s")
        await until(lambda: database.state(job_id) == "succeeded")
        await way.cut()
        await until(lambda: server.asked_count >= 6)
        assert own_runs() == []
        way.mend()
        await until(lambda: bool(own_runs()))
        await until(lambda: agent.has_told("The database is back"))
    own = own_runs()[-1]
    assert (own.begun.vantage, own.begun.inventory_hash) == ("dak-to", run.inventory_hash)
    assert own.begun.clock_offset_s is not None
    assert own.end is not None
    assert own.end.notes == (NOTE,)
    kept = database.store.of_run(own.begun.id)
    assert [each.observation.check_id for each in kept] == [check.id for check in server.checks(3)]
    assert {each.limits_id for each in kept} == {each.limits_id for each in database.of_run(run)}
    assert len(database.of_run(run)) == 3


async def test_what_is_sent_once_is_not_repeated(database: Database, tmp_path: Path) -> None:
    run = run_of("once")
    async with (
        banner() as server,
        door(database.socket) as way,
        working(database, tmp_path, store=through(way, database)) as agent,
    ):
        job_id = database.send(run, server.checks())
        await until(lambda: database.state(job_id) == "succeeded")
        await way.cut()
        await until(lambda: agent.has_told("Measuring goes on"))
    assert server.asked_count == 1
    assert len(database.store.runs()) == 1


async def test_who_ends_while_cut_off_leaves_a_file_that_the_next_one_hands_in(
    database: Database, tmp_path: Path
) -> None:
    run = run_of("ended")
    async with banner(held=True) as server, door(database.socket) as way:
        url = through(way, database)
        async with working(database, tmp_path, store=url) as agent:
            database.send(run, server.checks(4))
            await until(lambda: server.asked_count == 4)
            await way.cut()
            server.may.set()
            await until(lambda: agent.has_told("Measuring goes on"))
            await agent.end()
            assert agent.has_told("Entries that are not handed in: 4.")
        assert waiting_in(agent, url) == 4
        way.mend()
        async with working(database, tmp_path, store=url):
            await until(lambda: len(database.of_run(run)) == 4)
    assert waiting_in(agent, url) == 0


async def test_what_waits_for_one_database_gets_into_no_other(database: Database, tmp_path: Path) -> None:
    run = run_of("other")
    async with banner(held=True) as server, door(database.socket) as way:
        url = through(way, database)
        async with working(database, tmp_path, store=url) as agent:
            database.send(run, server.checks())
            await until(lambda: server.asked_count == 1)
            await way.cut()
            server.may.set()
            await until(lambda: agent.has_told("Measuring goes on"))
        async with working(database, tmp_path):  # the same database by another name: who knows
            pass
    assert waiting_in(agent, url) == 1


async def test_a_job_that_was_given_out_as_the_line_broke_is_done_all_the_same(
    database: Database, tmp_path: Path
) -> None:
    run = run_of("stray")
    async with (
        banner() as server,
        door(database.socket) as way,
        working(database, tmp_path, store=through(way, database)),
    ):
        way.loses = b"kontum-netcheck/job"
        job_id = database.send(run, server.checks())
        await until(lambda: database.state(job_id) == "succeeded")
    assert way.loses == b""
    assert len(database.of_run(run)) == 1


async def test_who_was_struck_off_the_list_of_workers_registers_anew(
    database: Database, tmp_path: Path
) -> None:
    runs = [run_of("before"), run_of("behind")]
    async with banner() as server, working(database, tmp_path):
        for run in runs:
            job_id = database.send(run, server.checks())
            await until(lambda job_id=job_id: database.state(job_id) == "succeeded")  # type: ignore[misc]
            database.connection.execute("DELETE FROM procrastinate_workers")
    assert [len(database.of_run(run)) for run in runs] == [1, 1]


async def test_what_was_handed_in_as_the_line_broke_counts_once(database: Database, tmp_path: Path) -> None:
    run = run_of("twice")
    async with (
        banner(held=True) as server,
        door(database.socket) as way,
        working(database, tmp_path, store=through(way, database)) as agent,
    ):
        job_id = database.send(run, server.checks(2))
        await until(lambda: server.asked_count == 2)
        way.loses = b'{"new": 2'
        server.may.set()
        await until(lambda: database.state(job_id) == "succeeded")
        assert agent.has_told("Measuring goes on")
    assert way.loses == b""
    assert len(database.of_run(run)) == 2
