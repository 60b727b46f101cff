"""`python -m tests.province_list.example_list FILE.xlsx`: a province's list, with all that goes wrong in such lists.

The numbers are samples (0260 3000 0xx); schools and districts are real ones.
"""

import io
import sys
from pathlib import Path
from typing import Any

from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.worksheet.worksheet import Worksheet  # type: ignore[import-untyped]

TITLES = (
    "UBND TỈNH KON TUM",
    "SỞ GIÁO DỤC VÀ ĐÀO TẠO",
    "DANH SÁCH ĐIỂM THI TỐT NGHIỆP THPT NĂM 2024",
    "(Kèm theo Kế hoạch số 12/KH, ngày 05 tháng 6 năm 2024)",
)
UPPER = (
    "STT", "Huyện/TP", "Tên điểm thi", "Địa chỉ", "Loại", "Số phòng", "Số TS", "Đầu mối", None, "Điện thoại", None,
    "Số fax", "Đường truyền Internet", None, None, "Dự phòng", "Website", "Kết quả", None, "Mã bưu chính", "Ghi chú",
)  # fmt: skip
LOWER = (
    None, None, None, None, None, None, None, "Họ tên", "SĐT", "Số", "Loa ngoài", None, "Nhà mạng", "Tốc độ (Mbps)",
    "Địa chỉ IP", None, None, "ĐT", "Internet", None, None,
)  # fmt: skip
FIRST_ROW = len(TITLES) + 4  # of the sites; above it titles, two rows of headings and (1) (2) (3)


def rows() -> list[list[Any]]:
    """The sites, each row as long as the headings."""
    kon_tum, dak_ha = "TP. Kon Tum", "H. Đăk Hà"
    known: list[list[Any]] = [
        [1, kon_tum, "Trường THPT Kon Tum", "05 Nguyễn Huệ", "Chính thức", 24, "560", "Nguyễn Văn A", "0905.123.456",
         "0260 3000 002", "Có", "0260 3000 003", "FTTH VNPT", "100/50", "203.113.131.1", "4G Viettel",
         "thptkontum.example", "Tốt", "Tốt", 60000, None],
        [2, None, "Trường PT DTNT tỉnh", None, "chính thức", 20.0, "1.250", "Trần Thị B\n0914 123 456", None,
         2603000008, "x", 2603000009, "Viettel", "100 Mbps", "10.0.0.5", "Có", None, None, None, None, "Cổng sau khóa"],
        [3, None, "Trường THPT Duy Tân", None, "Dự phòng", "18 phòng", 400, "Lê Văn C – 0987123456", None,
         "0260.3000.011/3000.012", "Có", "060 3000013", "VNPT, Viettel", "100/100\n50/50", None, None, None, None, None,
         None, None],
        [4, "Đăk Gley", "Trường THPT Lương Thế Vinh", None, None, "#", 300, None, "0905123457", "3000017 máy lẻ 12",
         "Không", "+84 260 3000 018", "Vietell", "1 Gbps/500 Mbps", "cong.example.vn", "Không", None, None, None, None,
         None],
        [5, "Ngọk Hồi", "Trường THPT Nguyễn Trãi", None, None, 20, 480, "Phạm D", None, "02603000020 02603000021",
         None, "2,6E+09", "Leased line 200/200 (VNPT)", None, None, "4G MobiFone (dự phòng)", None, None, None, None,
         None],
        [6, dak_ha, "Trường THPT Trần Quốc Tuấn", None, None, 20, 480, None, None, "O260 3000029", "có (02 cái)", None,
         "Mạng Tây Nguyên", "nhanh", None, None, None, None, None, None, "=1+1"],
        [7, dak_ha, "Trường THPT Nguyễn Du", None, "phụ trợ", 16, 350, None, None, "113", None, "Không có", None,
         None, None, "Máy phát điện", None, None, None, None, None],
        [None, None, None, None, None, None, None, None, None, "0260 3000 033", None, None, None, None, None, None,
         None, None, None, None, None],
        [8, "IaH'Drai", "Khu vực in sao đề thi", None, None, None, None, None, None, "0260 3000 099", None, None, None,
         None, None, None, None, None, None, None, None],
        [9, kon_tum, "Sở GD&ĐT", "22 Nguyễn Huệ", None, None, None, None, None, "0260 3000 038", "Có",
         "0260 3000 039", "FPT", None, None, None, None, None, None, None, None],
        ["Tổng cộng", None, None, None, None, 118, None, None, None, None, None, None, None, None, None, None, None,
         None, None, None, None],
        [None, None, None, None, None, None, None, None, None, None, None, None,
         "Kon Tum, ngày 05 tháng 6 năm 2024", None, None, None, None, None, None, None, None],
    ]  # fmt: skip
    assert all(len(row) == len(UPPER) for row in known)
    return known


def book() -> Workbook:
    """The workbook: the list, a sheet of explanations, and a hidden one of last year."""
    made = Workbook()
    sheet: Worksheet = made.active
    sheet.title = "DS điểm thi"
    for line, title in enumerate(TITLES, start=1):
        sheet.cell(line, 1, title)
        sheet.merge_cells(start_row=line, start_column=1, end_row=line, end_column=10)
    top = len(TITLES) + 1
    for column, (upper, lower) in enumerate(zip(UPPER, LOWER, strict=True), start=1):
        sheet.cell(top, column, upper)
        sheet.cell(top + 1, column, lower)
        if lower is None:
            sheet.merge_cells(start_row=top, start_column=column, end_row=top + 1, end_column=column)
    for first, last in ((8, 9), (10, 11), (13, 15), (18, 19)):
        sheet.merge_cells(start_row=top, start_column=first, end_row=top, end_column=last)
    for column in range(1, len(UPPER) + 1):
        sheet.cell(top + 2, column, f"({column})")
    for number, row in enumerate(rows(), start=FIRST_ROW):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column, value)
    _damage(sheet)
    made.create_sheet("Hướng dẫn").append(["Điền đủ các cột rồi gửi về Sở."])
    old = made.create_sheet("2023")
    old.append(["STT", "Tên điểm thi", "Số điện thoại"])
    old.append([1, "Trường cũ", "0260 3000 098"])
    old.sheet_state = "hidden"
    return made


def _damage(sheet: Worksheet) -> None:
    """Merged districts, a hidden row and column, formulas that were never calculated, a speed that became a day."""
    from datetime import datetime

    sheet.merge_cells(start_row=FIRST_ROW, start_column=2, end_row=FIRST_ROW + 2, end_column=2)
    sheet.row_dimensions[FIRST_ROW + 4].hidden = True
    sheet.column_dimensions["G"].hidden = True
    sheet.cell(FIRST_ROW + 5, 6, "=SUM(A1:A2)")
    sheet.cell(FIRST_ROW + 9, 14, datetime(2024, 10, 10))  # noqa: DTZ001 — 10/10 Mbps, as Excel took it
    sheet.cell(FIRST_ROW + 3, 6, "#REF!").data_type = "e"


def book_bytes() -> bytes:
    """The workbook as a file's bytes."""
    out = io.BytesIO()
    book().save(out)
    return out.getvalue()


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(book_bytes())
