"""A clock that is wrong is noticed by the database's, and nothing is measured by one that is far off."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kontum_netcheck.agents.agent import ClockWrong
from kontum_netcheck.agents.clock import Clock
from kontum_netcheck.model import message
from tests.agents.world import Database, banner, run_of, until, working

NOON = datetime(2024, 6, 26, 12, 0, tzinfo=UTC)


@dataclass
class Wrong:
    """A clock that is set wrong by so much."""

    by: timedelta = timedelta(0)

    def now(self) -> datetime:
        """What it says."""
        return datetime.now(UTC) + self.by


async def test_a_clock_that_is_far_off_ends_the_agent_before_it_begins(
    database: Database, tmp_path: Path
) -> None:
    wrong = Wrong(timedelta(seconds=-40))
    with pytest.raises(ClockWrong) as refused:
        async with working(database, tmp_path, now=wrong.now) as agent:
            assert agent.told == []  # who started it says it, once
    assert refused.value.problem.values["how"] == message("{count} s slow", count=40)


async def test_a_clock_that_is_a_little_off_is_told_and_used(database: Database, tmp_path: Path) -> None:
    run = run_of("little")
    async with banner() as server, working(database, tmp_path, now=Wrong(timedelta(seconds=10)).now) as agent:
        job_id = database.send(run, server.checks())
        await until(lambda: database.state(job_id) == "succeeded")
        assert agent.told[0].values == {"how": message("{count} s fast", count=10)}
    [seen] = database.agents()
    assert seen.clock_offset_s == pytest.approx(-10, abs=1)


async def test_a_clock_that_goes_wrong_takes_no_jobs_until_it_is_right(
    database: Database, tmp_path: Path
) -> None:
    run, wrong = run_of("later"), Wrong()
    async with (
        banner() as server,
        working(database, tmp_path, now=wrong.now, report_every_s=0.05) as agent,
    ):
        wrong.by = timedelta(hours=1)
        await until(lambda: agent.has_told("nothing is measured by it"))
        job_id = database.send(run, server.checks())
        await until(lambda: database.agents()[0].status["state"] == "clock")
        assert database.state(job_id) == "todo"
        wrong.by = timedelta(0)
        await until(lambda: database.state(job_id) == "succeeded")
        assert agent.has_told("clock is right again")


def test_the_offset_is_that_of_the_middle_of_the_question() -> None:
    clock = Clock(lambda: NOON)
    assert clock.compare(NOON + timedelta(seconds=3), NOON, took_s=2.0) is None
    assert clock.offset_s == 2.0
    assert clock.database_now == NOON + timedelta(seconds=2)


def test_a_clock_that_is_off_is_told_once() -> None:
    clock = Clock(lambda: NOON)
    told = [clock.compare(NOON + timedelta(seconds=off), NOON, 0.0) for off in (0, 6, 7, 31, 32, 7, 4, 4)]
    beyond = "This machine's clock is {how} by the database's; beyond {most} s nothing is measured by it."
    warned = "This machine's clock is {how} by the database's: set it right (NTP)."
    assert [each and each.text for each in told] == [
        None,
        warned,
        None,
        f"{beyond} Set it right (NTP).",
        None,
        warned,
        "This machine's clock is right again.",
        None,
    ]
