"""Sentences, numbers, times and spans in Vietnamese and English."""

import math
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Cause, Failure, Message, Readiness, ServiceKind, Stage, message

ENGLISH, VIETNAMESE = Language("en"), Language("vi")
KON_TUM = ZoneInfo("Asia/Ho_Chi_Minh")


def test_a_sentence_is_translated_and_then_filled() -> None:
    sentence = Message("{count} ready", {"count": 3})
    assert (ENGLISH.say(sentence), VIETNAMESE.say(sentence)) == ("3 ready", "3 sẵn sàng")


def test_a_sentence_without_translation_stays_english() -> None:
    assert VIETNAMESE.say(Message("an odd sentence of {n}", {"n": 1.5})) == "an odd sentence of 1,5"


def test_a_missing_value_never_costs_the_report() -> None:
    assert ENGLISH.say(Message("{count} ready")) == "{count} ready"


def test_an_empty_sentence_is_empty() -> None:
    assert VIETNAMESE.say(Message("")) == ""


def test_values_may_be_messages_and_words_of_the_model() -> None:
    failure = Failure(Stage.CONNECT, Cause.REFUSED)
    nested = Message(
        "{a}|{b}|{c}|{d}", {"a": message("no"), "b": Readiness.READY, "c": ServiceKind.FAX, "d": failure}
    )
    assert ENGLISH.say(nested) == "no|Ready|Fax|the connection was refused"
    assert VIETNAMESE.say(nested) == "không|Sẵn sàng|Fax|kết nối bị từ chối"


def test_times_in_a_sentence_are_shown_in_the_given_zone() -> None:
    sentence = Message("{when}", {"when": datetime(2024, 6, 27, 0, 35, tzinfo=UTC)})
    assert VIETNAMESE.say(sentence, KON_TUM) == "27/06/2024 07:35"
    assert ENGLISH.say(sentence, KON_TUM) == "2024-06-27 07:35"


def test_a_day_has_no_time_and_no_zone() -> None:
    assert VIETNAMESE.show(date(2026, 11, 20), KON_TUM) == "20/11/2026"
    assert Language("en").show(date(2026, 11, 20), KON_TUM) == "2026-11-20"


def test_a_naive_time_is_local_already() -> None:
    assert VIETNAMESE.moment(datetime(2024, 6, 27, 7, 35), KON_TUM) == "27/06/2024 07:35"  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "english", "vietnamese"),
    [
        (0.0, "0", "0"),
        (-0.0, "0", "0"),
        (50.0, "50", "50"),
        (12.3456789, "12.3", "12,3"),
        (1.5, "1.5", "1,5"),
        (299.6, "300", "300"),
        (0.0198, "0.0198", "0,0198"),
        (-0.25, "-0.25", "-0,25"),
        (123456.7, "123457", "123457"),
        (math.inf, "∞", "∞"),
        (math.nan, "–", "–"),
    ],
)
def test_a_number_has_the_digits_it_deserves(value: float, english: str, vietnamese: str) -> None:
    assert (ENGLISH.show(value), VIETNAMESE.show(value)) == (english, vietnamese)


def test_a_number_may_have_fixed_digits() -> None:
    assert (ENGLISH.number(2.0, 2), VIETNAMESE.number(2.0, 2)) == ("2.00", "2,00")


@pytest.mark.parametrize(
    ("span", "english", "vietnamese"),
    [
        (timedelta(), "0 ms", "0 ms"),
        (timedelta(milliseconds=20), "20 ms", "20 ms"),
        (timedelta(seconds=1.54), "1.5 s", "1,5 giây"),
        (timedelta(seconds=60), "1 min", "1 phút"),
        (timedelta(minutes=26, seconds=5), "26 min 5 s", "26 phút 5 giây"),
        (timedelta(hours=26), "1 d 2 h", "1 ngày 2 giờ"),
        (timedelta(days=7, minutes=3), "7 d", "7 ngày"),
        (timedelta(hours=-3), "-3 h", "-3 giờ"),
    ],
)
def test_a_span_has_its_two_largest_units(span: timedelta, english: str, vietnamese: str) -> None:
    assert (ENGLISH.span(span), VIETNAMESE.span(span)) == (english, vietnamese)


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (True, "có"), (7, "7"), (("a", "b"), "a, b"), ("{x}", "{x}")]
)
def test_cells_of_every_kind_can_be_shown(value: object, text: str) -> None:
    assert VIETNAMESE.show(value) == text
