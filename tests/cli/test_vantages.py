"""`check --vantage`: what names that place is asked; what names others is judged by what they kept."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.cli.process import Done, Program
from tests.json_schemas import closed, schema

SITES = """\
version: 1
province: {{code: "62", name: Kon Tum}}
districts: [{{code: "612", name: Đắk Tô}}]
profiles:
  line: {{checks: [{{probe: tcp, timeout_s: 1}}]}}
sites:
  - id: a
    name: Trường A
    district: "612"
    profile: line
    internet:
      - id: ftth
        endpoints:
          - {{tcp: "127.0.0.1:{port}", vantage: [noc, dak-to]}}
          - {{tcp: "127.0.0.1:{port}", id: anybody}}
"""


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def run(program: Program, tmp_path: Path, server: socket.socket) -> Program:
    """With an inventory of one line, which two places ask, and a store."""
    text = SITES.format(port=server.getsockname()[1])
    (tmp_path / "sites.yaml").write_text(text, encoding="utf-8")

    def with_store(*arguments: str, **variables: str) -> Done:
        return program(*arguments, **({"KONTUM_NETCHECK_STORE": "evidence.sqlite"} | variables))

    return with_store


def reasons(done: Done) -> dict[str, str]:
    """Of each check why it stands so, by its id without the line."""
    document = json.loads(done.out)
    (service,) = document["sites"][0]["services"]
    return {check["id"].removeprefix("a/ftth/"): check["reason"] for check in service["checks"]}


def test_without_a_vantage_only_what_names_none_is_asked_and_the_reason_says_which(run: Program) -> None:
    done = run("check", "-f", "json")
    assert done.code == 3
    assert reasons(done) == {
        "tcp": "asked from certain places only: noc, dak-to",
        "tcp/anybody": "in order",
    }


def test_what_the_other_place_kept_is_judged_too(run: Program) -> None:
    first = run("check", "--vantage", "noc", "-f", "json")
    assert (first.code, first.err) == (3, "")
    assert reasons(first)["tcp"] == "not checked from dak-to, up from noc: not asked yet"
    second = run("check", "--vantage", "dak-to", "-f", "json")
    assert (second.code, reasons(second)["tcp"]) == (0, "in order")


def test_up_from_one_place_and_down_from_another_is_said_so_from_the_store(
    run: Program, server: socket.socket
) -> None:
    run("check", "--vantage", "noc", "-q")
    server.close()
    assert run("check", "--vantage", "dak-to", "-q").code == 2
    done = run("report", "-f", "json")
    assert reasons(done)["tcp"] == "down from dak-to, up from noc: the connection was refused"
    by_place = run("report", "--by", "vantage", "-f", "plain").out
    assert "Seen from noc: 1 (1 ready)" in by_place
    assert "Seen from dak-to: 2 (2 not ready)" in by_place


def test_a_place_that_names_itself_nowhere_does_not_stand_for_one_that_is_named(run: Program) -> None:
    done = run("check", "--vantage", "nocc", "-f", "json")
    assert "The inventory names no vantage nocc, only noc, dak-to" in done.err
    assert "Did you mean noc?" in done.err
    assert reasons(done)["tcp"] == "asked from certain places only: noc, dak-to"


def test_a_vantage_is_taken_as_the_inventory_writes_it(run: Program) -> None:
    done = run("check", "--vantage", "Đắk Tô", "-f", "json")
    assert done.err == ""
    assert json.loads(done.out)["run"]["vantage"] == "dak-to"
    assert reasons(done)["tcp"] == "not checked from noc, up from dak-to: not asked yet"


def test_the_environment_names_the_vantage_too(run: Program) -> None:
    done = run("check", "-f", "json", KONTUM_NETCHECK_VANTAGE="noc")
    assert reasons(done)["tcp"] == "not checked from dak-to, up from noc: not asked yet"


def test_history_tells_the_places_apart_so_that_a_broken_way_is_no_coming_and_going(
    run: Program, server: socket.socket
) -> None:
    run("check", "--vantage", "noc", "-q")
    server.close()
    run("check", "--vantage", "dak-to", "-q")
    document = json.loads(run("history", "a", "-f", "json").out)
    Draft202012Validator(closed(schema("history"))).validate(document)
    found = [(each["id"], each.get("vantage"), each["readiness"]) for each in document["checks"]]
    assert found == [
        ("a/ftth/tcp", "noc", "ready"),
        ("a/ftth/tcp", "dak-to", "not_ready"),
        ("a/ftth/tcp/anybody", None, "not_ready"),
    ]
    said = run("history", "a", "-f", "plain").out
    assert "from noc" in said and "from dak-to" in said
    outages = run("history", "a", "-f", "csv", "--csv-keys", "--rows", "outages", "--lang", "en").out
    assert [row.rpartition(",")[2] for row in outages.splitlines()] == ["vantage", "dak-to", ""]


def test_answers_of_several_places_are_not_drawn_as_one_row(run: Program, tmp_path: Path) -> None:
    run("check", "--vantage", "noc", "-q")
    with_one_row = run("report", "-f", "html").out
    inventory = tmp_path / "sites.yaml"
    lines = inventory.read_text(encoding="utf-8").splitlines(keepends=True)
    inventory.write_text("".join(line for line in lines if "anybody" not in line), encoding="utf-8")
    assert ("<span class=past>" in with_one_row, "<span class=past>" in run("report", "-f", "html").out) == (
        True,
        False,
    )


def test_who_watches_from_a_place_asks_what_names_it(run: Program) -> None:
    run("watch", "--vantage", "noc", "--every", "10s", "--turns", "1")
    assert (
        reasons(run("report", "-f", "json"))["tcp"] == "not checked from dak-to, up from noc: not asked yet"
    )


def test_a_plan_says_what_is_asked_from_there(run: Program) -> None:
    nowhere, there = run("plan"), run("plan", "--vantage", "noc", "-f", "json")
    assert "asked from certain places only: noc, dak-to" in nowhere.out
    first, second = json.loads(there.out)["checks"]
    assert (first["skipped"], first["vantages"], first["see"]) == (None, ["noc", "dak-to"], "all")
    assert "vantages" not in second


def test_in_vietnamese_the_places_are_told_too(run: Program) -> None:
    done = run("check", "--vantage", "noc", "-f", "json", "--lang", "vi")
    assert reasons(done)["tcp"] == "chưa kiểm tra từ dak-to, thông từ noc: chưa đo"
