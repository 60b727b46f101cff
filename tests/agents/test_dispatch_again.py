"""`dispatch --every`: each turn by the inventory as it is then; what is wrong in one is said, the next one comes."""

import asyncio
import io
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from kontum_netcheck.cli.dispatch_every import Series
from kontum_netcheck.cli.dispatch_turn import Words, orders_or_stop
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.wanted import Wanted
from tests.agents.world import Database, until, working
from tests.cli.process import Port, environment

Inventory = Callable[..., Path]
MANY_TURNS = "1h"


class Turning:
    """A series of turns whose result is ./status.json."""

    def __init__(self, database: Database, file: Path) -> None:
        self.shell = Shell("en", io.StringIO(), io.StringIO())
        self.status = file.with_name("status.json")
        wanted = Wanted(quiet=True, outputs=((self.status, "json"),))
        self.orders = orders_or_stop(self.shell, database.url())
        self.series = Series(self.shell, Words(file), wanted, self.orders, MANY_TURNS, wait_for_agents_s=0)

    async def turn(self) -> str:
        """What is said during one turn."""
        assert isinstance(self.shell.stderr, io.StringIO)
        before = len(self.shell.stderr.getvalue())
        await self.series.turn(asyncio.Event())
        return self.shell.stderr.getvalue()[before:]

    @property
    def readiness(self) -> str:
        """As the file says."""
        return str(json.loads(self.status.read_text(encoding="utf-8"))["summary"]["readiness"])


async def test_each_turn_is_a_run_of_its_own(
    database: Database, tmp_path: Path, inventory: Inventory, listening: Port
) -> None:
    turning = Turning(database, inventory(f'{{tcp: "{listening}"}}'))
    with turning.orders:
        async with working(database, tmp_path):
            said = [await turning.turn() for _ in range(2)]
    assert said == ["", ""]
    assert turning.readiness == "ready"
    assert [run.observations_count for run in database.store.runs()] == [1, 1]


async def test_a_changed_inventory_is_told_and_asked_as_it_is(
    database: Database, tmp_path: Path, inventory: Inventory, listening: Port, refusing: str
) -> None:
    file = inventory(f'{{tcp: "{listening}"}}')
    turning = Turning(database, file)
    with turning.orders:
        async with working(database, tmp_path):
            await turning.turn()
            inventory(f'{{tcp: "{refusing}"}}')
            said = await turning.turn()
    assert said == f"The inventory {file} has changed: it is asked as it is now.\n"
    assert turning.readiness == "not_ready"


async def test_a_broken_inventory_costs_its_turns_only(
    database: Database, tmp_path: Path, inventory: Inventory, listening: Port
) -> None:
    file = inventory(f'{{tcp: "{listening}"}}')
    turning = Turning(database, file)
    with turning.orders:
        async with working(database, tmp_path):
            file.write_text("version: [", encoding="utf-8")
            said = await turning.turn()
            inventory(f'{{tcp: "{listening}"}}')
            assert await turning.turn() == ""
    assert said.endswith("This turn is not made.\n")
    assert turning.readiness == "ready"


async def test_without_agents_the_status_says_so_and_does_not_grow_old(
    database: Database, inventory: Inventory, listening: Port
) -> None:
    turning = Turning(database, inventory(f'{{tcp: "{listening}"}}'))
    with turning.orders:
        await turning.turn()
    assert turning.readiness == "not_checked"
    assert "No agent is left: 1 checks were not asked." in turning.status.read_text(encoding="utf-8")


async def test_two_dispatchers_are_never_at_the_same_series_at_once(
    database: Database, tmp_path: Path, inventory: Inventory, listening: Port
) -> None:
    file = inventory(f'{{tcp: "{listening}"}}')
    one, other = Turning(database, file), Turning(database, file)
    with one.orders, other.orders:
        assert one.orders.claim(one.series.name)
        assert (
            await other.turn() == "Another dispatcher is still at the turn before.\nThis turn is not made.\n"
        )
        one.orders.release(one.series.name)
        async with working(database, tmp_path):
            assert await other.turn() == ""


async def test_a_dispatcher_that_is_gone_holds_no_series(
    database: Database, inventory: Inventory, listening: Port
) -> None:
    one, other = (Turning(database, inventory(f'{{tcp: "{listening}"}}')) for _ in range(2))
    with one.orders, other.orders:
        assert one.orders.claim(one.series.name)
        assert not other.orders.claim(one.series.name)
        one.orders.close()
        await until(lambda: other.orders.claim(one.series.name))


def test_no_agent_holds_a_series(database: Database, inventory: Inventory, listening: Port) -> None:
    turning = Turning(database, inventory(f'{{tcp: "{listening}"}}'))
    name = turning.series.name
    with turning.orders, psycopg.connect(database.url("agent_noc"), autocommit=True) as thief:
        thief.execute(
            "SELECT pg_advisory_lock(hashtextextended('kontum_netcheck.dispatch ' || %s, 0))", [name]
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            thief.execute("INSERT INTO dispatchers VALUES (%s, pg_backend_pid(), now())", [name])
        assert turning.orders.claim(name)


@pytest.mark.skipif(os.name != "posix", reason="signals")
async def test_sigterm_ends_it_with_0_after_the_turn(
    database: Database, tmp_path: Path, inventory: Inventory, listening: Port
) -> None:
    inventory(f'{{tcp: "{listening}"}}')
    async with working(database, tmp_path):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kontum_netcheck", "dispatch", "--every", MANY_TURNS, "-q"),
            *("-o", "status.json", "--store", database.url()),
            cwd=tmp_path,
            env=environment(),
            stderr=asyncio.subprocess.PIPE,
        )
        await until((tmp_path / "status.json").exists)
        process.send_signal(signal.SIGTERM)
        _out, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")
