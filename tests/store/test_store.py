"""What is kept is found again, on a file and on a server alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kontum_netcheck.model import (
    Countersignature,
    InventoryText,
    KeptObservation,
    LimitsInForce,
    Outcome,
    RunEnd,
    message,
)
from kontum_netcheck.store.bodies import inventory_hash
from kontum_netcheck.store.entries import Entry, encode
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.selecting import Selected, UnknownSite
from kontum_netcheck.store.store import Store
from tests.store.facts import LIMITS, PING, RUN, at, seen

DNS = "thpt-kon-tum/ftth/dns"
CALL = "thpt-duy-tan/duty-room/call"


def _kept(store: Store, *observations: KeptObservation) -> None:
    store.keep([RUN, LIMITS, *observations])


def _minutes(found: list[KeptObservation]) -> list[float]:
    return [(kept.observation.started_at - at(0)) / timedelta(minutes=1) for kept in found]


def test_what_is_kept_is_found_exactly_as_it_was(store: Store) -> None:
    kept = seen(loss_pct=0.0, rtt_avg_ms=1 / 3, sent_count=20, answers=("Đắk Hà\0\udc80",), method="datagram")
    _kept(store, kept)
    assert store.of_run(RUN.id) == [kept]


def test_an_observation_is_known_by_the_hash_of_its_entry(store: Store) -> None:
    _kept(store, seen())
    assert [kept.id for kept in store.of_run(RUN.id)] == [encode(seen()).id]


def test_keeping_twice_changes_nothing(store: Store) -> None:
    assert store.keep([RUN, LIMITS, seen()]) == (3, 0)
    assert store.keep([RUN, LIMITS, seen()]) == (0, 3)
    assert len(store.of_run(RUN.id)) == 1


def test_newest_is_the_last_answer_at_or_before_the_moment(store: Store) -> None:
    _kept(store, seen(0), seen(10, outcome=Outcome.FAILED), seen(20))
    assert _minutes(store.newest([PING], at(19))) == [10]
    assert _minutes(store.newest([PING], at(20))) == [20]


def test_newest_tells_of_a_later_question_that_got_no_answer(store: Store) -> None:
    _kept(store, seen(0), seen(5, outcome=Outcome.SKIPPED), seen(6, outcome=Outcome.ERROR))
    assert _minutes(store.newest([PING], at(60))) == [0, 6]


def test_newest_leaves_out_an_unanswered_question_that_an_answer_followed(store: Store) -> None:
    _kept(store, seen(5, outcome=Outcome.SKIPPED), seen(7))
    assert _minutes(store.newest([PING], at(60))) == [7]


def test_newest_tells_of_a_check_that_nobody_ever_answered(store: Store) -> None:
    _kept(store, seen(5, outcome=Outcome.SKIPPED), seen(7, outcome=Outcome.SKIPPED))
    assert _minutes(store.newest([PING], at(60))) == [7]


def test_newest_gives_all_that_persons_said_within_the_hour(store: Store) -> None:
    _kept(store, seen(0, CALL), seen(100, CALL), seen(130, CALL, Outcome.FAILED), seen(159, CALL))
    assert _minutes(store.newest([CALL], at(500), within=timedelta(hours=1))) == [100, 130, 159]


def test_latest_values_are_those_of_the_last_answers_the_oldest_first(store: Store) -> None:
    last = seen(20, rtt_avg_ms=3.5), seen(30, outcome=Outcome.FAILED), seen(40, rtt_avg_ms=4.5)
    _kept(
        store, seen(0, rtt_avg_ms=1.5), *last, seen(50, outcome=Outcome.SKIPPED), seen(1, DNS, resolve_ms=8.0)
    )
    found = store.latest_values({PING: "rtt_avg_ms", DNS: "resolve_ms", "never/asked/ping": "x"}, at(60), 3)
    assert found == {PING: [(at(20), 3.5), (at(30), None), (at(40), 4.5)], DNS: [(at(1), 8.0)]}


def test_newest_gives_of_two_at_the_same_instant_both_in_an_order_that_merging_keeps(store: Store) -> None:
    twins = [seen(0, loss_pct=1.0), seen(0, loss_pct=2.0)]
    _kept(store, *twins)
    assert [kept.id for kept in store.newest([PING], at(1))] == sorted(encode(twin).id for twin in twins)


def test_newest_of_nothing_is_nothing(store: Store) -> None:
    assert store.newest([PING], at(0)) == []


def test_newest_takes_more_checks_than_a_statement_has_room_for(store: Store) -> None:
    ids = [f"site-{number}/ftth/ping" for number in range(1200)]
    _kept(store, *(seen(1, check_id) for check_id in ids))
    assert len(store.newest(ids, at(2))) == 1200


def test_newest_of_each_vantage_is_what_each_saw_last(store: Store) -> None:
    _kept(store, seen(0, vantage="noc"), seen(5, outcome=Outcome.FAILED, vantage="noc"))
    _kept(
        store,
        seen(1, vantage="dak-to"),
        seen(2, outcome=Outcome.SKIPPED, vantage="dak-to"),
        seen(3, vantage=""),
    )
    found = store.newest([PING, DNS], at(60), per_vantage=True)
    assert [(kept.observation.vantage, *_minutes([kept])) for kept in found] == [
        ("dak-to", 1),
        ("dak-to", 2),
        ("", 3),
        ("noc", 5),
    ]
    assert _minutes(store.newest([PING], at(60))) == [5]


def test_newest_of_each_vantage_is_of_the_moment_and_of_what_people_said_within_the_hour(
    store: Store,
) -> None:
    _kept(store, *(seen(minute, CALL, vantage=v) for minute in (0, 100, 130, 159) for v in ("noc", "dak-to")))
    hour = timedelta(hours=1)
    assert _minutes(store.newest([CALL], at(140), within=hour, per_vantage=True)) == [100, 100, 130, 130]


def test_a_series_is_of_a_site_a_service_or_a_check_by_time(store: Store) -> None:
    _kept(store, seen(2), seen(0), seen(1, DNS), seen(1, "thpt-kon-tum-2/ftth/ping"))
    assert _minutes(store.series("thpt-kon-tum")) == [0, 1, 2]
    assert _minutes(store.series("thpt-kon-tum/ftth")) == [0, 1, 2]
    assert _minutes(store.series(PING)) == [0, 2]
    assert _minutes(store.series("thpt-kon")) == []


def test_a_series_begins_at_since_and_ends_before_until(store: Store) -> None:
    _kept(store, *(seen(minute) for minute in range(5)))
    assert _minutes(store.series(PING, at(1), at(3))) == [1, 2]


def test_checks_with_evidence_are_listed(store: Store) -> None:
    _kept(store, seen(), seen(1, DNS), seen(1, CALL))
    assert store.check_ids() == [CALL, DNS, PING]
    assert store.check_ids("thpt-kon-tum") == [DNS, PING]


def test_runs_come_newest_first_with_their_ends(store: Store) -> None:
    end = RunEnd(
        RUN.id, at(3), interrupted=True, late_ms=7.5, notes=(message("own link {state}", state="down"),)
    )
    later = replace(RUN, id="c3d4", started_at=at(10))
    store.keep([RUN, LIMITS, seen(2), end, later])
    newest, oldest = store.runs()
    assert (newest.begun, newest.end, newest.observations_count) == (later, None, 0)
    assert (oldest.begun, oldest.end, oldest.observations_count, oldest.last_at) == (RUN, end, 1, at(2))
    assert [past.begun.id for past in store.runs(since=at(1))] == ["c3d4"]
    assert [past.begun.id for past in store.runs(until=at(1))] == [RUN.id]
    assert [past.begun.id for past in store.runs(most_count=1)] == ["c3d4"]


def test_a_run_without_an_end_was_broken_off_at_its_last_observation(store: Store) -> None:
    _kept(store, seen(2), seen(4))
    run = store.runs()[0].run
    assert (run.interrupted, run.finished_at) == (True, at(4))


def test_a_run_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    store.keep([RUN, replace(RUN, id="a1b3")])
    found = store.run("a1b2")
    assert found is not None and found.begun == RUN
    assert store.run("a1") is None
    assert store.run("%") is None


def test_sites_that_the_inventory_does_not_have_are_listed(store: Store) -> None:
    _kept(store, seen(1), seen(2, CALL), seen(3, CALL))
    assert store.sites_unknown({"thpt-kon-tum"}) == [UnknownSite("thpt-duy-tan", 2, at(3))]


def test_limits_and_inventories_are_found_by_their_hash(store: Store) -> None:
    files = (("a.yaml", "name: Đắk Hà\r\n"), ("b.yaml", "x"))
    inventory = InventoryText(inventory_hash(files), files)
    store.keep([LIMITS, inventory])
    assert store.limits([encode(LIMITS).id, "00" * 32]) == {encode(LIMITS).id: LIMITS}
    assert store.inventory(inventory.hash) == inventory
    assert store.inventory("00" * 32) is None


def test_a_second_person_vouches_for_an_observation(store: Store) -> None:
    _kept(store, seen())
    signature = Countersignature(encode(seen()).id, "Bình", at(30), "heard it too")
    store.keep([signature])
    assert store.countersignatures([encode(seen()).id]) == {encode(seen()).id: (signature,)}


def test_an_observation_of_a_run_that_nobody_knows_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="a1b2, which is neither with it nor in the store"):
        store.keep([LIMITS, seen()])


def test_two_runs_of_one_name_and_other_content_are_refused(store: Store) -> None:
    store.keep([RUN])
    with pytest.raises(StoreError, match="one of them is forged"):
        store.keep([replace(RUN, operator="Nobody")])
    assert [past.begun for past in store.runs()] == [RUN]


def test_nothing_of_a_refused_batch_stays(store: Store) -> None:
    with pytest.raises(StoreError):
        store.keep([RUN, LIMITS, seen(), seen(1, run_id="unknown")])
    assert store.runs() == [] and store.check_ids() == []


def test_what_a_lab_said_is_never_kept(store: Store) -> None:
    kept = seen()
    with pytest.raises(ValueError, match="no evidence"):
        _kept(store, replace(kept, observation=replace(kept.observation, lab=True)))


def _all_kinds(store: Store) -> list[Entry]:
    files = (("", "version: 1\n"),)
    run = replace(RUN, inventory_hash=inventory_hash(files))
    other = replace(RUN, id="other", started_at=at(100))
    store.keep([InventoryText(run.inventory_hash, files), LIMITS, run, other, seen(), seen(1, CALL)])
    store.keep([seen(101, CALL, run_id="other"), Countersignature(encode(seen()).id, "Bình", at(1))])
    store.keep([RunEnd(RUN.id, at(2)), LimitsInForce((), timedelta(days=7))])
    return list(store.entries())


def test_all_entries_make_an_equal_store(store: Store, elsewhere: str) -> None:
    entries = _all_kinds(store)
    with Store.open(elsewhere) as other:
        assert other.add(entries) == (len(entries), 0)
        assert list(other.entries()) == entries


def test_each_entry_stands_after_what_it_refers_to(store: Store) -> None:
    kinds = [entry.kind for entry in _all_kinds(store)]
    order = ["inventory", "limits", "run", "run_end", "observation", "countersignature"]
    assert kinds == sorted(kinds, key=order.index) and set(kinds) == set(order)


def _shown(store: Store, selected: Selected) -> dict[str, int]:
    kinds = [entry.kind for entry in store.entries(selected)]
    return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}


def test_a_part_comes_with_all_that_it_refers_to(store: Store) -> None:
    _all_kinds(store)
    whole = {"inventory": 1, "limits": 1, "run": 1, "run_end": 1, "observation": 1, "countersignature": 1}
    assert _shown(store, Selected(site_ids=frozenset({"thpt-kon-tum"}))) == whole
    assert _shown(store, Selected(run_ids=frozenset({RUN.id}))) == whole | {"observation": 2}
    assert _shown(store, Selected(since=at(50))) == {"limits": 1, "run": 1, "observation": 1}
    assert _shown(store, Selected(until=at(1))) == whole


def test_a_part_can_be_added_to_an_empty_store(store: Store, elsewhere: str) -> None:
    _all_kinds(store)
    part = list(store.entries(Selected(site_ids=frozenset({"thpt-kon-tum"}))))
    with Store.open(elsewhere) as other:
        assert other.add(part).new_count == len(part)


def test_a_store_from_the_future_warns_that_a_clock_was_set_back(store: Store) -> None:
    _kept(store, seen())
    assert store.clock_warning(at(0)) is None
    warning = store.clock_warning(at(-10))
    assert warning is not None and warning.values["moment"] == RUN.started_at


def test_two_programs_may_have_it_open(where: str, store: Store) -> None:
    with Store.open(where) as other:
        store.keep([RUN])
        assert other.keep([RUN, LIMITS, seen()]) == (2, 1)
        assert store.of_run(RUN.id) == [seen()]
