"""A full-grown list with all traps goes through: what it says is in the inventory, and all else is told at its cell."""

import re

import pytest

from kontum_netcheck.inventory.loader import load
from kontum_netcheck.inventory.schema import Inventory, Site
from kontum_netcheck.locale.language import Language
from kontum_netcheck.province_list.known_districts import KON_TUM
from kontum_netcheck.province_list.listed import ProvinceList
from kontum_netcheck.province_list.notes import NoteKind
from kontum_netcheck.province_list.parts import Wishes
from kontum_netcheck.province_list.reading import read_list
from kontum_netcheck.province_list.workbook import sheets_of
from kontum_netcheck.province_list.writing import inventory_text
from tests.province_list.example_list import FIRST_ROW, book_bytes

SHEETS, _ = sheets_of(book_bytes())


def listed(**wishes: object) -> ProvinceList:
    return read_list(SHEETS, "danh-sach.xlsx", Wishes(**wishes))  # type: ignore[arg-type]


def lost_cells(read: ProvinceList) -> set[str]:
    return {note.place.address for note in read.notes if note.kind is NoteKind.LOST}


def told(read: ProvinceList, address: str) -> str:
    return " ".join(Language("en").say(note.problem) for note in read.notes if note.place.address == address)


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    file = tmp_path_factory.mktemp("made") / "sites.yaml"
    file.write_text(inventory_text(listed(), Language("vi").say), encoding="utf-8")
    return load(file).inventory


def site(inventory: Inventory, identifier: str) -> Site:
    return next(site for site in inventory.sites if site.id == identifier)


def test_the_sites_are_those_of_the_list_but_never_one_where_papers_are_copied(inventory: Inventory) -> None:
    assert [(site.id, site.district, site.role) for site in inventory.sites] == [
        ("thpt-kon-tum", "608", "main"),
        ("pt-dtnt-tinh", "608", "main"),
        ("thpt-duy-tan", "608", "reserve"),
        ("so-gd-dt", "608", "headquarters"),
        ("thpt-luong-the-vinh", "610", "main"),
        ("thpt-nguyen-trai", "611", "main"),
        ("thpt-tran-quoc-tuan", "615", "main"),
        ("thpt-nguyen-du", "615", "main"),
    ]
    assert len(inventory.districts) == 10
    assert not inventory.sample


def test_numbers_are_whole_again(inventory: Inventory) -> None:
    numbers = {
        each.id: (
            [phone.number + (f"x{phone.extension}" if phone.extension else "") for phone in each.phones],
            [fax.number for fax in each.faxes],
        )
        for each in inventory.sites
    }
    assert numbers == {
        "thpt-kon-tum": (["+842603000002"], ["+842603000003"]),
        "pt-dtnt-tinh": (["+842603000008"], ["+842603000009"]),
        "thpt-duy-tan": (["+842603000011", "+842603000012"], ["+842603000013"]),
        "so-gd-dt": (["+842603000038"], ["+842603000039"]),
        "thpt-luong-the-vinh": (["+842603000017x12"], ["+842603000018"]),
        "thpt-nguyen-trai": (["+842603000020", "+842603000021"], []),
        "thpt-tran-quoc-tuan": (["+842603000029"], []),
        "thpt-nguyen-du": (["+842603000033"], []),
    }


def test_contacts_have_a_name_and_a_number(inventory: Inventory) -> None:
    contacts = {each.id: (each.contact.name, each.contact.phone) for each in inventory.sites if each.contact}
    assert contacts["pt-dtnt-tinh"] == ("Trần Thị B", "+84914123456")
    assert contacts["thpt-duy-tan"] == ("Lê Văn C", "+84987123456")
    assert contacts["thpt-nguyen-trai"] == ("Phạm D", None)


def test_lines_have_their_carrier_speed_and_address(inventory: Inventory) -> None:
    first, backup = site(inventory, "thpt-kon-tum").internet
    assert (first.id, first.carrier, first.role) == ("ftth", "vnpt", "primary")
    assert first.committed_mbit_per_s is not None
    assert (first.committed_mbit_per_s.down, first.committed_mbit_per_s.up) == (100, 50)
    assert [endpoint.target for endpoint in first.endpoints] == ["203.113.131.1"]
    assert (backup.id, backup.carrier, backup.role, backup.metered) == ("4g", "viettel", "backup", True)
    assert [line.carrier for line in site(inventory, "thpt-duy-tan").internet] == ["vnpt", "viettel"]
    assert site(inventory, "thpt-tran-quoc-tuan").internet[0].carrier == "mang-tay-nguyen"


def test_a_speed_of_one_number_is_nobody_s_guess() -> None:
    lines = {each.id: each.lines for each in listed().sites}
    assert lines["pt-dtnt-tinh"][0].speed is not None
    assert lines["pt-dtnt-tinh"][0].speed.up_mbit_per_s is None
    both = {each.id: each.lines for each in listed(both_ways=True).sites}
    assert both["pt-dtnt-tinh"][0].speed is not None
    assert both["pt-dtnt-tinh"][0].speed.up_mbit_per_s == 100


def test_what_was_not_understood_is_told_at_its_cell() -> None:
    row = FIRST_ROW
    assert lost_cells(listed()) == {
        f"N{row + 1}", f"O{row + 1}", f"P{row + 1}",  # one number; a private address; “Có” in reserve
        f"F{row + 3}",  # #REF!
        f"L{row + 4}",  # 2,6E+09
        f"F{row + 5}", f"U{row + 5}", f"N{row + 5}",  # formulas without a value; “nhanh”
        f"E{row + 6}", f"J{row + 6}", f"P{row + 6}",  # “phụ trợ”; 113; a generator is no line
        f"N{row + 9}",  # 10/10 became a day
    }  # fmt: skip


@pytest.mark.parametrize("code", ["vi", "en"])
def test_every_cell_that_was_not_understood_is_a_comment_in_the_file(code: str) -> None:
    read = listed()
    text = inventory_text(read, Language("vi" if code == "vi" else "en").say)
    comments = set(re.findall(r"# +\(\?\) 'DS điểm thi'!([A-Z]+\d+):", text))
    assert comments == lost_cells(read)


def test_a_comment_stands_in_the_block_that_it_is_about() -> None:
    text = inventory_text(listed(), Language("en").say)
    block = text[text.index("- id: thpt-nguyen-trai") :].split("\n\n")[0]
    assert "2,6E+09" in block
    assert block.index("phones:") < block.index("2,6E+09") < block.index("internet:")


def test_what_is_hidden_is_told_and_read_or_left_out_as_the_person_says() -> None:
    read, without = listed(), listed(with_hidden=False)
    hidden_row = f"{FIRST_ROW + 4}:{FIRST_ROW + 4}"
    assert "hidden" in told(read, hidden_row)
    assert "hidden" in told(without, hidden_row)
    assert len(read.sites) == len(without.sites) + 1
    assert any(site.candidates for site in read.sites)
    assert not any(site.candidates for site in without.sites)
    assert [note.place.sheet for note in read.notes if "sheet is hidden" in note.problem.text] == ["2023"]


def test_a_hidden_sheet_is_read_where_it_is_named() -> None:
    assert [site.name for site in listed(sheets=("2023",), province=KON_TUM).sites] == ["Trường cũ"]


def test_results_are_left_to_record() -> None:
    assert "record --from" in told(listed(), "R5")


def test_lines_of_the_file_are_short_enough_to_read() -> None:
    assert max(map(len, inventory_text(listed(), Language("vi").say).splitlines())) <= 120


def test_the_first_site_explains_its_keys_and_the_others_do_not_repeat_it() -> None:
    text = inventory_text(listed(), Language("vi").say)
    assert text.count("mã huyện ở trên") == 1
    assert text.index("mã huyện ở trên") < text.index("- id: pt-dtnt-tinh")
