"""The first site of a file explains itself: what each key means stands behind its line. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from kontum_netcheck.province_list.yaml_text import beside

_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "  - id": "mã riêng: chữ thường không dấu, số, gạch nối (own id, stays for ever)",
        "    district": "mã huyện ở trên (a code from above)",
        "    role": "main: chính thức | reserve: dự phòng | headquarters: Sở, Hội đồng thi",
        "    rooms": "số phòng thi",
        "    candidates": "số thí sinh",
        "    contact": "đầu mối (whom to call)",
        "    phones": "loudspeaker: có loa ngoài; role: duty-room là máy phòng trực",
        "    faxes": "viết gọn: chỉ cần số (short form: just the number)",
        "    internet": "mỗi đường truyền một mục (an item for each line)",
        "        carrier": "mã nhà mạng ở trên (an id from above)",
        "        role": "primary: đường chính | backup: dự phòng",
        "        committed_mbit_per_s": "tốc độ cam kết, Mbit/s (to and from the site)",
        "        endpoints": "hỏi những gì (what is asked): ping, dns, http, tcp",
        "    checklist": "việc phải xem tận nơi (a person looks at it)",
    }
)

MORE_TO_WRITE = (
    "    # checklist:                                # việc phải xem tận nơi (a person looks at it)",
    "    #   - {id: generator, name: Máy phát điện dự phòng, valid_for: 7d}",
    "  # Thêm điểm thi: chép cả khối từ dòng “- id:”, rồi sửa.",
    "  # One more site: copy the whole block from “- id:”, and change it.",
)
"""What stands behind the only site of a file that questions have made."""


def explained(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a site, each key explained where it stands first."""
    left = dict(_MEANINGS)
    for line in lines:
        meaning = left.pop(line.partition(":")[0], None)
        yield beside(line, meaning) if meaning and "#" not in line else line
