"""CSV (RFC 4180): for Excel in the reader's language, or with machine keys for programs."""

import csv
import io
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Readiness
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.columns import Column, columns_of, rows
from kontum_netcheck.report.facts import instant
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.safe import visible

_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet takes for the start of a formula (OWASP, CSV injection); full width too."""


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How a spreadsheet of one language reads CSV."""

    delimiter: str
    byte_order_mark: bool


_DIALECTS = {"vi": _Dialect(";", True), "en": _Dialect(",", False)}
_MACHINE = _Dialect(",", False)


def render(report: Report, options: Options) -> bytes:
    """The view `options.by` (sites, unless told otherwise), one row a line, CRLF between lines.

    Vietnamese: byte order mark, `;`, decimal comma, dd/mm/yyyy. English: `,` and decimal point. With
    `csv_keys` English keys and values, UTC times and six decimals; only the
    sentences are in the reader's language.
    """
    by = options.by or "site"
    return table(columns_of(report, by), rows(report, by), options)


def table(columns: Sequence[Column[Any]], found: Iterable[Any], options: Options) -> bytes:
    """Any rows under any columns, in the ways of `render`."""
    dialect = _MACHINE if options.csv_keys else _DIALECTS[options.language.code]
    write = _for_programs(options) if options.csv_keys else _for_people(options)
    filled = _row_of(columns, write)
    file = io.StringIO()
    writer = csv.writer(file, delimiter=dialect.delimiter, lineterminator="\r\n")
    writer.writerow([c.key if options.csv_keys else options.text(c.label) for c in columns])
    writer.writerows(map(filled, found))
    text = file.getvalue()
    return text.encode("utf-8-sig" if dialect.byte_order_mark else "utf-8")


_Writer = Callable[[Column[Any]], Callable[[Any], str]]
"""Of a column, what writes the cell of a row."""


def _row_of(columns: Sequence[Column[Any]], write: _Writer) -> Callable[[Any], list[str]]:
    """What fills a row. Of the metrics only those that a check has are looked at: a third of them at most."""
    fixed = [(at, write(column)) for at, column in enumerate(columns) if not column.is_metric]
    metrics = {column.key: (at, write(column)) for at, column in enumerate(columns) if column.is_metric}

    def filled(row: Any) -> list[str]:
        cells = [""] * len(columns)
        for at, cell in fixed:
            cells[at] = cell(row)
        observation = row.verdict.observation if metrics else None
        for name in observation.metrics if observation is not None else ():
            at, cell = metrics[name]
            cells[at] = cell(row)
        return cells

    return filled


def _for_people(options: Options) -> _Writer:
    cell = _human_cell(options)
    return lambda column: _filled(column.value, cell)


def _for_programs(options: Options) -> _Writer:
    """All in English but the sentences, which are in the reader's language."""
    prose, plain = _machine_cell(options.language), _machine_cell(Language("en"))
    return lambda column: _filled(column.machine or column.value, prose if column.prose else plain)


def _filled(value: Callable[[Any], object], cell: Callable[[object], str]) -> Callable[[Any], str]:
    return lambda row: "" if (found := value(row)) is None else cell(found)


def _human_cell(options: Options) -> Callable[[object], str]:
    """Words and numbers as the reader writes them."""
    language, zone = options.language, options.zone
    point = "," if language.code == "vi" else "."
    words: dict[object, str] = {}

    def cell(value: object) -> str:
        match value:
            case float():
                return _decimal(value, 3, point)
            case Enum() | bool():
                word = type(value), value  # a bool equals an integer, a StrEnum its text
                return words.get(word) or words.setdefault(word, language.show(value))
            case str():
                return _text(value)
            case int():
                return str(value)
            case tuple():
                return _text("; ".join(language.show(part, zone) for part in value))
            case _:
                return _text(language.show(value, zone))

    return cell


def _machine_cell(language: Language) -> Callable[[object], str]:
    """Keys and values that no language changes; only sentences are in `language`."""

    def cell(value: object) -> str:
        match value:
            case float():
                return _decimal(value, 6, ".")
            case Readiness():
                return value.key
            case str():  # enumerations too: their value is the key
                return _text(str(value))
            case bool():
                return "true" if value else "false"
            case int():
                return str(value)
            case datetime():
                return instant(value)
            case tuple():
                return _text("; ".join(language.show(part) for part in value))
            case _:
                return _text(language.show(value))

    return cell


def _decimal(value: float, digits: int, point: str) -> str:
    """At most `digits` decimals, no exponent, no idle zeros; what is no number is an empty cell."""
    if not math.isfinite(value):
        return ""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return text.replace(".", point) if text != "-0" else "0"


def _text(text: str) -> str:
    """Text that no spreadsheet runs: what looks like a formula gets an apostrophe before it."""
    safe = visible(text)
    return "'" + safe if text[:1] in _FORMULA_STARTS else safe
