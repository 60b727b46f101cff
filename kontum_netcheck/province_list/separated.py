"""From the bytes of a CSV file to a sheet: its encoding and its separator are told by what they make of it. Pure."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator

from kontum_netcheck.model import Message, WrongValue, message
from kontum_netcheck.province_list.cells import Cell, Sheet, clean
from kontum_netcheck.province_list.header import header_of
from kontum_netcheck.province_list.legacy_letters import LEGACY, letters_of, read_letters, word_count

MAX_BYTES = 10_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 100

_SEPARATORS = ";,\t|"
_SAID = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_TEXT_FORMULA = re.compile(r"^=\"([^\"]*)\"$")  # ="0260 3000 002", by which programs keep the 0
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_SAVE_AS_CSV = message("Save it in Excel as “CSV UTF-8”, and read that file.")


def sheet_of(content: bytes, name: str) -> tuple[Sheet, tuple[Message, ...]]:
    """The one sheet of a CSV file, and what there is to tell of how it was read. Raises WrongValue."""
    if content.startswith(_OLD_WORKBOOK):
        raise WrongValue(
            message("It is a workbook of an old Excel (.xls), or one with a password."),
            message("Save it in Excel as .xlsx without a password, and read that file."),
        )
    text, told = _text(content)
    said = _SAID.match(text)
    readings = (list(_split(text, sign)) for sign in (said[1] if said else _SEPARATORS))
    rows = max(readings, key=_likeness)
    if said:
        rows[0] = []
    cells = tuple(tuple(map(Cell, row)) for row in rows[:MAX_ROWS])
    return Sheet(name, cells, is_cut=len(rows) > MAX_ROWS), told


def _likeness(rows: list[list[str]]) -> tuple[int, int]:
    """How well these rows fit a list: headings that are known, then how many columns there are."""
    header = header_of(tuple(tuple(map(Cell, row)) for row in rows[:60]))
    return (len(set(header.columns.values())) if header else 0, max(map(len, rows[:60]), default=0))


def _text(content: bytes) -> tuple[str, tuple[Message, ...]]:
    """The text: UTF-8, UTF-16, Windows-1258, TCVN3 or VNI. WrongValue where it can't be told."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _decoded(content, "utf-16"), ()
    try:
        return _decoded(content, "utf-8-sig"), ()
    except WrongValue:
        western = content.decode("latin-1")
    if "\0" in western:
        raise WrongValue(message("It is no text that can be read."), _SAVE_AS_CSV)
    if letters := letters_of(western):
        return read_letters(western, letters), (LEGACY[letters],)
    try:
        vietnamese = unicodedata.normalize("NFC", content.decode("cp1258"))
    except UnicodeDecodeError:
        vietnamese = ""
    if not word_count(vietnamese):
        raise WrongValue(message("The encoding of the file can't be told for certain."), _SAVE_AS_CSV)
    return vietnamese, (message("The list is written in Windows-1258 and was read as such."),)


def _decoded(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise WrongValue(message("It is no text that can be read."), _SAVE_AS_CSV) from None
    if "\0" in text:
        raise WrongValue(message("It is no text that can be read."), _SAVE_AS_CSV)
    return text


def _split(text: str, separator: str) -> Iterator[list[str]]:
    """The rows as a spreadsheet counts them, one more than anybody reads at most."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for count, row in enumerate(reader):
            yield [clean(_TEXT_FORMULA.sub(r"\1", cell)) for cell in row[:MAX_COLUMNS]]
            if count >= MAX_ROWS:
                return
    except csv.Error as fault:
        raise WrongValue(message("It is no CSV file: {reason}.", reason=str(fault))) from None
