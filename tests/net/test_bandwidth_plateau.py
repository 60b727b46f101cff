"""Where a load shows the line's own speed, and when it is known well enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.net.bandwidth.curve import Piece, Sample, mean_mbit_per_s, points_of, samples_of
from kontum_netcheck.net.bandwidth.latency import Echo, peak_rtt_ms
from kontum_netcheck.net.bandwidth.plateau import Plateau, StopRule, find_plateau


def at(*rates_mbit_per_s: float, every_s: float = 0.1) -> tuple[Sample, ...]:
    return tuple(
        Sample(number * every_s, (number + 1) * every_s, round(rate * 1e6 / 8 * every_s))
        for number, rate in enumerate(rates_mbit_per_s)
    )


def found(samples: tuple[Sample, ...]) -> Plateau:
    plateau = find_plateau(samples)
    assert plateau is not None
    return plateau


def test_the_ramp_is_dropped() -> None:
    plateau = found(at(1, 3, 8, 15, *[20] * 20))
    assert plateau.samples[0].start_s == pytest.approx(0.4)
    assert plateau.mbit_per_s == pytest.approx(20)


def test_a_burst_that_the_line_lets_through_at_first_is_dropped() -> None:
    assert found(at(100, 80, 60, *[20] * 20)).mbit_per_s == pytest.approx(20)


def test_losses_that_follow_upon_slow_start_are_dropped_where_the_rest_is_level() -> None:
    assert found(at(20, 20, 20, 6, 6, 9, *[20] * 20)).mbit_per_s == pytest.approx(20, rel=0.02)


def test_a_rate_that_never_settles_is_not_level() -> None:
    plateau = found(at(*[30 - number for number in range(28)]))
    assert not plateau.is_level
    assert not StopRule().is_met(at(*[30 - number for number in range(28)]))


def test_of_a_load_that_never_settles_the_error_is_at_least_its_spread() -> None:
    lossy = found(at(5, *[19, 19, 6, 19, 4, 19, 19, 19, 10, 19, 3, 19, 19, 19, 7] * 4))
    assert not lossy.is_level
    assert lossy.known_to_pct >= lossy.spread_pct
    assert lossy.mbit_per_s * (1 + lossy.known_to_pct / 100) >= 19
    settled = found(at(1, 3, 8, 15, *[20] * 20))
    assert settled.known_to_pct == settled.error_pct


def test_too_few_samples_are_no_plateau() -> None:
    assert find_plateau(at(20, 20, 20, 20)) is None


def test_it_stops_after_two_level_seconds_and_not_before() -> None:
    assert not StopRule().is_met(at(5, *[20] * 19))
    assert StopRule().is_met(at(5, *[20] * 21))


def test_what_comes_late_in_one_sample_comes_in_the_next_and_the_speed_hardly_moves() -> None:
    plateau = found(at(10, *[5, 35] * 15))
    assert plateau.mbit_per_s == pytest.approx(20, rel=0.05)
    assert plateau.spread_pct > 50


def test_the_mean_of_qcvn_34_has_the_ramp_in_it() -> None:
    assert mean_mbit_per_s(at(0, 10, 20, 20)) == pytest.approx(12.5)


@given(st.lists(st.floats(0, 1e4), min_size=5, max_size=60))
def test_any_rates_give_a_speed_between_the_slowest_and_the_fastest(rates: list[float]) -> None:
    plateau = find_plateau(at(*rates))
    if plateau is not None:
        assert -0.001 <= plateau.mbit_per_s <= 1.5 * max(rates) + 0.001
        assert plateau.spread_pct >= 0


def test_acknowledged_requests_make_a_curve_without_steps() -> None:
    pieces = [Piece(0.0, 1.0, 1_000), Piece(1.0, 2.0, 1_000), Piece(0.0, 2.0, 4_000)]
    samples = samples_of(points_of(pieces, 2.0, 0.5))
    assert [sample.bytes_count for sample in samples] == [1_500] * 4


def test_a_receivers_own_samples_are_laid_over_each_other() -> None:
    pieces = [Piece(0.0, 1.0, 100, ((0.5, 20), (1.0, 100))), Piece(0.5, 1.0, 50, ((0.5, 50),))]
    assert points_of(pieces, 1.0, 0.5) == ((0.0, 0), (0.5, 20), (1.0, 150))


def echoes(*rtts_ms: float) -> list[Echo]:
    return [Echo(float(number), rtt_ms) for number, rtt_ms in enumerate(rtts_ms)]


def test_the_peak_of_a_queue_is_the_longest_round_trip_that_two_others_come_near_to() -> None:
    assert peak_rtt_ms(echoes(1, 52, 49, 46, 25, 26)) == 52


def test_a_lost_echo_that_was_sent_again_is_no_queue() -> None:
    assert peak_rtt_ms(echoes(1, 52, 51, 50, 126, 31, 30)) == 52
    assert peak_rtt_ms(echoes(1, 52)) is None
