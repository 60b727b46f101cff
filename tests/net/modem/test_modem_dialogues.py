"""What the program says to a modem and makes of its answers, dialogue by dialogue (dialogues/*.txt)."""

import asyncio
import sys
from dataclasses import replace

import pytest

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Measurement, Stage
from kontum_netcheck.net.modem import Modem, Patience, PortFault, Trouble
from kontum_netcheck.net.modem.page import Page
from kontum_netcheck.net.modem.shielding import END
from kontum_netcheck.net.tones.t30 import Fcf
from tests.hayes import hayes_modem

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo terminals")

PHONE, FAX = "0260 3 000 001", "+84 260 3 000 003"
IMPATIENT = Patience(command_s=0.05)
NO_QUIET = Patience(quiet_s=0)
"""A modem that is played waits for no silence."""
PAGE = Page(("KONTUM-NETCHECK",), sender="0260 3000001")
DCN = bytes((0xFF, 0x13, Fcf.DCN)) + b"\x10\x03"


async def test_identity_and_classes_are_read() -> None:
    with hayes_modem("identity") as played:
        about = await Modem(played.device).about()
    assert about.names == ("CX93001-EIS_V0.2002-V92", "+FMM: V90")
    assert about.classes == ("0", "1", "1.0", "8")
    assert (about.fax_class, about.page_class, about.country) == ("1", "1", "BC")


async def test_a_modem_that_echoes_is_told_not_to_and_understood_meanwhile() -> None:
    with hayes_modem("echo") as played:
        assert (await Modem(played.device).about()).classes == ("0", "1", "1.0", "8")


async def test_a_modem_that_answers_only_the_second_word_is_understood() -> None:
    with hayes_modem("late") as played:
        about = await Modem(played.device, patience=replace(IMPATIENT, command_s=0.5)).about()
    assert about.country == "BC"


@pytest.mark.parametrize(
    ("dialogue", "trouble"),
    [("silent", Trouble.SILENT), ("gps", Trouble.NONSENSE), ("endless", Trouble.NONSENSE)],
)
async def test_what_is_no_modem_is_told_so(dialogue: str, trouble: Trouble) -> None:
    patience = Patience() if dialogue == "endless" else IMPATIENT
    with hayes_modem(dialogue) as played, pytest.raises(PortFault) as told:
        await Modem(played.device, patience=patience).about()
    assert told.value.trouble is trouble


async def test_a_modem_without_fax_can_call_no_fax_and_that_is_no_fault_of_the_line() -> None:
    with hayes_modem("no_fclass") as played, pytest.raises(CannotMeasure):
        await Modem(played.device).call_fax(FAX)


async def test_a_dial_tone_is_heard_without_a_call() -> None:
    with hayes_modem("dial_tone") as played:
        measured = await Modem(played.device).dial_tone()
    assert (measured.metrics["result"], measured.failure) == ("dial_tone", None)


@pytest.mark.parametrize("dialogue", ["no_dial_tone", "dial_tone_without_w"])
async def test_no_dial_tone_is_the_failure_of_the_line_that_is_tested(dialogue: str) -> None:
    with hayes_modem(dialogue) as played:
        measured = await Modem(played.device).dial_tone()
    assert measured.metrics["result"] == "no_dial_tone"
    assert measured.failure == Failure(Stage.REPLY, Cause.NO_DIAL_TONE, "NO DIALTONE")


@pytest.mark.parametrize(
    ("dialogue", "result", "cause"),
    [
        ("call_answered", "answered", None),
        ("call_rings", "ring", None),
        ("call_busy", "busy", Cause.BUSY),
        ("call_no_answer", "no_answer", Cause.NO_ANSWER),
        ("call_no_carrier", "no_carrier", Cause.NO_ANSWER),
    ],
)
async def test_a_call_ends_with_what_the_modem_heard(dialogue: str, result: str, cause: Cause | None) -> None:
    with hayes_modem(dialogue) as played:
        measured = await Modem(played.device, patience=NO_QUIET).call(PHONE)
    assert measured.metrics["result"] == result
    assert measured.metrics["method"] == "modem"
    assert (measured.failure and measured.failure.cause) == cause
    assert ("wait_ms" in measured.metrics) is (dialogue in ("call_answered", "call_rings"))  # of RINGING


async def test_a_phone_that_rang_long_enough_is_put_down() -> None:
    with hayes_modem("call_rang_enough") as played:
        measured = await Modem(played.device).call(PHONE, ring_for_s=0)
    assert (measured.metrics["result"], measured.metrics["tone"]) == ("ring", "ring_back")


async def test_no_dial_tone_of_our_own_line_is_no_fault_of_the_called_one() -> None:
    with hayes_modem("call_no_dial_tone") as played, pytest.raises(CannotMeasure) as told:
        await Modem(played.device).call(PHONE)
    assert told.value.failure.cause is Cause.NO_DIAL_TONE


async def test_an_ok_that_comes_too_early_is_no_answered_call() -> None:
    with hayes_modem("call_at_ignored") as played, pytest.raises(CannotMeasure):
        await Modem(played.device).call(PHONE)


async def test_a_modem_that_is_unplugged_in_mid_call_is_missed() -> None:
    with hayes_modem("call_unplugged") as played, pytest.raises(PortFault) as told:
        await Modem(played.device).call(PHONE)
    assert told.value.trouble is Trouble.UNPLUGGED


async def test_a_call_that_is_cancelled_is_put_down_before_it_ends() -> None:
    with hayes_modem("call_cancelled") as played:
        call = asyncio.create_task(Modem(played.device).call(PHONE))
        await asyncio.to_thread(played.signalled.wait)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert played.left <= 1  # ATH0 has come; its OK may still be on the way


async def test_a_page_that_is_cancelled_while_the_modem_is_full_is_broken_off_and_the_line_put_down() -> None:
    with hayes_modem("page_cancelled") as played:
        sending = asyncio.create_task(Modem(played.device).send_page(FAX, PAGE))
        await asyncio.to_thread(played.signalled.wait)
        sending.cancel()
        played.goes_on.set()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert len(played.data) < len(PAGE.coded())
        assert played.data.endswith(END)


async def _faxed(dialogue: str) -> tuple[Measurement, bytes]:
    with hayes_modem(dialogue) as played:
        return await Modem(played.device).call_fax(FAX), played.data


async def test_class_1_reads_the_introduction_and_says_good_bye() -> None:
    measured, said = await _faxed("fax_class1")
    assert measured.failure is None
    assert {name: measured.metrics[name] for name in ("result", "csi", "fax_speed_bit_per_s", "fax_ecm")} == {
        "result": "fax_answered",
        "csi": "0260 3000003",
        "fax_speed_bit_per_s": 14400,
        "fax_ecm": True,
    }
    assert said == DCN


async def test_a_broken_frame_is_waited_for_again() -> None:
    measured, said = await _faxed("fax_bad_checksum")
    assert (measured.metrics["result"], measured.metrics["fax_speed_bit_per_s"]) == ("fax_answered", 9600)
    assert said == DCN


async def test_a_carrier_without_a_frame_is_a_fax_tone_only() -> None:
    measured, _ = await _faxed("fax_only_carrier")
    assert (measured.metrics["result"], measured.failure) == ("fax_tone", None)


@pytest.mark.parametrize("dialogue", ["fax_person_answers", "fax_other_carrier", "fax_class2_voice"])
async def test_whoever_is_no_fax_machine_is_told_apart(dialogue: str) -> None:
    measured, _ = await _faxed(dialogue)
    assert measured.failure is not None
    assert (measured.metrics["result"], measured.failure.cause) == ("no_carrier", Cause.NO_FAX_TONE)


@pytest.mark.parametrize(
    ("dialogue", "speed", "ecm"), [("fax_class2", 14400, True), ("fax_class20", 9600, False)]
)
async def test_class_2_tells_the_same(dialogue: str, speed: int, ecm: bool) -> None:
    measured, _ = await _faxed(dialogue)
    assert (measured.metrics["result"], measured.metrics["csi"]) == ("fax_answered", "0260 3000003")
    assert (measured.metrics["fax_speed_bit_per_s"], measured.metrics["fax_ecm"]) == (speed, ecm)


@pytest.mark.parametrize(("dialogue", "end"), [("page_class2", b"\x10\x03"), ("page_class20", b"\x10\x2e")])
async def test_a_page_goes_out_whole_and_its_confirmation_is_kept(dialogue: str, end: bytes) -> None:
    with hayes_modem(dialogue) as played:
        measured = await Modem(played.device).send_page(FAX, PAGE)
    assert (measured.metrics["result"], measured.metrics["pages_count"]) == ("page_received", 1)
    assert measured.metrics["hang_up_code"] in ("0", "00")
    assert played.data == PAGE.coded().replace(b"\x10", b"\x10\x10") + end


async def test_a_page_that_came_badly_is_not_received() -> None:
    with hayes_modem("page_class2_bad") as played:
        measured = await Modem(played.device).send_page(FAX, PAGE)
    assert measured.metrics["result"] == "fax_answered"
    assert measured.metrics["pages_count"] == 0
    assert measured.failure == Failure(Stage.TRANSFER, Cause.BAD_REPLY, "page 2, hang-up code 50")


@pytest.mark.parametrize(
    "number", ["", "0260;ATZ", "0260 3 000 001 máy lẻ 12", "O260", "1" * 25, "0260\rATH1"]
)
async def test_what_is_no_number_is_never_said_to_a_modem(number: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        await Modem("/dev/null").call(number)


async def test_an_outside_line_and_a_foreign_number_are_dialled_as_people_would() -> None:
    from kontum_netcheck.net.modem.dialling import dial_string

    assert dial_string("+84 260 3000001", "9,") == "9,02603000001"
    assert dial_string("(0260) 3.000.001") == "02603000001"
    assert dial_string("+856 71 212 000") == "0085671212000"
