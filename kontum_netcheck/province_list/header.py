"""The row of headings, found below titles: one row, or two or three where merged headings stand over others. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kontum_netcheck.province_list.cells import Cell, CellKind, one_line
from kontum_netcheck.province_list.headings import Key, key_of

_TITLE_ROWS = 40  # above the headings at most
_TIERS = 3
_MOST_CHARACTERS = 60  # of a heading in a lower row
_MOST_DIGITS = 3

Rows = Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Header:
    """Where the headings stand, what they say and which columns they mean."""

    first_row: int
    last_row: int
    texts: Mapping[int, str]  # by column
    columns: Mapping[int, Key]

    @property
    def keys(self) -> frozenset[Key]:
        """The columns that there are."""
        return frozenset(self.columns.values())


def header_of(rows: Rows) -> Header | None:
    """The headings that know most columns, in as few rows as that takes; None where there are none."""
    found = [
        _header(rows, at, tiers)
        for at in range(min(len(rows), _TITLE_ROWS))
        for tiers in range(1, _TIERS + 1)
        if at + tiers <= len(rows)
        and (tiers == 1 or _is_no_title(rows[at]))
        and all(_may_be_a_tier(row) for row in rows[at + 1 : at + tiers])
    ]
    fitting = [header for header in found if _is_enough(header)]
    return max(fitting, key=_worth, default=None)


def _is_enough(header: Header) -> bool:
    """One with sites, and something about them."""
    return "site" in header.keys and len(header.keys - {"order", "ignored"}) >= 2


def _worth(header: Header) -> tuple[int, int, int, int]:
    """Columns that are told apart; then fewer rows, and the upper ones of several lists."""
    known = len(header.keys - {"ignored"})
    return known, header.first_row - header.last_row, len(header.columns), -header.first_row


def _is_no_title(row: Sequence[Cell]) -> bool:
    """Whether several things stand in a row: a title is one, or two side by side."""
    return len({cell.text for cell in row if cell.text}) > 2


def _may_be_a_tier(row: Sequence[Cell]) -> bool:
    """Whether a row may be headings below headings: short words, and hardly a digit."""
    texts = [cell.text for cell in row if cell.text and not cell.is_filled]
    if not texts and not any(cell.text for cell in row):
        return False
    return all(
        cell.kind is CellKind.TEXT
        and len(cell.text) <= _MOST_CHARACTERS
        and sum(sign.isdigit() for sign in cell.text) <= _MOST_DIGITS
        and not cell.text.isdigit()
        for cell in row
        if cell.text
    )


def _header(rows: Rows, at: int, tiers: int) -> Header:
    texts = _joined(rows[at : at + tiers])
    columns = {column: key for column, text in texts.items() if (key := key_of(text))}
    return Header(at, at + tiers - 1, texts, columns)


def _joined(tiers: Rows) -> dict[int, str]:
    """The heading of each column, from top to bottom; an upper one reaches over the empty cells to its right."""
    width = max(map(len, tiers), default=0)
    found: dict[int, list[str]] = {column: [] for column in range(width)}
    for number, row in enumerate(tiers):
        over = ""
        for column in range(width):
            text = one_line(row[column].text) if column < len(row) else ""
            if text:
                over = text
            elif number + 1 < len(tiers) and _has_text(tiers[number + 1], column) and not found[column]:
                text = over
            if text and text not in found[column]:
                found[column].append(text)
    return {column: " ".join(parts) for column, parts in found.items() if parts}


def _has_text(row: Sequence[Cell], column: int) -> bool:
    return column < len(row) and bool(row[column].text)
