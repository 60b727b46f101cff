"""Which checks a machine asks that stands at a vantage, or at none."""

from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import Cause, Check, Cost, See
from kontum_netcheck.plan import plan
from kontum_netcheck.plan.loads import Loads
from kontum_netcheck.plan.selection import Selection
from kontum_netcheck.plan.vantages import asked_from, vantages_of

INVENTORY = Inventory.model_validate(
    {
        "version": 1,
        "province": {"code": "62", "name": "Kon Tum"},
        "districts": [{"code": "608", "name": "Kon Tum"}],
        "portals": [
            {"id": "p", "name": "P", "vantage": ["noc"], "endpoints": ["https://p.example/"]},
        ],
        "sites": [
            {
                "id": "a",
                "name": "A",
                "district": "608",
                "phones": ["0260 3 000 001"],
                "internet": [
                    {
                        "id": "ftth",
                        "onsite": ["portals"],
                        "endpoints": [
                            "192.0.2.1",
                            {"tcp": "192.0.2.1:1", "vantage": ["noc", "dak-to"], "see": "any"},
                            {"bandwidth": "http://speed.example/", "vantage": ["dak-to"]},
                        ],
                    }
                ],
            }
        ],
    }
)
WHOLE = plan(INVENTORY, loads=Loads())


def skips(vantage: str | None) -> dict[str, Cause | None]:
    """Of each check why it is not asked from there."""
    return {each.id: each.skip.cause if each.skip else None for each in asked_from(WHOLE, vantage).checks}


def check(vantage: str | None, check_id: str) -> Check:
    return next(each for each in asked_from(WHOLE, vantage).checks if each.id == check_id)


def test_a_check_has_the_places_and_the_rule_of_its_end_point() -> None:
    found = {each.id: (each.vantages, each.see) for each in WHOLE.checks}
    assert found["a/ftth/tcp"] == (("noc", "dak-to"), See.ANY)
    assert found["portal/p/http"] == (("noc",), See.ALL)
    assert found["a/ftth/ping"] == ((), See.ALL)


def test_the_ids_do_not_depend_on_the_places() -> None:
    bare = INVENTORY.model_dump(mode="json")
    assert [each.id for each in WHOLE.checks] == [each.id for each in asked_from(WHOLE, "noc").checks]
    assert bare["sites"][0]["internet"][0]["endpoints"][1]["vantage"] == ["noc", "dak-to"]


def test_a_named_place_asks_what_names_it_and_what_names_none() -> None:
    assert skips("noc") == {
        "portal/p/http": None,
        "a/ftth/ping": None,
        "a/ftth/tcp": None,
        "a/ftth/bandwidth": Cause.OTHER_VANTAGE,
        "a/ftth/http/onsite.p": Cause.ONLY_ON_SITE,
        "a/phone-1/call": Cause.NEEDS_A_PERSON,
    }


def test_who_names_no_place_asks_only_what_names_none() -> None:
    left = {check_id for check_id, cause in skips(None).items() if cause is Cause.OTHER_VANTAGE}
    assert left == {"portal/p/http", "a/ftth/tcp", "a/ftth/bandwidth"}
    assert skips("laptop") == skips(None)


def test_what_is_left_to_other_places_names_them_and_costs_nothing() -> None:
    left = check("hanoi", "a/ftth/bandwidth")
    assert left.skip is not None
    assert (left.skip.detail, left.cost, left.turn) == ("dak-to", Cost(), None)
    assert check("dak-to", "a/ftth/bandwidth").turn is not None


def test_what_is_asked_on_site_is_asked_there_whatever_place_the_portal_names() -> None:
    at_site = plan(INVENTORY, Selection(sites=frozenset({"a"}), at=frozenset({"a"})))
    (onsite,) = (each for each in asked_from(at_site, None).checks if each.is_on_site)
    assert (onsite.vantages, onsite.skip) == ((), None)


def test_the_places_of_a_plan_are_told_once_each() -> None:
    assert vantages_of(WHOLE.checks) == ("noc", "dak-to")
