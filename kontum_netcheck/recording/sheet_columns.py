"""The columns of the sheet that a district fills in, and how people write their headings. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from kontum_netcheck.inventory.places import fold
from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Message, message


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column: its key is understood as a heading too, and so are `other_words` (folded)."""

    key: str
    label: Message
    other_words: tuple[str, ...] = ()
    printed: bool = True  # on the empty sheet


SHEET_COLUMNS: tuple[SheetColumn, ...] = (
    SheetColumn("district", message("District"), ("huyen", "huyen thanh pho", "xa", "phuong", "xa/phuong")),
    SheetColumn("site_id", message("Site id"), ("ma", "ma diem", "ma so diem thi", "site code")),
    SheetColumn("site", message("Site"), ("diem thi", "truong", "don vi", "site name", "school")),
    SheetColumn(
        "line", message("Line"), ("service", "service id", "ma dich vu", "ma may", "line id", "item")
    ),
    SheetColumn("kind", message("Kind"), ("loai", "service kind")),
    SheetColumn(
        "number",
        message("Number or item"),
        ("so", "so may", "so dien thoai", "so dt", "sdt", "dien thoai", "so fax", "hang muc", "phone"),
    ),
    SheetColumn("task", message("What to do"), ("cach thu", "noi dung")),
    SheetColumn("answers", message("Possible answers"), ("allowed answers", "dap an")),
    SheetColumn(
        "result", message("Result"), ("ket qua thu", "ket qua kiem tra", "tra loi", "answer", "outcome")
    ),
    SheetColumn(
        "voice_quality",
        message("Voice quality, 1 to 5"),
        ("quality", "voice quality", "chat luong", "diem thoai"),
    ),
    SheetColumn("pages_count", message("Pages received"), ("pages", "so trang", "trang")),
    SheetColumn("note", message("Note"), ("notes", "remark", "remarks", "comment", "nhan xet")),
    SheetColumn(
        "operator", message("Tested by"), ("who", "by", "name", "nguoi thu", "nguoi goi", "can bo", "ho ten")
    ),
    SheetColumn(
        "at",
        message("Tested at"),
        ("when", "day and time", "thoi gian", "ngay gio", "ngay, gio", "gio ngay", "thoi diem thu"),
    ),
    SheetColumn("day", message("Day"), ("date", "ngay thu", "ngay kiem tra"), printed=False),
    SheetColumn("time", message("Time of day"), ("time", "hour", "gio", "gio thu"), printed=False),
    SheetColumn("vantage", message("Called from"), ("from", "tu may", "noi goi", "vantage")),
    SheetColumn("purpose", message("Why"), ("purpose", "reason", "muc dich", "ly do goi"), printed=False),
    SheetColumn("attachment", message("Photo or file"), ("photo", "file", "anh", "attachment", "tep")),
)
"""In the order of the empty sheet."""

_BY_KEY = {column.key: column for column in SHEET_COLUMNS}


def label_of(key: str) -> Message:
    """What the column of that key is called."""
    return _BY_KEY[key].label


def heading(cell: str) -> str:
    """A heading in the form in which it is compared: folded, without what stands in brackets and signs around."""
    plain = fold(cell.split("(")[0].replace("_", " ").replace("*", " "))
    return plain.strip(" .:;-?")


@cache
def _keys() -> dict[str, str]:
    speakers = (Language("en"), Language("vi"))
    found: dict[str, str] = {}
    for column in SHEET_COLUMNS:
        labels = [heading(speaker.say(column.label)) for speaker in speakers]
        for word in (
            heading(column.key),
            *labels,
            *(label.split(",")[0] for label in labels),
            *column.other_words,
        ):
            found.setdefault(word, column.key)
    return found


def key_of(cell: str) -> str | None:
    """The key of the column that a heading means; None where it means none."""
    return _keys().get(heading(cell)) or _keys().get(heading(cell.split(",")[0]))


def all_headings() -> Iterable[str]:
    """Every heading that is understood, folded: to find the nearest right one."""
    return _keys()


def known_count(row: Sequence[str]) -> int:
    """How many cells of a row are headings that we know, each once."""
    return len({key_of(cell) for cell in row} - {None})
