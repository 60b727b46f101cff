"""The sheets that hold a list, with their headings and columns; what is left out of a workbook is told. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kontum_netcheck.inventory.places import fold, nearest
from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.province_list.cells import Place, Sheet
from kontum_netcheck.province_list.columns import columns_of
from kontum_netcheck.province_list.header import Header, header_of
from kontum_netcheck.province_list.headings import Key
from kontum_netcheck.province_list.listed import ListedProvince
from kontum_netcheck.province_list.notes import NoteKind
from kontum_netcheck.province_list.row import Ledger


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person has chosen. `sheets`: only these; `district`: of all sites that name none."""

    province: ListedProvince | None = None
    district: str | None = None
    sheets: tuple[str, ...] = ()
    with_hidden: bool = True
    both_ways: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One sheet with its headings."""

    sheet: Sheet
    header: Header
    columns: Mapping[int, Key]


def parts_of(sheets: Sequence[Sheet], ledger: Ledger, wishes: Wishes) -> tuple[Part, ...]:
    """The chosen sheets that hold a list. Raises WrongValue where a chosen one isn't there."""
    return tuple(_parts(_chosen(sheets, wishes, ledger), ledger, wishes))


def _chosen(sheets: Sequence[Sheet], wishes: Wishes, ledger: Ledger) -> list[Sheet]:
    if not wishes.sheets:
        for sheet in sheets:
            if sheet.is_hidden:
                hidden = message("The sheet is hidden and was left out; --sheet with its name takes it.")
                ledger.tell(Place(sheet.name), hidden, NoteKind.LEFT)
        return [sheet for sheet in sheets if not sheet.is_hidden]
    by_name = {fold(sheet.name): sheet for sheet in sheets}
    for name in wishes.sheets:
        if fold(name) not in by_name:
            near = nearest(name, [sheet.name for sheet in sheets]) or ", ".join(
                sheet.name for sheet in sheets
            )
            raise WrongValue(
                message("There is no sheet “{name}”.", name=name),
                message("Did you mean {nearest}?", nearest=near),
            )
    return [by_name[fold(name)] for name in wishes.sheets]


def _parts(sheets: Iterable[Sheet], ledger: Ledger, wishes: Wishes) -> Iterator[Part]:
    for sheet in sheets:
        header = header_of(sheet.rows)
        if header is None:
            if sheet.rows:
                bare = message("The sheet has no headings of a list, and was left out.")
                ledger.tell(Place(sheet.name), bare, NoteKind.LEFT)
            continue
        columns, told = columns_of(header)
        for column, what in told:
            ledger.tell(Place(sheet.name, header.first_row, column), what, NoteKind.LEFT)
        columns = _without_hidden(sheet, header, columns, ledger, wishes)
        if sheet.is_cut:
            last = len(sheet.rows)
            cut = message(
                "The sheet has more rows than any list; those below row {row} were left out.", row=last
            )
            ledger.tell(Place(sheet.name, last), cut, NoteKind.LEFT)
        yield Part(sheet, header, columns)


def _without_hidden(
    sheet: Sheet, header: Header, columns: Mapping[int, Key], ledger: Ledger, wishes: Wishes
) -> Mapping[int, Key]:
    """The columns, hidden ones told."""
    read = message("The column is hidden, and was read all the same; --without-hidden leaves it out.")
    left = message("The column is hidden, and was left out.")
    for column in sorted(sheet.hidden_columns & columns.keys()):
        place = Place(sheet.name, header.first_row, column)
        ledger.tell(place, read if wishes.with_hidden else left, NoteKind.LEFT)
    return {c: key for c, key in columns.items() if wishes.with_hidden or c not in sheet.hidden_columns}
