"""Two people, one line, different results within an hour: that, and only that, is a conflict."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.judge.conflicts import WITHIN, conflicting
from kontum_netcheck.model import Observation, Outcome
from tests.bundles.made import call

OK = call(0, "ok", "An")


def conflicts(*observations: Observation) -> Sequence[tuple[str, str]]:
    return [(c.earlier.operator, c.later.operator) for c in conflicting(observations)]


def test_two_people_with_different_results_contradict_each_other() -> None:
    assert conflicts(OK, call(59, "busy", "Bình")) == [("An", "Bình")]


def test_the_order_in_which_they_come_does_not_matter() -> None:
    assert conflicts(call(59, "busy", "Bình"), OK) == [("An", "Bình")]


def test_an_hour_is_still_within_an_hour() -> None:
    assert conflicts(OK, call(60, "busy", "Bình"))


def test_after_more_than_an_hour_a_line_may_have_changed() -> None:
    late = call(60, "busy", "Bình")
    assert not conflicts(OK, replace(late, started_at=late.started_at + timedelta(microseconds=1)))


def test_the_same_result_is_no_conflict() -> None:
    assert not conflicts(OK, call(5, "ok", "Bình"))


def test_other_words_for_it_works_are_no_conflict() -> None:
    assert not conflicts(OK, call(5, "ok", "Bình", voice_quality=5))


def test_a_voice_that_one_hears_badly_is_a_conflict() -> None:
    assert conflicts(OK, call(5, "ok", "Bình", voice_quality=2))


def test_two_reasons_why_it_does_not_work_are_a_conflict() -> None:
    assert conflicts(call(0, "busy", "An"), call(5, "no_answer", "Bình"))


def test_who_answers_again_corrects_himself() -> None:
    assert not conflicts(OK, call(5, "busy", "An"))
    assert not conflicts(call(0, "busy", "An"), call(3, "ok", "An"), call(5, "ok", "Bình"))


def test_a_name_is_the_same_however_it_is_typed() -> None:
    assert not conflicts(OK, call(5, "busy", "AN"))
    assert not conflicts(call(0, "ok", "Bình"), call(5, "busy", "Bi\u0300nh"))


def test_other_lines_do_not_contradict_each_other() -> None:
    assert not conflicts(OK, call(5, "busy", "Bình", line="thpt-a/phone-2"))


def test_what_nobody_could_try_is_no_answer() -> None:
    skipped = replace(call(5, "busy", "Bình"), outcome=Outcome.SKIPPED)
    assert not conflicts(OK, skipped)


def test_what_machines_measure_twice_is_change_and_no_conflict() -> None:
    one, other = (replace(each, probe="ping") for each in (OK, call(5, "busy", "Bình")))
    assert not conflicts(one, other)


def test_three_people_make_a_conflict_for_each_pair_that_differs() -> None:
    assert conflicts(OK, call(1, "busy", "Bình"), call(2, "busy", "Cúc")) == [("An", "Bình"), ("An", "Cúc")]


answers = st.lists(
    st.builds(
        call,
        st.integers(0, 300),
        st.sampled_from(["ok", "busy", "no_answer"]),
        st.sampled_from(["An", "Bình", "Cúc"]),
        st.sampled_from(["a/phone-1", "a/phone-2"]),
    ),
    max_size=12,
)


@given(data=st.data(), given_answers=answers)
def test_any_order_gives_the_same_conflicts(data: st.DataObject, given_answers: list[Observation]) -> None:
    shuffled = data.draw(st.permutations(given_answers))
    as_set = {frozenset((id_of(c.earlier), id_of(c.later))) for c in conflicting(given_answers)}
    assert as_set == {frozenset((id_of(c.earlier), id_of(c.later))) for c in conflicting(shuffled)}


@given(given_answers=answers)
def test_every_conflict_is_between_two_people_on_one_line_within_an_hour(
    given_answers: list[Observation],
) -> None:
    for conflict in conflicting(given_answers):
        assert conflict.earlier.check_id == conflict.later.check_id
        assert conflict.earlier.operator != conflict.later.operator
        assert timedelta(0) <= conflict.later.started_at - conflict.earlier.started_at <= WITHIN


def id_of(answer: Observation) -> tuple[object, ...]:
    return answer.check_id, answer.started_at, answer.operator, answer.metrics["result"]
