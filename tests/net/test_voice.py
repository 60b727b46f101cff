"""The E-model of ITU-T G.107 against worked values for G.711 with packet loss concealment."""

import pytest

from kontum_netcheck.net.voice import G711, G711_PLC, G729A, mos, mos_of_r, r_factor


@pytest.mark.parametrize(
    ("one_way_ms", "loss_pct", "r", "score"),
    [(50, 0, 92.0, 4.38), (50, 1, 88.36, 4.30), (150, 1, 85.96, 4.23), (300, 2, 65.49, 3.38)],
)
def test_the_published_vectors(one_way_ms: float, loss_pct: float, r: float, score: float) -> None:
    assert r_factor(one_way_ms, loss_pct) == pytest.approx(r, abs=0.005)
    assert mos_of_r(r_factor(one_way_ms, loss_pct)) == pytest.approx(score, abs=0.005)


def test_half_of_the_round_trip_is_one_way() -> None:
    assert mos(100, 1) == mos_of_r(r_factor(50, 1))


@pytest.mark.parametrize(("r", "score"), [(-20, 1.0), (0, 1.0), (3, 1.0), (100, 4.5), (120, 4.5)])
def test_the_score_stays_within_its_scale(r: float, score: float) -> None:
    assert mos_of_r(r) == score


def test_codecs_suffer_differently_from_loss() -> None:
    assert r_factor(20, 2, G711_PLC) > r_factor(20, 2, G729A) > r_factor(20, 2, G711)
