"""The program, a soft modem of Class 1 (spandsp's T.31) and a real fax machine at the other end of its line."""

import sys
from pathlib import Path

import pytest

from kontum_netcheck.net.modem import Modem
from kontum_netcheck.net.modem.page import Page
from kontum_netcheck.net.tones.t30 import Fcf
from tests.spandsp import FaxMachine, soft_modem

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo terminals")

NUMBER = "+84 260 3 000 003"
PAGE = Page(("KONTUM-NETCHECK", "Trường THPT Kon Tum", "26/06/2024 09:30"), sender="0260 3000001")
OK, DISCONNECTED_AFTER_DIS = 0, 35  # T30_ERR_OK, T30_ERR_RX_DCNWHY: a DCN where others send a page


async def test_a_fax_machine_is_called_read_and_left_politely() -> None:
    machine = FaxMachine("0260 3000003", ecm=True)
    with soft_modem(machine) as line:
        measured = await Modem(line.device).call_fax(NUMBER)
    assert line.dialled == ["02603000003"]
    assert measured.failure is None
    assert (measured.metrics["result"], measured.metrics["csi"]) == ("fax_answered", "0260 3000003")
    assert (measured.metrics["fax_speed_bit_per_s"], measured.metrics["fax_ecm"]) == (14400, True)
    assert machine.frames == [bytes((0xFF, 0x13, Fcf.DCN))]
    assert machine.completion_codes == [DISCONNECTED_AFTER_DIS]
    assert not line.is_in_call


@pytest.mark.parametrize(("modems", "speed"), [(1, 4800), (3, 9600)])
async def test_a_page_arrives_whole_and_is_confirmed(modems: int, speed: int, tmp_path: Path) -> None:
    received = tmp_path / "page.tif"
    machine = FaxMachine("0260 3000003", received, modems=modems)
    with soft_modem(machine) as line:
        measured = await Modem(line.device).send_page(NUMBER, PAGE)
    assert (measured.metrics["result"], measured.metrics["pages_count"]) == ("page_received", 1)
    assert measured.metrics["fax_speed_bit_per_s"] == speed
    assert machine.completion_codes == [OK]
    assert machine.page == (1728, sum(1 for _ in PAGE.rows()), 0)  # pels a line, lines, bad lines
    assert received.stat().st_size > 10_000


async def test_a_machine_that_can_take_no_page_says_so_before_one_is_sent() -> None:
    machine = FaxMachine("0260 3000003")  # it has nowhere to put a page
    with soft_modem(machine) as line:
        measured = await Modem(line.device).send_page(NUMBER, PAGE)
    assert measured.metrics["result"] == "fax_answered"
    assert measured.failure is not None
    assert machine.frames == [bytes((0xFF, 0x13, Fcf.DCN))]
