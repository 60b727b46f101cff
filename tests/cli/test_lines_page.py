"""`lines test --page`: over a soft modem, to a real fax machine (libspandsp2)."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.spandsp import FaxMachine, soft_modem

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo terminals")

Run = Callable[..., tuple[int, str, str]]

SITES = """\
version: 1
province: {code: "62", name: Kon Tum}
carriers: [{id: vnpt, name: VNPT}]
trunks: [{id: gw, sip: "127.0.0.1:9"}]
districts: [{code: "608", name: Thành phố Kon Tum}]
sites:
  - id: a
    name: Trường A
    district: "608"
    faxes: [{number: 0260 3 000 003, carrier: vnpt, via: VIA}]
"""


@pytest.fixture
def lines_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run `lines test a` in this process with an inventory whose fax is called that way."""
    monkeypatch.setenv("LANGUAGE", "")

    def run(via: str, *words: str) -> tuple[int, str, str]:
        from kontum_netcheck.cli.start import start

        inventory = tmp_path / "sites.yaml"
        inventory.write_text(SITES.replace("VIA", via), encoding="utf-8")
        capfd.readouterr()
        code = start(("lines", "test", str(inventory), "a", "--no-store", "--lang", "en", *words))
        out, err = capfd.readouterr()
        return code, out, err

    return run


def test_a_page_arrives_and_its_confirmation_is_the_result(lines_test: Run, tmp_path: Path) -> None:
    machine = FaxMachine("0260 3000003", tmp_path / "page.tif", modems=3)
    with soft_modem(machine) as line:
        code, out, _ = lines_test("modem", "--page", "--device", line.device, "--format", "json")
    assert code == 0, out
    assert '"page_received"' in json.dumps(json.loads(out))
    assert machine.completion_codes == [0]


def test_without_page_none_is_sent(lines_test: Run) -> None:
    machine = FaxMachine("0260 3000003")
    with soft_modem(machine) as line:
        code, out, _ = lines_test("modem", "--device", line.device, "--format", "json")
    assert code == 0, out
    assert '"fax_answered"' in out
    assert len(machine.frames) == 1  # DCN


def test_a_page_to_nobody_is_refused_before_a_call(lines_test: Run) -> None:
    code, out, err = lines_test("sip", "--page")
    assert (code, out) == (3, "")
    assert err.startswith("--page: no fax of Trường A is called by a modem")
