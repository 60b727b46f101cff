"""`check` keeps what it finds and knows what was found before; `report` judges the same without asking."""

import csv
import json
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kontum_netcheck.model import Countersignature
from kontum_netcheck.store.entries import encode
from kontum_netcheck.store.store import Store
from tests.bundles.made import NOON, call, kept
from tests.cli.process import Done, Program

STORE = "evidence.sqlite"
SITES = """\
version: 1
province: {{code: "62", name: Kon Tum}}
districts: [{{code: "608", name: Thành phố Kon Tum}}]
sites:
  - id: a
    name: Trường A
    district: "608"
    phones: [{{id: duty, number: {number}, loudspeaker: true}}]
    internet: [{{id: ftth, endpoints: [{{tcp: "127.0.0.1:{port}"}}]}}]
"""


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def here(tmp_path: Path, port: int) -> Callable[..., None]:
    def write(number: str = "0260 3 000 001", port: int = port) -> None:
        (tmp_path / "sites.yaml").write_text(SITES.format(number=number, port=port), encoding="utf-8")

    write()
    return write


@pytest.fixture
def run(program: Program) -> Program:
    def with_store(*arguments: str, **variables: str) -> Done:
        return program(*arguments, **({"KONTUM_NETCHECK_STORE": STORE} | variables))

    return with_store


def record_ok(run: Program, *more: str) -> None:
    assert run("record", "a", "duty", "--result", "ok", "--operator", "Lan", *more).code == 0


def document(done: Done) -> dict[str, object]:
    found: dict[str, object] = json.loads(done.out)
    return found


def test_who_countersigned_is_told_from_then_on_in_every_format(
    run: Program, here: Callable[..., None], tmp_path: Path
) -> None:
    here("0260 3 000 002")
    with Store.open(tmp_path / STORE) as store:
        told = kept(call(operator="Lan", line="a/duty"))
        store.keep([*told, Countersignature(encode(told[-1]).id, "Minh", NOON + timedelta(hours=1))])
    before = run("report", "--as-of", "10/6/2026 19:59", "--by", "check", "-f", "jsonl").out.splitlines()
    assert [json.loads(line)["countersigned_by"] for line in before] == [[], []]
    files = ("-o", "a.csv", "-o", "a.jsonl", "--csv-keys")
    done = run("report", "--as-of", "10/6/2026 20:01", "--by", "check", "-f", "plain", *files)
    assert "Lan, 2026-06-10 19:00; countersigned by Minh" in done.out
    rows = csv.DictReader((tmp_path / "a.csv").read_text(encoding="utf-8").splitlines())
    assert [row["countersigned_by"] for row in rows] == ["", "Minh"]
    lines = (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["countersigned_by"] for line in lines] == [[], ["Minh"]]


def test_what_a_person_recorded_and_what_is_measured_are_one_picture(run: Program, here: object) -> None:
    assert run("check").code == 3
    record_ok(run)
    assert run("check").code == 0


def test_report_says_the_same_without_asking(run: Program, here: Callable[..., None]) -> None:
    record_ok(run)
    run("check")
    report = document(run("report", "--format", "json"))
    assert report["summary"]["sites"]["ready"] == 1  # type: ignore[index]
    assert report["run"]["stored"] is True  # type: ignore[index]


def test_a_newer_failure_counts_more_than_what_was_fine_before(
    run: Program, here: Callable[..., None], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        here(port=server.getsockname()[1])
        record_ok(run)
        assert run("check").code == 0
    assert run("check").code == 2
    assert run("report").code == 2


def test_report_of_the_past_knows_nothing_of_later_evidence(run: Program, here: object) -> None:
    record_ok(run, "--at", "2026-01-02 10:00")
    run("check")
    before = document(run("report", "--as-of", "2026-01-02 11:00", "--format", "json", "--by", "check"))
    outcomes = {
        check["id"]: check["outcome"]
        for service in before["sites"][0]["services"]  # type: ignore[index]
        for check in service["checks"]
    }
    assert outcomes == {"a/duty/call": "measured", "a/ftth/tcp": None}


def test_a_moment_that_has_not_come_has_no_report(run: Program, here: object) -> None:
    run("check")
    done = run("report", "--as-of", "2999-01-01 06:30")
    assert done.code == 3
    assert "2999-01-01 06:30 has not come yet" in done.err


def test_old_evidence_is_not_checked_and_tells_its_age(run: Program, here: object) -> None:
    record_ok(run, "--at", "2026-01-02 10:00")
    assert "last checked" in run("report", "--probe", "call").out


def test_evidence_of_a_number_that_was_changed_since_does_not_count(
    run: Program, here: Callable[..., None]
) -> None:
    record_ok(run)
    here(number="0260 3 000 009")
    done = run("report", "--by", "check")
    assert done.code == 3
    assert "another target, +842603000001" in done.out


def test_a_correction_takes_the_place_of_what_it_corrects(run: Program, here: object) -> None:
    run("record", "a", "duty", "--result", "busy", "--operator", "Lan")
    assert run("report", "--probe", "call").code == 2
    record_ok(run, "--corrects", "last")
    assert run("report", "--probe", "call").code == 0


def test_people_who_differ_are_both_named(run: Program, here: object) -> None:
    record_ok(run)
    run("record", "a", "duty", "--result", "busy", "--operator", "Minh")
    done = run("report", "--probe", "call")
    assert done.code == 2
    assert "Lan" in done.out
    assert "Minh" in done.out
    assert "worse one counts" in done.out


def test_sites_that_the_inventory_no_longer_has_are_listed(
    run: Program, here: object, tmp_path: Path
) -> None:
    run("check")
    text = (tmp_path / "sites.yaml").read_text(encoding="utf-8").replace("- id: a", "- id: b")
    (tmp_path / "sites.yaml").write_text(text, encoding="utf-8")
    assert "evidence of 1 sites that this inventory doesn't have: a." in run("report").out


def test_without_a_store_nothing_is_known_and_nothing_kept(
    run: Program, here: object, tmp_path: Path
) -> None:
    record_ok(run)
    size = (tmp_path / STORE).stat().st_size
    assert run("check", "--no-store").code == 3
    assert (tmp_path / STORE).stat().st_size == size


def test_a_store_that_is_none_is_told_before_anything_is_asked(
    run: Program, here: object, tmp_path: Path
) -> None:
    (tmp_path / STORE).write_bytes(b"This is no database, and never was one. " * 100)
    done = run("check")
    assert done.code == 3
    assert STORE in done.err
    assert done.out == ""


def test_report_without_a_store_says_what_makes_one(run: Program, here: object) -> None:
    done = run("report")
    assert done.code == 3
    assert "check" in done.err


def test_the_demo_keeps_nothing(run: Program, tmp_path: Path) -> None:
    assert run("demo", "-q").code == 2
    assert not (tmp_path / STORE).exists()


def test_every_run_is_kept_with_its_end(run: Program, here: object, tmp_path: Path) -> None:
    from kontum_netcheck.store.store import Store

    run("check", "--operator", "Lan", "--vantage", "noc")
    with Store.open(tmp_path / STORE, writable=False) as store:
        (past,) = store.runs()
    assert (past.begun.operator, past.begun.vantage) == ("Lan", "noc")
    assert past.end is not None
    assert past.observations_count == 1  # the phone was not asked: that is no evidence
