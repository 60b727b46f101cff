"""Where packets go round: which hops are the circle."""

import pytest

from kontum_netcheck.doctor.circle import Circle, circle_in

ROUND = ["a", "b", "c"] * 9


@pytest.mark.parametrize(
    ("way", "circle"),
    [
        pytest.param(["gate", *ROUND], Circle(end=4, length=3), id="behind the way to it"),
        pytest.param(["gate", *ROUND[:-1]], Circle(end=4, length=3), id="broken off in the midst of a round"),
        pytest.param(["gate", "", *ROUND], Circle(end=5, length=3), id="behind a hop that never answers"),
        pytest.param(
            ["x", "a", "b", "", "b", "a", "b", "a", ""], Circle(end=3, length=2), id="some are silent"
        ),
        pytest.param(["a", "a", "a", "a"], Circle(end=1, length=1), id="one router that sends to itself"),
        pytest.param(["a", "b", "a", "b"], None, id="twice may be two ways"),
        pytest.param(["a", "", "b", "", "c", ""], None, id="silence is no circle"),
        pytest.param(["", "", "", "", "", ""], None, id="nobody answers"),
        pytest.param(["a", "b", "c", "d", "e"], None, id="straight on"),
        pytest.param([], None, id="no way"),
    ],
)
def test_a_circle_is_found_by_the_routers_that_come_again(way: list[str], circle: Circle | None) -> None:
    assert circle_in([(address,) if address else () for address in way]) == circle
