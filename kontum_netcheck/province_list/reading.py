"""A province's list, sheet by sheet → what it says, and everything there is to tell about it. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kontum_netcheck.inventory.area_codes import area_of, codes_of
from kontum_netcheck.inventory.places import fold, nearest
from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.province_list.cells import Place, Sheet, one_line
from kontum_netcheck.province_list.columns import columns_of
from kontum_netcheck.province_list.district_register import UNKNOWN, Districts
from kontum_netcheck.province_list.header import Header, header_of
from kontum_netcheck.province_list.headings import Key
from kontum_netcheck.province_list.known_districts import KON_TUM, KON_TUM_DISTRICTS, recognise
from kontum_netcheck.province_list.listed import (
    ListedDistrict,
    ListedPortal,
    ListedProvince,
    ProvinceList,
)
from kontum_netcheck.province_list.notes import NoteKind
from kontum_netcheck.province_list.number_cells import numbers_in
from kontum_netcheck.province_list.plain_values import MOST_NAME_CHARACTERS, is_sealed, name_in
from kontum_netcheck.province_list.row import Ledger, Row, Said
from kontum_netcheck.province_list.site_draft import SiteDraft, site_id, unique_id
from kontum_netcheck.province_list.table import RowKind, TableRow, rows_of

_QUANG_NGAI = ListedProvince("51", "Quảng Ngãi")
_RESERVED_ID = "portal"
_NUMBER_KEYS = frozenset({"phone", "duty_phone", "phone_fax", "fax", "contact_phone"})
_LOOKED_AT_ROWS = 400


class UnknownProvince(WrongValue):
    """The list doesn't say of which province it is."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person has chosen. `sheets`: only these; `district`: of all sites that name none."""

    province: ListedProvince | None = None
    district: str | None = None
    sheets: tuple[str, ...] = ()
    with_hidden: bool = True
    both_ways: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """One sheet with its headings."""

    sheet: Sheet
    header: Header
    columns: Mapping[int, Key]


def read_list(sheets: Sequence[Sheet], source: str, wishes: Wishes) -> ProvinceList:
    """Read all sheets that hold a list. Raises WrongValue where none does, or whose list it is can't be told."""
    ledger = Ledger(area_code=None, both_ways=wishes.both_ways)
    parts = list(_parts(_chosen(sheets, wishes, ledger), ledger, wishes))
    if not parts:
        raise WrongValue(
            message(
                "There is no row with headings such as “Tên điểm thi”, “Số điện thoại” and “Huyện” in {sheets}.",
                sheets=", ".join(sheet.name for sheet in sheets) or source,
            ),
            message("Give the columns such headings, or name the sheet with --sheet."),
        )
    province = wishes.province or _province(parts, source)
    known = KON_TUM_DISTRICTS if province.code == KON_TUM.code else ()
    ledger.area_code = _area_code(parts, province)
    reader = _Reader(ledger, Districts(known, ledger), wishes)
    for part in parts:
        reader.read(part)
    drafts = reader.drafts.values()
    return ProvinceList(
        source=source,
        province=province,
        carriers=tuple(ledger.carriers.values()),
        districts=_districts(reader.districts, known),
        portals=tuple(_portals(drafts)),
        sites=tuple(draft.listed() for draft in drafts),
        notes=tuple(ledger.notes),
    )


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


def _parts(sheets: Iterable[Sheet], ledger: Ledger, wishes: Wishes) -> Iterator[_Part]:
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
        yield _Part(sheet, header, columns)


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


def _province(parts: Sequence[_Part], source: str) -> ListedProvince:
    """Whose list it is, by its titles or the districts in it."""
    titles = " ".join(
        cell.text for part in parts for row in part.sheet.rows[: part.header.first_row] for cell in row
    )
    said = fold(f"{titles} {' '.join(part.sheet.name for part in parts)} {source}")
    if "quang ngai" in said:
        return _QUANG_NGAI
    if "kon tum" in said or "kontum" in said or any(map(_names_a_known_district, parts)):
        return KON_TUM
    raise UnknownProvince(
        message("The list doesn't say of which province it is."),
        message("Say it with --province, code and name: --province '62 Kon Tum'."),
    )


def _names_a_known_district(part: _Part) -> bool:
    columns = [
        column
        for column, key in part.columns.items()
        if key in ("district", "district_code", "order", "site")
    ]
    texts = {
        part.sheet.cell(row, c).text
        for row in range(min(len(part.sheet.rows), _LOOKED_AT_ROWS))
        for c in columns
    }
    found = (
        recognise(text, KON_TUM_DISTRICTS)
        for text in texts | {part.sheet.name}
        if text and not text.isdigit()
    )
    return any(each is not None and not each.is_guess for each in found)


def _area_code(parts: Sequence[_Part], province: ListedProvince) -> str | None:
    """The one area code of all whole fixed numbers in the list, else the province's only one; None: they differ."""
    seen = {
        area.code
        for part in parts
        for column, key in part.columns.items()
        if key in _NUMBER_KEYS
        for row in part.sheet.rows[part.header.last_row + 1 : _LOOKED_AT_ROWS]
        for found in (numbers_in(row[column].text).found if column < len(row) else ())
        if (area := area_of(found.e164[3:])) is not None
    }
    codes = seen or codes_of(province.name)
    return next(iter(codes)) if len(codes) == 1 else None


def _portals(drafts: Iterable[SiteDraft]) -> Iterator[ListedPortal]:
    """The sites' own pages. They may lie anywhere, so they prove nothing of a site's line."""
    taken: set[str] = set()
    for draft in drafts:
        for url in draft.urls:
            identifier = unique_id(f"web-{draft.id}", taken)
            taken.add(identifier)
            yield ListedPortal(identifier, f"Website {draft.name}"[:MOST_NAME_CHARACTERS], url)


def _districts(districts: Districts, known: Sequence[ListedDistrict]) -> tuple[ListedDistrict, ...]:
    """All of a province that is known, those without a site too; then the others."""
    others = [each for code, each in districts.named.items() if code not in {k.code for k in known}]
    is_known = any(each.code in districts.named for each in known) or not others
    return (*(known if is_known else ()), *others)


@dataclass(slots=True)
class _Reader:
    """Reads the rows of all sheets into sites."""

    ledger: Ledger
    districts: Districts
    wishes: Wishes
    drafts: dict[tuple[str, str], SiteDraft] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=lambda: {_RESERVED_ID})
    _above: tuple[Said, bool] | None = None  # the district of the row above; whether it is a commune

    def read(self, part: _Part) -> None:
        """Read one sheet."""
        group: Said | None = None
        self._above = None
        current: SiteDraft | None = None
        rows = rows_of(
            part.sheet, part.header, part.columns, self.districts.known, with_hidden=self.wishes.with_hidden
        )
        for each in rows:
            if each.kind is RowKind.GROUP:
                group, current, self._above = Said(each.row.place, each.title), None, None
            elif each.kind is RowKind.SITE:
                current = self._site(each.row, group, part)
            elif each.kind is RowKind.MORE and current is not None:
                current.read(each.row, self.ledger)
            elif each.kind is not RowKind.MORE:
                self._tell_row(each)
        self._tell_hidden_rows(part)

    def _site(self, row: Row, group: Said | None, part: _Part) -> SiteDraft | None:
        """The site of a row: a new one, or one that other rows have named. None: nobody may call or probe it."""
        named = row.first("site")
        assert named is not None
        if any(is_sealed(said.text) for key in ("site", "role", "note") for said in row.all(key)):
            sealed = message(
                "“{name}” is where papers are copied (in sao): nobody may call or probe it, so it was left out.",
                name=one_line(named.text),
            )
            self.ledger.tell(row.place, sealed, NoteKind.LEFT)
            return None
        name = self.ledger.try_(named, name_in, "") or ""
        if not name:
            return None
        code = self._district_code(row, group, part)
        key = (fold(name), code)
        if key in self.drafts:
            self.ledger.tell(row.place, message("The site stands in several rows; they were put together."))
        else:
            self.drafts[key] = SiteDraft(site_id(name, self._ids), name, code)
            self._ids.add(self.drafts[key].id)
        draft = self.drafts[key]
        if row.place.row in part.sheet.hidden_rows:
            draft.remarks.append(message("A hidden row of the list."))
        draft.read(row, self.ledger)
        return draft

    def _district_code(self, row: Row, group: Said | None, part: _Part) -> str:
        """By the row's own columns, else its group's title, the row above, the sheet's name, or the person's wish."""
        name, code = row.first("district"), row.first("district_code")
        commune = row.first("commune")
        under_commune = name is None and code is None and group is None and commune is not None
        name = name or (None if code else group) or (commune if under_commune else None)
        if name is None and code is None and self._above is not None:
            name, under_commune = self._above
            self.ledger.tell(
                row.place, message("The empty district was taken from the row above (merged cells).")
            )
        if name is None and code is None and (found := recognise(part.sheet.name, self.districts.known)):
            name = Said(Place(part.sheet.name), found.district.name)
        if name is None and code is None and self.wishes.district:
            name = Said(row.place, self.wishes.district)
        if name is not None and not group:
            self._above = name, under_commune
        found_code = self.districts.code_of(name, code, under_commune=under_commune)
        if found_code == UNKNOWN.code:
            self.districts.lose(row.place)
        return found_code

    def _tell_row(self, each: TableRow) -> None:
        place = each.row.place
        if each.kind is RowKind.END:
            below = message("Sums, dates and signatures below the list were left out.")
            self.ledger.tell(place, below, NoteKind.LEFT)
            return
        texts = ", ".join(one_line(said.text) for cells in each.row.cells.values() for said in cells)
        self.ledger.lose(place, WrongValue(message("The row names no site: {texts}.", texts=texts[:200])))

    def _tell_hidden_rows(self, part: _Part) -> None:
        read = message("The row is hidden, and was read all the same; --without-hidden leaves it out.")
        left = message("The row is hidden, and was left out.")
        for number in sorted(part.sheet.hidden_rows):
            cells = part.sheet.rows[number] if number < len(part.sheet.rows) else ()
            if number > part.header.last_row and any(cell.text for cell in cells):
                what = read if self.wishes.with_hidden else left
                self.ledger.tell(Place(part.sheet.name, number), what, NoteKind.LEFT)
