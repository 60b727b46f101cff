"""From an Excel workbook (.xlsx) to its sheets, by openpyxl (extra `xlsx-import`). Pure.

Merged cells are filled, formulas give the values that Excel saved with them, and what is hidden is known as hidden.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from kontum_netcheck.model import Message, WrongValue, message
from kontum_netcheck.province_list.cells import EMPTY, Cell, CellKind, Sheet, clean
from kontum_netcheck.province_list.legacy_letters import LEGACY, letters_of, read_letters
from kontum_netcheck.province_list.separated import MAX_COLUMNS, MAX_ROWS

_MAX_UNPACKED_BYTES = 25_000_000
_MAX_SHEETS = 100
_FORMULA = re.compile(rb"<f[\s>/]")
_LETTER_SAMPLE = 20_000  # characters


def is_workbook(content: bytes) -> bool:
    """Whether it begins as .xlsx files do: a ZIP archive."""
    return content.startswith(b"PK\x03\x04")


def sheets_of(content: bytes) -> tuple[tuple[Sheet, ...], tuple[Message, ...]]:
    """All sheets with cells, and what there is to tell of how they were read. Raises WrongValue."""
    try:
        import openpyxl  # type: ignore[import-untyped]
    except ImportError:
        raise WrongValue(
            message("Reading a workbook needs openpyxl, which is not installed."),
            message("Save it in Excel as “CSV UTF-8”, or install kontum-netcheck[xlsx-import]."),
        ) from None
    try:
        has_formulas = _look_into(content)
        with warnings.catch_warnings():  # of parts that openpyxl doesn't keep: nobody writes this book back
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
            typed = openpyxl.load_workbook(io.BytesIO(content)) if has_formulas else book
        pairs = list(zip(book.worksheets[:_MAX_SHEETS], typed.worksheets, strict=False))
        grids = [(values, _grid(values, formulas)) for values, formulas in pairs]
    except WrongValue:
        raise
    except Exception:  # openpyxl lets through whatever a broken part of the archive raises
        raise WrongValue(
            message("The workbook is broken, or was copied only in part."),
            message("Open it in Excel and save it anew, or save it as “CSV UTF-8”, and read that file."),
        ) from None
    letters = letters_of(_sample([grid for _, grid in grids]))
    sheets = tuple(_sheet(values, grid, letters) for values, grid in grids)
    return sheets, (LEGACY[letters],) if letters else ()


def _look_into(content: bytes) -> bool:
    """Whether any sheet has formulas. WrongValue where it would unpack to more than any list is."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > _MAX_UNPACKED_BYTES:
            raise WrongValue(
                message("It is larger than {most} bytes: no list is.", most=_MAX_UNPACKED_BYTES),
                message("Copy the list's own cells into an empty workbook, or save it as “CSV UTF-8”."),
            )
        sheets = [part for part in parts if part.filename.startswith("xl/worksheets/")]
        return any(_FORMULA.search(archive.read(part)) for part in sheets)


Grid = list[list[Cell]]


def _grid(values: Any, formulas: Any) -> Grid:
    """The cells with their raw texts, merged ones filled."""
    size = {"max_row": min(values.max_row, MAX_ROWS), "max_col": min(values.max_column, MAX_COLUMNS)}
    grid = [
        [_cell(value.value, formula.value) for value, formula in zip(*pair, strict=True)]
        for pair in zip(values.iter_rows(**size), formulas.iter_rows(**size), strict=False)
    ]
    while grid and not any(cell.text or cell.kind is not CellKind.TEXT for cell in grid[-1]):
        grid.pop()
    for merged in values.merged_cells.ranges:
        _fill(grid, merged.bounds)
    return grid


def _fill(grid: Grid, bounds: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = bounds
    if top > len(grid) or left > len(grid[top - 1]):
        return
    first = grid[top - 1][left - 1]
    if first == EMPTY:
        return
    for row in grid[top - 1 : bottom]:
        for column in range(left - 1, min(right, len(row))):
            row[column] = Cell(first.text, first.kind, is_filled=True)
    grid[top - 1][left - 1] = first


def _cell(value: object, formula: object) -> Cell:
    """As a person would have typed it: a whole number without a point, a day as Excel shows it here."""
    match value:
        case None if isinstance(formula, str) and formula.startswith("="):
            return Cell(formula, CellKind.UNCALCULATED)
        case None:
            return EMPTY
        case bool():
            return Cell("x" if value else "0")
        case datetime():
            day = value.strftime("%d/%m/%Y")
            return Cell(day if value.time() == time() else value.strftime("%d/%m/%Y %H:%M"), CellKind.MOMENT)
        case date() | time() | timedelta():
            return Cell(str(value), CellKind.MOMENT)
        case int() | float():
            whole = int(value) if isinstance(value, float) and value.is_integer() else value
            return Cell(str(whole), CellKind.NUMBER)
        case str() if value.startswith("#") and value.endswith(("!", "?", "A")) and value.isupper():
            return Cell(value, CellKind.ERROR)
        case _:
            return Cell(str(value))


def _sample(grids: list[Grid]) -> str:
    parts: list[str] = []
    length = 0
    for cell in (cell for grid in grids for row in grid for cell in row if cell.kind is CellKind.TEXT):
        parts.append(cell.text)
        length += len(cell.text)
        if length > _LETTER_SAMPLE:
            break
    return "\n".join(parts)


def _sheet(values: Any, grid: Grid, letters: str | None) -> Sheet:
    def read(cell: Cell) -> Cell:
        if cell.kind is not CellKind.TEXT or not cell.text:
            return cell
        return Cell(
            clean(read_letters(cell.text, letters) if letters else cell.text), cell.kind, cell.is_filled
        )

    return Sheet(
        values.title,
        tuple(tuple(map(read, row)) for row in grid),
        frozenset(number - 1 for number, row in values.row_dimensions.items() if row.hidden),
        frozenset(_hidden_columns(values)),
        is_hidden=values.sheet_state != "visible",
        is_cut=values.max_row > MAX_ROWS and len(grid) == MAX_ROWS,
    )


def _hidden_columns(values: Any) -> Iterator[int]:
    for column in values.column_dimensions.values():
        if column.hidden:
            yield from range(column.min - 1, min(column.max, MAX_COLUMNS))
