"""From an Excel workbook (.xlsx) to rows of text, by openpyxl (extra `xlsx-import`). Pure."""

import io
import zipfile
from datetime import date, datetime, time

from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.recording.sheet_text import MAX_BYTES, Rows

_MAX_ROWS = 20_000
_MAX_COLUMNS = 100
_MAX_UNPACKED_BYTES = 10 * MAX_BYTES


def is_workbook(content: bytes) -> bool:
    """Whether it begins as .xlsx files do: a ZIP archive."""
    return content.startswith(b"PK\x03\x04")


def rows_of_workbook(content: bytes) -> Rows:
    """The rows of its first sheet. Raises WrongValue where it can't be read, or openpyxl isn't installed."""
    try:
        from openpyxl import load_workbook  # type: ignore[import-untyped]
    except ImportError:
        raise WrongValue(
            message("Reading a workbook needs openpyxl, which is not installed."),
            message("Save it in Excel as “CSV UTF-8”, or install kontum-netcheck[xlsx-import]."),
        ) from None
    try:
        _refuse_bomb(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(max_row=_MAX_ROWS, max_col=_MAX_COLUMNS, values_only=True)
        found = [[_cell(value) for value in row] for row in rows]
        book.close()
    except WrongValue:
        raise
    except Exception:  # openpyxl lets through whatever a broken part of the archive raises
        raise WrongValue(
            message("The workbook is broken, or was copied only in part."),
            message("Open it in Excel and save it anew, or save it as “CSV UTF-8”, and read that file."),
        ) from None
    return found


def _refuse_bomb(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > _MAX_UNPACKED_BYTES:
            raise WrongValue(
                message("It is larger than {most} bytes: no sheet is.", most=_MAX_UNPACKED_BYTES)
            )


def _cell(value: object) -> str:
    """As a person would have typed it: a time without date, a whole number without a point."""
    match value:
        case None:
            return ""
        case datetime() if value.time() == time():
            return value.strftime(
                "%Y-%m-%d"
            )  # a cell with a day alone is midnight to Excel; nobody tests then
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case date():
            return value.strftime("%Y-%m-%d")
        case time():
            return value.strftime("%H:%M")
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value).strip().removeprefix("'").strip()
