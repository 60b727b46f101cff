"""Days and times that a spreadsheet has turned into numbers: 45469.3125 days since 1900 are 2024-06-26 07:30. Pure.

Excel shows them where a cell has lost its format; CSV then has the bare number. A workbook that counts from 1904 is
four years off, which the check for impossible times finds.
"""

import re
from datetime import datetime, timedelta

from kontum_netcheck.model import WrongValue, message

_DAYS = re.compile(r"(?P<days>\d{5})(?:[.,](?P<part>\d{1,20}))?", re.ASCII)
_PART_OF_A_DAY = re.compile(r"(?P<days>0?)[.,](?P<part>\d{1,20})", re.ASCII)
_MAY_BE_A_CLOCK = re.compile(r"0[.,][0-5]\d", re.ASCII)
_DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001 — local, as cells are; a year early for 1900's leap day that never was


def as_written(cell: str) -> str:
    """What a person would have written for such a number; any other text as it is, to the second.

    Raises WrongValue for `0.25`: a spreadsheet's 06:00, or somebody's 00:25.
    """
    if _MAY_BE_A_CLOCK.fullmatch(cell):
        raise WrongValue(
            message("“{value}” may be a time, or a part of a day as spreadsheets count it.", value=cell),
            message("Give the column the format of a time, and save the sheet again."),
        )
    found = _DAYS.fullmatch(cell) or _PART_OF_A_DAY.fullmatch(cell)
    if found is None:
        return cell
    seconds = round(float(f"0.{found['part'] or 0}") * 86_400)
    at = _DAY_0 + timedelta(days=int(found["days"] or 0), seconds=seconds)
    day = f"{at:%Y-%m-%d}" if found["days"] not in ("", "0") else ""
    clock = "" if day and not seconds else f"{at:%H:%M:%S}"  # a day alone is midnight; nobody tests then
    return f"{day} {clock}".strip()
