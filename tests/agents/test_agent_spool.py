"""What waits to be handed in: kept through a kill, handed in once, and never lost for one entry that is refused."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kontum_netcheck.agents.outbox import Outbox
from kontum_netcheck.agents.spool import Spool, file_of
from kontum_netcheck.model import KeptObservation, Message, Observation, Outcome, RunBegun, message
from kontum_netcheck.store.entries import Entry, encode
from kontum_netcheck.store.fault import StoreError
from tests.agents.world import Database, run_of, until, working

AT = datetime(2024, 6, 26, 3, 0, tzinfo=UTC)


def seen(number: int, run_id: str = "5e0f", vantage: str = "dak-to") -> KeptObservation:
    """A fact."""
    check_id = f"thpt-a/ftth/tcp/{number}"
    return KeptObservation(
        run_id, "", Observation(check_id, "tcp", "127.0.0.1:1", Outcome.MEASURED, AT, 1.0, vantage=vantage)
    )


ENTRIES = [encode(seen(number)) for number in range(5)]


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    """An empty one."""
    with closing(Spool(tmp_path / "agent.db", "postgresql://db.example/evidence")) as opened:
        yield opened


def entries(spool: Spool) -> list[Entry]:
    """What waits."""
    return [each.entry for each in spool.first(100)]


def test_entries_wait_in_their_order_until_they_are_handed_in(spool: Spool) -> None:
    spool.put(ENTRIES)
    assert entries(spool) == ENTRIES
    spool.handed_in(spool.first(2))
    assert entries(spool) == ENTRIES[2:]


def test_an_entry_waits_once(spool: Spool) -> None:
    spool.put(ENTRIES)
    spool.put(ENTRIES)
    assert spool.count() == len(ENTRIES)


def test_what_was_put_is_there_when_the_file_is_opened_again(spool: Spool) -> None:
    spool.put(ENTRIES)
    with closing(Spool(spool.file, "postgresql://db.example/evidence")) as again:
        assert entries(again) == ENTRIES


def test_entries_for_one_store_are_not_shown_to_another(spool: Spool) -> None:
    spool.put(ENTRIES)
    with closing(Spool(spool.file, "postgresql://other.example/evidence")) as other:
        other.put(ENTRIES[:1])
        assert entries(other) == ENTRIES[:1]
        other.handed_in(other.first(10))
    assert entries(spool) == ENTRIES


def test_a_refused_entry_stays_in_the_file_and_waits_no_more(spool: Spool) -> None:
    spool.put(ENTRIES)
    spool.refuse(spool.first(1)[0], "why")
    assert entries(spool) == ENTRIES[1:]


@pytest.mark.parametrize(
    ("name", "file"), [("noc-2", "agent-noc-2.db"), ("Đắk Tô/../x", "agent-k-T-..-x-"), ("", "agent-")]
)
def test_any_name_gives_a_file_in_the_folder(tmp_path: Path, name: str, file: str) -> None:
    found = file_of(tmp_path, name)
    assert found.parent == tmp_path
    assert found.name.startswith(file)


def test_names_that_look_alike_have_files_of_their_own(tmp_path: Path) -> None:
    assert len({file_of(tmp_path, name) for name in ("a/b", "a b", "a-b", "a_b")}) == 4


def test_a_file_that_is_none_is_said(tmp_path: Path) -> None:
    file = tmp_path / "agent.db"
    file.write_bytes(b"no database at all, and long enough to be none" * 20)
    with pytest.raises(StoreError, match="can't be kept on this machine"):
        Spool(file, "postgresql://db.example/evidence")


def out_of_reach(_entries: Sequence[Entry]) -> None:
    """A server that is away."""
    raise StoreError(message("away"))


def _refuse_to_write(spool: Spool) -> None:
    spool._connection.execute("PRAGMA query_only = 1")


def test_what_a_full_disk_cannot_keep_is_handed_in_past_it(spool: Spool) -> None:
    _refuse_to_write(spool)
    told, arrived, marked = list[Message](), list[Entry](), threading.Event()
    outbox = Outbox(spool, lambda: None, told.append, arrived.extend)
    outbox.keep(seen(0))
    outbox.mark(lambda _no: marked.set())
    assert marked.wait(30)
    outbox.keep(seen(1))
    outbox.close()
    assert arrived == ENTRIES[:2]
    assert ["can't be kept on this machine" in each.text for each in told] == [True]


def test_what_neither_disk_nor_server_takes_is_counted_in_the_end(spool: Spool) -> None:
    _refuse_to_write(spool)
    told = list[Message]()
    outbox = Outbox(spool, lambda: None, told.append, out_of_reach)
    outbox.keep(seen(0))
    outbox.keep(seen(1))
    outbox.close()
    assert (told[-1].text.split(":")[0], told[-1].values["count"]) == ("Entries that are lost", 2)


def test_a_mark_is_told_when_all_before_it_is_on_disk(spool: Spool) -> None:
    told, marked = list[Message](), threading.Event()
    outbox = Outbox(spool, lambda: None, told.append, out_of_reach)
    for number in range(3):
        outbox.keep(seen(number))
    outbox.mark(lambda no: marked.set() if no == spool.count() == 3 else None)
    assert marked.wait(30)
    outbox.keep(seen(3))
    outbox.close()
    assert spool.count() == 4
    assert told == []


async def test_one_entry_that_is_refused_holds_up_no_other(database: Database, tmp_path: Path) -> None:
    run = run_of("spooled")
    database.store.keep([RunBegun.of(run)])
    good = [seen(number, run.id) for number in range(9)]
    foreign = replace(good[0].observation, vantage="noc")
    facts = [*good[:4], KeptObservation(run.id, "", foreign), *good[4:], seen(1, "unknown")]
    with closing(Spool(tmp_path / "agent-one.db", "postgresql://agent_dak_to@/" + database.name)) as spool:
        spool.put([encode(fact) for fact in facts])
        async with working(database, tmp_path) as agent:
            await until(lambda: spool.count() == 0)
            await until(lambda: sum("does not take" in each.text for each in agent.told) == 2)
    assert len(database.of_run(run)) == len(good)
