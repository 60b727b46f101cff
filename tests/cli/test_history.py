"""`history`: a site over time from a store, as people and programs read it; what can't be answered is one sentence."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kontum_netcheck.model import Cause, Countersignature, Outcome, RunBegun
from kontum_netcheck.store.store import Store
from tests.cli.prepared import Prepared
from tests.cli.process import Done, Program, program_in
from tests.cli.remembered import CALL, PING, SITES, START, STORE, bad, good, keep, keep_days, seen
from tests.cli.terminal import Terminal

History = Callable[..., Done]


pytestmark = pytest.mark.xdist_group("history")  # one worker: what they read is made once


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an inventory and a store of two days; nobody writes to it."""
    folder = tmp_path_factory.mktemp("days")
    (folder / "sites.yaml").write_text(SITES, encoding="utf-8")
    keep_days(folder)
    return folder


@pytest.fixture
def history(days: Path, prepared: Prepared) -> History:
    """Run `history` on the two days."""

    def run(*arguments: str, **variables: str) -> Done:
        store = {"KONTUM_NETCHECK_STORE": str(days / STORE)}
        return program_in(days, prepared)("history", *arguments, **(store | variables))

    return run


@pytest.fixture
def fresh(program: Program, tmp_path: Path) -> History:
    """Run `history` in a folder with an inventory and no store yet."""
    (tmp_path / "sites.yaml").write_text(SITES, encoding="utf-8")

    def run(*arguments: str, **variables: str) -> Done:
        return program(
            "history", *arguments, **({"KONTUM_NETCHECK_STORE": str(tmp_path / STORE)} | variables)
        )

    return run


def rows(done: Done) -> list[dict[str, str]]:
    """The rows of machine CSV."""
    return list(csv.DictReader(io.StringIO(done.out)))


# a service


def test_a_line_is_plotted_with_its_limits_and_gaps(history: History) -> None:
    done = history("thpt-a/ftth")
    assert (done.code, done.err) == (0, "")
    assert "mean round trip (ms) (at most 50, 150)" in done.out
    strip = next(line for line in done.out.splitlines() if "xxx" in line)
    assert "-- " in strip and " --" in strip  # the night
    assert "!!" in strip
    assert all(len(line) <= 80 for line in done.out.splitlines())


def test_every_change_has_its_time_and_reason(history: History) -> None:
    out = history("thpt-a/ftth").out
    assert (
        "2024-06-26 08:00  ! Degraded  ping · 192.0.2.1\n    mean round trip (ms): 90, should be at most 50"
        in out
    )
    assert "2024-06-26 16:20  ✗ Not ready  ping · 192.0.2.1\n    no answer in time" in out


def test_an_outage_took_an_interval_to_recover(history: History) -> None:
    out = history("thpt-a/ftth").out
    assert "2024-06-26 16:20 – 2024-06-26 17:50  ping · 192.0.2.1" in out
    assert "recovered after 1 h 20 min to 1 h 40 min: no answer in time" in out


def test_the_night_is_a_gap_and_no_availability(history: History) -> None:
    out = history("thpt-a/ftth").out
    assert "2024-06-25 18:40 – 2024-06-26 03:00 (8 h 20 min): nobody asked; all checks" in out
    days = rows(history("thpt-a/ftth/ping", "--rows", "days", "-f", "csv", "--csv-keys"))
    assert [day["covered_s"] for day in days] == ["42000", "75600", "24600"]
    assert [day["worked_count"] for day in days] == ["71", "117", "42"]
    assert (days[1]["available_least_pct"], days[1]["available_most_pct"]) == ("92.063492", "93.650794")


def test_plain_text_is_for_every_device(history: History) -> None:
    assert not set(history("thpt-a/ftth").out) & {chr(code) for code in range(0x2800, 0x2900)}
    assert "⠒" in history("thpt-a/ftth", "--format", "table").out


@pytest.mark.parametrize("term", ["linux", "dumb"])
def test_a_terminal_without_braille_gets_stars(history: History, term: str) -> None:
    assert "*" in history("thpt-a/ftth", "--format", "table", TERM=term).out


def test_in_a_terminal_it_is_a_table(days: Path) -> None:
    with Terminal(
        ["history", "thpt-a/ftth"], days, KONTUM_NETCHECK_STORE=str(days / STORE), TERM="xterm"
    ) as terminal:
        assert terminal.end() == 0
    assert "━" in terminal.screen


def test_another_metric_can_be_followed(history: History) -> None:
    assert "echoes sent" in history("thpt-a/ftth/ping", "--metric", "sent_count").out


def test_vietnamese_times_and_words(history: History) -> None:
    out = history("thpt-a/ftth", "--lang", "vi").out
    assert "26/06/2024 16:20  ✗ Chưa sẵn sàng  ping · 192.0.2.1" in out
    assert "khôi phục sau 1 giờ 20 phút đến 1 giờ 40 phút" in out


# a site, and how it is named


def test_a_site_shows_all_its_checks_and_where_the_plots_are(history: History) -> None:
    out = history("thpt-a").out
    assert "Internet ftth · ping · 192.0.2.1" in out
    assert "Internet ftth · tcp · 192.0.2.1:443" in out
    assert "Plots and days: kontum-netcheck history thpt-a/ftth" in out


@pytest.mark.parametrize(
    "words",
    [
        ["Trường THPT A/ftth"],
        ["truong thpt a", "ftth"],
        ["sites.yaml", "thpt-a/ftth"],
        ["./sites.yaml", "thpt-a", "ftth"],
        ["thpt-a/FTTH"],
    ],
)
def test_a_line_may_be_named_as_people_do(history: History, words: list[str]) -> None:
    assert "Trường THPT A · ftth" in history(*words).out


def test_portals_are_places_too(fresh: History, tmp_path: Path) -> None:
    keep(tmp_path, "a", [seen(0, "portal/results/http", total_ms=120.0)])
    for word in ("portal/results", "results", "tra cứu điểm thi"):
        assert "http · https://portal.example/" in fresh(word).out


def test_evidence_of_a_site_that_the_inventory_lost_is_shown(fresh: History, tmp_path: Path) -> None:
    keep(tmp_path, "a", [good(0, check_id="thpt-old/ftth/ping"), good(10, check_id="thpt-old/ftth/ping")])
    done = fresh("thpt-old")
    assert done.code == 0
    assert "Today's inventory does not have this check" in done.out


# from several places


def test_where_several_places_ask_each_has_its_count_and_one_can_be_chosen(
    fresh: History, tmp_path: Path
) -> None:
    there = [replace(bad(minutes), vantage="so-gddt") for minutes in (5, 15)]
    keep(tmp_path, "a", [good(0), good(10), *there])
    out = fresh("thpt-a").out
    assert "Worked in 2 of 4 checks" in out
    assert "From noc: worked in 2 of 2 checks." in out
    assert "From so-gddt: worked in 0 of 2 checks." in out
    assert "checked from so-gddt" in out
    one = fresh("thpt-a", "--vantage", "SO-GDDT", KONTUM_NETCHECK_VANTAGE="noc").out
    assert "Worked in 0 of 2 checks" in one and "From " not in one
    wrong = fresh("thpt-a", "--vantage", "hue")
    assert (wrong.code, wrong.out) == (3, "")
    assert wrong.err == "--vantage: nothing of that time was checked from hue; it was from: noc, so-gddt.\n"
    assert "has no run of this time" in fresh("--vantage", "hue").err


# what people said


def test_a_persons_word_has_who_and_when_and_who_vouches(fresh: History, tmp_path: Path) -> None:
    keep(tmp_path, "rec", [seen(0, CALL, operator="Nguyễn Thị Lan", result="ok", voice_quality=2, note="ồn")])
    with Store.open(tmp_path / STORE) as store:
        (kept,) = store.series(CALL)
        store.keep([Countersignature(kept.id, "Trần Văn Minh", START)])
    out = fresh("thpt-a", "0260 3000 002").out
    assert "2024-06-25 07:00  ! Degraded  0260 3000 002" in out
    assert "voice quality, 1 to 5: 2, should be at least 3" in out
    assert "by Nguyễn Thị Lan, countersigned by Trần Văn Minh" in out


def test_what_was_corrected_is_shown_and_counts_for_nothing(fresh: History, tmp_path: Path) -> None:
    keep(tmp_path, "rec", [seen(0, CALL, Outcome.FAILED, cause=Cause.BUSY, operator="Lan", result="busy")])
    with Store.open(tmp_path / STORE) as store:
        (wrong,) = store.series(CALL)
    keep(tmp_path, "rec2", [seen(5, CALL, operator="Lan", result="ok", corrects=wrong.id)])
    out = fresh("thpt-a/phone-1").out
    assert "corrected since" in out
    assert "Worked in 1 of 1 checks" in out
    assert "Outages" not in out


# for programs


def test_json_has_everything(history: History) -> None:
    found = json.loads(history("thpt-a/ftth", "--format", "json").out)
    assert (found["format"], found["version"]) == ("kontum-netcheck/history", 1)
    ping = found["checks"][0]
    assert ping["id"] == PING
    assert len(ping["observations"]) == 239
    assert ping["outages"][0]["recovered_least_s"] == 4800
    assert ping["gaps"] == [
        {"start": "2024-06-25T11:40:00.000Z", "end": "2024-06-25T20:00:00.000Z", "reason": "nobody asked"}
    ]


def test_csv_has_an_observation_a_row(history: History) -> None:
    found = rows(history("thpt-a/ftth/ping", "--format", "csv", "--csv-keys"))
    assert len(found) == 239
    assert found[0]["started_at"] == "2024-06-25T00:00:00.000Z"
    assert (found[0]["rtt_avg_ms"], found[0]["readiness"]) == ("12", "ready")
    assert {row["failure_cause"] for row in found if row["outcome"] == "failed"} == {"timeout"}


def test_files_are_written_by_suffix(history: History, tmp_path: Path) -> None:
    names = ("h.csv", "h.json", "h.txt")
    done = history("thpt-a/ftth", *(word for name in names for word in ("-o", str(tmp_path / name))))
    assert done.code == 0
    assert all((tmp_path / name).stat().st_size for name in names)


def test_without_a_site_the_latest_runs_are_listed(history: History) -> None:
    done = history()
    assert done.code == 0
    assert "\nrun-287  2024-06-27 06:50" in done.out
    assert "kontum-netcheck diff RUN RUN" in done.out
    assert json.loads(history("-f", "json").out)["runs"][0]["id"] == "run-287"


def test_a_run_without_an_end_may_still_go_on_and_one_from_a_site_names_it(
    fresh: History, tmp_path: Path
) -> None:
    (tmp_path / "sites.yaml").write_text(SITES, encoding="utf-8")
    keep(tmp_path, "a1", [good(0)], partial=True, at="thpt-a")
    with Store.open(tmp_path / STORE) as store:
        store.keep([RunBegun("b1", START, "1.0", "sites.yaml", "")])
    told = fresh("--format", "csv").out
    assert "--at thpt-a" in told
    assert "everything; broken off, or not over yet" in told
    assert max(map(len, fresh().out.splitlines())) <= 80


# times


def test_a_day_as_the_end_counts_whole_and_zones_are_understood(history: History) -> None:
    day = ["--since", "26/06/2024", "--until", "26/06/2024"]
    found = rows(history("thpt-a/ftth/ping", *day, "-f", "csv", "--csv-keys"))
    assert (found[0]["started_at"], found[-1]["started_at"]) == (
        "2024-06-25T20:00:00.000Z",
        "2024-06-26T16:50:00.000Z",
    )
    utc = ["--since", "2024-06-26T16:50+00:00", "--until", "2024-06-26T17:00Z"]
    assert len(rows(history("thpt-a/ftth/ping", *utc, "-f", "csv", "--csv-keys"))) == 1


# what can't be answered


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["thp-a"], "There is no site thp-a in the inventory, nor in the store. Did you mean thpt-a?"),
        (["thpt-a/fth"], "Did you mean ftth?"),
        (["thpt-b"], "has no evidence of thpt-b"),
        (["thpt-a", "--since", "1/1/2024", "--until", "2/1/2024"], "the newest is of 2024-06-27 06:50"),
        (
            ["thpt-a", "--since", "3/1/2024", "--until", "2/1/2024"],
            "--until (2/1/2024) comes before --since (3/1/2024)",
        ),
        (["thpt-a", "--since", "2999-01-01"], "has not come yet"),
        (["thpt-a", "--since", "soon"], "--since: write a day"),
        (["thpt-a", "--metric", "rtt_avg"], "Did you mean rtt_avg_ms?"),
        (["thpt-a", "--format", "xlsx"], "There is no format xlsx"),
        (["thpt-a", "-o", "x.pdf"], "x.pdf: the suffix tells the format"),
        (["thpt-a", "ftth", "ping"], "There is no place for ping."),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(history: History, words: list[str], said: str) -> None:
    done = history(*words)
    assert (done.code, done.out) == (3, "")
    assert said in done.err
    assert len(done.err.splitlines()) == 1


def test_a_store_that_is_not_there_or_empty(fresh: History, tmp_path: Path) -> None:
    assert fresh("thpt-a").code == 3
    assert "There is no store" in fresh("thpt-a").err
    Store.open(tmp_path / STORE).close()
    assert "has no evidence of thpt-a" in fresh("thpt-a").err
    assert "has no run of this time" in fresh().err


def test_names_from_elsewhere_cannot_drive_the_terminal(fresh: History, tmp_path: Path) -> None:
    keep(tmp_path, "a", [seen(0, CALL, operator="\x1b[2JLan", result="ok", note="a\nb\u202e")])
    out = fresh("thpt-a").out
    assert "\x1b" not in out and "\u202e" not in out
    assert r"\x1b[2JLan" in out


def test_an_older_target_is_named(fresh: History, tmp_path: Path) -> None:
    keep(tmp_path, "a", [seen(0, PING, rtt_avg_ms=9.0, target="192.0.2.99"), bad(10), good(20)])
    assert "at that time the target was 192.0.2.99" in fresh("thpt-a").out
