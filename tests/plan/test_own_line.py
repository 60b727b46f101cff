"""Which line of a site this machine is behind: it measures that one, and is never told to be another."""

import pytest

from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import Cause
from kontum_netcheck.plan import plan
from kontum_netcheck.plan.selection import UnknownWord, select


def inventory() -> Inventory:
    """A site with two lines that are measured from there."""
    lines = [
        {"id": "ftth", "carrier": "vnpt", "onsite": ["resolver"]},
        {"id": "4g", "carrier": "viettel", "role": "backup", "onsite": ["resolver"]},
    ]
    return Inventory.model_validate(
        {
            "version": "1",
            "province": {"code": "62", "name": "Kon Tum"},
            "districts": [{"code": "608", "name": "Thành phố Kon Tum"}],
            "carriers": [{"id": "vnpt", "name": "VNPT"}, {"id": "viettel", "name": "Viettel"}],
            "sites": [{"id": "thpt-a", "name": "THPT 1/5", "district": "608", "internet": lines}],
        }
    )


@pytest.mark.parametrize("typed", ["thpt-a/4g", "THPT 1/5/4g", "thpt 1/5/4G"])
def test_only_the_named_line_is_asked_from_the_site(typed: str) -> None:
    selection = select(inventory(), at=typed)
    checks = {check.id: check for check in plan(inventory(), selection).checks}
    assert checks["thpt-a/4g/dns/onsite.resolver"].skip is None
    other = checks["thpt-a/ftth/dns/onsite.resolver"].skip
    assert other is not None and other.cause is Cause.ANOTHER_LINE


@pytest.mark.parametrize("typed", ["thpt-a", "THPT 1/5"])
def test_where_several_lines_are_measured_one_must_be_named(typed: str) -> None:
    with pytest.raises(UnknownWord) as refused:
        select(inventory(), at=typed)
    assert "--at thpt-a/ftth, --at thpt-a/4g" in str(refused.value.problem)


def test_the_only_line_of_the_selected_carrier_needs_no_name() -> None:
    assert select(inventory(), at="thpt-a", carriers=["viettel"]).at == {"thpt-a"}


def test_a_line_that_the_site_does_not_have_is_refused() -> None:
    with pytest.raises(UnknownWord) as refused:
        select(inventory(), at="thpt-a/5g")
    assert "5g" in str(refused.value.problem)
