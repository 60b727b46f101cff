"""`history`, its list of runs and `diff` as JSON: what their schemas say and no more, on SQLite and on PostgreSQL."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kontum_netcheck.model import Countersignature, Outcome
from kontum_netcheck.store.store import Store
from tests.cli.process import Program
from tests.cli.remembered import CALL, SITES, START, STORE, TCP, bad, good, keep, seen
from tests.json_schemas import closed, schema


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store with an outage, a gap, a person's word that was countersigned, and a check that is gone."""
    (tmp_path / "sites.yaml").write_text(SITES, encoding="utf-8")
    url = str(tmp_path / STORE) if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    keep(url, "a1", [good(0), good(10), bad(20), good(30), seen(35, outcome=Outcome.SKIPPED), bad(900)])
    keep(url, "b1", [bad(910), seen(905, CALL, operator="Lan", result="ok"), seen(901, TCP, connect_ms=8.0)])
    keep(url, "c1", [good(915, check_id="thpt-a/old/ping")], partial=True, at="thpt-a")
    with Store.open(url) as store:
        (call,) = store.series(CALL)
        store.keep([Countersignature(call.id, "Minh", START)])
    return str(url)


def told(program: Program, where: str, *arguments: str) -> Any:
    done = program(*arguments, "--format", "json", KONTUM_NETCHECK_STORE=where)
    assert done.err == ""
    return json.loads(done.out)


def check(document: Any, name: str) -> None:
    assert document["format"] == f"kontum-netcheck/{name}"
    Draft202012Validator.check_schema(schema(name))
    Draft202012Validator(closed(schema(name))).validate(document)


def test_a_history_is_as_its_schema_says(program: Program, where: str) -> None:
    document = told(program, where, "history", "thpt-a")
    check(document, "history")
    every = [each for checks in document["checks"] for each in checks["observations"]]
    assert [each["countersigned_by"] for each in every if each["operator"] == "Lan"] == [["Minh"]]
    assert any(checks["outages"] for checks in document["checks"])
    assert any(checks["gaps"] for checks in document["checks"])
    assert not all(checks["in_inventory"] for checks in document["checks"])


def test_the_runs_are_as_their_schema_says(program: Program, where: str) -> None:
    document = told(program, where, "history")
    check(document, "runs")
    assert [run["id"] for run in document["runs"]] == ["c1", "b1", "a1"]


def test_a_difference_is_as_its_schema_says(program: Program, where: str) -> None:
    document = told(program, where, "diff", "a1", "b1")
    check(document, "diff")
    assert document["counts"]["new"] == 2
