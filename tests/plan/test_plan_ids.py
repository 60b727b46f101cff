"""No two questions of a plan have the same id: the answer to one would be taken for the answer to the other."""

import json
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kontum_netcheck.inventory.loader import load
from kontum_netcheck.inventory.problem import InventoryErrors
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.plan import plan

TARGETS = {
    "ping": "192.0.2.1",
    "dns": "a.example",
    "http": "https://a.example/",
    "tcp": "192.0.2.1:443",
}
ID_WORDS = ["2", "a", "n2", "2-a", "gateway", "resolver", "onsite-gateway", "results-http", "portal"]


@st.composite
def an_endpoint(draw: st.DrawFn) -> dict[str, str]:
    probe = draw(st.sampled_from(sorted(TARGETS)))
    typed = draw(st.none() | st.none() | st.sampled_from(ID_WORDS))
    return {probe: TARGETS[probe], **({"id": typed} if typed else {})}


endpoints = st.lists(an_endpoint(), max_size=4)
profile_names = st.none() | st.sampled_from(["one", "two"])


@st.composite
def a_line(draw: st.DrawFn, name: str) -> dict[str, Any]:
    onsite = draw(st.lists(st.sampled_from(["gateway", "resolver", "portals", "bandwidth"]), unique=True))
    return {
        "id": name,
        "endpoints": draw(endpoints),
        "onsite": onsite,
        "profile": draw(profile_names),
    }


@st.composite
def a_site(draw: st.DrawFn, name: str) -> dict[str, Any]:
    numbers = draw(st.lists(st.sampled_from(["0260 3000 001", "0260 3000 002"]), unique=True))
    return {
        "id": name,
        "name": name,
        "district": "608",
        "internet": [
            draw(a_line(word)) for word in draw(st.lists(st.sampled_from(["ftth", "4g", "2"]), unique=True))
        ],
        "phones": numbers,
        "faxes": numbers,
        "checklist": [
            {"id": word, "name": word}
            for word in draw(st.lists(st.sampled_from(["ups", "3", "call"]), unique=True))
        ],
        "profile": draw(profile_names),
    }


@st.composite
def inventories(draw: st.DrawFn) -> dict[str, Any]:
    portals = draw(st.lists(st.sampled_from(["results", "2", "department"]), unique=True))
    return {
        "version": "1",
        "province": {"code": "62", "name": "Kon Tum"},
        "districts": [{"code": "608", "name": "Thành phố Kon Tum"}],
        "profiles": {name: {"checks": draw(endpoints)} for name in ("one", "two")},
        "portals": [{"id": word, "name": word, "endpoints": draw(endpoints)} for word in portals],
        "sites": [
            draw(a_site(word))
            for word in draw(st.lists(st.sampled_from(["a", "b", "2"]), unique=True, max_size=2))
        ],
    }


def filled(value: Any) -> Any:
    """Without the keys that have no value."""
    if isinstance(value, dict):
        return {key: filled(inner) for key, inner in value.items() if inner not in (None, [])}
    return [filled(inner) for inner in value] if isinstance(value, list) else value


def loaded(file: Path, typed: dict[str, Any]) -> Inventory | None:
    """The inventory, or None where the loader refuses it: JSON is YAML, too."""
    file.write_text(json.dumps(filled(typed)), encoding="utf-8")
    try:
        return load(file).inventory
    except InventoryErrors:
        return None


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("inventory") / "sites.yaml"


@given(inventories())
def test_no_two_questions_of_a_valid_inventory_have_one_id(file: Path, typed: dict[str, Any]) -> None:
    inventory = loaded(file, typed)
    assume(inventory is not None)
    ids = [check.id for check in plan(cast(Inventory, inventory)).checks]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "line",
    [
        [{"tcp": "a.example:80"}, {"tcp": "a.example:81"}, {"tcp": "a.example:82", "id": "2"}],
        [{"ping": "192.0.2.1", "id": "a"}, {"ping": "192.0.2.2", "id": "a"}],
    ],
)
def test_ids_that_would_stand_for_two_questions_are_refused(file: Path, line: list[dict[str, str]]) -> None:
    site = {"id": "a", "name": "A", "district": "608", "internet": [{"id": "ftth", "endpoints": line}]}
    districts = [{"code": "608", "name": "Kon Tum"}]
    head = {"version": "1", "province": {"code": "62", "name": "Kon Tum"}, "districts": districts}
    assert loaded(file, {**head, "sites": [site]}) is None
    del line[-1]["id"]
    assert loaded(file, {**head, "sites": [site]}) is not None
