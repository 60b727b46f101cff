"""The agent as a process: what SIGTERM and a kill leave behind."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kontum_netcheck.model import Cause, Outcome
from kontum_netcheck.probes import PROBES
from tests.agents.world import Database, banner, check_of, run_of, until
from tests.cli.process import with_own_store
from tests.namespaces import needs_namespaces

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")


@contextlib.asynccontextmanager
async def agent(
    database: Database, folder: Path, name: str = "one", within: tuple[str, ...] = ()
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program; it takes jobs when the block begins."""
    command = [
        *within,
        sys.executable,
        "-m",
        "kontum_netcheck",
        "agent",
        "--vantage",
        "dak-to",
        "--name",
        name,
        "--lang",
        "en",
    ]
    variables = with_own_store(
        folder, KONTUM_NETCHECK_STORE=database.url("agent_dak_to"), PYTHONWARNINGS="error"
    )
    process = await asyncio.create_subprocess_exec(
        *command, env=variables, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        assert process.stderr is not None
        first = await process.stderr.readline()
        assert first.decode().startswith(
            f"Agent {name} takes jobs for dak-to from postgresql://agent_dak_to@/"
        ), first
        assert b"s3cret" not in first
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_sigterm_finishes_what_runs_and_ends_with_0(database: Database, tmp_path: Path) -> None:
    run, later = run_of("one"), run_of("later")
    async with banner(held=True) as server, agent(database, tmp_path) as process:
        job_id = database.send(run, server.checks(30))
        await until(lambda: server.asked_count == 30)
        process.send_signal(signal.SIGTERM)
        await until(lambda: [each.status["state"] for each in database.agents()] == ["ending"])
        later_id = database.send(later, server.checks())
        server.may.set()
        out, err = await process.communicate()
    assert (process.returncode, out, err.decode()) == (0, b"", "")
    assert (database.state(job_id), database.state(later_id)) == ("succeeded", "todo")
    assert len(database.of_run(run)) == 30
    assert [file.name for file in (tmp_path / "data" / "kontum-netcheck").iterdir()] == ["agent-one.db"]


async def test_ctrl_c_ends_it_with_130(database: Database, tmp_path: Path) -> None:
    async with agent(database, tmp_path) as process:
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 130


@needs_namespaces
async def test_where_its_own_link_is_down_no_target_is_blamed(database: Database, tmp_path: Path) -> None:
    run, checks = run_of("linkless"), [check_of(PROBES["tcp"].params(tcp="192.0.2.1:443"))]
    async with agent(database, tmp_path, within=("unshare", "--net")):
        job_id = database.send(run, checks)
        await until(lambda: database.state(job_id) == "succeeded")
    [kept] = database.of_run(run)
    assert kept.observation.outcome is Outcome.SKIPPED
    assert kept.observation.failure is not None
    assert kept.observation.failure.cause is Cause.OWN_LINK_DOWN


async def test_a_kill_leaves_a_job_that_another_takes_up(database: Database, tmp_path: Path) -> None:
    run = run_of("killed")
    async with banner(held=True) as server:
        checks = server.checks(10)
        async with agent(database, tmp_path, "one") as killed:
            job_id = database.send(run, checks)
            await until(lambda: server.asked_count == 10)
            killed.kill()
            await killed.wait()
        assert database.state(job_id) == "doing"
        assert database.of_run(run) == []
        server.may.set()
        async with agent(database, tmp_path, "two"):
            again_id = database.send(run, checks)  # as the dispatcher does when it misses the first
            await until(lambda: database.state(again_id) == "succeeded")
    assert sorted(each.observation.check_id for each in database.of_run(run)) == sorted(c.id for c in checks)
