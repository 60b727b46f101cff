"""What single cells say: numbers, lines, speeds, districts, counts. Nothing is invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.model import WrongValue
from kontum_netcheck.province_list.known_districts import KON_TUM_DISTRICTS, recognise
from kontum_netcheck.province_list.line_cells import lines_in, speed_in
from kontum_netcheck.province_list.number_cells import numbers_in
from kontum_netcheck.province_list.plain_values import (
    coordinates_in,
    count_in,
    is_sealed,
    role_in,
    target_of,
    url_of,
)
from kontum_netcheck.province_list.plain_words import Leftover, plain, yes_or_no

AREA = "260"


def numbers(text: str, area: str | None = AREA) -> list[str]:
    return [
        found.e164 + (f"x{found.extension}" if found.extension else "")
        for found in numbers_in(text, area).found
    ]


@pytest.mark.parametrize(
    "text",
    [
        "0260 3000 002", "2603000002", "(0260) 3.000.002", "0260-3000002", "0260 - 3000002", "+84 260 3000 002",
        "84 260 3000002", "O260 3000002", "060 3000002", "603000002", "3000002", "ĐT: 0260 3000 002",
        "0084 260 3000002", "'0260 3000 002",
    ],
)  # fmt: skip
def test_a_number_is_found_in_every_writing(text: str) -> None:
    assert numbers(text) == ["+842603000002"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0260.3000002/3000003", ["+842603000002", "+842603000003"]),
        ("0260.3000002/03", ["+842603000002", "+842603000003"]),
        ("0260 3000002-3", ["+842603000002", "+842603000003"]),
        ("02603000002 02603000003", ["+842603000002", "+842603000003"]),
        ("0260 3000 002\n0905 123 456", ["+842603000002", "+84905123456"]),
        ("0260 3000 002 hoặc 0905123456", ["+842603000002", "+84905123456"]),
        ("0260 3000 002 máy lẻ 12", ["+842603000002x12"]),
        ("0260 3000 002 (ext. 5), 0260 3000 003", ["+842603000002x5", "+842603000003"]),
        ("Không có", []),
        ("-", []),
    ],
)
def test_several_numbers_and_extensions_are_told_apart(text: str, found: list[str]) -> None:
    assert numbers(text) == found


def test_what_stands_before_a_number_with_a_colon_says_whose_it_is() -> None:
    found = numbers_in("VP: 0260 3000 002; Bảo vệ: 0905 123 456; ĐT: 0260 3000 003").found
    assert [number.title for number in found] == ["VP", "Bảo vệ", ""]
    assert numbers_in("Nguyễn Văn 100 - 0905 123 456").words == ["Nguyễn Văn 100"]


@pytest.mark.parametrize(
    "text", ["113", "1900 1234", "2,6E+09", "2600000000", "0260 386", "12345678901234567890123", "0999"]
)
def test_what_is_no_number_is_told_and_not_made_one(text: str) -> None:
    read = numbers_in(text, AREA)
    assert not read.found
    assert read.wrong


def test_a_number_without_area_code_gets_none_where_the_list_has_several() -> None:
    assert numbers("3000002", None) == []


@given(
    st.integers(2_000_000, 9_999_999),
    st.sampled_from(["260 {}", "84260{}", "0260.{}", "(0260) {}", "{}", "260{}"]),
)
def test_the_digits_of_a_subscriber_are_never_changed(subscriber: int, written: str) -> None:
    for found in numbers_in(written.format(subscriber), AREA).found:
        assert found.e164.endswith(str(subscriber))


@given(st.text(max_size=60))
def test_any_text_is_read_or_told(text: str) -> None:
    read = numbers_in(text, AREA)
    for found in read.found:
        assert sum(sign.isdigit() for sign in text) >= 1, found
    lines_in(text)
    speed_in(text)
    assert len(plain(text)) == len(text)


def line(text: str) -> list[tuple[str | None, str | None, tuple[float, float | None] | None, bool]]:
    return [
        (
            found.technology,
            found.carriers[0].id if found.carriers else None,
            (found.speed.down_mbit_per_s, found.speed.up_mbit_per_s) if found.speed else None,
            found.is_backup,
        )
        for found in lines_in(text)
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("FTTH 100/50 Mbps VNPT", [("ftth", "vnpt", (100, 50), False)]),
        ("Cáp quang Viettel 200M", [("ftth", "viettel", (200, None), False)]),
        ("Leased line 200/200 (VNPT)", [("leased", "vnpt", (200, 200), False)]),
        (
            "FTTH VNPT 100/50Mbps + 4G Viettel",
            [("ftth", "vnpt", (100, 50), False), ("4g", "viettel", None, False)],
        ),
        ("3G/4G MobiFone (dự phòng)", [("4g", "mobifone", None, True)]),
        ("FTTH VNPT; 1 Gbps/500 Mbps", [("ftth", "vnpt", (1000, 500), False)]),
        ("Không", []),
    ],
)
def test_a_line_is_read_from_its_words(text: str, lines: object) -> None:
    assert line(text) == lines


@pytest.mark.parametrize(
    "text", ["FTTH gói Fiber60", "FTTH 0 Mbps", "FTTH 4G VNPT", "VNPT 10 Mbps hay 20 Mbps"]
)
def test_words_of_a_line_that_are_not_understood_are_kept(text: str) -> None:
    assert lines_in(text)[0].words


@pytest.mark.parametrize(
    ("text", "speed"),
    [
        ("100", (100, None)), ("100/50", (100, 50)), ("100 Mbps", (100, None)), ("1Gbps", (1000, None)),
        ("100Mbps/50Mbps", (100, 50)), ("512 kbps", (0.512, None)), ("2,5 Gbps", (2500, None)), ("nhanh", None),
        ("0", None),
    ],
)  # fmt: skip
def test_a_speed_has_two_ways_or_one_number(text: str, speed: object) -> None:
    found = speed_in(text)
    assert (found and (found.down_mbit_per_s, found.up_mbit_per_s)) == speed


@pytest.mark.parametrize(
    ("text", "code", "is_guess"),
    [
        ("TP. Kon Tum", "608", False), ("KonTum", "608", False), ("H. Đăk Hà", "615", False), ("DAK HA", "615", False),
        ("Ngọk Hồi", "611", False), ("IaH'Drai", "618", False), ("Ia H’Drai", "618", False), ("Đắc Tô", "612", False),
        ("II. Huyện Đắk Hà", "615", False), ("Tumơrông", "617", False), ("614", "614", False),
        ("Đăk Gley", "610", True),
    ],
)  # fmt: skip
def test_a_district_is_known_in_its_spellings(text: str, code: str, is_guess: bool) -> None:
    found = recognise(text, KON_TUM_DISTRICTS)
    assert found is not None
    assert (found.district.code, found.is_guess) == (code, is_guess)


@pytest.mark.parametrize("text", ["Xã Đăk Hà", "Sơn Hà", "Huyện Kon Tum", "", "Đắk", "TP", "Đắk Môn"])
def test_what_is_no_district_of_these_is_none(text: str) -> None:
    assert recognise(text, KON_TUM_DISTRICTS) is None


def test_counts_roles_and_yes_are_read_loosely_and_else_refused() -> None:
    assert [count_in(text) for text in ("24", "24 phòng", "24.0", "1.250", "Số phòng: 12")] == [
        24,
        24,
        24,
        1250,
        12,
    ]
    assert [role_in(text) for text in ("Chính thức", "DỰ PHÒNG", "Hội đồng thi", "Main")] == [
        "main", "reserve", "headquarters", "main",
    ]  # fmt: skip
    assert [yes_or_no(text) for text in ("Có (2 cái)", "x", "Không", "", "loa hỏng")] == [
        True,
        True,
        False,
        False,
        None,
    ]
    for read, text in ((count_in, "24+3"), (count_in, "#"), (role_in, "phụ trợ")):
        with pytest.raises(WrongValue):
            read(text)


def test_only_what_can_be_asked_from_outside_becomes_a_target() -> None:
    assert target_of("203.113.131.1") == ("ping", "203.113.131.1")
    assert target_of("diem-01.example.vn") == ("ping", "diem-01.example.vn")
    assert target_of("https://a.vn/x")[0] == "http"
    assert url_of("a.vn") == "https://a.vn"
    for text in ("192.168.1.1", "10.0.0.5", "localhost", "a b", "113.160.0.0/29", "ftp://a.vn", "https://x"):
        with pytest.raises(WrongValue):
            target_of(text)


def test_coordinates_are_two_decimals_with_comma_or_point() -> None:
    assert coordinates_in("14.354, 108.003") == coordinates_in("14,354; 108,003") == ("14.354", "108.003")
    with pytest.raises(WrongValue):
        coordinates_in("14°21'N")


def test_where_papers_are_copied_is_known() -> None:
    assert is_sealed("Khu vực in sao đề thi")
    assert not is_sealed("Trường THPT Kon Tum")


def test_what_was_understood_is_cut_out_and_the_rest_keeps_its_marks() -> None:
    import re

    left = Leftover("Đường FTTH của trường")
    left.cut(re.compile("duong|cua"))
    assert left.words() == "FTTH trường"
