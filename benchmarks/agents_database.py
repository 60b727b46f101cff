"""What PostgreSQL takes for agents: a part of agents_rate.py, which is what to run."""

import os
import re
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from everything_at_once import say
from store_rate import CHECKS, LIMITS, LIMITS_ID, METRICS

from kontum_netcheck import __version__
from kontum_netcheck.lab.database import DatabaseServer
from kontum_netcheck.model import KeptObservation, Observation, Outcome, RunBegun
from kontum_netcheck.store.agents import AgentDesk, AgentReport
from kontum_netcheck.store.entries import Entry, encode
from kontum_netcheck.store.place import place_of
from kontum_netcheck.store.store import Store

if TYPE_CHECKING:
    from psycopg import Connection

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
ROWS_COUNT = 15_000
BATCHES = (1, 20, 285, 500)
"""Of 285 is what an agent of 700 hands in for its part of 200,000 checks, all at once; 20 what it does in a second."""
JOBS_COUNT = 1000
QUEUES_COUNT = 700
REPORTS_COUNT = 1000
TABLES = ("observations", "checks", "procrastinate_jobs", "procrastinate_events")


def cpu_s(pid: int, *, with_children: bool = False) -> float:
    """What a process has taken; with those of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(each) for each in fields[11 : 15 if with_children else 13]) / TICKS_A_SECOND


def cpu_of_server_s() -> float:
    """What all processes of the temporary server have taken."""
    total_s = 0.0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if words.startswith(b"postgres:") or b"/postgres\0-D\0/tmp/netcheck-" in words:
                total_s += cpu_s(int(process.name), with_children=b"-D" in words and parent >= 1)
        except OSError:
            continue
    return total_s


def memory_mb(pid: int) -> float:
    """What a process has of its own: shared pages are divided among those that share them (PSS)."""
    found = re.search(r"Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text())
    return int(found[1]) / 1024 if found else 0.0


@dataclass(frozen=True)
class State:
    """Of the server, at one moment."""

    cpu_s: float
    transactions_count: int
    connections_count: int
    backend_mb: float


def state(database: DatabaseServer) -> State:
    """How it is now; the question itself is a transaction, too."""
    with connect(database) as owner:
        [(transactions_count,)] = owner.execute(
            "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
        ).fetchall()
        pids = owner.execute("SELECT pid FROM pg_stat_activity WHERE usename LIKE 'agent%'").fetchall()
    memory = [memory_mb(pid) for (pid,) in pids]
    return State(cpu_of_server_s(), int(transactions_count), len(pids), sum(memory) / max(1, len(memory)))


def connect(database: DatabaseServer, login: str = "") -> "Connection[Any]":
    """A connection, of the owner or an agent."""
    import psycopg

    return psycopg.connect(database.url(*([login] if login else [])), autocommit=True)


def alive_count(database: DatabaseServer) -> int:
    """How many agents have reported."""
    with connect(database) as owner:
        [(count,)] = owner.execute("SELECT count(*) FROM agents").fetchall()
    return int(count)


def forget_agents(database: DatabaseServer) -> None:
    """So that those of the next run can be told from them."""
    with connect(database) as owner:
        owner.execute("DELETE FROM agents")


def measure(database: DatabaseServer) -> None:
    """Evidence in batches, jobs, reports: time, the server's CPU, WAL, and room."""
    with connect(database) as owner:
        for connections_count in (1, 2):
            for batch_count in BATCHES:
                _evidence(database, owner, batch_count, connections_count)
        _jobs(database, owner)
        _reports(database, owner)
        for table in TABLES:
            [(table_bytes, index_bytes, rows_count)] = owner.execute(
                "SELECT pg_table_size(%s::regclass), pg_indexes_size(%s::regclass), count(*) FROM " + table,
                [table, table],
            ).fetchall()
            if rows_count:
                say(
                    f"{table:24} {rows_count:9,} rows, {table_bytes / rows_count:6.0f} bytes each,"
                    f" {index_bytes / rows_count:6.0f} bytes of indexes"
                )


def _told(owner: "Connection[Any]", name: str, count: int, work: Callable[[], None]) -> None:
    """Do it, and say what it took, each."""
    wal, cpu, started_s = _wal(owner), cpu_of_server_s(), time.perf_counter()
    work()
    wall_s = time.perf_counter() - started_s
    time.sleep(0.5)  # until who hung up is gone, and counted with the server
    cpu, wal = cpu_of_server_s() - cpu, _wal(owner) - wal
    say(
        f"{name:44} {count / wall_s:9,.0f} a second, {cpu / count * 1000:7.3f} ms of CPU,"
        f" {wal / count:7.0f} bytes of WAL each"
    )


def _wal(owner: "Connection[Any]") -> int:
    owner.execute("CHECKPOINT")
    [(position,)] = owner.execute("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn").fetchall()
    return int(position)


def _evidence(
    database: DatabaseServer, owner: "Connection[Any]", batch_count: int, connections_count: int
) -> None:
    """Observations by `agent_hand_in`, each agent with a connection and a vantage of its own."""
    run_id = uuid.uuid4().hex
    rows_count = min(ROWS_COUNT, batch_count * 500) // connections_count
    with Store.open(database.url()) as store:
        store.keep([RunBegun(run_id, datetime.now(UTC), __version__, "sites.yaml", ""), LIMITS])
    batches = [
        list(_batches(run_id, f"place-{number}", rows_count, batch_count))
        for number in range(connections_count)
    ]

    def hand_in(number: int) -> None:
        login = f"agent_{number}"
        desk = AgentDesk(connect(database, login), place_of(database.url(login)))
        for batch in batches[number]:
            desk.hand_in(batch)
        desk.close()

    def all_at_once() -> None:
        with ThreadPoolExecutor(connections_count) as pool:
            list(pool.map(hand_in, range(connections_count)))

    name = f"observations, {batch_count} a time, {connections_count} connections"
    _told(owner, name, sum(len(batch) for each in batches for batch in each), all_at_once)


def _batches(run_id: str, vantage: str, rows_count: int, batch_count: int) -> Iterator[list[Entry]]:
    now = datetime.now(UTC) - timedelta(hours=1)
    for first in range(0, rows_count, batch_count):
        numbers = range(first, min(first + batch_count, rows_count))
        yield [encode(KeptObservation(run_id, LIMITS_ID, _seen(n, now, vantage))) for n in numbers]


def _seen(n: int, first_at: datetime, vantage: str) -> Observation:
    return Observation(
        check_id=CHECKS[n % len(CHECKS)],
        probe="ping",
        target="192.0.2.10",
        outcome=Outcome.MEASURED,
        started_at=first_at + timedelta(milliseconds=n),
        duration_ms=4023.1234,
        metrics=METRICS | {"rtt_avg_ms": 12.5 + n / 997},
        vantage=vantage,
        operator="An",
    )


def _jobs(database: DatabaseServer, owner: "Connection[Any]") -> None:
    """Jobs of fifty checks: sent a hundred at a time, taken and ended one by one, as agents do; cleared away.

    First all for anybody, then spread over the queues of 700 places, of which one agent looks for its own.
    """
    from psycopg.types.json import Jsonb

    params = {"ping": "192.0.2.10", "count": 20}
    check = {"id": "x" * 40, "params": params, "limits_id": "0" * 64, "target": "192.0.2.10"}
    argument = Jsonb({"job": {"checks": [check] * 50}})

    def send(queue_of: Callable[[int], str], count: int) -> None:
        for first in range(0, count, 100):
            with owner.transaction():
                for n in range(first, first + 100):
                    owner.execute(
                        "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
                        " VALUES (%s, 'kontum_netcheck.measure', %s)",
                        [queue_of(n), argument],
                    )

    def clear() -> None:
        owner.execute("DELETE FROM procrastinate_jobs WHERE status <> 'todo'")

    _told(owner, "jobs of 50 checks, sent", JOBS_COUNT, lambda: send(lambda _: "any", JOBS_COUNT))
    owner.execute("ANALYZE procrastinate_jobs")
    _told(owner, "jobs, taken and ended", JOBS_COUNT, lambda: _take(database, JOBS_COUNT))
    _told(owner, "jobs, cleared away", JOBS_COUNT, clear)
    owner.execute("VACUUM ANALYZE procrastinate_jobs")
    sent_count, own_count = QUEUES_COUNT * 6, 6 * 50
    send(lambda n: f"vantage:other-{n % QUEUES_COUNT}", sent_count)
    send(lambda n: "vantage:place-0", own_count)
    owner.execute("ANALYZE procrastinate_jobs")
    _told(
        owner, f"jobs, taken beside {sent_count:,} of others", own_count, lambda: _take(database, own_count)
    )


def _take(database: DatabaseServer, count: int) -> None:
    """By an agent's rights, as procrastinate's worker does it."""
    with connect(database, "agent_0") as agent:
        [(worker,)] = agent.execute("SELECT * FROM procrastinate_register_worker_v1()").fetchall()
        for _ in range(count):
            fetch = "SELECT id FROM procrastinate_fetch_job_v2(%s, %s)"
            [(job_id,)] = agent.execute(fetch, [["vantage:place-0", "any"], worker]).fetchall()
            agent.execute("SELECT procrastinate_finish_job_v1(%s, 'succeeded', false)", [job_id])


def _reports(database: DatabaseServer, owner: "Connection[Any]") -> None:
    now = datetime.now(UTC)
    report = AgentReport(
        id="a" * 32, vantage="place-0", name="agent-0", host="h", tool_version=__version__, job_version=1,
        started_at=now, clock_offset_s=0.0, status={"state": "ready", "jobs": [1, 2, 3]},
    )  # fmt: skip
    desk = AgentDesk(connect(database, "agent_0"), place_of(database.url("agent_0")))

    def tell() -> None:
        for _ in range(REPORTS_COUNT):
            desk.report(report)

    _told(owner, "reports of agents", REPORTS_COUNT, tell)
    desk.close()
