"""`numbers`: in every form, with what is odd; exit codes; it calls nobody."""

import json
from pathlib import Path

import pytest

from tests.cli.process import Program

HEAD = """\
version: 1
province: {code: "62", name: Kon Tum}
districts: [{code: "608", name: Thành phố Kon Tum}]
sites:
"""
GOOD = """\
  - {id: a, name: Trường A, district: "608", phones: [{number: 0260 3 000 002, loudspeaker: true}]}
"""
ODD = """\
  - {id: b, name: Trường B, district: "608", phones: [{number: 0260 3 000 003, loudspeaker: true}, 0255 3 000 004]}
"""
WRONG = """\
  - {id: c, name: Trường C, district: "none", phones: [060 3862345]}
"""


def write(folder: Path, *sites: str) -> None:
    (folder / "sites.yaml").write_text(HEAD + "".join(sites), encoding="utf-8")


@pytest.mark.parametrize(("sites", "code"), [([GOOD], 0), ([GOOD, ODD], 1), ([GOOD, ODD, WRONG], 2), ([], 3)])
def test_the_exit_code_tells_whether_something_is_odd_or_wrong(
    program: Program, tmp_path: Path, sites: list[str], code: int
) -> None:
    write(tmp_path, *sites)
    assert program("numbers").code == code


def test_a_number_that_is_wrong_is_listed_with_what_to_write_and_hides_no_other(
    program: Program, tmp_path: Path
) -> None:
    write(tmp_path, GOOD, WRONG)
    done = program("numbers", "--lang", "vi")
    assert "0260 3000 002  +84 260 3000 002" in done.out
    assert "0260 3862 345" in done.out
    assert "Trường C" in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_every_format_has_the_same_numbers(program: Program, tmp_path: Path) -> None:
    write(tmp_path, GOOD, ODD)
    done = program("numbers", "--format", "json", "-o", "so.csv", "-o", "so.md", "-o", "so.txt", "--csv-keys")
    listed = json.loads(done.out)["numbers"]
    for each in listed:
        for file in ("so.csv", "so.md", "so.txt"):
            assert each["national"] in (tmp_path / file).read_text("utf-8"), file
    rows = (tmp_path / "so.csv").read_text("utf-8").splitlines()
    assert rows[0].startswith("district,site_id,site,line,use,national,international,e164")
    assert listed[-1]["area"] == {"code": "0255", "province": "Quảng Ngãi", "province_now": "Quảng Ngãi"}
    assert listed[-1]["place"] == "sites.yaml:6"


def test_only_what_is_odd_if_so_wanted(program: Program, tmp_path: Path) -> None:
    write(tmp_path, GOOD, ODD)
    done = program("numbers", "--odd", "--exit-zero")
    assert (done.code, "Trường A" in done.out, "0255 3000 004" in done.out) == (0, False, True)
