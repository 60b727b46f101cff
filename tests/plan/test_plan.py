"""From inventory and selection to questions: ids, limits, skips, costs."""

from typing import Any

import pytest

from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import Cause, Check, ServiceKind
from kontum_netcheck.plan import OwnAddresses, plan
from kontum_netcheck.plan.selection import Selection, UnknownWord, select


def inventory(**more: Any) -> Inventory:
    site = {
        "id": "thpt-a",
        "name": "THPT A",
        "district": "608",
        "phones": [{"number": "0260 3 000 001", "carrier": "vnpt"}],
        "faxes": ["0260 3 000 002"],
        "internet": [
            {
                "id": "ftth",
                "carrier": "vnpt",
                "endpoints": [
                    "192.0.2.1",
                    "192.0.2.2",
                    {"ping": "192.0.2.3", "id": "camera"},
                    "https://a.example/",
                ],
                "onsite": ["gateway", "resolver", "portals"],
            },
            {"id": "4g", "carrier": "viettel", "role": "backup", "endpoints": [{"tcp": "192.0.2.4:443"}]},
        ],
        "checklist": [{"id": "generator", "name": "Máy phát điện", "valid_for": "3d"}],
    }
    other = {
        "id": "thpt-b",
        "name": "THPT B",
        "district": "615",
        "internet": [{"id": "ftth", "endpoints": ["192.0.2.9"]}],
    }
    return Inventory.model_validate(
        {
            "version": "1",
            "province": {"code": "62", "name": "Kon Tum"},
            "carriers": [
                {"id": "vnpt", "name": "VNPT Kon Tum"},
                {"id": "viettel", "name": "Viettel Kon Tum"},
            ],
            "districts": [
                {"code": "608", "name": "Thành phố Kon Tum"},
                {"code": "615", "name": "Đắk Hà"},
                {"code": "618", "name": "Ia H'Drai"},
            ],
            "portals": [{"id": "results", "name": "Tra cứu", "endpoints": ["https://diem.example/"]}],
            "sites": [site, other],
            **more,
        }
    )


def by_id(checks: tuple[Check, ...]) -> dict[str, Check]:
    found = {check.id: check for check in checks}
    assert len(found) == len(checks), "ids must be unique"
    return found


def test_a_checks_id_is_site_service_probe_and_a_count_or_an_id() -> None:
    assert list(by_id(plan(inventory()).checks)) == [
        "portal/results/http",
        "thpt-a/ftth/ping",
        "thpt-a/ftth/ping/2",
        "thpt-a/ftth/ping/camera",
        "thpt-a/ftth/http",
        "thpt-a/ftth/ping/onsite.gateway",
        "thpt-a/ftth/dns/onsite.resolver",
        "thpt-a/ftth/http/onsite.results",
        "thpt-a/4g/tcp",
        "thpt-a/phone-1/call",
        "thpt-a/fax-1/fax",
        "thpt-a/generator/manual",
        "thpt-b/ftth/ping",
    ]


def test_an_end_point_without_limits_has_its_probes_limits_each_with_a_source() -> None:
    check = by_id(plan(inventory()).checks)["thpt-a/ftth/ping"]
    limits = {limit.metric: limit for limit in check.limits}
    assert (limits["rtt_avg_ms"].ready, limits["rtt_avg_ms"].degraded) == (50, 150)
    assert all(limit.source for limit in check.limits)


def test_what_a_person_must_do_is_planned_and_skipped_with_that_reason() -> None:
    checks = by_id(plan(inventory()).checks)
    for check_id in ("thpt-a/phone-1/call", "thpt-a/fax-1/fax", "thpt-a/generator/manual"):
        skip = checks[check_id].skip
        assert skip is not None
        assert skip.cause is Cause.NEEDS_A_PERSON


def test_on_site_checks_are_asked_at_the_site_only() -> None:
    away = by_id(plan(inventory()).checks)["thpt-a/ftth/ping/onsite.gateway"]
    assert away.skip is not None
    assert away.skip.cause is Cause.ONLY_ON_SITE
    here = plan(inventory(), Selection(at=frozenset({"thpt-a"})), OwnAddresses(gateway="192.0.2.254"))
    at_site = by_id(here.checks)["thpt-a/ftth/ping/onsite.gateway"]
    assert (at_site.skip, at_site.target) == (None, "192.0.2.254")


def test_where_the_way_out_has_no_gateway_none_is_asked() -> None:
    planned = plan(inventory(), Selection(at=frozenset({"thpt-a"})), OwnAddresses(gateway=None))
    assert "thpt-a/ftth/ping/onsite.gateway" not in by_id(planned.checks)


def test_a_portal_is_only_to_be_reached_from_a_site_and_never_blocks_its_line() -> None:
    endpoints = [{"http": "https://diem.example/", "expect": {"body": "x"}}]
    portals = [{"id": "results", "name": "Tra cứu", "endpoints": endpoints}]
    here = by_id(plan(inventory(portals=portals), Selection(at=frozenset({"thpt-a"}))).checks)
    from_site = here["thpt-a/ftth/http/onsite.results"]
    assert (from_site.optional, from_site.limits, from_site.params.expect.body) == (True, (), None)


def test_a_skipped_check_costs_nothing_and_an_asked_one_something() -> None:
    checks = by_id(plan(inventory()).checks)
    assert checks["thpt-a/phone-1/call"].cost.packets_count == 0
    ping = checks["thpt-a/ftth/ping"].cost
    assert ping.packets_count >= 20
    assert ping.bytes_count > 0
    assert ping.duration_s > 0


def test_districts_without_a_site_stay_in_the_plan_of_the_whole_province() -> None:
    assert [district.code for district in plan(inventory()).districts] == ["608", "615", "618"]


@pytest.mark.parametrize("word", ["608", "thành phố kon tum", "Thanh pho Kon Tum"])
def test_a_district_is_selected_by_code_or_by_name_with_or_without_marks(word: str) -> None:
    planned = plan(inventory(), select(inventory(), districts=[word]))
    assert [district.code for district in planned.districts] == ["608"]
    assert planned.portals == ()


def test_a_carrier_selects_its_lines_and_phones_wherever_they_are() -> None:
    planned = plan(inventory(), select(inventory(), carriers=["viettel"]))
    assert [check.id for check in planned.checks] == ["thpt-a/4g/tcp"]


def test_probes_are_selected_and_skipped_by_name() -> None:
    only = plan(inventory(), select(inventory(), probes=["tcp", "http"]))
    assert {check.probe for check in only.checks} == {"tcp", "http"}
    rest = plan(inventory(), select(inventory(), skip=["ping"]))
    assert "ping" not in {check.probe for check in rest.checks}


def test_being_at_a_site_selects_it_unless_something_else_is_selected() -> None:
    assert select(inventory(), at="THPT A").sites == {"thpt-a"}
    assert select(inventory(), at="thpt-a", districts=["608"]).sites == frozenset()
    assert select(inventory(), at="thpt-a", carriers=["viettel"]).sites == {"thpt-a"}


def test_being_at_one_site_and_selecting_another_is_refused() -> None:
    with pytest.raises(UnknownWord):
        select(inventory(), at="thpt-a", sites=["thpt-b"])


@pytest.mark.parametrize(
    ("option", "word", "near"),
    [
        ("sites", "thpt-c", "thpt-"),
        ("districts", "Dak Hà 2", "Đắk Hà"),
        ("carriers", "vntp", "vnpt"),
        ("probes", "pign", "ping"),
    ],
)
def test_an_unknown_word_is_refused_with_the_nearest_right_one(option: str, word: str, near: str) -> None:
    with pytest.raises(UnknownWord) as refused:
        select(inventory(), **{option: [word]})  # type: ignore[arg-type]
    assert near in str(refused.value.problem.values["nearest"])


def test_services_carry_their_kind() -> None:
    kinds = {check.service_id: check.kind for check in plan(inventory()).checks}
    assert kinds["fax-1"] is ServiceKind.FAX
    assert kinds["results"] is ServiceKind.PORTAL
