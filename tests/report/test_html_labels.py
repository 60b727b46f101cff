"""Names on the plan: beside their dots, never over each other."""

from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.report.html.labels import Box, Point, placed

SIZE = (560.0, 560.0)
PLACE = st.tuples(st.floats(36, 524), st.floats(36, 524))
DISTRICTS = st.lists(
    st.tuples(st.text("abc ", min_size=1, max_size=20), st.lists(PLACE, min_size=1)), max_size=12
)


def boxes(names: list[tuple[str, list[Point]]]) -> list[Box]:
    return [
        Box(x - len(name) * 4, y - 12, x + len(name) * 4, y + 4) for name, (x, y) in placed(names, 8, 5, SIZE)
    ]


def test_a_name_that_is_alone_stands_above_its_highest_dot() -> None:
    assert list(placed([("Đắk Glei", [(100.0, 200.0), (200.0, 300.0)])], 8, 5, SIZE)) == [
        ("Đắk Glei", (150.0, 187.0))
    ]


def test_where_a_foreign_dot_is_above_the_name_stands_below() -> None:
    names = [("Đắk Hà", [(100.0, 200.0)]), ("Sa Thầy", [(110.0, 180.0)])]
    assert dict(placed(names, 8, 5, SIZE))["Đắk Hà"][1] > 200


@given(DISTRICTS)
def test_no_name_hides_another_or_leaves_the_plan(names: list[tuple[str, list[Point]]]) -> None:
    found = boxes(names)
    assert not any(one.meets(other) for at, one in enumerate(found) for other in found[:at])
    assert all(min(box) >= 0 and box.right <= SIZE[0] and box.bottom <= SIZE[1] for box in found)


def test_two_districts_that_lie_alike_have_both_their_names() -> None:
    scattered = [(float(x), float(y)) for x in range(60, 520, 60) for y in range(60, 520, 60)]
    assert len(boxes([("Đắk Tô", scattered), ("Kon Rẫy", scattered)])) == 2
