"""Observations arrive once each, also where one commit overtakes another."""

from collections.abc import Sequence
from datetime import UTC, datetime

import psycopg

from kontum_netcheck.agents.arrivals import Arrivals
from kontum_netcheck.model import KeptObservation, RunBegun
from kontum_netcheck.store.agents import AgentDesk
from kontum_netcheck.store.entries import encode
from tests.agents.seen import answer, check
from tests.agents.world import Database, run_of


def kept(run_id: str, name: str) -> KeptObservation:
    return KeptObservation(run_id, "", answer(check(name), "noc", datetime.now(UTC)))


def names(arrived: Sequence[KeptObservation]) -> list[str]:
    return [each.observation.check_id.rpartition("/")[2] for each in arrived]


def test_a_number_that_is_committed_after_a_higher_one_is_not_passed_over(database: Database) -> None:
    database.store.keep([RunBegun.of(run_of("run")), RunBegun.of(run_of("other"))])
    arrivals = Arrivals("run")
    with psycopg.connect(database.url()) as slow, psycopg.connect(database.url()) as quick:
        slow.execute("SELECT 1")  # its transaction goes on while the other one's is over
        AgentDesk(slow, database.store.place).hand_in([encode(kept("run", "slow"))])
        AgentDesk(quick, database.store.place).hand_in([encode(kept("run", "quick"))])
        quick.commit()
        assert names(arrivals.next(database.connection)) == ["quick"]
        slow.commit()
    assert names(arrivals.next(database.connection)) == ["slow"]
    assert arrivals.next(database.connection) == []


def test_only_the_runs_own_observations_arrive_each_once(database: Database) -> None:
    database.store.keep([RunBegun.of(run_of("run")), RunBegun.of(run_of("other"))])
    arrivals = Arrivals("run")
    seen = []
    for number in range(30):
        database.store.keep([kept("run", f"n{number}"), kept("other", f"n{number}")])
        seen += names(arrivals.next(database.connection))
    assert seen == [f"n{number}" for number in range(30)]
