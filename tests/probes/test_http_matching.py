"""Patterns of the inventory against pages of strangers: what may take for ever is stopped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.lab.http import LabHttp, Page
from kontum_netcheck.model import Cause
from kontum_netcheck.net.network import Network
from kontum_netcheck.probes.http import HTTP, HttpParams
from kontum_netcheck.probes.matching import matches, takes_long


@pytest.mark.parametrize(
    "pattern", ["Kon Tum", r"\d+ điểm", "^a.*b$", "[*+?|]{3}", r"\(\?\*\+\)", "thi|điểm", "a{2,30}"]
)
def test_a_usual_pattern_is_matched_at_once(pattern: str) -> None:
    assert not takes_long(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["a*a*a*b", "(?:a|a){30}b", "(a?){30}", "a?" * 30 + "a" * 30, "(a{1,20}){1,20}b", "a{0,900}a{0,900}b"],
)
def test_one_that_could_take_for_ever_needs_a_process(pattern: str) -> None:
    assert takes_long(pattern)


@given(st.text(st.sampled_from("ab?*+|(){}1,20[]\\."), max_size=12))
def test_any_pattern_can_be_weighed(pattern: str) -> None:
    takes_long(pattern)


def test_a_process_matches_as_this_one_does() -> None:
    page = "first\n" + "x" * 5_000 + "Kỳ thi 2024 tại Kon Tum" + "x" * 5_000
    assert matches(r"Kỳ.*\d+.*Tum", page)
    assert not matches(r"Kỳ.*\d+.*Rẫy", "Kỳ thi 2024 tại Kon Tum")


async def test_a_page_made_to_hold_us_up_does_not_match_and_ends() -> None:
    assert HTTP.run is not None
    pages = {"exam.example": Page(body="a" * 100_000)}
    params = HttpParams.model_validate(
        {"http": "http://exam.example/", "expect": {"body_matches": "a*a*a*b"}}
    )
    async with LabHttp(pages) as lab, Network(lab.options()) as network:
        measurement = await HTTP.run(params, network)
    assert measurement.failure is not None and measurement.failure.cause is Cause.TEXT_MISSING
