"""Who still owes an answer: each question is answered once, however often it was sent."""

from dataclasses import replace
from datetime import timedelta

from kontum_netcheck.agents.waiting import MOST_TIMES_SENT, Question, Waiting, questions_of
from kontum_netcheck.model import Cause, Check, Failure, Outcome, Stage
from tests.agents.seen import NOW, answer, check


def waiting_for(*checks: Check) -> tuple[Waiting, list[Question]]:
    questions = list(questions_of(checks))
    return Waiting(questions), questions


def test_a_check_goes_to_each_of_its_vantages_and_to_anybody_where_it_names_none() -> None:
    asked = questions_of([check("one", "noc", "dak-to"), check("two")])
    assert [(each.check.id, each.vantage) for each in asked] == [
        ("a/ftth/ping/one", "noc"),
        ("a/ftth/ping/one", "dak-to"),
        ("a/ftth/ping/two", ""),
    ]


def test_what_is_left_out_of_the_plan_is_sent_to_nobody() -> None:
    skipped = replace(check("one"), skip=Failure(Stage.PLAN, Cause.ONLY_ON_SITE))
    assert not list(questions_of([skipped]))


def test_it_is_over_when_every_vantage_has_answered() -> None:
    asked = check("one", "noc", "dak-to")
    waiting, _ = waiting_for(asked)
    assert waiting.take(answer(asked, "noc")) is asked
    assert not waiting.is_over
    assert waiting.take(answer(asked, "dak-to")) is asked
    assert waiting.is_over


def test_an_answer_from_a_place_that_was_not_asked_counts_for_nothing() -> None:
    asked = check("one", "noc")
    waiting, _ = waiting_for(asked)
    assert waiting.take(answer(asked, "dak-to")) is None
    assert waiting.take(answer(check("unknown"), "noc")) is None
    assert not waiting.is_over


def test_whoever_takes_what_is_for_anybody_answers_it() -> None:
    asked = check("one")
    waiting, _ = waiting_for(asked)
    assert waiting.take(answer(asked, "dak-to")) is asked
    assert waiting.is_over


def test_what_two_agents_answer_counts_once_by_the_later_answer() -> None:
    asked = check("one")
    waiting, _ = waiting_for(asked)
    later = answer(asked, "noc", NOW + timedelta(seconds=5))
    assert waiting.take(answer(asked, "dak-to")) is asked
    assert waiting.take(later) is None
    assert waiting.take(answer(asked, "pleiku", NOW - timedelta(seconds=5))) is None
    assert waiting.observations(NOW, "") == (later,)
    assert [(each.asked_count, each.answered_count) for each in waiting.tallies()] == [(1, 1)]


def test_a_job_is_watched_until_all_of_it_is_answered() -> None:
    one, two = check("one"), check("two")
    waiting, questions = waiting_for(one, two)
    waiting.sent(7, questions)
    waiting.take(answer(one, "noc"))
    assert [each.check for each in waiting.left_in(7)] == [two]
    waiting.take(answer(two, "noc"))
    assert waiting.jobs() == []


def test_what_three_agents_never_brought_back_is_given_up() -> None:
    waiting, questions = waiting_for(check("one", "noc"))
    for job_id in range(MOST_TIMES_SENT - 1):
        waiting.sent(job_id, questions)
        assert waiting.once_more(questions) == questions
    waiting.sent(MOST_TIMES_SENT, questions)
    assert waiting.once_more(questions) == []
    assert waiting.is_over
    (unasked,) = waiting.observations(NOW, "")
    assert (unasked.outcome, unasked.vantage) == (Outcome.SKIPPED, "noc")
    assert unasked.failure == Failure(Stage.PLAN, Cause.AGENT_FAILED)


def test_what_no_agent_is_there_for_says_at_which_vantage() -> None:
    waiting, questions = waiting_for(check("one", "dak-to"))
    waiting.give_up(questions, Cause.NO_AGENT)
    (unasked,) = waiting.observations(NOW, "Lan")
    assert unasked.failure == Failure(Stage.PLAN, Cause.NO_AGENT, "dak-to")
    assert unasked.operator == "Lan"


def test_an_answer_that_comes_after_all_counts() -> None:
    asked = check("one", "noc")
    waiting, questions = waiting_for(asked)
    waiting.give_up(questions, Cause.NO_AGENT)
    waiting.take(answer(asked, "noc"))
    assert [each.outcome for each in waiting.observations(NOW, "")] == [Outcome.MEASURED]
    assert waiting.given_up_by(Cause.NO_AGENT) == []
