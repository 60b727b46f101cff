"""`dispatch` and `agents` as a user starts them, with agents at work in this very process."""

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.agents.world import Database, banner, until, working
from tests.cli.process import Done, Port, Program, environment

Inventory = Callable[..., Path]


@contextlib.asynccontextmanager
async def agents_at(database: Database, tmp_path: Path, *vantages: str) -> AsyncIterator[None]:
    """An agent at each of these places."""
    async with contextlib.AsyncExitStack() as stack:
        for vantage in vantages:
            login = database.url(f"agent_{vantage.replace('-', '_')}")
            file = tmp_path / f"agent-{vantage}.db"
            agent = working(database, tmp_path, store=login, vantage=vantage, name=vantage, spool_file=file)
            await stack.enter_async_context(agent)
        yield


async def run(program: Program, database: Database, *words: str) -> Done:
    """The program, while the agents go on."""
    return await asyncio.to_thread(program, *words, "--store", database.url())


def without_what_differs(report: Any) -> Any:
    """A JSON report without times, places and measured values."""
    if isinstance(report, str):
        return re.sub(r"\d+\.\d+", "…", report)
    moving = {"run", "started_at", "duration_ms", "metrics", "vantage", "operator"}
    if isinstance(report, dict):
        return {key: without_what_differs(value) for key, value in report.items() if key not in moving}
    if isinstance(report, list):
        return [without_what_differs(value) for value in report]
    return report


async def test_its_report_is_that_of_check(
    database: Database, tmp_path: Path, program: Program, inventory: Inventory, listening: Port, refusing: str
) -> None:
    inventory(
        f'{{tcp: "{listening}"}}',
        f'{{tcp: "{refusing}"}}',
        f'{{tcp: "{listening}", id: slow, limits: {{connect_ms: [0, ~]}}}}',
        "{ping: 127.0.0.1, count: 2, interval_s: 0.05}",
    )
    async with agents_at(database, tmp_path, "noc"):
        sent = await run(program, database, "dispatch", "--format", "json")
    asked = await asyncio.to_thread(program, "check", "--no-store", "--format", "json")
    assert sent.code == asked.code == 2
    assert without_what_differs(json.loads(sent.out)) == without_what_differs(json.loads(asked.out))
    assert sent.err == ""


async def test_views_of_several_places_stand_in_the_report_and_in_the_store(
    database: Database, tmp_path: Path, program: Program, inventory: Inventory, listening: Port
) -> None:
    inventory(f'{{tcp: "{listening}", vantage: [noc, dak-to]}}')
    async with agents_at(database, tmp_path, "noc", "dak-to"):
        sent = await run(program, database, "dispatch", "--format", "json")
    assert sent.code == 0
    report = json.loads(sent.out)
    (check,) = report["sites"][0]["services"][0]["checks"]
    assert [view["vantage"] for view in check["views"]] == ["noc", "dak-to"]
    assert report["run"]["vantage"] == "noc, dak-to"
    (past,) = database.store.runs()
    assert past.begun.id == report["run"]["id"]
    assert past.end is not None
    assert past.observations_count == 2


async def test_a_place_without_an_agent_is_named_and_not_checked(
    database: Database, tmp_path: Path, program: Program, inventory: Inventory, listening: Port
) -> None:
    inventory(f'{{tcp: "{listening}"}}', f'{{tcp: "{listening}", vantage: [dak-to]}}')
    async with agents_at(database, tmp_path, "noc"):
        sent = await run(program, database, "dispatch", "--by", "check")
    assert sent.code == 3
    assert "No agent at dak-to: 1 checks were not asked." in sent.out
    assert "no agent at dak-to" in sent.out


async def test_secrets_are_the_agents_and_where_one_lacks_it_the_reason_says_so(
    database: Database, tmp_path: Path, program: Program, inventory: Inventory, listening: Port
) -> None:
    inventory(f'{{http: "http://{listening}/", headers: {{Authorization: "${{NO_SUCH_TOKEN}}"}}}}')
    async with agents_at(database, tmp_path, "noc"):
        sent = await run(program, database, "dispatch", "--by", "check")
    assert (sent.code, sent.err) == (3, "")
    assert "environment variable NO_SUCH_TOKEN is not set" in sent.out


async def test_no_agent_at_all_is_said_at_once(
    database: Database, program: Program, inventory: Inventory, listening: Port
) -> None:
    inventory(f'{{tcp: "{listening}"}}')
    sent = await run(program, database, "dispatch")
    assert (sent.code, sent.out) == (3, "")
    assert sent.err.startswith("No agent is alive. Start one where the checks are to be made:")
    assert not database.store.runs()


async def test_files_are_written_as_check_writes_them(
    database: Database, tmp_path: Path, program: Program, inventory: Inventory, listening: Port
) -> None:
    inventory(f'{{tcp: "{listening}"}}')
    files = ("a.json", "b.csv", "c.html", "d.prom")
    async with agents_at(database, tmp_path, "noc"):
        sent = await run(program, database, "dispatch", "-q", *(w for name in files for w in ("-o", name)))
    assert (sent.code, sent.out, sent.err) == (0, "", "")
    assert all((tmp_path / name).stat().st_size for name in files)


async def test_the_deadline_is_told(
    database: Database, tmp_path: Path, program: Program, inventory: Inventory
) -> None:
    async with banner(held=True) as server, agents_at(database, tmp_path, "noc"):
        inventory(f'{{tcp: "127.0.0.1:{server.port}", timeout_s: 30, expect: {{banner: "220"}}}}')
        sent = await run(program, database, "dispatch", "--deadline", "1")
    assert sent.code == 3
    assert "DEADLINE: 1 checks were not asked in time." in sent.out


@pytest.mark.skipif(os.name != "posix", reason="signals")
async def test_ctrl_c_judges_what_there_is(
    database: Database, tmp_path: Path, inventory: Inventory, listening: Port
) -> None:
    async with banner(held=True) as server, agents_at(database, tmp_path, "noc"):
        inventory(
            f'{{tcp: "{listening}", id: quick}}',
            f'{{tcp: "127.0.0.1:{server.port}", id: hangs, timeout_s: 30, expect: {{banner: "220"}}}}',
        )
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kontum_netcheck", "dispatch", "--format", "json"),
            *("--store", database.url()),
            cwd=tmp_path,
            env=environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        await until(lambda: [run.observations_count for run in database.store.runs()] == [1])
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    assert process.returncode == 130, err
    checks = {check["id"]: check for check in json.loads(out)["sites"][0]["services"][0]["checks"]}
    assert checks["thpt-a/ftth/tcp/quick"]["outcome"] == "measured"
    assert checks["thpt-a/ftth/tcp/hangs"]["failure"]["cause"] == "interrupted"


async def test_agents_lists_who_is_there_and_two_of_one_name_as_two(
    database: Database, tmp_path: Path, program: Program
) -> None:
    async with agents_at(database, tmp_path, "noc"), agents_at(database, tmp_path, "noc"):
        listed = await run(program, database, "agents")
        told = await run(program, database, "agents", "--format", "json")
    assert listed.code == 0
    assert listed.out.count("one of 2 of this name") == 2 or "Agents: 2, alive: 2." in listed.out
    agents = json.loads(told.out)["agents"]
    assert [(each["vantage"], each["name"], each["twins_count"]) for each in agents] == [
        ("noc", "noc", 1)
    ] * 2
    assert all(each["alive"] for each in agents)


async def test_agents_says_that_nobody_is_there(database: Database, program: Program) -> None:
    listed = await run(program, database, "agents")
    assert listed.code == 2
    assert "Agents: 0, alive: 0." in listed.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "It takes the store that the agents use: --store postgresql://"),
        (("--store", "evidence.sqlite"), "evidence.sqlite is a file; agents need a store on PostgreSQL"),
        (("--store", "mysql://db/x"), "A store is a file or a postgresql:// URL"),
        (("--store", "postgresql:///x?host=/nowhere"), "no PostgreSQL server answers there"),
        (("--store", "postgresql:///x?host=/nowhere", "--every", "7m"), "write 6m, 10m"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    program: Program, inventory: Inventory, words: tuple[str, ...], said: str
) -> None:
    pytest.importorskip("psycopg")
    inventory("{tcp: 127.0.0.1:1}")
    done = program("dispatch", *words)
    assert (done.code, done.out) == (3, "")
    assert said in done.err
    assert done.err.count("\n") == 1


async def test_a_store_that_is_not_ready_for_agents_says_who_makes_it_so(
    postgresql_url: str, program: Program, inventory: Inventory
) -> None:
    inventory("{tcp: 127.0.0.1:1}")
    done = await asyncio.to_thread(program, "dispatch", "--store", postgresql_url)
    assert done.code == 3
    assert "kontum-netcheck store upgrade" in done.err


async def test_only_changes_is_silent_where_nothing_did(
    database: Database, tmp_path: Path, program: Program, inventory: Inventory, listening: Port
) -> None:
    inventory(f'{{tcp: "{listening}"}}')
    words = ("dispatch", "--only-changes", "--format", "plain", "--log", "run.log")
    async with agents_at(database, tmp_path, "noc"):
        first = await run(program, database, *words)
        second = await run(program, database, *words)
    assert (first.code, second.code) == (0, 0)
    assert "Trường THPT A" in first.out
    assert second.out == ""
    assert (tmp_path / "run.log").read_text(encoding="utf-8").count("The run ends with exit code 0") == 2
