"""Test calls through the program: safety first (whom it never calls), then what it says, keeps and judges."""

import json
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from tests.cli.bell import Bell, exchange
from tests.cli.process import Program
from tests.cli.terminal import Terminal
from tests.hayes import hayes_modem
from tests.sipp import free_sip_port

ONE, TWO, FAX = "0260 3 000 002", "0260 3 000 003", "0260 3 000 004"
Write = Callable[..., Path]


def line(number: str, **more: Any) -> dict[str, Any]:
    return {"number": number, "carrier": "vnpt", "via": "sip", "loudspeaker": "true", **more}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write ./sites.yaml with one site, its lines called over a trunk at that port."""

    def write(bell: Bell, *phones: Any, faxes: tuple[Any, ...] = (), **more: Any) -> Path:
        fax_lines = [{key: value for key, value in fax.items() if key != "loudspeaker"} for fax in faxes]
        data = {
            "version": 1,
            "province": {"code": "62", "name": "Kon Tum"},
            "carriers": [{"id": "vnpt", "name": "VNPT"}, {"id": "viettel", "name": "Viettel"}],
            "districts": [{"code": "608", "name": "Thành phố Kon Tum"}],
            "calls": {"gap_s": 0, "ring_for_s": 0.1},
            "trunks": [{"id": "gw", "sip": f"127.0.0.1:{bell.port}"}],
            **more,
            "sites": [
                {"id": "a", "name": "Trường A", "district": "608", "phones": list(phones), "faxes": fax_lines}
            ],
        }
        file = tmp_path / "sites.yaml"
        file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        return file

    return write


def quiet_now() -> list[dict[str, str]]:
    """A quiet window around this moment, in the local time of the inventory."""
    now = datetime.now(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    start, end = now - timedelta(hours=1), now + timedelta(hours=1)
    return [{"from": start.strftime("%Y-%m-%d %H:%M"), "to": end.strftime("%Y-%m-%d %H:%M")}]


# --- Whom it never calls ---


@pytest.mark.parametrize("command", ["check", "plan --calls", "lines list"])
def test_nobody_is_called_who_was_not_asked_to_be(program: Program, write: Write, command: str) -> None:
    with exchange() as bell:
        write(bell, line(ONE), faxes=(line(FAX),))
        program(*command.split())
    assert bell.seen == []


@pytest.mark.parametrize("command", ["check --calls", "lines test a"])
def test_nobody_is_called_in_a_quiet_window(program: Program, write: Write, command: str) -> None:
    with exchange() as bell:
        write(bell, line(ONE), quiet=quiet_now())
        done = program(*command.split())
    assert bell.seen == []
    assert done.code == 3
    assert "Call 1" not in done.err


@pytest.mark.parametrize("command", ["check --calls", "lines test a phone-1"])
def test_a_number_with_no_calls_is_never_called(program: Program, write: Write, command: str) -> None:
    with exchange() as bell:
        write(bell, line(ONE, no_calls="true"))
        assert program(*command.split()).code == 3
    assert bell.seen == []


@pytest.mark.parametrize("number", ["113", "1900 1234", "069 300 0002"])
def test_emergency_service_and_premium_numbers_are_never_called(
    program: Program, write: Write, number: str
) -> None:
    with exchange() as bell:
        write(bell, line(number))
        assert program("lines", "test", "a").code == 3
    assert bell.seen == []


@pytest.mark.parametrize("command", ["check --calls", "lines test a --times 9"])
def test_never_more_calls_than_are_allowed(program: Program, write: Write, command: str) -> None:
    with exchange() as bell:
        write(bell, *(line(f"0260 3 000 01{n}") for n in range(5)))
        program(*command.split(), "--most-calls", "3")
    assert bell.counts["INVITE"] == 3


def test_the_inventorys_own_most_holds_where_none_is_typed(program: Program, write: Write) -> None:
    with exchange() as bell:
        write(bell, line(ONE), line(TWO), calls={"gap_s": 0, "most_per_run": 1})
        program("check", "--calls")
    assert bell.called == ["02603000002"]


def test_an_extension_is_left_to_people(program: Program, write: Write) -> None:
    with exchange() as bell:
        write(bell, line(f"{ONE} máy lẻ 12"))
        done = program("lines", "test", "a")
    assert bell.seen == []
    assert "record a phone-1" in done.err


@pytest.mark.parametrize("prefix", ["113,", "9113", "AT"])
def test_a_modem_dials_nothing_in_front_that_is_no_outside_line(
    program: Program, write: Write, prefix: str
) -> None:
    with exchange() as bell:
        write(bell, line(ONE, via="modem"))
        done = program("lines", "test", "a", "--dial-prefix", prefix)
    assert done.code == 3
    assert f"--dial-prefix {prefix}" in done.err
    assert "Call 1" not in done.err


def test_a_voice_test_needs_a_phone_over_sip(program: Program, write: Write) -> None:
    with exchange() as bell:
        write(bell, line(ONE, via="modem"))
        done = program("lines", "test", "a", "--seconds", "5")
    assert (done.code, bell.seen) == (3, [])
    assert "--seconds" in done.err


def test_an_echo_needs_a_trunk_that_takes_it(program: Program, write: Write) -> None:
    with exchange() as bell:
        write(bell, line(ONE), trunks=[{"id": "gw", "sip": f"127.0.0.1:{free_sip_port()}"}])
        assert "This inventory has: gw" in program("lines", "answer", "gww").err
        done = program("lines", "answer", "gw")
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("gw: ")


# --- A dial tone, without a call ---


@pytest.mark.parametrize(("dialogue", "code"), [("dial_tone", 0), ("no_dial_tone", 2)])
def test_the_dial_tone_of_the_line_at_hand_calls_nobody(
    program: Program, write: Write, dialogue: str, code: int
) -> None:
    with exchange() as bell, hayes_modem(dialogue) as modem:
        write(bell, line(ONE, no_calls="true"), line(TWO))
        done = program("lines", "test", "a", "phone-1", "--dial-tone", "--device", modem.device)
        log = program("record", "--call-log", "--csv-keys").out.splitlines()
    assert (done.code, bell.seen) == (code, [])
    assert "Nobody is called" in done.err
    assert len(log) == 1


@pytest.mark.parametrize("words", ["a", "a phone-1 phone-2"])
def test_only_a_person_knows_which_line_the_modem_is_plugged_into(
    program: Program, write: Write, words: str
) -> None:
    with exchange() as bell:
        write(bell, line(ONE), line(TWO))
        done = program("lines", "test", *words.split(), "--dial-tone")
    assert (done.code, bell.seen) == (3, [])
    assert "phone-1, phone-2" in done.err


def test_no_line_is_taken_in_quiet_hours(program: Program, write: Write) -> None:
    with exchange() as bell:
        write(bell, line(ONE), quiet=quiet_now())
        done = program("lines", "test", "a", "phone-1", "--dial-tone", "--device", "/dev/null")
    assert done.code == 3
    assert "Quiet hours" in done.err


# --- Quiet hours, with a reason ---


@pytest.mark.parametrize("answers", ["486 Busy Here", "503 Service Unavailable"])
def test_a_reason_to_call_in_quiet_hours_is_kept_with_each_call(
    program: Program, write: Write, answers: str
) -> None:
    with exchange(answers) as bell:
        write(bell, line(ONE), quiet=quiet_now())
        program("lines", "test", "a", "--ignore-quiet", "line repaired at 08:10")
        assert bell.counts["INVITE"] == 1
        log = program("record", "--call-log", "--csv-keys").out
    assert "line repaired at 08:10" in log


@pytest.mark.parametrize("reason", ["", "---"])
def test_quiet_hours_are_not_ignored_without_a_reason(program: Program, write: Write, reason: str) -> None:
    with exchange() as bell:
        write(bell, line(ONE), quiet=quiet_now())
        done = program("check", "--calls", "--ignore-quiet", reason)
    assert (done.code, bell.seen) == (3, [])
    assert "reason" in done.err


@pytest.mark.parametrize("option", ["--most-calls=5", "--ignore-quiet=why"])
def test_saying_how_to_call_is_no_order_to_call(program: Program, write: Write, option: str) -> None:
    with exchange() as bell:
        write(bell, line(ONE))
        done = program("check", option)
    assert (done.code, bell.seen) == (3, [])
    assert "--calls" in done.err


# --- The call is cleared ---


def test_each_call_that_rings_is_taken_back(program: Program, write: Write) -> None:
    with exchange("ring") as bell:
        write(bell, line(ONE))
        done = program("lines", "test", "a")
    assert [method for method, _ in bell.seen] == ["INVITE", "CANCEL"]
    assert done.code == 0
    assert "reachable: 1 of 1" in done.out


@pytest.mark.parametrize("command", ["lines test a", "check --calls"])
def test_ctrl_c_clears_the_call_at_once_and_keeps_that_it_was_made(
    write: Write, tmp_path: Path, program: Program, command: str
) -> None:
    with exchange("ring") as bell:
        write(bell, line(ONE), line(TWO), calls={"gap_s": 0, "ring_for_s": 60})
        store = str(tmp_path / "store.sqlite")
        arguments = [*command.split(), "--store", store, "--lang", "en"]
        with Terminal(arguments, tmp_path, KONTUM_NETCHECK_NO_STORE="0") as terminal:
            bell.on_ring = lambda: terminal.process.send_signal(signal.SIGINT)
            code = terminal.end()
            screen = terminal.screen
    assert code == 130, screen
    assert [method for method, _ in bell.seen] == ["INVITE", "CANCEL"]
    assert "Call 1 of 2" in screen
    rows = program("record", "--call-log", "--csv-keys", "--store", store).out.splitlines()
    assert len(rows) == 2
    assert "02603000002" in rows[1].replace(" ", "")
    assert ",interrupted," in rows[1]


# --- What it says ---


def test_each_call_is_announced_with_number_and_site_before_it_is_dialled(
    program: Program, write: Write
) -> None:
    with exchange() as bell:
        write(bell, line(ONE), line(TWO))
        done = program("lines", "test", "a", "--lang", "vi")
    said = [text for text in done.err.splitlines() if "Trường A" in text]
    assert len(said) == 2
    assert "1/2: 0260 3000 002" in said[0]
    assert "2/2: 0260 3000 003" in said[1]


def test_what_the_exchange_says_becomes_result_reason_and_exit_code(program: Program, write: Write) -> None:
    with exchange("ring", n02603000003="486 Busy Here", n02603000004="404 Not Found") as bell:
        write(bell, line(ONE), line(TWO), faxes=(line(FAX),))
        done = program("lines", "test", "a", "--format", "json")
    told = json.loads(done.out)
    results = [(call["metrics"]["result"], call["metrics"]["method"]) for call in told["calls"]]
    assert results == [("ring", "sip"), ("busy", "sip"), ("no_such_number", "sip")]
    assert [each["readiness"] for each in told["lines"]] == ["ready", "not_ready", "not_ready"]
    assert done.code == 2


def test_a_trunk_that_fails_is_not_blamed_on_the_line(program: Program, write: Write) -> None:
    with exchange("503 Service Unavailable") as bell:
        write(bell, line(ONE))
        done = program("lines", "test", "a")
    assert done.code == 3
    assert "trunk gw failed, not this line" in " ".join(done.out.split())


def test_three_calls_say_more_than_one(program: Program, write: Write) -> None:
    with exchange("ring") as bell:
        write(bell, line(ONE))
        done = program("lines", "test", "a", "--times", "3")
        assert "3 of 3" in done.out
        assert "fewer than 64 %" in " ".join(done.out.split())
        judged = program("report", "--by", "check", "--format", "plain")
    assert bell.counts["INVITE"] == 3
    assert "3 of 3" in " ".join(judged.out.split())


def test_a_call_by_check_and_one_by_a_person_stand_in_one_log(program: Program, write: Write) -> None:
    with exchange("ring") as bell:
        write(bell, line(ONE))
        program("check", "--calls", "--operator", "máy")
        program("record", "a", "phone-1", "--result", "ok", "--operator", "Nguyễn Thị Lan")
        rows = program("record", "--call-log", "--csv-keys").out.splitlines()
    assert [row.split(",")[-2] for row in rows] == ["method", "sip", "manual"]


def test_plan_says_how_many_calls_there_would_be(program: Program, write: Write) -> None:
    with exchange() as bell:
        write(bell, line(ONE), line(TWO, no_calls="true"), faxes=(line(FAX),))
        assert "--calls there would be calls: 2" in program("plan").out
        summary = json.loads(program("plan", "--calls", "--format", "json").out)["summary"]
    assert summary["calls_count"] == 2


def test_a_password_that_is_not_set_is_told_before_anybody_is_called(program: Program, write: Write) -> None:
    with exchange() as bell:
        trunk = {"id": "gw", "sip": f"127.0.0.1:{bell.port}", "password": "${TRUNK_PASSWORD}"}
        write(bell, line(ONE), trunks=[trunk])
        assert program("check").code == 3  # not checked, but it ran
        done = program("check", "--calls")
    assert (done.code, bell.seen) == (3, [])
    assert "TRUNK_PASSWORD" in done.err


def test_without_a_site_nobody_is_called(program: Program, write: Write) -> None:
    with exchange() as bell:
        write(bell, line(ONE))
        done = program("lines", "test")
    assert (done.code, bell.seen) == (3, [])
    assert "Which site?" in done.err


def test_only_the_named_line_is_called(program: Program, write: Write) -> None:
    with exchange() as bell:
        write(bell, line(ONE), line(TWO))
        program("lines", "test", "a", "0260 3000 003")
    assert bell.called == ["02603000003"]


def test_every_format_has_every_call(program: Program, write: Write, tmp_path: Path) -> None:
    with exchange("ring") as bell:
        write(bell, line(ONE), faxes=(line(FAX),))
        done = program("lines", "test", "a", "phone-1", "-o", "goi.csv", "-o", "goi.md", "-o", "goi.txt")
    for text in (done.out, *((tmp_path / f"goi.{end}").read_text("utf-8") for end in ("csv", "md", "txt"))):
        assert "0260 3000 002" in text
        assert "rings" in text
    listed = program("lines", "list", "--format", "markdown")
    assert "fax-1" in listed.out


@pytest.mark.parametrize("command", ["check", "check --calls"])
def test_a_report_says_how_to_call_what_nobody_has_called_or_in_vain(
    program: Program, write: Write, command: str
) -> None:
    with exchange() as bell:
        write(bell, line(ONE))
        done = program(*command.split(), "--format", "plain")
    assert "kontum-netcheck lines test a" in done.out


def test_calls_that_the_trunk_spoiled_are_told_beside_the_older_evidence(
    program: Program, write: Write
) -> None:
    with exchange("ring") as bell:
        write(bell, line(ONE))
        assert program("check", "--calls").code == 0
    done = program("check", "--calls", "--format", "json")  # nobody listens there any more
    assert done.code == 0
    assert (
        "our own side kept from telling anything: 1, as a/phone-1/call"
        in json.loads(done.out)["run"]["notes"][0]
    )
