"""Statistics of round trips, from given lists."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kontum_netcheck.net.icmp.statistics import jitter_ms, loss_pct, loss_upper_pct, median, percentile


def test_loss_is_a_share_of_what_was_sent() -> None:
    assert loss_pct(20, 19) == 5.0


@pytest.mark.parametrize(("sent", "upper"), [(20, 13.911), (299, 0.9969), (2995, 0.09997)])
def test_no_loss_proves_only_the_exact_bound_of_clopper_and_pearson(sent: int, upper: float) -> None:
    assert loss_upper_pct(sent, sent) == pytest.approx(upper, rel=1e-3)


@pytest.mark.parametrize(("sent", "received", "upper"), [(20, 19, 21.611), (10, 5, 77.756), (100, 97, 7.571)])
def test_some_loss_has_the_tabled_bound(sent: int, received: int, upper: float) -> None:
    assert loss_upper_pct(sent, received) == pytest.approx(upper, rel=1e-3)


def test_when_all_is_lost_all_may_be_lost() -> None:
    assert loss_upper_pct(20, 0) == 100.0


@settings(deadline=None)  # a thousand logarithms on a busy machine
@given(st.integers(1, 1000).flatmap(lambda sent: st.tuples(st.just(sent), st.integers(0, sent))))
def test_the_bound_lies_between_the_loss_seen_and_all(counts: tuple[int, int]) -> None:
    sent, received = counts
    assert loss_pct(sent, received) <= loss_upper_pct(sent, received) <= 100.0


def test_jitter_is_the_mean_difference_of_consecutive_round_trips() -> None:
    assert jitter_ms([10.0, 12.0, 11.0, 11.0]) == pytest.approx(1.0)


def test_jitter_passes_over_lost_echoes() -> None:
    assert jitter_ms([10.0, 14.0, None, 90.0, 92.0]) == pytest.approx(3.0)


@pytest.mark.parametrize("rtts", [[], [10.0], [10.0, None, 20.0], [None, None]])
def test_jitter_of_no_two_neighbours_is_undefined(rtts: list[float | None]) -> None:
    assert jitter_ms(rtts) is None


def test_percentiles_interpolate_between_ranks() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 95) == pytest.approx(3.85)
    assert median([4.0, 1.0, 3.0, 2.0]) == 2.5


def test_one_value_is_each_of_its_percentiles() -> None:
    assert percentile([7.0], 95) == median([7.0]) == 7.0
