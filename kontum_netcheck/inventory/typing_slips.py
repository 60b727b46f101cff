"""Slips of the keyboard and of word processors: curly quotes, invisible characters, a missing space, other words."""

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType

from kontum_netcheck.inventory.places import fold
from kontum_netcheck.model import Message, message

_CURLY = re.compile("[“”„‟«»‘’‚‛″]+(.*?)[“”„‟«»‘’‚‛″]+", re.DOTALL)
_INVISIBLE = re.compile(
    "[\u00a0\u00ad\u034f\u061c\u115f\u1160\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]+"
)
_NO_SPACE = re.compile(
    r"\s*(?:- +)?[{\[]?\s*([A-Za-z_][A-Za-z0-9_]*):[\u00a0\u2000-\u200b]*([^\s/\u00a0].*?)[,}\]]?\s*"
)

_VIETNAMESE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ten": ("name",),
        "ma": ("id", "code"),
        "ma so": ("code", "id"),
        "so": ("number",),
        "so dien thoai": ("number", "phone", "phones"),
        "sdt": ("number", "phone", "phones"),
        "dien thoai": ("phones", "phone", "number"),
        "so fax": ("number", "faxes"),
        "fax": ("faxes",),
        "may le": ("extension",),
        "tinh": ("province",),
        "huyen": ("district", "districts"),
        "xa": ("district", "districts"),
        "diem thi": ("sites",),
        "nha mang": ("carrier", "carriers"),
        "duong truyen": ("internet",),
        "vai tro": ("role",),
        "loai": ("role", "level"),
        "dia chi": ("address", "endpoints"),
        "so phong": ("rooms",),
        "phong thi": ("rooms",),
        "thi sinh": ("candidates",),
        "dau moi": ("contact",),
        "lien he": ("contact",),
        "nguong": ("limits",),
        "loa ngoai": ("loudspeaker",),
        "cong thong tin": ("portals",),
        "mui gio": ("timezone",),
    }
)


def key_from_vietnamese(word: str, keys: Collection[str]) -> str | None:
    """The English key that a Vietnamese word stands for, with or without its marks, if it may stand there."""
    plain = fold(word.replace("_", " ").replace("-", " "))
    return next((key for key in _VIETNAMESE.get(plain, ()) if key in keys), None)


def without_curly_quotes(text: str) -> str | None:
    """`“608”` → `608`; None where the text doesn't stand in such quotes."""
    found = _CURLY.fullmatch(text.strip())
    return found[1].strip() if found else None


def straight_quotes(text: str) -> Message | None:
    """What to write in place of a text in curly quotes."""
    bare = without_curly_quotes(text)
    if not bare:
        return None
    return message('Curly quotes are letters in YAML: write "{value}", in straight quotes.', value=bare)


def visible(text: str) -> str | None:
    """The text without invisible characters and no-break spaces; None where it has none."""
    if text.isascii() or not _INVISIBLE.search(text):
        return None
    return _INVISIBLE.sub(" ", text).strip()


def space_missing(line: str) -> Message | None:
    """What to write in place of `name:Trường A`."""
    found = _NO_SPACE.fullmatch(line)
    if not found:
        return None
    return message("A space belongs behind the colon: {key}: {value}", key=found[1], value=found[2])
