"""`record --sheet` prints the sheet to fill in; `record --from` reads it in when it is filled."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from kontum_netcheck.cli.output import check_writable, write_whole
from kontum_netcheck.cli.record_file import attachment
from kontum_netcheck.cli.record_keeping import keep_sheet
from kontum_netcheck.cli.record_place import Place, sentence
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.store import open_store_or_stop, store_or_stop
from kontum_netcheck.model import Message, WrongValue, message
from kontum_netcheck.recording.sheet import empty_rows
from kontum_netcheck.recording.sheet_columns import SHEET_COLUMNS, SheetColumn
from kontum_netcheck.recording.sheet_reading import ReadSheet, SheetProblem, read_sheet
from kontum_netcheck.recording.sheet_row import Defaults
from kontum_netcheck.recording.sheet_text import MAX_BYTES, Rows, rows_of
from kontum_netcheck.recording.workbook import is_workbook, rows_of_workbook
from kontum_netcheck.report.columns import Column
from kontum_netcheck.report.comma_separated import table
from kontum_netcheck.report.options import Options
from kontum_netcheck.wording import system_words

_TOLD_COUNT = 200


def print_sheet(shell: Shell, place: Place, output: Path | None, *, keys: bool) -> None:
    """One row for each thing to try of what is selected, as CSV that Excel opens in the reader's language."""
    things = place.selected
    if not things:
        raise shell.stop(message("Nothing of what is selected needs a person to try it."))
    columns = [_column(column) for column in SHEET_COLUMNS if column.printed]
    put_table(shell, table(columns, empty_rows(things), _options(shell, place, keys=keys)), output)


def put_table(shell: Shell, content: bytes, output: Path | None) -> None:
    """To stdout, or to a file, wholly or not at all."""
    if output is None:
        shell.put(content)
        return
    problem = check_writable(output)
    if problem is not None:
        raise shell.stop(problem)
    write_whole(output, content)
    shell.put_line(message("{file} is written.", file=str(output)))


def _column(column: SheetColumn) -> Column[Any]:
    def cell(row: Mapping[str, object]) -> object:
        return row.get(column.key)

    return Column(column.key, column.label, cell)


def _options(shell: Shell, place: Place, *, keys: bool) -> Options:
    return Options(language=shell.language, zone=place.loaded.inventory.zone, csv_keys=keys)


def read_in(
    shell: Shell,
    place: Place,
    file: Path,
    defaults: Defaults,
    store: str | None,
    now: datetime,
    *,
    skip_bad: bool,
) -> int:
    """Keep what the sheet holds: all of it or nothing, unless the bad rows are to be skipped. The exit code."""
    sheet = _read(shell, place, file, defaults, now)
    for notice in sheet.notices:
        shell.tell(notice)
    for problem in sheet.problems[:_TOLD_COUNT]:
        shell.tell(_told(file, problem))
    if sheet.problems:
        count = len(sheet.problems)
        if not skip_bad or not sheet.observations:
            raise shell.stop(
                message("Errors in {file}: {count}. Nothing was kept.", file=str(file), count=count)
            )
        shell.tell(
            message("Errors in {file}: {count}. These rows were left out.", file=str(file), count=count)
        )
    if not sheet.observations:
        raise shell.stop(message("{file} holds no answer: the column of results is empty.", file=str(file)))
    with open_store_or_stop(shell, store) as opened, store_or_stop(shell):
        new_count, known_count = keep_sheet(opened, place, sheet.observations)
    shell.put_line(
        message(
            "Kept: {new}. Known already: {known}. Rows without an answer: {unanswered}.",
            new=new_count,
            known=known_count,
            unanswered=sheet.unanswered_count,
        )
    )
    return 0


def _read(shell: Shell, place: Place, file: Path, defaults: Defaults, now: datetime) -> ReadSheet:
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        rows: Rows = rows_of_workbook(content) if is_workbook(content) else rows_of(content)
    except OSError as fault:
        raise shell.stop(
            message("{file} can't be read: {reason}.", file=str(file), reason=system_words(fault))
        ) from None
    except WrongValue as wrong:
        raise shell.stop(message("{file}: {problem}", file=str(file), problem=sentence(wrong))) from None
    return read_sheet(
        rows,
        place.loaded.inventory,
        place.things,
        now,
        defaults,
        lambda name: attachment(name, file.parent),
    )


def _told(file: Path, found: SheetProblem) -> Message:
    problem = sentence(WrongValue(found.problem, found.hint))
    if found.column is None:
        return message("{file}, row {row}: {problem}", file=str(file), row=found.row, problem=problem)
    return message(
        "{file}, row {row}, “{column}”: {problem}",
        file=str(file),
        row=found.row,
        column=found.column,
        problem=problem,
    )
