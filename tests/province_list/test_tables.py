"""Lists of other shapes: titles of groups, several rows a site, sums between, exported merged cells, communes."""

import pytest

from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import WrongValue
from kontum_netcheck.province_list.cells import Cell, Place, Sheet, clean, shown
from kontum_netcheck.province_list.listed import ProvinceList
from kontum_netcheck.province_list.parts import Wishes
from kontum_netcheck.province_list.reading import read_list
from kontum_netcheck.province_list.whose import UnknownProvince


def read(*lines: str, name: str = "DS", **wishes: object) -> ProvinceList:
    rows = tuple(tuple(Cell(clean(text)) for text in line.split("|")) for line in lines)
    return read_list([Sheet(name, rows)], "ds.csv", Wishes(**wishes))  # type: ignore[arg-type]


def sites(listed: ProvinceList) -> list[tuple[str, str]]:
    return [(site.id, site.district_code) for site in listed.sites]


def said(listed: ProvinceList) -> str:
    return "\n".join(f"{note.place}: {Language('en').say(note.problem)}" for note in listed.notes)


def test_districts_may_be_titles_of_groups() -> None:
    listed = read(
        "STT|Tên điểm thi|SĐT",
        "I|Thành phố Kon Tum|",
        "1|THPT A|0260 3000 002",
        "II. Huyện Đắk Hà||",
        "2|THPT B|",
    )
    assert sites(listed) == [("thpt-a", "608"), ("thpt-b", "615")]


def test_the_name_of_a_sheet_may_be_its_district() -> None:
    assert sites(read("Điểm thi|SĐT", "THPT A|0260 3000 002", name="Sa Thầy")) == [("thpt-a", "616")]


def test_rows_without_a_name_say_more_of_the_site_above() -> None:
    listed = read(
        "STT|Huyện|Điểm thi|SĐT", "1|Đắk Hà|THPT A|0260 3000 002", "|||0260 3000 003", "2|Đắk Tô|THPT B|"
    )
    assert [len(site.phones) for site in listed.sites] == [2, 0]


def test_an_empty_district_is_that_of_the_row_above_and_told() -> None:
    listed = read("STT|Huyện|Điểm thi|SĐT", "1|Đắk Hà|THPT A|", "2||THPT B|", "3|Đắk Tô|THPT C|")
    assert sites(listed) == [("thpt-a", "615"), ("thpt-b", "615"), ("thpt-c", "612")]
    assert "taken from the row above" in said(listed)


def test_sums_between_districts_end_nothing_and_signatures_end_the_list() -> None:
    listed = read(
        "STT|Huyện|Điểm thi|Số phòng",
        "1|Đắk Hà|THPT A|12",
        "|Cộng|Cộng|12",
        "2|Đắk Tô|THPT B|13",
        "|||Kon Tum, ngày 5 tháng 6 năm 2024",
        "|||GIÁM ĐỐC",
        "|||Nguyễn Văn A",
    )
    assert sites(listed) == [("thpt-a", "615"), ("thpt-b", "612")]
    assert "Sums, dates and signatures" in said(listed)


def test_a_row_that_says_the_same_again_adds_no_line_and_is_told() -> None:
    row = "Đắk Hà|THPT A|0260 3000 002|VNPT 100/50"
    listed = read("STT|Huyện|Điểm thi|SĐT|Internet", f"1|{row}", "2|Đắk Hà|THPT B||", f"3|{row}")
    assert [len(site.lines) for site in listed.sites] == [1, 0]
    assert "DS!4:4: The row says the same as DS!2:2" in said(listed)


def test_what_stands_in_no_column_of_the_list_is_told() -> None:
    listed = read("Huyện|Điểm thi|SĐT", "Đắk Hà|THPT A|0260 3000 002|đã hỏng|", "Đắk Hà|THPT B|")
    assert said(listed) == "DS!D2: What stands in a column without a heading was left out."


def test_headings_without_a_site_are_no_list() -> None:
    with pytest.raises(WrongValue, match="no site below them"):
        read("Huyện|Điểm thi|SĐT", "||")


def test_headings_that_stand_on_each_page_are_no_sites_and_another_table_is_told() -> None:
    headings = "STT|Huyện|Điểm thi|SĐT"
    listed = read(
        headings, "1|Đắk Hà|THPT A|", headings, "2|Đắk Tô|THPT B|", "TT|Tên trường|Số fax|Loa ngoài", "1|C||"
    )
    assert [site.name for site in listed.sites] == ["THPT A", "THPT B"]
    assert "DS!5:5: Another table begins here" in said(listed)


def test_a_numbered_row_of_one_text_is_a_site_unless_it_names_a_district() -> None:
    listed = read("STT|Điểm thi|SĐT", "I|Đắk Hà|", "1|TT GDTX tỉnh|", "|Xã Đăk Ui|", "2|THPT B|")
    assert [site.name for site in listed.sites] == ["TT GDTX tỉnh", "THPT B"]


def test_one_site_in_several_rows_is_one_site() -> None:
    listed = read(
        "Huyện|Điểm thi|Số phòng|Fax", "Đắk Hà|THPT A|12|0260 3000 003", "Đắk Hà|THPT A|14|0260 3000 004"
    )
    assert len(listed.sites) == 1
    assert listed.sites[0].rooms == 12
    assert len(listed.sites[0].faxes) == 2
    assert "DS!C3" in said(listed)


def test_equal_names_in_two_districts_are_two_sites() -> None:
    assert sites(read("Huyện|Điểm thi|SĐT", "Đắk Hà|THPT A|", "Đắk Tô|THPT A|")) == [
        ("thpt-a", "615"),
        ("thpt-a-2", "612"),
    ]


def test_communes_and_districts_that_are_not_known_get_a_code_of_their_own_which_is_told() -> None:
    listed = read(
        "Tỉnh Quảng Ngãi||", "Xã, phường|Điểm thi|SĐT", "Xã Đăk Hà|THPT A|", "Phường Kon Tum|THPT B|"
    )
    assert listed.province.code == "51"
    assert [(each.code, each.level) for each in listed.districts] == [
        ("xa-dak-ha", "commune"),
        ("phuong-kon-tum", "commune"),
    ]
    assert "official code" in said(listed)


def test_a_commune_with_its_own_column_of_codes_has_that_code() -> None:
    listed = read("Tỉnh Quảng Ngãi", "Xã|Mã xã|Điểm thi", "Xã Đăk Hà|23500|THPT A")
    assert [(each.code, each.name, each.level) for each in listed.districts] == [
        ("23500", "Xã Đăk Hà", "commune")
    ]
    assert not listed.sites[0].remarks


def test_a_site_without_district_stands_apart_unless_the_person_names_one() -> None:
    assert sites(read("Điểm thi|SĐT", "THPT Kon Tum|", name="Kon Tum 2024 DS")) == [("thpt-kon-tum", "00")]
    assert sites(read("Tỉnh Kon Tum|", "Điểm thi|SĐT", "THPT A|", district="Đắk Tô")) == [("thpt-a", "612")]


def test_a_list_of_no_known_province_asks_for_it() -> None:
    with pytest.raises(UnknownProvince):
        read("Huyện|Điểm thi|SĐT", "Hải Châu|THPT A|")


def test_a_list_without_headings_is_refused() -> None:
    with pytest.raises(WrongValue, match="headings"):
        read("a|b", "c|d")


def test_phone_and_fax_of_one_cell_are_told_apart() -> None:
    listed = read(
        "Huyện|Điểm thi|ĐT/Fax",
        "Đắk Hà|A|ĐT: 0260 3000 002; Fax: 0260 3000 003",
        "Đắk Hà|B|0260 3000 004/005",
    )
    assert [(len(site.phones), len(site.faxes)) for site in listed.sites] == [(1, 1), (1, 1)]


def test_area_codes_are_put_in_front_only_where_the_list_has_one() -> None:
    one = read("Huyện|Điểm thi|SĐT", "Đắk Hà|A|0260 3000 002", "Đắk Hà|B|3000 003")
    two = read("Huyện|Điểm thi|SĐT", "Đắk Hà|A|0260 3000 002", "Đắk Hà|B|3000 003", "Đắk Hà|C|0255 3000 004")
    assert [len(site.phones) for site in one.sites] == [1, 1]
    assert [len(site.phones) for site in two.sites] == [1, 0, 1]


def test_places_are_named_as_spreadsheets_name_them() -> None:
    assert str(Place("Sheet1", 6, 2)) == "Sheet1!C7"
    assert str(Place("Danh sách's", 0, 27)) == "'Danh sách''s'!AB1"
    assert (
        shown([Place("DS", 7, 7), Place("DS", 8, 7), Place("DS", 10, 7), Place("B", 0, 0)])
        == "B!A1, DS!H8:H9, H11"
    )
    assert shown([Place("DS", 7), Place("DS", 8)]) == "DS!8:9"
    assert shown([Place("DS", row, 1) for row in range(0, 20, 2)]) == "DS!B1, B3, B5, B7, B9, B11 (+4)"


def test_texts_lose_what_cannot_be_seen() -> None:
    assert clean("\u202e a\u200b b\x07\r\n\n c ") == "a b\nc"


def test_an_address_and_coordinates_are_the_site_s() -> None:
    listed = read("Huyện|Điểm thi|Địa điểm|Tọa độ", "Đắk Hà|THPT A|Thị trấn Đắk Hà|14.519, 107.921")
    assert (listed.sites[0].address, listed.sites[0].latitude) == ("Thị trấn Đắk Hà", "14.519")
