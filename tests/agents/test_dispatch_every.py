"""How often `dispatch --every` asks: what is typed, and what cron makes of it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from croniter import croniter  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.agents.every import SPANS_S, Every, every_of, shown
from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import WrongValue

VIETNAM = timedelta(hours=7)


def turns(every: Every, count: int) -> list[datetime]:
    """The next turns as procrastinate finds them."""
    times = croniter(every.cron, start_time=datetime(2024, 6, 27, 3, 4, 5, tzinfo=UTC).timestamp())
    return [datetime.fromtimestamp(times.get_next(float), UTC) for _ in range(count)]


@pytest.mark.parametrize("span_s", SPANS_S)
def test_turns_are_exactly_that_far_apart(span_s: int) -> None:
    times = turns(every_of(shown(span_s), VIETNAM), 2 + min(1500, 90_000 // span_s))
    apart = {later - earlier for earlier, later in pairwise(times)}
    assert apart == {timedelta(seconds=span_s)}


@pytest.mark.parametrize("hours", [7, 0, -5, 5.75])
def test_a_day_begins_at_local_midnight(hours: float) -> None:
    offset = timedelta(hours=hours)
    (first,) = turns(every_of("1d", offset), 1)
    local = first + offset
    assert (local.hour, local.minute, local.second) == (0, 0, 0)


@pytest.mark.parametrize(("typed", "same"), [("60s", "1m"), ("60m", "1h"), (" 24 H ", "1d"), ("300s", "5m")])
def test_the_same_time_may_be_typed_in_several_ways(typed: str, same: str) -> None:
    assert every_of(typed) == every_of(same)


@pytest.mark.parametrize(
    ("typed", "near"),
    [("7m", "6m, 10m"), ("90s", "1m, 2m"), ("5h", "4h, 6h"), ("1s", "10s"), ("7d", "1d"), ("0m", "10s")],
)
def test_what_cron_cant_say_is_refused_with_the_nearest_that_it_can(typed: str, near: str) -> None:
    with pytest.raises(WrongValue) as refused:
        every_of(typed)
    assert Language("en").say(refused.value.problem).endswith(f"write {near}.")


@given(st.text(max_size=12))
def test_any_text_is_an_interval_or_refused(typed: str) -> None:
    try:
        every = every_of(typed)
    except WrongValue:
        return
    assert every.span.total_seconds() in SPANS_S
