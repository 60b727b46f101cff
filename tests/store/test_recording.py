"""A run is kept while it measures: its beginning at once, its observations soon, its end at the end."""

import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from kontum_netcheck.model import Check, Cost, LimitsInForce, RunEnd, ServiceKind
from kontum_netcheck.store.entries import encode
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.recording import COMMIT_EVERY_COUNT, Recording
from kontum_netcheck.store.store import Store
from tests.store.facts import LIMITS, PING, RUN, at, seen

CHECK = Check(
    PING, "thpt-kon-tum", "ftth", ServiceKind.INTERNET, "ping", "192.0.2.10", None, LIMITS.limits, LIMITS.valid_for,
    cost=Cost(),
)  # fmt: skip
END = RunEnd(RUN.id, at(5))


def test_a_run_is_kept_with_the_limits_that_were_in_force(store: Store) -> None:
    with Recording(store, RUN, [CHECK]) as recording:
        recording.keep(seen().observation)
        recording.end(END)
    (past,) = store.runs()
    assert (past.begun, past.end) == (RUN, END)
    (kept,) = store.of_run(RUN.id)
    assert kept == seen()
    assert store.limits([kept.limits_id]) == {encode(LIMITS).id: LimitsInForce.of(CHECK)}


def test_its_beginning_is_kept_before_anything_is_measured(store: Store) -> None:
    with Recording(store, RUN, [CHECK]):
        assert [past.begun for past in store.runs()] == [RUN]


def test_a_full_batch_is_committed_while_the_run_goes_on(store: Store) -> None:
    with Recording(store, RUN, [CHECK]) as recording:
        for number in range(COMMIT_EVERY_COUNT + 1):
            recording.keep(seen(number).observation)
        while recording.kept_count < COMMIT_EVERY_COUNT:
            threading.Event().wait(0.001)
        assert len(store.of_run(RUN.id)) >= COMMIT_EVERY_COUNT


def test_a_few_observations_are_committed_without_waiting_for_more(store: Store) -> None:
    with Recording(store, RUN, [CHECK]) as recording:
        recording.keep(seen().observation)
        while not recording.kept_count:
            threading.Event().wait(0.001)
        assert store.of_run(RUN.id) == [seen()]


def test_a_run_that_breaks_off_keeps_what_it_measured_and_has_no_end(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt), Recording(store, RUN, [CHECK]) as recording:
        recording.keep(seen().observation)
        raise KeyboardInterrupt
    (past,) = store.runs()
    assert (past.end, past.observations_count) == (None, 1)


def test_a_check_without_known_limits_is_kept_without(store: Store) -> None:
    with Recording(store, RUN, []) as recording:
        recording.keep(seen().observation)
        recording.end(END)
    assert [kept.limits_id for kept in store.of_run(RUN.id)] == [""]


def test_a_store_that_fails_in_the_middle_is_told_and_measuring_goes_on(tmp_path: Path) -> None:
    with Store.open(tmp_path / "evidence.sqlite") as store:
        with Recording(store, RUN, [CHECK]) as recording:
            with store._reading() as connection:
                pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
                connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 5}")
            for number in range(3000):
                recording.keep(seen(number, note="x" * 400).observation)
            with pytest.raises(StoreError, match="the disk is full"):
                recording.end(END)
        assert recording.fault is not None
        assert len(store.of_run(RUN.id)) == recording.kept_count


def test_what_could_not_be_committed_is_tried_again(tmp_path: Path) -> None:
    file = tmp_path / "evidence.sqlite"
    with Store.open(file, busy_s=0.01) as store, Recording(store, RUN, [CHECK]) as recording:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        for number in range(COMMIT_EVERY_COUNT):
            recording.keep(seen(number).observation)
        while recording.fault is None:
            threading.Event().wait(0.001)
        other.close()
        recording.keep(seen(COMMIT_EVERY_COUNT).observation)
        recording.end(END)
        assert len(store.of_run(RUN.id)) == COMMIT_EVERY_COUNT + 1


def test_what_was_measured_once_is_kept_once_by_two_programs(store: Store) -> None:
    with Recording(store, RUN, [CHECK]) as one, Recording(store, RUN, [CHECK]) as two:
        for recording in (one, two):
            recording.keep(seen().observation)
        one.end(END)
    assert len(store.of_run(RUN.id)) == 1


def test_limits_differ_where_their_validity_does() -> None:
    assert encode(LIMITS).id != encode(LimitsInForce(LIMITS.limits, timedelta(hours=2))).id
