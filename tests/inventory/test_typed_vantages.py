"""`vantage` and `see` as people type them: on end points, in profiles, on portals; and where they mean nothing."""

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from kontum_netcheck.inventory.json_schema import json_schema
from kontum_netcheck.inventory.loader import load
from kontum_netcheck.inventory.problem import InventoryErrors
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.inventory.vantages import named_vantages
from kontum_netcheck.locale.language import Language

HEAD = """\
version: 1
province: {code: "62", name: Kon Tum}
districts: [{code: "608", name: Thành phố Kon Tum}]
"""
LINE = "sites: [{id: a, name: A, district: '608', internet: [{id: ftth, endpoints: [%s]}]}]\n"
MANY = ", ".join(f"v{number}" for number in range(101))


class Written:
    """An inventory file made of HEAD and more."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "sites.yaml"

    def loaded(self, more: str) -> Inventory:
        self.path.write_text(HEAD + more, encoding="utf-8")
        return load(self.path).inventory

    def complaints(self, more: str) -> list[str]:
        """What is wrong, each with the line and column where it stands."""
        with pytest.raises(InventoryErrors) as caught:
            self.loaded(more)
        say = Language("en").say
        return [
            f"{error.line}:{error.column} {say(error.problem)} {say(error.hint) if error.hint else ''}".strip()
            for error in caught.value.errors
        ]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    return Written(tmp_path)


def asked_from(inventory: Inventory) -> list[tuple[tuple[str, ...], str]]:
    """The vantages and the rule of each end point of the only line."""
    (site,) = inventory.sites
    return [(each.vantage, each.see) for each in inventory.endpoints_of(site.internet[0], site)]


def test_one_name_or_a_list_of_names(written: Written) -> None:
    found = written.loaded(
        LINE % "{ping: 192.0.2.1, vantage: noc}, {tcp: '192.0.2.1:1', vantage: [noc, dak-to]}"
    )
    assert asked_from(found) == [(("noc",), "all"), (("noc", "dak-to"), "all")]


def test_the_example_of_the_page_loads(written: Written) -> None:
    page = (Path(__file__).parents[2] / "docs" / "vantages.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert asked_from(written.loaded(example)) == [
        (("noc", "dak-to"), "majority"),
        (("noc",), "all"),
        ((), "majority"),
    ]


def test_without_vantage_anybody_asks(written: Written) -> None:
    assert asked_from(written.loaded(LINE % "192.0.2.1")) == [((), "all")]


def test_a_profile_says_it_for_a_probe_and_an_end_point_for_itself(written: Written) -> None:
    profile = "profiles: {line: {checks: [{probe: ping, vantage: [noc, dak-to], see: any}]}}\n"
    line = LINE.replace("id: ftth,", "id: ftth, profile: line,")
    found = written.loaded(
        profile + line % "192.0.2.1, {ping: 192.0.2.2, vantage: noc}, {ping: 192.0.2.3, vantage: []}"
    )
    assert asked_from(found) == [(("noc", "dak-to"), "any"), (("noc",), "any"), ((), "any")]


def test_a_portal_says_it_for_its_end_points_before_its_profile(written: Written) -> None:
    found = written.loaded(
        "profiles: {web: {checks: [{probe: http, vantage: elsewhere, see: any}, {tcp: '192.0.2.1:1'}]}}\n"
        "portals:\n"
        "  - {id: p, name: P, profile: web, vantage: [noc, dak-to],\n"
        "     endpoints: ['https://a.example/', {http: 'https://b.example/', vantage: hanoi, see: majority}]}\n"
    )
    (portal,) = found.portals
    assert [(each.target, each.vantage, each.see) for each in found.endpoints_of(portal)] == [
        ("https://a.example/", ("noc", "dak-to"), "any"),
        ("https://b.example/", ("hanoi",), "majority"),
        ("192.0.2.1:1", ("noc", "dak-to"), "all"),
    ]


def test_the_named_places_are_told_in_the_order_of_the_file(written: Written) -> None:
    found = written.loaded(
        "profiles: {line: {checks: [{probe: ping, vantage: x}, {tcp: '192.0.2.1:1', vantage: [y]}]}}\n"
        "portals: [{id: p, name: P, vantage: z, endpoints: [{http: 'https://a.example/', vantage: [x, w]}]}]\n"
        + LINE
        % "{ping: 192.0.2.1, vantage: [v, x]}"
    )
    assert named_vantages(found) == ("x", "y", "z", "w", "v")


def test_a_name_follows_the_rules_of_ids_and_the_right_one_is_told(written: Written) -> None:
    assert written.complaints(LINE % "{ping: 192.0.2.1, vantage: [noc, Đắk Tô]}") == [
        "4:110 “Đắk Tô” is no name of a vantage: small letters a-z, digits and single hyphens make one,"
        " at most 32 of them. Write dak-to."
    ]


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("{ping: 192.0.2.1, vantage: [noc, noc]}", "The vantage noc stands here twice."),
        ("{ping: 192.0.2.1, vantage: [noc], see: most}", "“most” can't stand here, only all, majority, any."),
        (
            "{ping: 192.0.2.1, see: any}",
            "see says from how many vantages, and no vantage is named. "
            "Write vantage: and the names of places, or delete see.",
        ),
        ("{ping: 192.0.2.1, vantag: noc}", "There is no key vantag here. Did you mean vantage?"),
        (f"{{ping: 192.0.2.1, vantage: [{MANY}]}}", "The list has more than 100 items."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_what_to_write(endpoint: str, said: str, written: Written) -> None:
    (complaint,) = written.complaints(LINE % endpoint)
    assert complaint.partition(" ")[2] == said


def test_what_every_machine_asks_has_no_vantage(written: Written) -> None:
    complaints = written.complaints(
        "reference: {ping: 127.0.0.1, vantage: noc}\n"
        "speed_server: {bandwidth: 'http://speed.example/', vantage: noc}\n"
        "carriers: [{id: x, name: X, speed_server: {bandwidth: 'http://speed.example/', see: any}}]\n"
    )
    assert [each.partition(" ")[2] for each in complaints] == [
        "Every machine that checks asks this: vantage has no place here. Delete it.",
        "Every machine that checks asks this: vantage has no place here. Delete it.",
        "Every machine that checks asks this: see has no place here. Delete it.",
    ]


def test_a_rule_without_places_is_told_of_portals_too(written: Written) -> None:
    complaints = written.complaints(
        "portals: [{id: p, name: P, see: any, endpoints: ['https://a.example/']}]\n"
    )
    assert ["see says from how many vantages" in each for each in complaints] == [True]


@pytest.mark.parametrize("vantage", ["noc", ["noc", "dak-to"], []])
def test_editors_take_one_name_and_lists(vantage: object) -> None:
    inventory = {
        "version": 1,
        "province": {"code": "62", "name": "Kon Tum"},
        "profiles": {"line": {"checks": [{"probe": "ping", "vantage": vantage, "see": "any"}]}},
        "portals": [
            {
                "id": "p",
                "name": "P",
                "vantage": vantage,
                "endpoints": [{"ping": "a.example", "vantage": vantage}],
            }
        ],
    }
    Draft202012Validator(json_schema()).validate(inventory)
