"""What it costs to have the country's checks asked by agents, beside `check` alone.

2,323 sites with eight checks each (two pinged hosts with 20 echoes, two DNS questions, two web pages, two TCP ports),
all on loopback in a network namespace of its own, over a temporary PostgreSQL that waits for its disk. Usage (as root,
or any user who may make namespaces; PostgreSQL, nginx and unbound from Debian's packages):

    python benchmarks/agents_rate.py [COUNT …]   0: `check` alone, kept and not kept; else so many agents [0 1 2 4]
    python benchmarks/agents_rate.py database    what PostgreSQL takes for jobs, for evidence and for reports
    python benchmarks/agents_rate.py idle        what eight agents take that have nothing to do

CPU is of the whole process past its start-up, which a run over a single site tells; PostgreSQL's is that of all its
processes. Time is from the dispatcher's start to its last verdict and the written CSV.
"""

import asyncio
import contextlib
import csv
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import agents_database
from dns_rate import server
from everything_at_once import ADDRESSES_COUNT, FRAME, SITES_COUNT, Servers, say
from http_vs_blackbox import NGINX_CONF, free_port, running

sys.path.insert(0, str(Path(__file__).parents[1]))

from kontum_netcheck.lab.database import DatabaseServer, database_server
from kontum_netcheck.store.upgrade import upgrade

CHECKS_A_SITE = 8
AGENTS_COUNT = (0, 1, 2, 4)
MOST_AGENTS_COUNT = 8
IDLE_S = 30.0
AT_ONCE = ("--rate", "0", "--max-pps", "0")
NETWORK = """
ip link set lo up
echo "0 0" > /proc/sys/net/ipv4/ping_group_range
sysctl -qw net.core.somaxconn=4096
"""
SITE = """\
  - id: site-{n}
    name: Site {n}
    district: "608"
    internet:
      - id: ftth
        endpoints:
          - {{ping: 127.1{number}}}
          - {{ping: 127.2{number}}}
          - {{dns: a{n}.example, server: "{dns}"}}
          - {{dns: b{n}.example, server: "{dns}"}}
          - {{http: "http://{web}/{n}"}}
          - {{http: "http://{web}/{n}/b"}}
          - {{tcp: "{web}"}}
          - {{tcp: "{other}"}}
"""


@dataclass(frozen=True)
class Took:
    """What a process took."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def inventory(sites_count: int, servers: Servers) -> str:
    """The YAML of so many sites."""
    sites = [
        SITE.format(
            n=n,
            number=f"{n // 62500}.{n // 250 % 250}.{1 + n % 250}",
            dns=f"127.0.0.1:{servers.dns_port}",
            web=f"127.0.0.{1 + n % ADDRESSES_COUNT}:{servers.web_port}",
            other=f"127.0.0.{1 + (n + 7) % ADDRESSES_COUNT}:{servers.web_port}",
        )
        for n in range(sites_count)
    ]
    return FRAME + "".join(sites)


def program(*words: str) -> "subprocess.Popen[bytes]":
    """The program, with these words."""
    return subprocess.Popen([sys.executable, "-m", "kontum_netcheck", *words], stdin=subprocess.DEVNULL)


def over(process: "subprocess.Popen[bytes]", started_s: float) -> Took:
    """Wait for its end."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Took(time.perf_counter() - started_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def ran(*words: str) -> Took:
    """Run the program to its end."""
    started_s = time.perf_counter()
    return over(program(*words), started_s)


class Bench:
    """All that the runs share."""

    def __init__(self, folder: Path, servers: Servers, database: DatabaseServer) -> None:
        self._folder = folder
        self._database = database
        self._csv = folder / "all.csv"
        self._files = {count: folder / f"{count}.yaml" for count in (1, SITES_COUNT)}
        for count, file in self._files.items():
            file.write_text(inventory(count, servers), encoding="utf-8")

    def check(self, *kept: str) -> Took:
        """`check` over all sites, past what it takes over one."""
        words = ("-q", "--csv-keys", "--by", "check", "-o", str(self._csv), *AT_ONCE, *kept)
        one = ran("check", str(self._files[1]), *words)
        took = ran("check", str(self._files[SITES_COUNT]), *words)
        self._count()
        return replace(took, cpu_s=took.cpu_s - one.cpu_s)

    def dispatched(self, agents_count: int) -> tuple[Took, float, float]:
        """The dispatcher's time and CPU, that of all agents, and PostgreSQL's."""
        words = ("-q", "--csv-keys", "--by", "check", "-o", str(self._csv), *AT_ONCE)
        words = (*words, "--store", self._database.url())
        with agents(self._database, agents_count, self._folder) as running_ones:
            one = ran("dispatch", str(self._files[1]), *words)
            before_s = sum(agents_database.cpu_s(each.pid) for each in running_ones)
            database_s = agents_database.cpu_of_server_s()
            took = ran("dispatch", str(self._files[SITES_COUNT]), *words)
            database_s = agents_database.cpu_of_server_s() - database_s
        agents_s = sum(over(each, 0.0).cpu_s for each in running_ones) - before_s
        self._count()
        return replace(took, cpu_s=took.cpu_s - one.cpu_s), agents_s, database_s

    def _count(self) -> None:
        with self._csv.open(encoding="utf-8", newline="") as file:
            outcomes = [row["outcome"] for row in csv.DictReader(file)]
        measured_count = outcomes.count("measured")
        if measured_count < len(outcomes):
            say(f"    measured: {measured_count} of {len(outcomes)}")


@contextlib.contextmanager
def agents(database: DatabaseServer, count: int, folder: Path) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """So many agents, each at a place of its own; told to end with the block, and left to be waited for."""
    processes = [
        program(
            *("agent", "--vantage", f"place-{number}", "--name", f"agent-{number}", *AT_ONCE),
            *("--store", database.url(f"agent_{number}")),
        )
        for number in range(count)
    ]
    try:
        while agents_database.alive_count(database) < count:
            time.sleep(0.1)
        yield processes
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        agents_database.forget_agents(database)


def idle(database: DatabaseServer) -> None:
    """Agents that wait for work: CPU, transactions, connections, memory."""
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_DATA_HOME"] = name
        with agents(database, MOST_AGENTS_COUNT, Path(name)) as processes:
            time.sleep(IDLE_S / 3)  # until all have settled
            before = agents_database.state(database)
            before_s = sum(agents_database.cpu_s(each.pid) for each in processes)
            time.sleep(IDLE_S)
            after = agents_database.state(database)
            agents_s = sum(agents_database.cpu_s(each.pid) for each in processes) - before_s
            agent_mb = sum(agents_database.memory_mb(each.pid) for each in processes) / len(processes)
        for process in processes:
            process.wait()
    each = IDLE_S * MOST_AGENTS_COUNT
    say(
        f"an idle agent: {after.connections_count / MOST_AGENTS_COUNT:.1f} connections, {after.backend_mb:.1f} MB each,"
        f" {(after.transactions_count - before.transactions_count) / each:.2f} transactions a second,"
        f" {(after.cpu_s - before.cpu_s) / each * 1000:.2f} ms of PostgreSQL's CPU a second"
    )
    say(f"itself: {agents_s / each * 1000:.2f} ms of CPU a second, {agent_mb:.0f} MB")


def measure(bench: Bench, counts: list[int]) -> None:
    """The runs, one after another."""
    checks_count = SITES_COUNT * CHECKS_A_SITE
    alone = bench.check("--no-store")
    say(
        f"{checks_count:,} checks{'':14}wall     CPU: agents, dispatcher, PostgreSQL; a check more than alone; rows"
    )
    say(f"check, not kept       {alone.wall_s:7.1f} s {alone.cpu_s:9.1f} s")
    if 0 in counts:
        kept = bench.check("--store", str(Path(os.environ["XDG_DATA_HOME"]) / "kept.sqlite"))
        say(f"check, kept in SQLite {kept.wall_s:7.1f} s {kept.cpu_s:9.1f} s")
    for count in filter(None, counts):
        took, agents_s, database_s = bench.dispatched(count)
        more_ms = (agents_s + took.cpu_s + database_s - alone.cpu_s) / checks_count * 1000
        beside_ms = (agents_s - alone.cpu_s) / checks_count * 1000
        say(
            f"{count} agents{'':14}{took.wall_s:7.1f} s {agents_s:9.1f} s {took.cpu_s:8.1f} s {database_s:8.1f} s"
            f"   {more_ms:6.2f} ms (agents {beside_ms:.2f})   {checks_count / took.wall_s:,.0f} a second"
            f"   dispatcher {took.peak_mb:.0f} MB"
        )


async def inside(counts: list[int]) -> None:
    """In the namespace: bring it up, start the servers, measure."""
    subprocess.run(["sh", "-e", "-c", NETWORK], check=True)  # noqa: ASYNC221
    database = DatabaseServer(Path(os.environ["AGENTS_SOCKET"]), os.environ["AGENTS_PASSWORD"])
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        os.environ["XDG_DATA_HOME"] = name
        listen = " ".join(f"listen 127.0.0.{1 + n}:{port} backlog=4096;" for n in range(ADDRESSES_COUNT))
        conf = folder / "nginx.conf"
        conf.write_text(
            "user root root;" + NGINX_CONF.format(folder=folder, listen=listen, page="exam " * 200)
        )
        async with server() as (_, dns_port):
            with running(["nginx", "-p", name, "-c", str(conf)], port):
                measure(Bench(folder, Servers(dns_port, port), database), counts)


def main() -> None:
    """Start PostgreSQL, then go on in a namespace without it: its socket is a file."""
    words = sys.argv[1:]
    if "AGENTS_SOCKET" in os.environ:
        asyncio.run(inside([int(word) for word in words]))
        return
    with database_server(is_durable=True) as database:
        upgrade(database.url())
        database.grant({f"agent_{number}": f"place-{number}" for number in range(MOST_AGENTS_COUNT)})
        if words in (["database"], ["idle"]):
            (agents_database.measure if words == ["database"] else idle)(database)
            return
        database.socket.parent.chmod(0o755)  # another user's, as seen from within
        environment = {
            **os.environ,
            "AGENTS_SOCKET": str(database.socket),
            "AGENTS_PASSWORD": database.password,
        }
        command = ["unshare", "-rn", sys.executable, __file__, *(words or map(str, AGENTS_COUNT))]
        subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()
