"""`record`: one answer by options, the wizard through a pipe and in a terminal, countersignatures."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.cli.process import Done, Program
from tests.cli.recorded import SITES, STORE, countersignatures, kept, results
from tests.cli.terminal import Terminal

LAN = ("--operator", "Nguyễn Thị Lan")
AT = ("--at", "27/6/2024 11:30")
Record = Callable[..., Done]


@pytest.fixture
def record(program: Program, tmp_path: Path) -> Record:
    """Run `record` with an inventory of its own and a store of its own."""
    (tmp_path / "sites.yaml").write_text(SITES, encoding="utf-8")

    def run(*arguments: str, typed: str | None = "", **variables: str) -> Done:
        store = {"KONTUM_NETCHECK_STORE": str(tmp_path / STORE)}
        return program("record", *arguments, typed=typed, **(store | variables))

    return run


# one answer by options


def test_an_answer_by_options_is_kept_and_said(record: Record, tmp_path: Path) -> None:
    done = record("thpt-a", "phone-1", "--result", "ok", "--quality", "4", "--note", "rõ", *LAN, *AT)
    assert (done.code, done.err) == (0, "")
    assert (
        "Kept: 0260 3000 002: in order (voice quality 4 of 5), 2024-06-27 11:30, Nguyễn Thị Lan" in done.out
    )
    (one,) = kept(tmp_path)
    assert one.observation.operator == "Nguyễn Thị Lan"
    assert one.observation.started_at.isoformat() == "2024-06-27T04:30:00+00:00"
    assert one.observation.metrics == {"result": "ok", "voice_quality": 4, "note": "rõ"}
    assert one.limits_id


def test_a_line_may_be_its_number_and_a_site_its_name(record: Record, tmp_path: Path) -> None:
    assert (
        record("trường thpt a", "0260.3000.003", "--result", "page-received", "--pages", "2", *LAN, *AT).code
        == 0
    )
    assert results(tmp_path) == [("fax-1", "page_received")]


def test_the_inventory_may_be_named_first(record: Record, tmp_path: Path) -> None:
    (tmp_path / "sites.yaml").rename(tmp_path / "other.yaml")
    assert record("other.yaml", "thpt-a", "generator", "--result", "ok", *LAN, *AT).code == 0
    assert record("./other.yaml", "thpt-a", "generator", "--result", "failed", *LAN).code == 0
    assert results(tmp_path) == [("generator", "ok"), ("generator", "failed")]


def test_who_may_stand_in_the_environment(record: Record, tmp_path: Path) -> None:
    done = record(
        "thpt-a",
        "phone-1",
        "--result",
        "busy",
        *AT,
        KONTUM_NETCHECK_OPERATOR="Lan",
        KONTUM_NETCHECK_AT="thpt-a",
    )
    assert done.code == 0
    assert kept(tmp_path)[0].observation.operator == "Lan"


def test_a_photo_is_kept_by_name_and_hash(record: Record, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"abc")
    assert record("thpt-a", "generator", "--result", "ok", "--photo", "a.jpg", *LAN, *AT).code == 0
    metrics = kept(tmp_path)[0].observation.metrics
    assert metrics["attachment_name"] == "a.jpg"
    assert metrics["attachment_sha256"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_the_same_answer_again_adds_nothing(record: Record, tmp_path: Path) -> None:
    for _ in range(2):
        done = record("thpt-a", "phone-1", "--result", "ok", *LAN, *AT)
    assert (done.code, len(kept(tmp_path))) == (0, 1)
    assert "already" in done.out


def test_a_correction_adds_and_takes_nothing_away(record: Record, tmp_path: Path) -> None:
    record("thpt-a", "phone-1", "--result", "busy", *LAN, *AT)
    assert record("thpt-a", "phone-1", "--result", "ok", "--corrects", "last", *LAN).code == 0
    wrong, right = sorted(kept(tmp_path), key=lambda each: each.observation.metrics["result"] == "ok")
    assert right.observation.metrics["corrects"] == wrong.id
    assert right.observation.started_at == wrong.observation.started_at
    other = record("thpt-a", "phone-1", "--result", "busy", "--corrects", "last", "--operator", "Minh")
    assert other.code == 3
    assert "Nguyễn Thị Lan" in other.err


BAD = [
    (("thpt-a", "phone-9", "--result", "ok", *LAN), "phone-1 | phone-2"),
    (("thpt-a", "060 3000 002", "--result", "ok", *LAN), "0260 3000 002"),
    (("thpt-a", "ftth", "--result", "ok", *LAN), "check --site thpt-a"),
    (("thpt-a", "phone-1", "--result", "okk", *LAN), "ok"),
    (("thpt-a", "phone-1", "--result", "page_received", *LAN), "kind of line"),
    (("thpt-a", "phone-1", "--result", "ok"), "--operator"),
    (("thpt-a", "phone-1", "--result", "ok", "--operator", " "), "--operator"),
    (("thpt-a", "phone-1", "--result", "ok", "--operator", "12"), "--operator"),
    (("thpt-a", "phone-1", "--result", "ok", *LAN, "--at", "27/6/2099 9:30"), "future"),
    (("thpt-a", "phone-1", "--result", "ok", *LAN, "--at", "27/6/2014 9:30"), "year"),
    (("thpt-a", "phone-1", "--result", "ok", *LAN, "--at", "later"), "09:30"),
    (("thpt-a", "phone-1", "--result", "busy", "--quality", "3", *LAN), "answered"),
    (("thpt-a", "fax-1", "--result", "ok", "--no-tone", *LAN), "tone"),
    (("thpt-a", "phone-1", "--result", "ok", "--photo", "none.jpg", *LAN), "none.jpg"),
    (("thpt-x", "phone-1", "--result", "ok", *LAN), "Did you mean thpt-"),
    (("thpt-a", "--result", "ok", *LAN), "phone-1, phone-2, fax-1, generator"),
    (("thpt-a", "phone-1", "--quality", "3", *LAN), "--result"),
    (("thpt-a", "phone-1", "--result", "ok", "--call-log", *LAN), "One at a time"),
    (("thpt-a", "phone-1", "more", "--result", "ok", *LAN), "more"),
    (("--result", "ok", *LAN), "thpt-a, thpt-b"),
    (("thpt-a", "phone-1", "--result", "", *LAN), "no answer that is known"),
    (("thpt-a", "-o", "a.csv", *LAN), "-o goes only with --sheet, --call-log."),
    (("thpt-a", "phone-1", "--result", "ok", "-o", "a.csv", *LAN), "-o goes only with"),
    (("thpt-a", "--skip-bad", *LAN), "--skip-bad goes only with --from."),
    (("thpt-a", "--since", "7d", *LAN), "--since goes only with --call-log."),
]


@pytest.mark.parametrize(("arguments", "says"), BAD, ids=range(len(BAD)))
def test_bad_input_is_one_sentence_and_nothing_is_kept(
    record: Record, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = record(*arguments)
    assert (done.code, done.out) == (3, "")
    assert any(part in done.err for part in says.split(" | ")), done.err
    assert len(done.err.splitlines()) == 1
    assert kept(tmp_path) == []


def test_a_time_in_another_zone_is_told_in_the_inventorys(record: Record, tmp_path: Path) -> None:
    done = record("thpt-a", "phone-1", "--result", "ok", *LAN, "--at", "2024-06-27T04:30Z")
    assert "2024-06-27 11:30 in Asia/Ho_Chi_Minh" in done.err
    assert kept(tmp_path)[0].observation.started_at.isoformat() == "2024-06-27T04:30:00+00:00"


def test_a_call_against_the_rules_is_kept_and_the_rule_is_told(record: Record, tmp_path: Path) -> None:
    quiet = record("thpt-a", "phone-1", "--result", "ok", *LAN, "--at", "27/6/2024 9:30")
    forbidden = record("thpt-a", "phone-2", "--result", "ok", *LAN, *AT)
    assert (quiet.code, forbidden.code, len(kept(tmp_path))) == (0, 0, 2)
    assert "From 2024-06-27 07:00 to 2024-06-27 11:00" in quiet.err
    assert "no_calls" in forbidden.err


def test_a_store_that_cannot_be_is_one_sentence(record: Record, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = record("thpt-a", "phone-1", "--result", "ok", *LAN, "--store", str(tmp_path / "file" / "e.sqlite"))
    assert (done.code, done.out, len(done.err.splitlines())) == (3, "", 1)


# the wizard


def test_the_wizard_asks_about_everything_and_keeps_each_answer(record: Record, tmp_path: Path) -> None:
    done = record("thpt-a", typed="Lan\n1\n4\nnghe rõ\n\n8\n2\n\n\n9\nhết dầu\n\n")
    assert done.code == 0, done.err
    assert results(tmp_path) == [("phone-1", "ok"), ("fax-1", "page_received"), ("generator", "failed")]
    assert done.out.count("Kept:") == 3
    assert {each.observation.operator for each in kept(tmp_path)} == {"Lan"}
    assert len({each.run_id for each in kept(tmp_path)}) == 1


def test_the_wizard_shows_the_number_what_to_do_and_what_is_known(record: Record) -> None:
    record("thpt-a", "phone-1", "--result", "busy", *LAN, *AT)
    asked = record("thpt-a", *LAN, typed="\n\n\n\n").err
    assert "Call 0260 3000 002, and ask who is speaking." in asked
    assert "Recorded last: 0260 3000 002: busy, 2024-06-27 11:30, Nguyễn Thị Lan" in asked
    assert "Send one page to 0260 3000 003" in asked
    assert "Look at it on the spot: Máy phát điện." in asked


def test_the_wizard_speaks_vietnamese(record: Record) -> None:
    done = record("thpt-a", *LAN, "--lang", "vi", typed="1\n\n\nq\n")
    assert "không ai nhấc máy" in done.err
    assert "Đã lưu: 0260 3000 002: tốt" in done.out


def test_a_number_that_must_not_be_called_is_not_proposed(record: Record) -> None:
    asked = record("thpt-a", *LAN, typed="\n\n\n\n").err
    assert "Never call this number." in asked
    assert "Call 0260 3000 051" not in asked


def test_in_quiet_hours_no_call_is_proposed_and_the_time_is_asked(record: Record, tmp_path: Path) -> None:
    now = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))
    start, end = (f"{now + timedelta(hours=shift):%Y-%m-%d %H:%M}" for shift in (-1, 1))
    before = now - timedelta(hours=2)
    sites = SITES.replace("2024-06-27 07:00", start).replace("2024-06-27 11:00", end)
    (tmp_path / "sites.yaml").write_text(sites, encoding="utf-8")
    done = record("thpt-a", *LAN, typed=f"3\n\n{before:%d/%m/%Y %H:%M}\n\nq\n")
    assert f"QUIET HOURS until {end}: do not call now." in done.err
    assert "Call 0260" not in done.err
    assert kept(tmp_path)[0].observation.started_at == before.replace(second=0, microsecond=0)


def test_one_line_alone_can_be_asked_about(record: Record, tmp_path: Path) -> None:
    assert record("thpt-a", "generator", *LAN, typed="1\n\n\n").code == 0
    assert results(tmp_path) == [("generator", "ok")]


def test_a_wrong_answer_is_asked_again(record: Record, tmp_path: Path) -> None:
    done = record("thpt-a", "fax-1", *LAN, typed="6\n8\n0\nzwei\n2\n\nnone.jpg\n\n")
    assert "kind of line" in done.err
    assert "whole number" in done.err
    assert "none.jpg" in done.err
    assert kept(tmp_path)[0].observation.metrics["pages_count"] == 2


def test_q_stops_and_what_was_answered_is_kept(record: Record, tmp_path: Path) -> None:
    done = record("thpt-a", *LAN, typed="1\n\n\nq\n")
    assert done.code == 0
    assert results(tmp_path) == [("phone-1", "ok")]


@pytest.mark.parametrize("who", [LAN, ()])
def test_without_anybody_at_the_keyboard_the_options_are_named(
    record: Record, tmp_path: Path, who: tuple[str, ...]
) -> None:
    done = record("thpt-a", *who, typed="")
    assert (done.code, done.out) == (3, "")
    assert "--result" in done.err
    assert kept(tmp_path) == []


def test_a_line_that_is_too_long_answers_no_later_question(record: Record, tmp_path: Path) -> None:
    done = record("thpt-a", "generator", *LAN, typed="1" * 5000 + "\n1\n\n\n")
    assert done.code == 0
    assert results(tmp_path) == [("generator", "ok")]


# in a terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Callable[..., Terminal]:
    (tmp_path / "sites.yaml").write_text(SITES, encoding="utf-8")
    store = str(tmp_path / STORE)
    return lambda *arguments: Terminal(["record", *arguments], tmp_path, KONTUM_NETCHECK_STORE=store)


def answer_one(person: Terminal) -> None:
    person.until("full name:")
    person.press("Lan\n")
    person.until("Answer (Enter: skip):")
    person.press("2\n")
    person.until("Note (Enter: none):")
    person.press("gọi 3 lần\n")
    person.until("Kept: 0260 3000 002: busy")
    person.until("Answer (Enter: skip):")


@pytest.mark.parametrize(
    ("keys", "code"), [("q\n", 0), ("\x04", 0), ("\x03", 130)], ids=["q", "Ctrl-D", "Ctrl-C"]
)
def test_however_it_ends_what_was_answered_is_kept(
    terminal: Callable[..., Terminal], tmp_path: Path, keys: str, code: int
) -> None:
    with terminal("thpt-a") as person:
        answer_one(person)
        person.press(keys)
        assert person.end() == code
        assert "Answers kept: 1." in person.screen
    assert [each.observation.metrics["note"] for each in kept(tmp_path)] == ["gọi 3 lần"]


def test_a_killed_program_loses_no_answer(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    with terminal("thpt-a") as person:
        answer_one(person)
        person.process.kill()
        person.end()
    assert results(tmp_path) == [("phone-1", "busy")]


# a second person


def test_another_person_vouches_for_it(record: Record, tmp_path: Path) -> None:
    record("thpt-a", "phone-1", "--result", "ok", *LAN, *AT)
    done = record("thpt-a", "phone-1", "--countersign", "--operator", "Trần Văn Minh", "--note", "nghe cùng")
    assert done.code == 0
    assert "Countersigned by Trần Văn Minh: 0260 3000 002" in done.out
    (signature,) = countersignatures(tmp_path, kept(tmp_path)[0])
    assert (signature.operator, signature.note) == ("Trần Văn Minh", "nghe cùng")
    again = record("thpt-a", "phone-1", "--countersign", "--operator", "tran van minh")
    assert again.code == 3
    assert "already" in again.err


def test_nobody_vouches_for_himself_or_for_nothing(record: Record, tmp_path: Path) -> None:
    record("thpt-a", "phone-1", "--result", "ok", *LAN, *AT)
    own = record("thpt-a", "phone-1", "--countersign", "--operator", "NGUYỄN THỊ LAN")
    nothing = record("thpt-a", "fax-1", "--countersign", "--operator", "Minh")
    assert (own.code, nothing.code) == (3, 3)
    assert "another person" in own.err
    assert countersignatures(tmp_path, kept(tmp_path)[0]) == ()


def test_a_whole_site_is_vouched_for_line_by_line(record: Record, tmp_path: Path) -> None:
    record("thpt-a", "phone-1", "--result", "ok", *LAN, *AT)
    record("thpt-a", "fax-1", "--result", "busy", *LAN, *AT)
    done = record("thpt-a", "--countersign", "--operator", "Minh", typed="\n1\n")
    assert done.code == 0
    phone, fax = kept(tmp_path, "thpt-a/phone-1")[0], kept(tmp_path, "thpt-a/fax-1")[0]
    assert countersignatures(tmp_path, phone) == ()
    assert [signature.operator for signature in countersignatures(tmp_path, fax)] == ["Minh"]
