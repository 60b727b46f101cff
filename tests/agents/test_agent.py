"""An agent measures what it is sent, hands it in, and says who it is."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from kontum_netcheck import __version__
from kontum_netcheck.agents.job import JOB_VERSION
from kontum_netcheck.agents.refusal import read_refusal
from kontum_netcheck.model import Outcome
from tests.agents.world import Database, banner, run_of, until, working


async def test_what_is_sent_is_measured_and_handed_in(database: Database, tmp_path: Path) -> None:
    run = run_of("one")
    async with banner() as server, working(database, tmp_path):
        checks = server.checks(60)
        job_id = database.send(run, checks)
        await until(lambda: database.state(job_id) == "succeeded")
    kept = database.of_run(run)
    assert {each.observation.check_id for each in kept} == {check.id for check in checks}
    assert len(kept) == len(checks)
    assert {each.observation.outcome for each in kept} == {Outcome.MEASURED}
    assert {each.observation.vantage for each in kept} == {"dak-to"}
    assert all(each.limits_id for each in kept)


async def test_a_job_for_any_vantage_is_taken_too(database: Database, tmp_path: Path) -> None:
    run = run_of("any")
    async with banner() as server, working(database, tmp_path):
        job_id = database.send(run, server.checks(), None)
        await until(lambda: database.state(job_id) == "succeeded")
    [kept] = database.of_run(run)
    assert kept.observation.vantage == "dak-to"


async def test_a_failure_is_handed_in_when_the_job_has_looked_at_its_own_side(
    database: Database, tmp_path: Path
) -> None:
    run = run_of("failed")
    async with banner() as server, working(database, tmp_path):
        checks = server.checks()
    async with working(database, tmp_path):  # nobody listens there now
        job_id = database.send(run, checks)
        await until(lambda: database.state(job_id) == "succeeded")
    [kept] = database.of_run(run)
    assert kept.observation.outcome is Outcome.FAILED


async def test_it_says_who_it_is_and_how_it_goes(database: Database, tmp_path: Path) -> None:
    run = run_of("told")
    async with banner(held=True) as server, working(database, tmp_path, report_every_s=0.05):
        job_id = database.send(run, server.checks(3))
        await until(lambda: database.agents()[0].status["jobs"] == [job_id])
        await until(lambda: database.agents()[0].status["running_count"] == 3)
        server.may.set()
        await until(lambda: database.agents()[0].status["jobs"] == [])
        [agent] = database.agents()
    assert (agent.vantage, agent.name, agent.role) == ("dak-to", "one", "agent_dak_to")
    assert (agent.tool_version, agent.job_version) == (__version__, JOB_VERSION)
    assert agent.status["state"] == "ready"
    assert agent.status["last_run_id"] == run.id
    assert agent.clock_offset_s is not None
    assert abs(agent.clock_offset_s) < 1


async def test_two_agents_of_one_name_share_the_queue_and_are_two(database: Database, tmp_path: Path) -> None:
    runs = [run_of("first"), run_of("second")]
    async with banner() as server, working(database, tmp_path), working(database, tmp_path):
        job_ids = [database.send(run, server.checks(5)) for run in runs]
        await until(lambda: all(database.state(job_id) == "succeeded" for job_id in job_ids))
    assert [len(database.of_run(run)) for run in runs] == [5, 5]
    assert [agent.name for agent in database.agents()] == ["one", "one"]


async def test_a_job_whose_time_is_over_is_not_asked(database: Database, tmp_path: Path) -> None:
    run = run_of("late")
    async with banner() as server, working(database, tmp_path):
        job_id = database.send(run, server.checks(), deadline_at=run.started_at)
        await until(lambda: database.state(job_id) == "succeeded")
        assert server.asked_count == 0
    assert database.of_run(run) == []


async def test_when_its_time_is_over_in_the_middle_what_was_measured_stays(
    database: Database, tmp_path: Path
) -> None:
    run = run_of("deadline")
    async with banner() as server, banner(held=True) as silent, working(database, tmp_path):
        quick, [slow] = server.checks(2), silent.checks(1)
        checks = [*quick, replace(slow, id="thpt-a/ftth/tcp/slow")]
        job_id = database.send(run, checks, deadline_at=run.started_at + timedelta(seconds=2))
        await until(lambda: database.state(job_id) == "succeeded")
    assert {each.observation.check_id for each in database.of_run(run)} == {check.id for check in quick}


async def test_a_job_of_an_unknown_version_is_refused_with_both_versions(
    database: Database, tmp_path: Path
) -> None:
    newer = {
        "format": "kontum-netcheck/job",
        "version": 7,
        "tool_version": "9.9",
        "checks": [{"anything": 1}],
    }
    async with working(database, tmp_path):
        job_id = database.put("dak-to", newer)
        await until(lambda: database.state(job_id) == "failed")
    [refused] = database.refusals(job_id)
    why = read_refusal(refused.why)
    assert why.values == {"found": "7", "sender": "9.9", "own": __version__, "known": JOB_VERSION}


async def test_a_job_that_is_not_by_the_schema_is_refused_and_the_next_is_done(
    database: Database, tmp_path: Path
) -> None:
    run = run_of("next")
    async with banner() as server, working(database, tmp_path):
        refused_id = database.put("dak-to", ["rm", "-rf"])
        job_id = database.send(run, server.checks())
        await until(lambda: database.state(job_id) == "succeeded")
        assert database.state(refused_id) == "failed"
    [refused] = database.refusals(refused_id)
    assert "no job" in read_refusal(refused.why).text


async def test_a_job_that_is_called_off_is_left_and_what_was_measured_stays(
    database: Database, tmp_path: Path
) -> None:
    run = run_of("off")
    async with banner() as server, banner(held=True) as silent, working(database, tmp_path):
        quick, [slow] = server.checks(2), silent.checks(1)
        job_id = database.send(run, [*quick, replace(slow, id="thpt-a/ftth/tcp/slow")])
        await until(lambda: len(database.of_run(run)) == 2)
        database.connection.execute("SELECT procrastinate_cancel_job_v1(%s, true, false)", [job_id])
        await until(lambda: database.state(job_id) == "aborted")
    assert {each.observation.check_id for each in database.of_run(run)} == {check.id for check in quick}
