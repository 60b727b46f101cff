"""What headings mean, as people write them."""

import pytest

from kontum_netcheck.province_list.cells import Cell
from kontum_netcheck.province_list.columns import columns_of
from kontum_netcheck.province_list.header import header_of
from kontum_netcheck.province_list.headings import key_of


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("STT", "order"),
        ("Huyện/TP", "district"),
        ("HUYEN", "district"),
        ("Tên điểm thi", "site"),
        ("Ten diem thi", "site"),
        ("Trường/Điểm thi", "site"),
        ("Exam site", "site"),
        ("Địa chỉ", "address"),
        ("Loại", "role"),
        ("Số phòng", "rooms"),
        ("Số P.thi", "rooms"),
        ("Số thí sinh", "candidates"),
        ("Đầu mối", "contact"),
        ("Trưởng điểm thi", "contact"),
        ("SĐT trưởng điểm thi", "contact_phone"),
        ("Điện thoại liên hệ", "contact_phone"),
        ("Số điện thoại", "phone"),
        ("SDT", "phone"),
        ("Phone number", "phone"),
        ("Số ĐT cố định (phòng trực)", "phone"),
        ("Điện thoại phòng trực", "duty_phone"),
        ("Loa ngoài", "loudspeaker"),
        ("Số fax", "fax"),
        ("ĐT/Fax", "phone_fax"),
        ("Đường truyền (nhà mạng, tốc độ cam kết)", "internet"),
        ("Loại đường truyền", "technology"),
        ("Nhà cung cấp", "carrier"),
        ("Băng thông (Mbps)", "speed"),
        ("IP tĩnh", "target"),
        ("Dự phòng", "backup"),
        ("Backup line", "backup"),
        ("Kết quả (ĐT/fax/Internet)", "evidence"),
        ("Người kiểm tra", "evidence"),
        ("Kết luận", "evidence"),
        ("Ghi chú", "note"),
        ("Mã huyện", "district_code"),
        ("Mã điểm thi", "site_code"),
        ("Mã bưu chính", None),
        ("Họ và tên thân nhân người bảo lãnh giấy", "contact"),
        ("", None),
    ],
)
def test_a_heading_means_a_column(heading: str, key: str | None) -> None:
    assert key_of(heading) == key


def test_the_department_of_education_is_no_telephone() -> None:
    assert key_of("Phòng GD&ĐT") != "phone"


def rows(*texts: str) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(map(Cell, line.split("|"))) for line in texts)


def test_headings_stand_below_titles_of_any_number() -> None:
    header = header_of(
        rows("UBND TỈNH KON TUM|", "DANH SÁCH ĐIỂM THI|", "|", "TT|Điểm thi|SĐT", "1|THPT A|0260")
    )
    assert header is not None
    assert (header.first_row, header.last_row) == (3, 3)


def test_headings_of_two_rows_are_read_together_and_an_upper_one_reaches_right() -> None:
    header = header_of(
        rows(
            "TT|Điểm thi|Điện thoại||Đường truyền||Dự phòng|",
            "||Số|Nhà mạng|Nhà mạng|Tốc độ|Nhà mạng|Tốc độ",
            "1|A|||||",
        )
    )
    assert header is not None
    columns, _ = columns_of(header)
    assert list(columns.values()) == [
        "order", "site", "phone", "phone_carrier", "carrier", "speed", "backup_carrier", "backup_speed",
    ]  # fmt: skip


def test_carriers_that_stand_several_times_belong_to_what_is_left_of_them() -> None:
    header = header_of(rows("Điểm thi|Số điện thoại|Nhà mạng|Số fax|Nhà mạng|Đường truyền|Nhà mạng"))
    assert header is not None
    columns, _ = columns_of(header)
    assert list(columns.values())[2::2] == ["phone_carrier", "fax_carrier", "carrier"]


def test_of_two_phones_the_one_beside_the_contact_is_the_contact_s() -> None:
    header = header_of(rows("Điểm thi|Đầu mối|Điện thoại|Điện thoại"))
    assert header is not None
    assert list(columns_of(header)[0].values()) == ["site", "contact", "contact_phone", "phone"]


def test_a_heading_that_stands_twice_and_one_that_is_not_known_are_told() -> None:
    header = header_of(rows("Điểm thi|Số phòng|Phòng thi|Mã bưu chính"))
    assert header is not None
    columns, told = columns_of(header)
    assert list(columns.values()) == ["site", "rooms"]
    assert [column for column, _ in told] == [2, 3]


def test_a_sheet_without_sites_has_no_header() -> None:
    assert header_of(rows("Họ tên|Số điện thoại", "A|0905")) is None
