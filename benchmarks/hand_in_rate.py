"""How fast agents' evidence goes into PostgreSQL by their own logins, where SQL looks at every byte of it.

    python benchmarks/hand_in_rate.py [COUNT]        a temporary server of Debian's package; 20,000 observations

One connection, 500 observations a call, as an agent hands in; then half of all once more, which are known. Then jobs:
an agent's login takes and ends one after the other, among 100,000 that are over and 10,000 that wait for others.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import psycopg

from benchmarks.store_rate import CHECKS, LIMITS, METRICS, START
from kontum_netcheck.model import KeptObservation, Observation, Outcome, RunBegun
from kontum_netcheck.store.agents import AgentDesk
from kontum_netcheck.store.entries import Entry, encode
from kontum_netcheck.store.upgrade import upgrade
from tests.store.postgresql import server

BATCH_COUNT = 500
RUN = RunBegun("run-1", START, "1.0", "sites.yaml", "", "dak-to", "An")


def main() -> None:
    """Measure both."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with server() as folder:
        url = f"postgresql://netcheck@/postgres?host={folder}"
        upgrade(url)
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute(
                "CREATE ROLE agent_dak_to LOGIN PASSWORD 'x'; SELECT agent_grant('agent_dak_to', 'dak-to')"
            )
            agent = url.replace("netcheck@", "agent_dak_to:x@")
            _hand_in(agent, count)
            _take_jobs(owner, agent)


def _entries(count: int) -> list[Entry]:
    limits_id = encode(LIMITS).id
    found = []
    for n in range(count):
        moment = START + timedelta(seconds=n)
        observation = Observation(
            CHECKS[n % len(CHECKS)], "ping", "192.0.2.10", Outcome.MEASURED, moment, 4023.1234,
            METRICS | {"rtt_avg_ms": 12.5 + n / 997}, None, "dak-to", "An",
        )  # fmt: skip
        found.append(encode(KeptObservation(RUN.id, limits_id, observation)))
    return found


def _hand_in(agent: str, count: int) -> None:
    entries = _entries(count)
    with AgentDesk.open(agent) as desk:
        desk.hand_in([encode(LIMITS), encode(RUN)])
        for name, part in (("new", entries), ("known", entries[: count // 2])):
            with _timed(f"handed in, {name}", len(part)):
                for first in range(0, len(part), BATCH_COUNT):
                    desk.hand_in(part[first : first + BATCH_COUNT])


def _take_jobs(owner: "psycopg.Connection[tuple[object, ...]]", agent: str) -> None:
    into = "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
    query = f"{into} SELECT %s, 't', %s FROM generate_series(1, %s)"
    for queue, status, count in (("vantage:dak-to", "succeeded", 100_000), ("vantage:noc", "todo", 10_000)):
        owner.execute(query, [queue, status, count])
    owner.execute("ANALYZE")
    owner.execute(query, ["vantage:dak-to", "todo", 1000])
    with psycopg.connect(agent, autocommit=True) as connection:
        for login, taking in (("the agent", connection), ("the owner", owner)):
            with _timed(f"jobs taken by {login}", 500):
                for _ in range(500):
                    _take_job(taking)


def _take_job(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    query = "SELECT id FROM procrastinate_fetch_job_v2(ARRAY['vantage:dak-to', 'any'], NULL)"
    taken = connection.execute(query).fetchone()
    assert taken is not None and taken[0] is not None
    connection.execute("SELECT procrastinate_finish_job_v1(%s, 'succeeded', false)", taken)


@contextmanager
def _timed(what: str, count: int) -> Iterator[None]:
    began = time.perf_counter()
    yield
    took_s = time.perf_counter() - began
    sys.stdout.write(
        f"{what:24}{count:9,}{count / took_s:9,.0f} a second{took_s / count * 1000:9.3f} ms each\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
