"""Telephone numbers as people here write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.inventory.area_codes import AREA_CODES, NEW_AREA_CODES
from kontum_netcheck.inventory.numbers import PhoneNumber, is_valid, national, parse
from kontum_netcheck.model import Message, WrongValue


def said(message: Message | None) -> str:
    return message.text.format(**message.values) if message else ""


def refusal(text: str) -> WrongValue:
    with pytest.raises(WrongValue) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "0260 3862345",
        "(0260) 3.862.345",
        "+84 260 3862 345",
        "+84 (0)260 3862 345",
        "0084 260 3862345",
        "0260-3862-345",
        "0260\u20113862\u2011345",
        "\u202a0260 3862 345\u202c",
        "０２６０３８６２３４５",
        "'02603862345",
        "tel:+842603862345",
    ],
)
def test_every_usual_way_to_write_a_number_gives_the_same(text: str) -> None:
    assert parse(text) == PhoneNumber("+842603862345")


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("0905 123 456", "+84905123456"),
        ("024 3825 1234", "+842438251234"),
        ("0255 3862 345", "+842553862345"),
        ("069 123 4567", "+84691234567"),
        ("080 41234", "+848041234"),
    ],
)
def test_mobile_other_areas_and_the_states_own_numbers_are_numbers(text: str, e164: str) -> None:
    assert parse(text).e164 == e164


@pytest.mark.parametrize("text", ["0260 3862345 máy lẻ 12", "0260 3862345 ext. 12", "+842603862345;ext=12"])
def test_an_extension_is_kept_apart(text: str) -> None:
    assert parse(text) == PhoneNumber("+842603862345", "12")


@pytest.mark.parametrize(
    ("text", "to_write"),
    [
        ("060 3862345", "0260 3862 345"),
        ("055 3862345", "0255 3862 345"),
        ("0166 234 5678", "0362 345 678"),
        ("O260 3000 002", "0260 3000 002"),
        ("0260 3000 0O2", "0260 3000 002"),
        ("2603000002", "0260 3000 002"),
        ("2603000002.0", "0260 3000 002"),
        ("842603000002", "0260 3000 002"),
        ("3862345", "0260 3862345"),
        ("0260.3862345/3862346", "0260 3862 345, 0260 3862 346"),
        ("0260 3862 345 hoặc 0905 123 456", "0260 3862 345, 0905 123 456"),
    ],
)
def test_the_refusal_of_a_damaged_number_says_what_to_write(text: str, to_write: str) -> None:
    assert to_write in said(refusal(text).hint)


@pytest.mark.parametrize("text", ["2.6E+09", "2,6E+09", "2E9"])
def test_a_number_that_a_spreadsheet_shortened_is_lost(text: str) -> None:
    assert "spreadsheet" in said(refusal(text).problem)


@pytest.mark.parametrize("text", ["113", "114", "115", "112", "1022", "1900 1234", "1800 1090"])
def test_services_are_not_subscribers(text: str) -> None:
    assert "service number" in said(refusal(text).problem)


@pytest.mark.parametrize(
    "text", ["", "  ", "abc", "+", "0260", "+1 202 555 0100", "0260 3862 34", "٠٢٦٠٣٠٠٠٠٠٢"]
)
def test_what_is_no_number_here_is_refused(text: str) -> None:
    assert said(refusal(text).problem)


def test_there_are_63_area_codes_and_60_became_260() -> None:
    assert len(AREA_CODES) == 63
    assert NEW_AREA_CODES["60"] == "260"


@given(st.text(max_size=120) | st.text(alphabet="0123456789 +.-()/OoE,;máylẻ", max_size=40))
def test_any_text_is_a_number_or_is_refused_in_a_sentence(text: str) -> None:
    try:
        number = parse(text)
    except WrongValue as wrong:
        assert said(wrong.problem)
    else:
        assert is_valid(number.e164.removeprefix("+84"))


@given(st.sampled_from(sorted(AREA_CODES)), st.from_regex(r"\A[2-9][0-9]{6,7}\Z"))
def test_the_national_form_reads_back_as_the_same_number(code: str, rest: str) -> None:
    if is_valid(code + rest):
        e164 = f"+84{code}{rest}"
        assert parse(national(e164)).e164 == e164


def test_the_national_form_is_the_one_on_paper() -> None:
    assert national("+842603000002") == "0260 3000 002"
    assert national("+842438251234") == "024 3825 1234"
    assert national("+84905123456") == "0905 123 456"
    assert national("+8520000") == "+8520000"
