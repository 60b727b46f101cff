"""Every word of the model has its words, and a failure becomes one sentence."""

from enum import Enum

import pytest

from kontum_netcheck import wording
from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Cause, Failure, Outcome, Readiness, ServiceKind, Stage

ENGLISH, VIETNAMESE = Language("en"), Language("vi")


@pytest.mark.parametrize("kind", [Readiness, Outcome, ServiceKind, Stage, Cause])
def test_every_member_has_words(kind: type[Enum]) -> None:
    assert all(ENGLISH.show(member) and VIETNAMESE.show(member) for member in kind)


@pytest.mark.parametrize("cause", Cause)
@pytest.mark.parametrize("stage", Stage)
def test_every_failure_has_a_sentence(cause: Cause, stage: Stage) -> None:
    assert ENGLISH.say(wording.cause_message(Failure(stage, cause, "x")))


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (Failure(Stage.CONNECT, Cause.REFUSED, "errno 111"), "the connection was refused"),
        (Failure(Stage.REPLY, Cause.TIMEOUT), "no answer in time"),
        (Failure(Stage.RESOLVE, Cause.TIMEOUT), "no answer in time while looking up the name"),
        (Failure(Stage.EXPECTATION, Cause.UNEXPECTED_STATUS, "503"), "unexpected HTTP status: 503"),
    ],
)
def test_a_failure_says_what_and_where_and_what_was_seen(failure: Failure, sentence: str) -> None:
    assert ENGLISH.say(wording.cause_message(failure)) == sentence


def test_a_long_raw_text_is_cut() -> None:
    failure = Failure(Stage.EXPECTATION, Cause.TEXT_MISSING, "x" * 100_000)
    assert len(ENGLISH.say(wording.cause_message(failure))) < 250


def test_braces_in_a_raw_text_stay_data() -> None:
    failure = Failure(Stage.EXPECTATION, Cause.TEXT_MISSING, "{0} {sentence} {")
    assert ENGLISH.say(wording.cause_message(failure)).endswith("{0} {sentence} {")


def test_a_certificate_s_last_day_is_a_day_and_other_words_stay() -> None:
    expired = Failure(Stage.TLS, Cause.CERTIFICATE_EXPIRED, "2026-11-20")
    assert VIETNAMESE.say(wording.cause_message(expired)).endswith(": 20/11/2026")
    unseen = Failure(Stage.TLS, Cause.CERTIFICATE_EXPIRED, "certificate has expired")
    assert ENGLISH.say(wording.cause_message(unseen)).endswith(": certificate has expired")
