"""Days and times as people write them, and those that can't be."""

import contextlib
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.model import WrongValue
from kontum_netcheck.recording.moments import moment, other_zone, quiet_at, refuse_impossible
from tests.recording.known import INVENTORY, NOW

ZONE = INVENTORY.zone


@pytest.mark.parametrize(
    "written",
    [
        "27/6/2024 9:30",
        "27/06/2024 09:30",
        "27-06-2024 09:30",
        "27.6.24 9.30",
        "2024-06-27 09:30",
        "2024-06-27 09:30:00",
        "2024-06-27T09:30+07:00",
        "2024-06-27 09:30 +07:00",
        "2024-06-27T02:30Z",
        "9:30 27/6/2024",
        "9h30 27/6/2024",
        "9:30",
        "9h30",
        " 09:30 ",
        "9:30 SA",
        "27/6/2024 9:30:00 SA",
        "9h30 sáng 27/6/2024",
        "27/6/2024 9:30 AM",
        "2024-06-27 09:30 am",
    ],
)
def test_one_moment_in_many_writings(written: str) -> None:
    assert moment(written, ZONE, NOW) == datetime(2024, 6, 27, 9, 30, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("02:15 CH", 14),
        ("2h15 chiều", 14),
        ("2h15 chie\u0302\u0300u", 14),
        ("8:15 tối", 20),
        ("14:15 CH", 14),
        ("2:15PM", 14),
        ("12:15 CH", 12),
        ("12:15 SA", 0),
    ],
)
def test_the_half_of_the_day_may_be_said(written: str, hour: int) -> None:
    assert moment(written, ZONE, NOW) == datetime(2024, 6, 27, hour, 15, tzinfo=ZONE)


def test_with_am_or_pm_a_day_that_may_be_a_month_is_refused() -> None:
    with pytest.raises(WrongValue, match="its month may stand before its day"):
        moment("6/7/2024 9:30 AM", ZONE, NOW)


def test_a_full_hour_may_be_short() -> None:
    assert moment("9h", ZONE, NOW).hour == 9


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "27/6/2024",
        "2024-06-27",
        "25:00",
        "31/6/2024 9:30",
        "6/27/2024 9:30",
        "6/27/2024 9:30 AM",
        "14:30 SA",
        "0:30 CH",
    ],
)
def test_what_is_no_moment_is_refused(written: str) -> None:
    with pytest.raises(WrongValue):
        moment(written, ZONE, NOW)


def test_a_time_alone_needs_a_today() -> None:
    with pytest.raises(WrongValue, match="no day"):
        moment("9:30", ZONE, None)


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_refused(written: str) -> None:
    with contextlib.suppress(WrongValue):
        assert moment(written, ZONE, NOW).tzinfo is not None


def test_the_future_is_refused_beyond_what_clocks_differ() -> None:
    refuse_impossible(NOW + timedelta(minutes=4), INVENTORY, NOW)
    with pytest.raises(WrongValue, match="future"):
        refuse_impossible(NOW + timedelta(minutes=6), INVENTORY, NOW)


def test_a_year_before_the_exam_there_was_nothing_to_try() -> None:
    refuse_impossible(datetime(2023, 9, 1, tzinfo=ZONE), INVENTORY, NOW)
    with pytest.raises(WrongValue, match="year"):
        refuse_impossible(datetime(2014, 6, 27, tzinfo=ZONE), INVENTORY, NOW)


def test_an_offset_that_is_not_the_zones_is_noticed() -> None:
    for written, other in (("2024-06-27T02:30Z", True), ("2024-06-27T09:30+07:00", False), ("9:30", False)):
        assert other_zone(written, moment(written, ZONE, NOW), ZONE) is other


def test_quiet_hours_are_the_inventorys_own() -> None:
    assert quiet_at(moment("7:00", ZONE, NOW), INVENTORY)
    assert quiet_at(moment("10:59", ZONE, NOW), INVENTORY)
    assert quiet_at(moment("11:00", ZONE, NOW), INVENTORY) is None
