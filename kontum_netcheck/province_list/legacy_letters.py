"""Vietnamese from before Unicode: TCVN3 (the ABC fonts, .VnTime) and VNI, told by the words that they make. Pure.

Both put Vietnamese letters in the places of Western ones, so that a list reads `§iÖn tho¹i` or `Ñieän thoaïi`.
Sources: TCVN 5712:1993 (VN3); the VNI-Windows table of VNI Software.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from kontum_netcheck.model import Message, message

_TCVN3_FROM = "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ"
_TCVN3_TO = "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
_TCVN3 = str.maketrans(_TCVN3_FROM, _TCVN3_TO)

_VNI_TONES = "ùøûõï"  # acute, grave, hook, tilde, dot below a letter
_VNI_LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "a": "áàảãạ", "e": "éèẻẽẹ", "o": "óòỏõọ", "u": "úùủũụ", "y": "ýỳỷỹ",
        "ô": "ớờởỡợ", "ö": "ứừửữự",
    }
)  # fmt: skip
_VNI_PAIRS = {
    letter + tone: made
    for letter, row in _VNI_LETTERS.items()
    for tone, made in zip(_VNI_TONES, row, strict=False)
}
for _base, _marks, _made in (
    ("a", "âáàåãä", "âấầẩẫậ"),
    ("a", "êéèúüë", "ăắằẳẵặ"),
    ("e", "âáàåãä", "êếềểễệ"),
    ("o", "âáàåãä", "ôốồổỗộ"),
):
    _VNI_PAIRS.update({_base + mark: made for mark, made in zip(_marks, _made, strict=True)})
_VNI_SINGLES = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI = re.compile("|".join(sorted(_VNI_PAIRS, key=len, reverse=True)) + "|[ôöñæóòî]", re.IGNORECASE)

_WORDS = re.compile(
    r"(?<!\w)(?:trường|điểm|điện|thoại|huyện|số|đường|truyền|phòng|thí|địa|chỉ|tên|loại|nhà|mạng|tốc|độ|dự|thành|phố"
    r"|tỉnh|chú|đầu|mối|đắk|xã|phường|kết|quả|người|kiểm|dân|tộc|nội|trú|nguyễn|trần|lê|liên|lạc|đội|sở|giáo|dục"
    r"|đào|tạo|và|của|có|không|chính|thức|tự|thời|gian|thứ|bảng|đơn|vị)(?!\w)",
    re.IGNORECASE,
)
_ENOUGH_WORDS = 4


def _vni_letter(match: re.Match[str]) -> str:
    found = match[0]
    made = _VNI_PAIRS.get(found.lower()) or _VNI_SINGLES[found.lower()]
    return made.upper() if found[0].isupper() else made


def from_tcvn3(text: str) -> str:
    """A text in Western letters as the ABC fonts showed it."""
    return text.translate(_TCVN3)


def from_vni(text: str) -> str:
    """A text in Western letters as the VNI fonts showed it."""
    return _VNI.sub(_vni_letter, text)


LEGACY: Mapping[str, Message] = MappingProxyType(
    {
        "tcvn3": message("The list is written in TCVN3 (ABC fonts) and was read as such."),
        "vni": message("The list is written for VNI fonts and was read as such."),
    }
)
_READERS = MappingProxyType({"tcvn3": from_tcvn3, "vni": from_vni})


def word_count(text: str) -> int:
    """How many everyday words of Vietnamese lists stand in it, with their marks."""
    return len(_WORDS.findall(text))


def letters_of(text: str) -> str | None:
    """`tcvn3` or `vni` where the text is certainly meant so: several words, and more than twice those of any other."""
    counts = {name: word_count(read(text)) for name, read in _READERS.items()} | {"": word_count(text)}
    best = max(counts, key=lambda name: counts[name])
    second = max(count for name, count in counts.items() if name != best)
    return best if best and counts[best] >= _ENOUGH_WORDS and counts[best] > 2 * second else None


def read_letters(text: str, letters: str) -> str:
    """The text in Unicode; `letters` is what `letters_of` has told."""
    return _READERS[letters](text)
