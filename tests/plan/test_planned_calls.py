"""Who is called, over what, and in whose turn: a pure matter of the inventory and the order to call."""

from datetime import UTC, datetime
from typing import Any

import pytest

from kontum_netcheck.engine.call_rules import refusal_of_call
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import Cause, Check, Turn, TurnKind
from kontum_netcheck.plan import plan
from kontum_netcheck.plan.calls import Calls

NUMBER = "0260 3 000 002"
QUIET = {"from": "2024-06-27 07:00", "to": "2024-06-27 11:00"}
IN_IT = datetime(2024, 6, 27, 1, 30, tzinfo=UTC)  # 08:30 in Kon Tum
AT_ITS_END = datetime(2024, 6, 27, 4, 0, tzinfo=UTC)


def inventory(*phones: Any) -> Inventory:
    return Inventory.model_validate(
        {
            "version": "1",
            "province": {"code": "62", "name": "Kon Tum"},
            "quiet": [QUIET],
            "carriers": [{"id": "vnpt", "name": "VNPT"}, {"id": "viettel", "name": "Viettel"}],
            "districts": [{"code": "608", "name": "Kon Tum"}],
            "trunks": [{"id": "gw", "sip": "gw.example", "prefix": "9"}],
            "sites": [{"id": "a", "name": "A", "district": "608", "phones": list(phones)}],
        }
    )


def planned(*phones: Any, calls: Calls | None = None) -> tuple[Check, ...]:
    return plan(inventory(*phones), calls=calls).checks


def phone(**more: Any) -> dict[str, Any]:
    return {"number": NUMBER, "via": "sip", **more}


@pytest.mark.parametrize(
    ("typed", "lanes"),
    [
        pytest.param({"carrier": "vnpt"}, {"carrier vnpt"}, id="its carrier"),
        pytest.param({}, {"trunk gw"}, id="the trunk, where no carrier is named"),
        pytest.param({"via": "modem"}, {"modem"}, id="the modem"),
        pytest.param({"via": "modem", "carrier": "vnpt"}, {"modem", "carrier vnpt"}, id="both"),
    ],
)
def test_a_call_is_alone_on_its_lanes(typed: dict[str, str], lanes: set[str]) -> None:
    (check,) = planned(phone(**typed), calls=Calls(gap_s=7))
    assert check.turn == Turn(TurnKind.CALL, frozenset(lanes), 7)


@pytest.mark.parametrize(
    ("typed", "cause"),
    [
        ({"via": "manual"}, Cause.NEEDS_A_PERSON),
        ({"extension": "12"}, Cause.NEEDS_A_PERSON),
        ({"no_calls": True}, Cause.NO_CALLS),
        ({"number": "069 300 0002"}, Cause.NUMBER_REFUSED),
    ],
)
def test_who_must_not_be_called_is_planned_without_a_turn(typed: dict[str, Any], cause: Cause) -> None:
    (check,) = planned(phone(**typed), calls=Calls())
    assert check.skip is not None
    assert (check.skip.cause, check.turn) == (cause, None)


def test_without_an_order_nobody_has_a_turn() -> None:
    (check,) = planned(phone())
    assert check.skip is not None
    assert (check.skip.cause, check.turn) == (Cause.NOT_ASKED_FOR, None)


def test_calls_beyond_the_most_are_left_out_in_the_order_of_the_inventory() -> None:
    checks = planned(*(phone(number=f"0260 3 000 00{n}") for n in range(3)), calls=Calls(most_count=2))
    assert [check.skip and check.skip.cause for check in checks] == [None, None, Cause.ENOUGH_CALLS]


def test_a_number_is_dialled_as_its_trunk_wants_it() -> None:
    (check,) = planned(phone(), calls=Calls())
    assert check.params.way.dialled == "902603000002"


@pytest.mark.parametrize(
    ("now", "made_count", "ignoring", "cause"),
    [
        (AT_ITS_END, 0, False, None),
        (IN_IT, 0, False, Cause.QUIET),
        (IN_IT, 0, True, None),
        (AT_ITS_END, 2, False, Cause.ENOUGH_CALLS),
        (IN_IT, 2, True, Cause.ENOUGH_CALLS),
    ],
)
def test_at_the_moment_of_the_call_the_clock_and_the_count_are_asked_again(
    now: datetime, made_count: int, ignoring: bool, cause: Cause | None
) -> None:
    known, calls = inventory(phone()), Calls(most_count=2)
    (check,) = plan(known, calls=calls).checks
    refusal = refusal_of_call(known, check, now, calls, made_count=made_count, ignoring_quiet=ignoring)
    assert (refusal and refusal.cause) == cause


@pytest.mark.parametrize(
    "typed", [{"no_calls": True}, {"number": "0260 3 000 009"}, {"number": "069 300 0002"}]
)
def test_no_plan_of_another_inventory_gets_past_the_rules_of_this_one(typed: dict[str, Any]) -> None:
    (check,) = planned(phone(), calls=Calls())
    assert refusal_of_call(inventory(phone(**typed)), check, AT_ITS_END, Calls(), made_count=0) is not None
