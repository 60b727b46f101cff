"""What a list says → a commented inventory that people like to read and go on with. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from kontum_netcheck.model import Message
from kontum_netcheck.province_list.cells import shown
from kontum_netcheck.province_list.district_register import UNKNOWN
from kontum_netcheck.province_list.explaining import MORE_TO_WRITE, explained
from kontum_netcheck.province_list.listed import ListedDistrict, ListedSite, ProvinceList
from kontum_netcheck.province_list.notes import Note, NoteKind, together
from kontum_netcheck.province_list.site_writing import SiteWriter
from kontum_netcheck.province_list.yaml_text import beside, code, comment, scalar

Say = Callable[[Message], str]

_HOW = (
    "Thụt đầu dòng bằng dấu cách, không dùng phím Tab; sau dấu hai chấm có một dấu cách.",
    "Indent with spaces, never with tabs; a space follows each colon.",
    "Dòng bắt đầu bằng dấu thăng (#) là ghi chú.  A line that begins with # is a comment.",
)
_QUIET = """\
# Giờ thi: không gọi thử, không đo tải; bỏ dấu # và ghi ngày giờ của kỳ thi.
# During sittings: no calls, no load tests; take the # away and write the exam's own.
# exam: {days: [2024-06-27, 2024-06-28]}
# quiet:
#   - {from: 2024-06-27 07:00, to: 2024-06-27 11:00}

# Đích luôn phải trả lời, đo trước hết: máy đo có mạng không?  Asked first: does our own link work at all?
# reference: {ping: 203.0.113.1}
"""


def inventory_text(listed: ProvinceList, say: Say, file: str = "sites.yaml") -> str:
    """The whole file. Sentences about cells are in the reader's language, the rest in Vietnamese and English."""
    parts = [
        _head(listed, file),
        _how_it_was_read(listed.notes, say),
        _frame(listed),
        _carriers(listed),
        _districts(listed),
        _portals(listed),
        _sites(listed, say),
    ]
    return "\n".join(part for part in parts if part)


def _head(listed: ProvinceList, file: str) -> str:
    source = listed.source
    title = (
        [f"DANH MỤC ĐIỂM THI, lập từ {source}.", f"The list of exam sites, made from {source}."]
        if source
        else [
            "DANH MỤC ĐIỂM THI: sửa tệp này thành của tỉnh mình.",
            "The list of exam sites: make it your own.",
        ]
    )
    lines = [*(f"# {in_comment(line)}" for line in title), "#", *(f"#   {line}" for line in _HOW)]
    if any(note.kind is NoteKind.LOST for note in listed.notes):
        lines += [
            "#   Dấu (?) là chỗ chưa hiểu được trong danh sách: xem lại ô đó rồi sửa ở đây.",
            "#   (?) marks what was not understood in the list: look at that cell and put it right here.",
        ]
    lines.append(f"#   Sửa xong, chạy (then run):  kontum-netcheck validate {in_comment(file)}")
    return "\n".join(lines) + "\n"


def in_comment(text: str) -> str:
    """A text that stays in its comment: one line, visible characters."""
    return comment(text, "")[2:]


def _how_it_was_read(notes: Sequence[Note], say: Say) -> str:
    told = [each for each in together(notes) if each.kind is not NoteKind.LOST]
    homeless = [note for note in notes if note.kind is NoteKind.LOST and not note.site_id]
    lines: list[str] = []
    if told:
        lines.append("# Danh sách được đọc như sau.  How the list was read.")
        lines += [comment(f"{shown(each.places)}: {say(each.problem)}", "", "  ") for each in told]
    if homeless:
        lines += ["#"] if lines else []
        lines.append("# Chưa hiểu được, chung cho nhiều điểm thi.  Not understood, of the list as a whole.")
        for each in together(homeless):
            hint = f" {say(each.hint)}" if each.hint else ""
            lines.append(comment(f"(?) {shown(each.places)}: {say(each.problem)}{hint}", "", "  "))
    return "\n".join(lines) + "\n" if lines else ""


def _frame(listed: ProvinceList) -> str:
    province = f"province: {{code: {code(listed.province.code)}, name: {scalar(listed.province.name)}}}"
    lines = ["version: 1"]
    if listed.is_sample:
        lines.append(
            beside("sample: true", "xóa dòng này khi đã điền số liệu thật (delete it once the data are real)")
        )
    return "\n".join([*lines, "", beside(province, "mã tỉnh trong ngoặc kép (code in quotes)"), "", _QUIET])


def _carriers(listed: ProvinceList) -> str:
    if not listed.carriers:
        return ""
    items = (f"  - {{id: {scalar(carrier.id)}, name: {scalar(carrier.name)}}}" for carrier in listed.carriers)
    return "\n".join(["# Nhà mạng.  Carriers.", "carriers:", *items]) + "\n"


def _districts(listed: ProvinceList) -> str:
    if not listed.districts:
        return ""
    with_sites = {site.district_code for site in listed.sites}
    items = (_district(district, with_sites) for district in listed.districts)
    title = "# Huyện, thành phố, hoặc xã, phường.  Districts, or communes."
    return "\n".join([title, "districts:", *items]) + "\n"


def _district(district: ListedDistrict, with_sites: Iterable[str]) -> str:
    level = ", level: commune" if district.level == "commune" else ""
    item = f"  - {{code: {code(district.code)}, name: {scalar(district.name)}{level}}}"
    if district == UNKNOWN:
        return beside(item, "(?) danh sách không ghi huyện (the list doesn't say)")
    if district.is_own_code:
        return beside(item, "mã tạm, hãy ghi mã chính thức (a code of its own: write the official one)")
    return item if district.code in with_sites else beside(item, "không có điểm thi (no exam site)")


def _portals(listed: ProvinceList) -> str:
    if not listed.portals:
        return ""
    items: list[str] = []
    for portal in listed.portals:
        items += [
            f"  - id: {scalar(portal.id)}",
            f"    name: {scalar(portal.name)}",
            "    optional: true",
            f"    endpoints: [{scalar(portal.url)}]",
        ]
    title = [
        "# Trang web của các trường: đặt ở đâu cũng được, nên không chứng minh đường truyền của điểm thi.",
        "# Web sites of the schools. They may lie anywhere, so they prove nothing of a site's line.",
        "portals:",
    ]
    return "\n".join([*title, *items]) + "\n"


def _sites(listed: ProvinceList, say: Say) -> str:
    if not listed.sites:
        return "# sites:      # danh sách không có điểm thi nào (no site was found)\n"
    writer = SiteWriter(say, listed.notes, has_portals=bool(listed.portals))
    lines = ["# Các điểm thi.  The exam sites.", "sites:"]
    for district, sites in _by_district(listed):
        lines.append(f"  # --- {in_comment(district)} ---")
        for site in sites:
            is_first = site is listed.sites[0]
            lines += [*(explained(writer.lines(site)) if is_first else writer.lines(site)), ""]
    if not listed.source:
        lines[-1:] = MORE_TO_WRITE
    return "\n".join(lines).rstrip("\n") + "\n"


def _by_district(listed: ProvinceList) -> Iterator[tuple[str, list[ListedSite]]]:
    for district in listed.districts:
        sites = [site for site in listed.sites if site.district_code == district.code]
        if sites:
            yield district.name, sites
