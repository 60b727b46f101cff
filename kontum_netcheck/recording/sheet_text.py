"""From the bytes of a sheet to its rows of text: whatever Excel made of it. Pure."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence

from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.recording.sheet_columns import known_count

MAX_BYTES = 10_000_000
"""More than a whole country's lines in text; a larger file is something else."""

_MAX_ROWS = 100_000
_TITLE_ROWS = 30  # above the headings at most

Row = Sequence[str]
Rows = Sequence[Row]


def rows_of(content: bytes) -> Rows:
    """The rows of a CSV file, separated by `;`, `,` or tabs, in UTF-8, UTF-16 or Windows-1258 (Excel, vi-VN).

    Raises WrongValue for what is no such file.
    """
    if len(content) > MAX_BYTES:
        raise WrongValue(message("It is larger than {most} bytes: no sheet is.", most=MAX_BYTES))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise WrongValue(
            message("It is a workbook of an old Excel (.xls)."),
            message("Save it in Excel as “CSV UTF-8”, and read that file in."),
        )
    text = _text(content)
    readings = [list(_split(text, delimiter)) for delimiter in ";,\t"]
    return max(readings, key=lambda rows: max((known_count(row) for row in rows[:_TITLE_ROWS]), default=0))


def headings_at(rows: Rows) -> int | None:
    """The place of the row with the headings; titles may stand above it. None: there is none."""
    counts = [known_count(row) for row in rows[:_TITLE_ROWS]]
    best = max(counts, default=0)
    return counts.index(best) if best >= 2 else None


def _text(content: bytes) -> str:
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1258")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return unicodedata.normalize("NFC", text)  # Windows-1258 writes marks behind their letters
    raise WrongValue(
        message("It is no text that can be read."),
        message("Save it in Excel as “CSV UTF-8”, and read that file in."),
    )


def _split(text: str, delimiter: str) -> Iterator[Row]:
    """The rows as a spreadsheet counts them, empty ones too."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for count, row in enumerate(reader, start=1):
            if count > _MAX_ROWS:
                raise WrongValue(message("It has more than {most} rows: no sheet has.", most=_MAX_ROWS))
            yield [_clean(cell) for cell in row]
    except csv.Error as fault:
        raise WrongValue(message("It is no CSV file: {reason}.", reason=str(fault))) from None


def _clean(cell: str) -> str:
    """Without the apostrophe by which a text is kept from being a formula, and without spaces around."""
    return cell.strip().removeprefix("'").strip()
