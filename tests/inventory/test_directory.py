"""Every number of an inventory, and what is odd about it."""

from datetime import date
from typing import Any

import pytest

from kontum_netcheck.inventory.area_codes import (
    AREAS,
    MOBILE_PREFIXES,
    NEW_AREA_CODES,
    OLD_AREAS,
    codes_of,
)
from kontum_netcheck.inventory.directory import Listed, directory
from kontum_netcheck.inventory.numbers import parse
from kontum_netcheck.inventory.service_numbers import NumberKind, kind_of, may_be_called, service_of
from kontum_netcheck.locale.language import Language


def data(*sites: dict[str, Any], province: str = "Kon Tum") -> dict[str, Any]:
    named = [{"id": f"site-{at}", "name": f"Site {at}", **site} for at, site in enumerate(sites, start=1)]
    return {"province": {"code": "62", "name": province}, "sites": named}


def said(listed: Listed) -> str:
    return " / ".join(map(Language("en").say, listed.oddities))


DUTY = {"number": "0260 3 000 002", "role": "duty-room", "loudspeaker": "true"}


def test_each_number_has_all_its_forms() -> None:
    contact, phone, fax = directory(
        data({"contact": {"phone": "0905 123 456"}, "phones": [DUTY], "faxes": ["0260 3 000 003 máy lẻ 12"]})
    )
    assert (contact.line, contact.national, contact.international) == (
        "contact",
        "0905 123 456",
        "+84 905 123 456",
    )
    assert (contact.kind, contact.area) == (NumberKind.MOBILE, None)
    assert (phone.line, phone.kind, phone.e164) == ("phone-1", NumberKind.FIXED, "+842603000002")
    assert phone.area is not None
    assert (phone.area.province, phone.area.now) == ("Kon Tum", "Quảng Ngãi")
    assert (fax.line, fax.extension) == ("fax-1", "12")
    assert not any(each.oddities for each in (contact, phone, fax))


@pytest.mark.parametrize(
    ("sites", "words"),
    [
        pytest.param([{"phones": [DUTY, "060 3862345"]}], ["060", "0260 3862 345"], id="an old code"),
        pytest.param([{"phones": [DUTY, "113"]}], ["police"], id="an emergency number"),
        pytest.param([{"phones": [DUTY, "1900 1234"]}], ["premium"], id="a premium number"),
        pytest.param([{"phones": [DUTY, "069 300 0002"]}], ["defence", "no machine"], id="the state's own"),
        pytest.param(
            [{"phones": [DUTY, "0255 3 000 002"]}], ["0255", "Quảng Ngãi"], id="another province's area"
        ),
        pytest.param(
            [{"phones": [DUTY]}, {"phones": [DUTY]}], ["Site 1", "phone-1"], id="the same number at two sites"
        ),
        pytest.param(
            [{"phones": [DUTY], "faxes": ["0260 3 000 002"]}], ["phone and fax"], id="phone and fax on one"
        ),
        pytest.param(
            [{"phones": [{**DUTY, "number": "0905 123 456"}]}], ["fixed"], id="a mobile in the duty room"
        ),
        pytest.param(
            [{"phones": [{**DUTY, "loudspeaker": "false"}]}], ["loudspeaker"], id="no loudspeaker there"
        ),
        pytest.param(
            [{"phones": ["0260 3 000 002"]}], ["fixed", "loudspeaker"], id="no phone that could stand there"
        ),
    ],
)
def test_what_is_odd_about_a_number_is_said(sites: list[dict[str, Any]], words: list[str]) -> None:
    odd = said(directory(data(*sites))[-1])
    assert all(word in odd for word in words), odd


def test_in_the_joined_province_an_area_code_does_not_tell_the_former_one() -> None:
    phones = ["0255 3 000 002", "0260 3 000 003"]
    listed = directory(data({"phones": [DUTY, *phones]}, province="Tỉnh Quảng Ngãi"))
    assert not any(each.oddities for each in listed)


@pytest.mark.parametrize("broken", [None, [], {"sites": "x"}, {"sites": [1, {"phones": [{"number": []}]}]}])
def test_data_that_is_wrong_all_over_is_no_obstacle(broken: Any) -> None:
    assert all(each.e164 is None for each in directory(broken))


def test_all_63_areas_are_there_and_59_of_them_changed_in_three_steps() -> None:
    assert len(AREAS) == 63
    assert len({area.now for area in AREAS.values()}) == 34
    days = [area.change.changed_on for area in OLD_AREAS.values() if area.change]
    assert {day: days.count(day) for day in set(days)} == {
        date(2017, 2, 11): 13,
        date(2017, 4, 15): 23,
        date(2017, 6, 17): 23,
    }
    kon_tum = OLD_AREAS["60"]
    assert kon_tum.change is not None
    assert (kon_tum.code, kon_tum.change.silent_from) == ("260", date(2017, 9, 1))
    assert NEW_AREA_CODES["4"] == "24"


def test_the_codes_of_a_province_are_found_by_its_name_as_people_write_it() -> None:
    assert codes_of("KON TUM") == {"260"}
    assert codes_of("Quảng Ngãi") == {"255", "260"}
    assert codes_of("TP Nowhere") == frozenset()


def test_no_mobile_prefix_is_an_area_code() -> None:
    assert not [prefix for prefix in MOBILE_PREFIXES if prefix in AREAS]
    assert kind_of(parse("0905 123 456").e164) is NumberKind.MOBILE


@pytest.mark.parametrize(
    "number", ["112", "113", "114", "115", "111", "1022", "116", "119", "18001090", "19001234", "693000002"]
)
def test_no_machine_calls_emergency_service_and_premium_numbers(number: str) -> None:
    assert service_of(number) is not None
    assert not may_be_called(f"+84{number}")


def test_a_machine_calls_subscribers_of_this_country_only() -> None:
    assert may_be_called("+842603000002")
    assert may_be_called("+84905123456")
    assert not may_be_called("+12025550100")
