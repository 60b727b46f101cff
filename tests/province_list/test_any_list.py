"""Whatever stands in a list: the inventory that it makes is in order, and every cell is either in it or told."""

from pathlib import Path

from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from kontum_netcheck.inventory.loader import load
from kontum_netcheck.locale import LanguageCode
from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import WrongValue
from kontum_netcheck.province_list.cells import Cell, CellKind, Sheet, clean
from kontum_netcheck.province_list.known_districts import KON_TUM
from kontum_netcheck.province_list.listed import ProvinceList
from kontum_netcheck.province_list.notes import NoteKind
from kontum_netcheck.province_list.parts import Wishes
from kontum_netcheck.province_list.reading import read_list
from kontum_netcheck.province_list.writing import inventory_text

HEADINGS = (
    "STT", "Huyện/TP", "Xã", "Tên điểm thi", "Mã điểm thi", "Địa chỉ", "Loại", "Số phòng", "Số TS", "Đầu mối",
    "SĐT đầu mối", "Số điện thoại", "Máy lẻ", "Loa ngoài", "ĐT/Fax", "Số fax", "Đường truyền", "Nhà mạng", "Tốc độ",
    "Tải xuống", "Tải lên", "IP/URL", "Dự phòng", "Website", "Tọa độ", "Máy phát điện", "Ghi chú",
)  # fmt: skip

WORDS = (
    "Trường THPT Kon Tum", "Sở GD&ĐT", "0260 3000 002", "2603000002", "0260.3000.002/003", "ext. 12", "113", "Có", "-",
    "FTTH 100/50 Mbps VNPT", "4G Viettel (dự phòng)", "1 Gbps", "100", "203.113.131.1", "10.0.0.1", "::1", "no", "null",
    "https://a.vn/?q={x}#[y]", "a: b # c", "'x'", '"', "Tổng cộng", "II. Huyện Đắk Hà", "Kon Tum", "14.3, 108.0",
    "99999999999999999999", "- [x", "{", "&a *b", "!!x", "%", "@", "`", "dự phòng", "portal", "=1+1", "٣٤", "²",
    "Tên điểm thi", "x" * 400, "1e999", "\u202eabc", "a\nb", "😀", "0260 3000 002 máy lẻ 5; Fax 0260 3000 003", "0",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(" ".join),
    st.text(st.characters(codec="utf-8"), max_size=12),
)
CELLS = st.builds(
    lambda text, kind: Cell(clean(text), kind),
    TEXTS,
    st.sampled_from((CellKind.TEXT,) * 8 + tuple(CellKind)),
)
ROWS = st.lists(st.lists(CELLS, min_size=len(HEADINGS), max_size=len(HEADINGS)).map(tuple), max_size=4)


def read(rows: list[tuple[Cell, ...]], *, both_ways: bool = False) -> ProvinceList:
    headings = tuple(map(Cell, HEADINGS))
    sheet = Sheet("DS", (headings, *rows), hidden_rows=frozenset({2}), hidden_columns=frozenset({6}))
    return read_list([sheet], "danh sách.xlsx", Wishes(KON_TUM, both_ways=both_ways))


@given(rows=ROWS, code=st.sampled_from(("vi", "en")), both_ways=st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_inventory_of_any_list_is_valid(
    tmp_path: Path, code: LanguageCode, rows: list[tuple[Cell, ...]], both_ways: bool
) -> None:
    try:
        listed = read(rows, both_ways=both_ways)
    except WrongValue:  # no site below the headings
        reject()
    file = tmp_path / "sites.yaml"
    text = inventory_text(listed, Language(code).say)
    file.write_text(text, encoding="utf-8")
    inventory = load(file).inventory
    assert [site.id for site in inventory.sites] != [] or not listed.sites
    assert {site.name for site in inventory.sites} == {site.name for site in listed.sites}
    for note in listed.notes:
        if note.kind is NoteKind.LOST and note.site_id:
            assert f"(?) {note.place}: " in text
