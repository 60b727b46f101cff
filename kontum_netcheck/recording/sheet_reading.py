"""A filled-in sheet → Observations, and everything that is wrong with it at once. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kontum_netcheck.inventory.places import nearest
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import Message, Observation, message
from kontum_netcheck.recording.evidence import Attachment
from kontum_netcheck.recording.items import Item
from kontum_netcheck.recording.sheet_columns import all_headings, heading, key_of, label_of
from kontum_netcheck.recording.sheet_row import Defaults, RowReader
from kontum_netcheck.recording.sheet_text import Rows, headings_at

_CARRIED_DOWN = ("site_id", "site", "operator", "at", "day")
"""What stands in merged cells: Excel saves it in the first row only."""

_ANSWERS = ("result", "voice_quality", "pages_count", "attachment")
"""Where any of these is filled in, somebody has tried the line."""


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """What is wrong in one place of the sheet: the row as Excel counts, the heading (None: the whole row)."""

    row: int
    column: Message | None
    problem: Message
    hint: Message | None = None


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """What a sheet holds. `notices` tell what was understood that is not written."""

    observations: tuple[Observation, ...] = ()
    problems: tuple[SheetProblem, ...] = ()
    notices: tuple[Message, ...] = ()
    unanswered_count: int = 0


@dataclass(slots=True)
class _Reading:
    """A sheet that is being read."""

    rows: Rows
    columns: Mapping[str, int]
    carried: dict[str, str] = field(default_factory=dict)
    carried_rows: list[int] = field(default_factory=list)

    def cells(self, number: int) -> dict[str, str]:
        """The cells of a row by key; what is empty for being merged with the cell above is carried down."""
        row = self.rows[number]
        cells = {key: row[at] if at < len(row) else "" for key, at in self.columns.items()}
        is_answered = any(cells.get(key) for key in _ANSWERS)
        if cells.get("site_id") or cells.get("site"):
            self._forget("site_id", "site")
        if cells.get("at") or cells.get("day"):
            self._forget("at", "day")
        for key in _CARRIED_DOWN:
            if cells.get(key):
                self.carried[key] = cells[key]
            elif key in self.carried and any(cells.values()):
                cells[key] = self.carried[key]
                if is_answered and key not in ("site_id", "site"):
                    self.carried_rows.append(number + 1)
        return cells

    def _forget(self, *keys: str) -> None:
        for key in keys:
            self.carried.pop(key, None)


def read_sheet(
    rows: Rows,
    inventory: Inventory,
    things: Sequence[Item],
    now: datetime,
    defaults: Defaults,
    attach: Callable[[str], Attachment],
) -> ReadSheet:
    """Read all rows. `attach` finds a file that the sheet names; it raises WrongValue where there is none."""
    at = headings_at(rows)
    if at is None:
        wrong = message("There is no row with headings such as “Site id”, “Line” and “Result”.")
        hint = message("Print the sheet to fill in: kontum-netcheck record --sheet -o sheet.csv")
        return ReadSheet(problems=(SheetProblem(1, None, wrong, hint),))
    columns, problems, notices = _columns(rows[at], at + 1, defaults)
    if problems:
        return ReadSheet(problems=tuple(problems))
    reading = _Reading(rows, columns)
    reader = RowReader(inventory, things, now, defaults, attach)
    found: list[Observation] = []
    unanswered_count = 0
    for number in range(at + 1, len(rows)):
        cells = reading.cells(number)
        if not any(cells.get(key) for key in _ANSWERS):
            unanswered_count += bool(cells.get("line") or cells.get("number"))
            continue
        answered, wrong_cells = reader.read(cells)
        found += answered
        problems += [SheetProblem(number + 1, column, w.problem, w.hint) for column, w in wrong_cells]
    if reading.carried_rows:
        notices.append(
            message(
                "Rows {rows}: who or when is empty, and taken from the row above (merged cells).",
                rows=_ranges(sorted(set(reading.carried_rows))),
            )
        )
    return ReadSheet(tuple(found), tuple(problems), tuple(notices), unanswered_count)


def _columns(
    row: Sequence[str], number: int, defaults: Defaults
) -> tuple[dict[str, int], list[SheetProblem], list[Message]]:
    """Where each column stands; what is missing, stands twice or is not known."""
    columns: dict[str, int] = {}
    problems: list[SheetProblem] = []
    unknown: list[str] = []
    for at, cell in enumerate(row):
        key = key_of(cell)
        if key is None:
            unknown += [cell] if heading(cell) else []
        elif key in columns:
            twice = message(
                "The heading stands twice: “{one}” and “{other}”.", one=row[columns[key]], other=cell
            )
            problems.append(SheetProblem(number, label_of(key), twice))
        else:
            columns[key] = at
    problems += [SheetProblem(number, None, *_missing(key, unknown)) for key in _lacking(columns, defaults)]
    left_out = message("Columns that are not known here are left out: {names}.", names=", ".join(unknown))
    return columns, problems, [left_out] if unknown else []


def _lacking(columns: Mapping[str, int], defaults: Defaults) -> Iterator[str]:
    if "result" not in columns:
        yield "result"
    if not {"site_id", "site"} & columns.keys() and defaults.site_id is None:
        yield "site_id"
    if not {"line", "number"} & columns.keys():
        yield "line"
    if "operator" not in columns and not defaults.operator:
        yield "operator"
    if not {"at", "day"} & columns.keys() and defaults.at is None:
        yield "at"


def _missing(key: str, unknown: Sequence[str]) -> tuple[Message, Message | None]:
    problem = message("The column “{column}” is missing.", column=label_of(key))
    near = next(
        (cell for cell in unknown if (word := nearest(cell, all_headings())) and key_of(word) == key), None
    )
    return problem, message("Is it “{column}”? Give it that name.", column=near) if near else None


def _ranges(numbers: Sequence[int]) -> str:
    """`4-9, 12`."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)
