"""procrastinate's own worker with an agent's login: it does the jobs of its vantage and of everybody, and no other."""

from typing import TYPE_CHECKING, Any

import pytest
from procrastinate import App, PsycopgConnector

from tests.store.agent_logins import Place

if TYPE_CHECKING:
    from psycopg import Connection

Statuses = list[tuple[str, str]]


def _statuses(owner: "Connection[Any]") -> Statuses:
    rows = owner.execute(
        "SELECT queue_name, status::text FROM procrastinate_jobs ORDER BY queue_name"
    ).fetchall()
    return [(queue, status) for queue, status in rows]


async def _work(url: str, queues: list[str] | None, *, fails: bool = False) -> list[str]:
    """What a worker of that login does until nothing is left for it."""
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=2))
    done = []

    @app.task(name="greet")
    async def _greet(queue: str) -> None:
        if fails:
            raise RuntimeError("no such door")
        done.append(queue)

    which: dict[str, Any] = {} if queues is None else {"queues": queues}
    async with app.open_async():
        await app.run_worker_async(**which, wait=False, install_signal_handlers=False)
    return sorted(done)


async def test_a_worker_does_the_jobs_of_its_vantage_and_of_everybody(
    place: Place, owner: "Connection[Any]"
) -> None:
    assert await _work(place.dak_to, ["vantage:dak-to", "any"]) == ["any", "vantage:dak-to"]
    assert _statuses(owner) == [
        ("any", "succeeded"),
        ("vantage:dak-to", "succeeded"),
        ("vantage:noc", "todo"),
    ]


@pytest.mark.parametrize("queues", [["vantage:noc"], ["vantage:noc", "vantage:dak-to"], None])
async def test_a_worker_that_listens_to_anothers_queue_gets_nothing_of_it(
    place: Place, owner: "Connection[Any]", queues: list[str] | None
) -> None:
    assert "vantage:noc" not in await _work(place.dak_to, queues)
    assert ("vantage:noc", "todo") in _statuses(owner)


async def test_a_job_that_fails_is_told_as_failed(place: Place, owner: "Connection[Any]") -> None:
    await _work(place.dak_to, ["any"], fails=True)
    assert ("any", "failed") in _statuses(owner)


async def test_the_journal_of_jobs_is_written_though_no_agent_may_write_it(
    place: Place, owner: "Connection[Any]"
) -> None:
    await _work(place.dak_to, ["any"])
    rows = owner.execute(
        "SELECT type::text FROM procrastinate_events JOIN procrastinate_jobs ON procrastinate_jobs.id = job_id"
        " WHERE queue_name = 'any' ORDER BY procrastinate_events.id"
    ).fetchall()
    assert [kind for (kind,) in rows] == ["deferred", "started", "succeeded"]


async def test_who_took_a_job_is_known(place: Place, owner: "Connection[Any]") -> None:
    await _work(place.dak_to, ["any"])
    row = owner.execute("SELECT agent_role::text FROM procrastinate_jobs WHERE queue_name = 'any'").fetchone()
    assert row == ("agent_dak_to",)


async def test_the_owner_does_any_job(place: Place) -> None:
    assert await _work(place.url, None) == ["any", "vantage:dak-to", "vantage:noc"]


async def test_a_worker_that_is_struck_off_leaves_its_job_under_way_and_to_the_owner(
    place: Place, owner: "Connection[Any]", agent: "Connection[Any]"
) -> None:
    worker = agent.execute("SELECT * FROM procrastinate_register_worker_v1()").fetchone()
    agent.execute("SELECT procrastinate_fetch_job_v2(ARRAY['any'], %s)", worker)
    owner.execute("DELETE FROM procrastinate_workers")
    assert ("any", "doing") in _statuses(owner)
    owner.execute(
        "SELECT procrastinate_finish_job_v1(id, 'failed', false) FROM procrastinate_jobs WHERE status = 'doing'"
    )
    assert ("any", "failed") in _statuses(owner)


def test_an_agent_that_goes_takes_its_own_worker_off_the_list(agent: "Connection[Any]") -> None:
    worker = agent.execute("SELECT * FROM procrastinate_register_worker_v1()").fetchone()
    agent.execute("SELECT procrastinate_fetch_job_v2(ARRAY['any'], %s)", worker)
    agent.execute("SELECT procrastinate_unregister_worker_v1(%s)", worker)
    assert agent.execute(
        "SELECT status::text, worker_id FROM procrastinate_jobs WHERE queue_name = 'any'"
    ).fetchone() == (
        "doing",
        None,
    )
