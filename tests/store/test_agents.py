"""What agents say and hand in, by their own logins; and what the store's owner sees of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from kontum_netcheck.model import Evidence, InventoryText, Outcome, RunEnd
from kontum_netcheck.store.agents import (
    AgentDesk,
    AgentReport,
    agents,
    connect,
    observations_since,
    queues,
    refusals,
)
from kontum_netcheck.store.bodies import inventory_hash
from kontum_netcheck.store.entries import Entry, encode
from kontum_netcheck.store.fault import NotWellFormed, StoreError, Unreachable
from kontum_netcheck.store.store import Store
from tests.store.agent_logins import PASSWORD, Place
from tests.store.facts import LIMITS, NOON, PING, RUN, at, seen

if TYPE_CHECKING:
    from psycopg import Connection

HERE = "dak-to"
OWN_RUN = replace(RUN, id="own-run", vantage=HERE, started_at=at(5))
REPORT = AgentReport("p1", HERE, "Đắk Tô 1", "laptop", "1.0", 1, NOON, 0.25, {"rate_per_min": 12.5})


@pytest.fixture
def desk(place: Place) -> Iterator[AgentDesk]:
    """The agent's at dak-to."""
    with AgentDesk.open(place.dak_to) as opened:
        yield opened


# handing in


def test_what_is_handed_in_is_kept_as_if_the_store_had_kept_it(desk: AgentDesk, place: Place) -> None:
    facts: list[Evidence] = [
        LIMITS,
        OWN_RUN,
        seen(
            1, vantage=HERE, loss_pct=0.0, rtt_avg_ms=1 / 3, answers=("Đắk Hà\0\udc80",), note='"\\u0000"\n'
        ),
        seen(2, vantage=HERE, outcome=Outcome.FAILED, run_id="own-run"),
        seen(3, "new-site/ftth/dns", Outcome.SKIPPED, vantage=HERE),
        RunEnd("own-run", at(6)),
    ]
    assert desk.hand_in(encode(fact) for fact in facts) == (5, 1)
    with Store.open(place.url) as store:
        entries = list(store.entries())
        assert {encode(fact) for fact in facts} <= set(entries)
        mine = store.newest([PING], at(60), per_vantage=True)
    assert [kept.observation.vantage for kept in mine] == ["noc", HERE]


def test_columns_are_those_that_the_program_would_have_written(
    desk: AgentDesk, owner: "Connection[Any]", place: Place
) -> None:
    facts: list[Evidence] = [
        OWN_RUN,
        RunEnd("own-run", at(6)),
        seen(1, "x/y/z", Outcome.FAILED, vantage=HERE, run_id="own-run"),
    ]
    desk.hand_in(encode(fact) for fact in (LIMITS, *facts))
    queries = (
        "SELECT run_id, started_at, inventory_hash, vantage, operator FROM runs WHERE run_id = 'own-run'",
        "SELECT finished_at FROM run_ends",
        "SELECT answered, observations.started_at, observations.vantage, check_id, site_id, run_id, limits_no"
        " FROM observations JOIN runs ON runs.no = run_no JOIN checks ON checks.no = check_no WHERE site_id = 'x'",
    )
    ours = [owner.execute(query).fetchall() for query in queries]
    owner.execute(
        "ALTER TABLE observations DISABLE TRIGGER USER; DELETE FROM observations WHERE vantage = 'dak-to'"
    )
    owner.execute("DELETE FROM agent_runs; ALTER TABLE run_ends DISABLE TRIGGER USER; DELETE FROM run_ends")
    owner.execute("ALTER TABLE runs DISABLE TRIGGER USER; DELETE FROM runs WHERE run_id = 'own-run'")
    with Store.open(place.url) as store:
        assert store.keep(facts).new_count == 3
    assert [owner.execute(query).fetchall() for query in queries] == ours


def test_handing_in_twice_changes_nothing(desk: AgentDesk) -> None:
    entries = [encode(LIMITS), encode(seen(1, vantage=HERE)), encode(seen(2, vantage=HERE))]
    assert desk.hand_in(entries) == (2, 1)
    assert desk.hand_in(entries) == (0, 3)
    assert desk.hand_in([]) == (0, 0)


def test_nothing_of_a_refused_batch_stays(desk: AgentDesk, owner: "Connection[Any]") -> None:
    with pytest.raises(StoreError):
        desk.hand_in([encode(seen(1, "a/b/c", vantage=HERE)), encode(seen(2, vantage="noc"))])
    assert owner.execute("SELECT count(*) FROM observations").fetchone() == (1,)
    assert owner.execute("SELECT count(*) FROM checks").fetchone() == (1,)


@pytest.mark.parametrize("vantage", ["noc", "", "Dak-to", "dak-to "])
def test_nobody_speaks_for_another_vantage(desk: AgentDesk, vantage: str) -> None:
    for fact in (seen(1, vantage=vantage), replace(OWN_RUN, vantage=vantage)):
        with pytest.raises(StoreError, match="may not speak for another vantage"):
            desk.hand_in([encode(fact)])


def test_a_hash_that_is_not_the_contents_is_refused(desk: AgentDesk) -> None:
    entry = encode(seen(1, vantage=HERE))
    for forged in (entry._replace(id="00" * 32), entry._replace(body=entry.body.replace(b"An", b"Bo"))):
        with pytest.raises(NotWellFormed, match="was changed: its hash is another"):
            desk.hand_in([forged])


def test_a_known_id_with_another_body_is_refused(desk: AgentDesk) -> None:
    desk.hand_in([encode(seen(1, vantage=HERE))])
    with pytest.raises(NotWellFormed):
        desk.hand_in([encode(seen(2, vantage=HERE))._replace(id=encode(seen(1, vantage=HERE)).id)])


def test_a_run_of_a_known_name_and_other_content_is_refused(desk: AgentDesk) -> None:
    with pytest.raises(StoreError, match="one of them is forged"):
        desk.hand_in([encode(replace(OWN_RUN, id=RUN.id))])


@pytest.mark.parametrize("fact", [seen(1, vantage=HERE, run_id="nobody's"), RunEnd("nobody's", at(1))])
def test_what_belongs_to_no_known_run_is_refused(desk: AgentDesk, fact: Any) -> None:
    with pytest.raises(StoreError, match="nobody's, which is neither with it nor in the store"):
        desk.hand_in([encode(fact)])


def test_limits_that_nobody_knows_are_refused(desk: AgentDesk) -> None:
    with pytest.raises(StoreError, match="abababababab, which is neither with it nor"):
        desk.hand_in([encode(replace(seen(1, vantage=HERE), limits_id="ab" * 32))])


def test_only_who_handed_a_run_in_says_how_it_ended(desk: AgentDesk, place: Place) -> None:
    desk.hand_in([encode(OWN_RUN)])
    with AgentDesk.open(place.noc) as noc:
        for run_id in (RUN.id, OWN_RUN.id):
            with pytest.raises(StoreError, match="may not speak"):
                noc.hand_in([encode(RunEnd(run_id, at(9)))])
    assert desk.hand_in([encode(RunEnd(OWN_RUN.id, at(9)))]) == (1, 0)


def test_what_will_be_observed_is_refused(desk: AgentDesk) -> None:
    future = datetime.now(UTC) + timedelta(minutes=6) - NOON
    with pytest.raises(StoreError, match="dated in the future"):
        desk.hand_in([encode(seen(future / timedelta(minutes=1), vantage=HERE))])


@pytest.mark.parametrize("check_id", ["thpt-kon-tum/duty-room/call", "a/b/fax", "a/b/manual"])
def test_what_a_person_says_is_not_handed_in_by_an_agent(desk: AgentDesk, check_id: str) -> None:
    with pytest.raises(StoreError, match="refuses"):
        desk.hand_in([encode(seen(1, check_id, vantage=HERE))])


@pytest.mark.parametrize(
    "check_id",
    ["a/phone-1/call", "a/fax-1/fax", "a/generator/manual", "a/b/bandwidth", "a/b/ping/onsite.gateway"],
)
def test_what_agents_are_never_sent_is_not_taken_under_another_probes_name(
    desk: AgentDesk, check_id: str
) -> None:
    forged = seen(1, "a/b/ping", vantage=HERE)
    forged = replace(forged, observation=replace(forged.observation, check_id=check_id))
    with pytest.raises(StoreError, match="refuses"):
        desk.hand_in([encode(forged)])


def test_other_kinds_are_refused(desk: AgentDesk) -> None:
    files = (("", "version: 1\n"),)
    for entry in (encode(InventoryText(inventory_hash(files), files)), Entry("verdict", "ab" * 32, b"{}")):
        with pytest.raises(StoreError, match="the database refuses"):
            desk.hand_in([entry])


def test_the_owner_hands_in_for_any_vantage(place: Place) -> None:
    with AgentDesk.open(place.url) as own:
        assert own.vantage() is None
        assert own.hand_in([encode(seen(1, vantage="a")), encode(seen(1, vantage="b"))]) == (2, 0)


# reporting


def test_a_report_is_answered_by_the_databases_clock(desk: AgentDesk) -> None:
    before = datetime.now(UTC)
    said = desk.report(REPORT)
    assert before - timedelta(seconds=1) <= said.now <= datetime.now(UTC) + timedelta(seconds=1)
    assert said.schema == 2


def test_agents_are_seen_with_all_that_they_report(desk: AgentDesk, owner: "Connection[Any]") -> None:
    desk.report(REPORT)
    said = desk.report(replace(REPORT, clock_offset_s=None))
    (one,) = agents(owner)
    assert (one.id, one.role, one.vantage, one.name) == ("p1", "agent_dak_to", HERE, "Đắk Tô 1")
    assert (one.host, one.tool_version, one.job_version, one.started_at) == ("laptop", "1.0", 1, NOON)
    assert (one.clock_offset_s, one.status) == (None, {"rate_per_min": 12.5})
    assert one.silent_s >= 0 and abs(one.last_seen_at - said.now) < timedelta(seconds=5)


def test_two_agents_of_one_name_are_both_seen(desk: AgentDesk, owner: "Connection[Any]") -> None:
    desk.report(REPORT)
    desk.report(replace(REPORT, id="p2"))
    assert [one.id for one in agents(owner)] == ["p1", "p2"]


def test_no_agent_reports_for_another(desk: AgentDesk, place: Place, owner: "Connection[Any]") -> None:
    with AgentDesk.open(place.noc) as noc:
        noc.report(replace(REPORT, vantage="noc", name="noc"))
    for report in (REPORT, replace(REPORT, id="p2", vantage="noc")):
        with pytest.raises(StoreError, match="may not speak for another"):
            desk.report(report)
    assert [one.name for one in agents(owner)] == ["noc"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "a\nb"},
        {"host": "x" * 256},
        {"status": {"x": "y" * 20_000}},
        {"status": {"running_count": 10**400}},
        {"job_version": 2**40},
        {"clock_offset_s": "NaN"},
        {"clock_offset_s": "Infinity"},
    ],
)
def test_a_report_that_cannot_be_is_refused(desk: AgentDesk, wrong: dict[str, Any]) -> None:
    with pytest.raises(NotWellFormed, match="report"):
        desk.report(replace(REPORT, **wrong))


@pytest.mark.parametrize("moment", ["infinity", "-infinity", "4000-01-01 BC", "12000-01-01"])
def test_a_beginning_that_no_reader_could_hold_is_refused(
    desk: AgentDesk, owner: "Connection[Any]", moment: str
) -> None:
    report = {
        "id": "p1",
        "vantage": "dak-to",
        "name": "a",
        "host": "h",
        "tool_version": "1",
        "job_version": 1,
    }
    with pytest.raises(errors.DatabaseError, match="report"):
        desk.connection.execute(
            "SELECT agent_report(%s::jsonb)", [Jsonb({**report, "started_at": moment, "status": {}})]
        )
    assert agents(owner) == []


def test_a_login_cannot_fill_the_table(desk: AgentDesk, owner: "Connection[Any]") -> None:
    for number in range(105):
        desk.report(replace(REPORT, id=f"p{number}"))
    assert len(agents(owner)) == 100


# refusing jobs


def _take(desk: AgentDesk, queue: str = "any") -> int:
    row = desk.connection.execute(
        "SELECT id FROM procrastinate_fetch_job_v2(ARRAY[%s], NULL)", [queue]
    ).fetchone()
    desk.connection.commit()
    assert row is not None
    return int(row[0])


def test_a_job_that_is_refused_is_seen_with_the_reason(desk: AgentDesk, owner: "Connection[Any]") -> None:
    desk.report(REPORT)
    job_id = _take(desk)
    desk.refuse(job_id, "p1", "version 2 is not known")
    desk.refuse(job_id, "p1", "again")
    assert [(one.job_id, one.agent_id, one.why) for one in refusals(owner, [job_id])] == [
        (job_id, "p1", "version 2 is not known")
    ]
    assert refusals(owner, [job_id + 1]) == []


def test_a_job_that_another_took_cannot_be_refused(desk: AgentDesk, place: Place) -> None:
    desk.report(REPORT)
    with AgentDesk.open(place.noc) as noc:
        job_id = _take(noc)
    for agent_id in ("p1", "p2"):
        with pytest.raises(StoreError, match="may not speak"):
            desk.refuse(job_id, agent_id, "mine")


# what the owner sees


def test_queues_tell_what_waits_and_what_runs(desk: AgentDesk, owner: "Connection[Any]") -> None:
    _take(desk)
    found = [(one.queue, one.waiting_count, one.running_count) for one in queues(owner)]
    assert found == [("any", 0, 1), ("vantage:dak-to", 1, 0), ("vantage:noc", 1, 0)]


def test_observations_of_a_run_come_by_their_number(desk: AgentDesk, owner: "Connection[Any]") -> None:
    desk.hand_in([encode(OWN_RUN), *(encode(seen(n, vantage=HERE)) for n in range(3))])
    first = observations_since(owner, RUN.id, 0, 2)
    rest = observations_since(owner, RUN.id, first[-1][0])
    assert [kept.observation.vantage for _, kept in (*first, *rest)] == ["noc", HERE, HERE, HERE]
    assert observations_since(owner, RUN.id, rest[-1][0]) == []


# ways in


def test_a_file_is_no_store_for_agents(tmp_path: Any) -> None:
    with pytest.raises(StoreError, match="is a file; agents need a store on PostgreSQL"):
        connect(str(tmp_path / "evidence.sqlite"))


def test_a_wrong_password_is_told_without_it(place: Place) -> None:
    with pytest.raises(StoreError, match="the server refuses to let you in") as refused:
        connect(place.dak_to.replace(PASSWORD, "guessed"))
    assert "guessed" not in str(refused.value)


def test_no_server_may_be_one_later(tmp_path: Any) -> None:
    with pytest.raises(Unreachable, match="no PostgreSQL server answers there"):
        connect(f"postgresql://agent@/evidence?host={tmp_path}")


def test_a_store_that_was_never_made_ready_is_told(postgresql_url: str) -> None:
    Store.open(postgresql_url).close()
    with (
        AgentDesk.open(postgresql_url) as desk,
        pytest.raises(StoreError, match="“kontum-netcheck store upgrade” first"),
    ):
        desk.report(REPORT)


def test_a_connection_that_is_cut_may_be_made_again(desk: AgentDesk, owner: "Connection[Any]") -> None:
    owner.execute("SELECT pg_terminate_backend(%s)", [desk.connection.info.backend_pid])
    with pytest.raises(Unreachable):
        desk.report(REPORT)
