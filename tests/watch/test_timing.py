"""When the next turn is due: neither drift, nor pile-up, nor a sleep, nor a clock that was set loses a turn."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.watch.timing import Due, Now, Timetable, has_slept, lateness, set_back

START = datetime(2024, 6, 27, 10, 0, tzinfo=UTC)
EVERY = timedelta(minutes=5)
TABLE = Timetable(EVERY, timedelta(seconds=30))


def moment(wall_s: float, awake_s: float | None = None) -> Now:
    return Now(START + timedelta(seconds=wall_s), wall_s if awake_s is None else awake_s)


def test_a_turn_that_took_long_has_not_slept_and_one_whose_machine_stood_still_has() -> None:
    assert not has_slept(moment(0), moment(wall_s=7200, awake_s=7195))
    assert has_slept(moment(0), moment(wall_s=7200, awake_s=60))


def first() -> Due:
    return TABLE.first(moment(0))


def test_the_first_turn_is_due_at_once() -> None:
    assert first().has_come(moment(0))


def test_the_next_turn_is_planned_from_the_grid_and_not_from_the_end_of_the_last() -> None:
    due, missed_count = TABLE.after(first(), moment(42), lot=0)
    assert (due.at, missed_count) == (START + EVERY, 0)
    assert not due.has_come(moment(299))
    assert due.has_come(moment(300))


def test_jitter_delays_a_turn_and_moves_no_later_one() -> None:
    late, _ = TABLE.after(first(), moment(42), lot=0.5)
    assert late.at == START + EVERY + timedelta(seconds=15)
    following, _ = TABLE.after(late, moment(320), lot=0)
    assert following.at == START + 2 * EVERY


def test_a_turn_that_takes_too_long_leaves_out_what_it_has_run_over() -> None:
    due, missed_count = TABLE.after(first(), moment(1000), lot=0)
    assert (due.at, missed_count) == (START + 4 * EVERY, 3)


def test_after_a_sleep_it_is_due_by_the_clock_of_the_day() -> None:
    due, _ = TABLE.after(first(), moment(42), lot=0)
    assert due.has_come(moment(wall_s=7200, awake_s=60))


def test_a_clock_that_is_set_back_delays_no_turn() -> None:
    due, _ = TABLE.after(first(), moment(42), lot=0)
    assert due.has_come(moment(wall_s=-86_400, awake_s=300))
    again, missed_count = TABLE.after(due, moment(wall_s=-86_400, awake_s=310), lot=0)
    assert missed_count == 0
    assert again.has_come(moment(wall_s=-86_400 + 300, awake_s=620))
    assert not again.has_come(moment(wall_s=-86_400 + 200, awake_s=500))


@given(st.floats(0, 100_000), st.floats(0, 1, exclude_max=True))
def test_the_next_turn_is_never_past_and_never_more_than_a_step_and_its_jitter_away(
    took_s: float, lot: float
) -> None:
    now = moment(took_s)
    due, _ = TABLE.after(first(), now, lot)
    assert now.wall <= due.at <= now.wall + EVERY + TABLE.jitter


@pytest.mark.parametrize(("wall_s", "late"), [(300, None), (310, None), (7200, timedelta(seconds=6900))])
def test_a_turn_that_begins_much_too_late_is_told(wall_s: float, late: timedelta | None) -> None:
    due, _ = TABLE.after(first(), moment(42), lot=0)
    assert lateness(due, moment(wall_s, 300)) == late


@pytest.mark.parametrize(
    ("wall_s", "lost"), [(300, None), (280, None), (7200, None), (-100, timedelta(seconds=400))]
)
def test_a_clock_that_was_set_back_is_told_from_waking_time(wall_s: float, lost: timedelta | None) -> None:
    assert set_back(moment(0), moment(wall_s, 300)) == lost
