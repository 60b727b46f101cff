"""Turns of `dispatch --every`: made once each, never piled up, by whichever dispatcher comes first."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kontum_netcheck.agents.every import Every
from kontum_netcheck.agents.orders import Orders
from kontum_netcheck.agents.turns import Turns, series_of, take_turns
from tests.agents.world import Database, door, until

EACH_SECOND = Every(timedelta(seconds=1), "* * * * * *")
EACH_HOUR = Every(timedelta(hours=1), "0 * * * *")
Take = Callable[[datetime], Awaitable[None]]


@contextlib.asynccontextmanager
async def turning(
    database: Database, take: Take, every: Every = EACH_SECOND, host: str = ""
) -> AsyncIterator[list[tuple[datetime, int]]]:
    """A dispatcher at its turns; gives the turns that were told as missed."""
    missed: list[tuple[datetime, int]] = []
    stop = asyncio.Event()
    turns = Turns(take, lambda planned_at, count: missed.append((planned_at, count)))
    orders = Orders(database.url(host=host))
    task = asyncio.create_task(take_turns(orders.place, orders.conninfo, every, "series", turns, stop))
    try:
        yield missed
    finally:
        stop.set()
        await task


async def test_the_first_turn_comes_at_once_and_then_each_at_its_time(database: Database) -> None:
    taken: list[datetime] = []

    async def take(planned_at: datetime) -> None:
        taken.append(planned_at)

    begun_at = datetime.now(UTC)
    async with turning(database, take):
        await until(lambda: len(taken) == 3)
    assert taken[0] <= begun_at + timedelta(seconds=1)
    assert taken == sorted(set(taken))


async def test_a_turn_of_the_hour_is_not_waited_for_when_it_begins(database: Database) -> None:
    taken: list[datetime] = []

    async def take(planned_at: datetime) -> None:
        taken.append(planned_at)

    async with turning(database, take, EACH_HOUR):
        await until(lambda: bool(taken))
    (planned_at,) = taken
    assert (planned_at.minute, planned_at.second) == (0, 0)


async def test_turns_that_come_due_meanwhile_are_not_piled_up(database: Database) -> None:
    taken: list[datetime] = []
    ended_at: list[datetime] = []
    missed: list[tuple[datetime, int]] = []

    async def take(planned_at: datetime) -> None:
        taken.append(planned_at)
        if len(taken) == 1:
            await until(lambda: len(missed) == 2)
            ended_at.append(datetime.now(UTC))

    async with turning(database, take) as told:
        missed = told
        await until(lambda: len(taken) == 2)
    assert [planned_at for planned_at, _ in missed[:2]] == [taken[0]] * 2
    assert 1 <= missed[0][1] < missed[1][1]
    assert taken[1] >= ended_at[0]


async def test_two_dispatchers_of_one_series_make_each_turn_once(database: Database) -> None:
    taken: list[datetime] = []

    async def take(planned_at: datetime) -> None:
        taken.append(planned_at)

    async with turning(database, take), turning(database, take):
        await until(lambda: len(taken) >= 3)
    assert len(set(taken)) == len(taken)


async def test_a_fault_ends_it_and_is_told(database: Database) -> None:
    async def take(_planned_at: datetime) -> None:
        raise ValueError("a bug")

    orders, turns = Orders(database.url()), Turns(take, lambda _at, _count: None)
    with pytest.raises(ValueError, match="a bug"):
        await take_turns(orders.place, orders.conninfo, EACH_SECOND, "series", turns, asyncio.Event())


async def test_turns_go_on_after_the_database_was_away(database: Database) -> None:
    taken: list[datetime] = []

    async def take(planned_at: datetime) -> None:
        taken.append(planned_at)

    async with door(database.socket) as way, turning(database, take, host=way.host):
        await until(lambda: bool(taken))
        await way.cut()
        before = len(taken)
        way.mend()
        await until(lambda: len(taken) > before)


def test_each_inventory_and_selection_is_a_series_of_its_own(tmp_path: Path) -> None:
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    names = {
        series_of(one, ()),
        series_of(other, ()),
        series_of(one, ("--district", "608")),
        series_of(one, ("--district", "618")),
    }
    assert len(names) == 4
