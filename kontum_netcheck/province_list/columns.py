"""The columns of a sheet, told by their headings and by what stands beside them. Pure."""

from collections.abc import Iterator, Mapping

from kontum_netcheck.model import Message, message
from kontum_netcheck.province_list.header import Header
from kontum_netcheck.province_list.headings import Key

_MAY_REPEAT = frozenset(
    {
        "phone", "duty_phone", "phone_fax", "mobile", "fax", "contact", "contact_phone", "internet", "backup", "target",
        "backup_target", "website", "evidence", "note", "ignored", "order",
    }
)  # fmt: skip
_KIND = {
    "phone": "phone", "duty_phone": "phone", "phone_fax": "phone", "mobile": "phone", "fax": "fax",
    "internet": "internet", "technology": "internet", "target": "internet",
    "backup": "backup", "backup_carrier": "backup", "backup_speed": "backup",
}  # fmt: skip
_OF_KIND = {
    ("carrier", "phone"): "phone_carrier",
    ("carrier", "fax"): "fax_carrier",
    ("carrier", "backup"): "backup_carrier",
    ("speed", "backup"): "backup_speed",
    ("down", "backup"): "backup_down",
    ("up", "backup"): "backup_up",
    ("target", "backup"): "backup_target",
}


def columns_of(header: Header) -> tuple[Mapping[int, Key], list[tuple[int, Message]]]:
    """The column at each place, and what there is to tell: columns that are not known, or stand twice."""
    told: list[tuple[int, Message]] = []
    columns: dict[int, Key] = {}
    for column, key in _in_context(header):
        if key in columns.values() and key not in _MAY_REPEAT:
            first = next(at for at, known in columns.items() if known == key)
            twice = message(
                "The heading “{other}” means the same as “{one}”, and was left out.",
                one=header.texts[first],
                other=header.texts[column],
            )
            told.append((column, twice))
        else:
            columns[column] = key
    for column, text in header.texts.items():
        if header.columns.get(column, "ignored") == "ignored":
            unknown = message(
                "The heading “{heading}” is not known here; its column was left out.", heading=text
            )
            told.append((column, unknown))
        elif columns.get(column) == "evidence":
            result = message(
                "“{heading}” is a result and no part of an inventory: left out. “record --from” reads results in.",
                heading=text,
            )
            told.append((column, result))
    return columns, sorted(told, key=lambda each: each[0])


def _in_context(header: Header) -> Iterator[tuple[int, Key]]:
    """Each column; a carrier or speed that stands several times belongs to what stands left of it."""
    keys = list(header.columns.values())
    has_contact_phone = "contact_phone" in keys
    kind = ""
    for column, key in sorted(header.columns.items()):
        left = header.columns.get(column - 1)
        kind = _KIND.get(key, kind)
        if keys.count(key) > 1 and (key, kind) in _OF_KIND:
            yield column, _OF_KIND[(key, kind)]
        elif (
            left == "contact"
            and not has_contact_phone
            and (key == "mobile" or (key == "phone" and keys.count("phone") > 1))
        ):
            yield column, "contact_phone"
        else:
            yield column, key
