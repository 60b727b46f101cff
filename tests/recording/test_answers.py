"""The one table: what each answer means for the line, and how people may write it."""

import pytest

from kontum_netcheck.judge import judge_check
from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Cause, Outcome, Readiness, ServiceKind, Stage, WrongValue
from kontum_netcheck.recording import ANSWERS, Said, Witness, allowed, answer_of, observation
from tests.recording.known import FAX, GENERATOR, NOW, PHONE

WHO = Witness("Nguyễn Thị Lan")
READY, DEGRADED, NOT_READY = Readiness.READY, Readiness.DEGRADED, Readiness.NOT_READY
BY_KEY = {answer.key: answer for answer in ANSWERS}

TABLE = [  # thing, answer, quality, pages → outcome, stage and cause, readiness
    (PHONE, "ok", None, None, Outcome.MEASURED, None, READY),
    (PHONE, "ok", 5, None, Outcome.MEASURED, None, READY),
    (PHONE, "ok", 3, None, Outcome.MEASURED, None, READY),
    (PHONE, "ok", 2, None, Outcome.MEASURED, None, DEGRADED),
    (PHONE, "ok", 1, None, Outcome.MEASURED, None, DEGRADED),
    (PHONE, "noisy", None, None, Outcome.MEASURED, None, DEGRADED),
    (PHONE, "noisy", 1, None, Outcome.MEASURED, None, DEGRADED),
    (PHONE, "busy", None, None, Outcome.FAILED, (Stage.CONNECT, Cause.BUSY), NOT_READY),
    (PHONE, "no_answer", None, None, Outcome.FAILED, (Stage.CONNECT, Cause.NO_ANSWER), NOT_READY),
    (PHONE, "no_dial_tone", None, None, Outcome.FAILED, (Stage.CONNECT, Cause.NO_DIAL_TONE), NOT_READY),
    (PHONE, "wrong_party", None, None, Outcome.FAILED, (Stage.EXPECTATION, Cause.WRONG_PARTY), NOT_READY),
    (PHONE, "failed", None, None, Outcome.FAILED, (Stage.EXPECTATION, Cause.PERSON_SAID_NO), NOT_READY),
    (FAX, "ok", None, None, Outcome.MEASURED, None, READY),
    (FAX, "fax_tone", None, None, Outcome.MEASURED, None, READY),
    (FAX, "page_received", None, 2, Outcome.MEASURED, None, READY),
    (FAX, "no_fax_tone", None, None, Outcome.FAILED, (Stage.REPLY, Cause.NO_FAX_TONE), NOT_READY),
    (GENERATOR, "ok", None, None, Outcome.MEASURED, None, READY),
    (GENERATOR, "failed", None, None, Outcome.FAILED, (Stage.EXPECTATION, Cause.PERSON_SAID_NO), NOT_READY),
]


@pytest.mark.parametrize(("item", "key", "quality", "pages", "outcome", "failure", "readiness"), TABLE)
def test_what_each_answer_means(item, key, quality, pages, outcome, failure, readiness) -> None:  # type: ignore[no-untyped-def]
    found = observation(item, Said(BY_KEY[key], NOW, quality, pages), WHO)
    assert found.outcome is outcome
    assert (found.failure and (found.failure.stage, found.failure.cause)) == failure
    assert found.metrics["result"] == key
    assert judge_check(item.check, [found], NOW).readiness is readiness


def test_every_answer_stands_in_the_table() -> None:
    assert {row[1] for row in TABLE} == set(BY_KEY)


def test_numbers_are_for_ever_and_one_key_long() -> None:
    assert {answer.number: answer.key for answer in ANSWERS} == {
        1: "ok",
        2: "busy",
        3: "no_answer",
        4: "no_dial_tone",
        5: "wrong_party",
        6: "noisy",
        7: "fax_tone",
        8: "page_received",
        9: "failed",
        0: "no_fax_tone",
    }


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.key)
def test_no_word_means_two_answers_of_one_kind(answer) -> None:  # type: ignore[no-untyped-def]
    for kind in answer.kinds:
        for word in answer.other_words:
            assert answer_of(word, kind) is answer


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("1", "ok"),
        ("OK", "ok"),
        (" Tốt. ", "ok"),
        ("tôt", "ok"),
        ("no-answer", "no_answer"),
        ("No Answer", "no_answer"),
        ("không ai nhấc máy", "no_answer"),
        ("KHONG AI NHAC MAY", "no_answer"),
        ("máy bận", "busy"),
        ("ồn, khó nghe", "noisy"),
        ("hỏng", "failed"),
    ],
)
def test_answers_are_read_as_people_write_them(written: str, key: str) -> None:
    assert answer_of(written, ServiceKind.PHONE).key == key


def test_a_slip_is_told_the_nearest_right_word() -> None:
    with pytest.raises(WrongValue) as refused:
        answer_of("no answr", ServiceKind.PHONE)
    assert refused.value.hint
    assert Language("vi").say(refused.value.hint) == "Có phải ý bạn là 3 = không ai nhấc máy?"


def test_what_is_no_answer_is_told_all_that_are() -> None:
    with pytest.raises(WrongValue) as refused:
        answer_of("12345", ServiceKind.CHECKLIST)
    assert refused.value.hint
    assert "1 = in order, 9 = " in Language("en").say(refused.value.hint)


def test_free_text_is_no_guess_at_an_answer() -> None:
    with pytest.raises(WrongValue) as refused:
        answer_of("đường dây rè nhẹ", ServiceKind.PHONE)
    assert refused.value.hint and "nearest" not in refused.value.hint.values


def test_an_answer_of_another_kind_is_named_as_such() -> None:
    with pytest.raises(WrongValue, match="kind of line"):
        answer_of("8", ServiceKind.PHONE)


def test_a_phone_has_no_fax_tone_and_a_generator_is_not_busy() -> None:
    assert [answer.number for answer in allowed(ServiceKind.PHONE)] == [1, 2, 3, 4, 5, 6, 9]
    assert [answer.number for answer in allowed(ServiceKind.FAX)] == [1, 2, 3, 4, 5, 7, 8, 9, 0]
    assert [answer.number for answer in allowed(ServiceKind.CHECKLIST)] == [1, 9]
