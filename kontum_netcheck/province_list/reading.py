"""A province's list, sheet by sheet → what it says, and everything there is to tell about it. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kontum_netcheck.inventory.places import fold
from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.province_list.cells import Place, Sheet, one_line
from kontum_netcheck.province_list.district_register import UNKNOWN, Districts
from kontum_netcheck.province_list.known_districts import KON_TUM, KON_TUM_DISTRICTS, recognise
from kontum_netcheck.province_list.listed import (
    ListedDistrict,
    ListedPortal,
    ProvinceList,
)
from kontum_netcheck.province_list.notes import NoteKind
from kontum_netcheck.province_list.parts import Part, Wishes, parts_of
from kontum_netcheck.province_list.plain_values import MOST_NAME_CHARACTERS, is_sealed, name_in
from kontum_netcheck.province_list.row import Ledger, Row, Said
from kontum_netcheck.province_list.site_draft import SiteDraft, site_id, unique_id
from kontum_netcheck.province_list.table import RowKind, TableRow, rows_of
from kontum_netcheck.province_list.whose import area_code_of, province_of

_RESERVED_ID = "portal"


def read_list(sheets: Sequence[Sheet], source: str, wishes: Wishes) -> ProvinceList:
    """Read all sheets that hold a list. Raises WrongValue where none does, or whose list it is can't be told."""
    ledger = Ledger(area_code=None, both_ways=wishes.both_ways)
    parts = parts_of(sheets, ledger, wishes)
    if not parts:
        raise WrongValue(
            message(
                "There is no row with headings such as “Tên điểm thi”, “Số điện thoại” and “Huyện” in {sheets}.",
                sheets=", ".join(sheet.name for sheet in sheets) or source,
            ),
            message("Give the columns such headings, or name the sheet with --sheet."),
        )
    if not any(_has_site(part, wishes) for part in parts):
        raise WrongValue(
            message("There are headings in {sheets}, and no site below them.", sheets=_names(parts)),
            message("Write the site's name in each row, or name another sheet with --sheet."),
        )
    province = wishes.province or province_of(parts, source)
    known = KON_TUM_DISTRICTS if province.code == KON_TUM.code else ()
    ledger.area_code = area_code_of(parts, province)
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


def _has_site(part: Part, wishes: Wishes) -> bool:
    rows = rows_of(part.sheet, part.header, part.columns, (), with_hidden=wishes.with_hidden)
    return any(each.kind is RowKind.SITE for each in rows)


def _names(parts: Iterable[Part]) -> str:
    return ", ".join(part.sheet.name for part in parts)


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
    _texts: dict[tuple[str, str, str], Place] = field(default_factory=dict)  # site, what its row says → where
    _ids: set[str] = field(default_factory=lambda: {_RESERVED_ID})
    _above: tuple[Said, bool] | None = None  # the district of the row above; whether it is a commune

    def read(self, part: Part) -> None:
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
            if each.kind in (RowKind.SITE, RowKind.MORE):
                self._tell_headless(each.row.place, part)
        self._tell_hidden_rows(part)

    def _site(self, row: Row, group: Said | None, part: Part) -> SiteDraft | None:
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
        texts = repr([(each, [said.text for said in row.all(each)]) for each in row.cells if each != "order"])
        same = self._texts.setdefault((*key, texts), row.place)
        if same is not row.place and not row.odd:
            repeated = message("The row says the same as {place}, and was left out.", place=str(same))
            self.ledger.tell(row.place, repeated, NoteKind.LEFT)
            return self.drafts[key]
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

    def _district_code(self, row: Row, group: Said | None, part: Part) -> str:
        """By the row's own columns, else its group's title, the row above, the sheet's name, or the person's wish."""
        name, code = row.first("district"), row.first("district_code")
        commune = row.first("commune")
        is_known = code is not None and recognise(code.text, self.districts.known) is not None
        under_commune = name is None and not is_known and group is None and commune is not None
        name = name or (None if code else group) or (commune if under_commune else None)
        if name is None and code is None and self._above is not None:
            name, under_commune = self._above
            self.ledger.tell(
                row.place, message("The empty district was taken from the row above (merged cells).")
            )
        of_sheet = recognise(part.sheet.name, self.districts.known)
        if name is None and code is None and of_sheet is not None and not of_sheet.is_guess:
            name = Said(Place(part.sheet.name), of_sheet.district.name)
        if name is None and code is None and self.wishes.district:
            name = Said(row.place, self.wishes.district)
        if name is not None and not group:
            self._above = name, under_commune
        found_code = self.districts.code_of(name, code, under_commune=under_commune)
        if found_code == UNKNOWN.code:
            self.districts.lose(row.place)
        return found_code

    def _tell_headless(self, row: Place, part: Part) -> None:
        """What stands beside the list's columns: words that nobody can tell the meaning of, and yet words."""
        for column, cell in enumerate(part.sheet.rows[row.row]):
            if cell.text and not cell.is_filled and column not in part.header.texts:
                left = message("What stands in a column without a heading was left out.")
                self.ledger.tell(Place(row.sheet, row.row, column), left, NoteKind.LEFT)

    def _tell_row(self, each: TableRow) -> None:
        place = each.row.place
        if each.kind is RowKind.END:
            below = message("Sums, dates and signatures below the list were left out.")
            self.ledger.tell(place, below, NoteKind.LEFT)
            return
        if each.kind is RowKind.OTHER_TABLE:
            other = message("Another table begins here, and was not read. Put it on a sheet of its own.")
            self.ledger.lose(place, WrongValue(other))
            return
        texts = ", ".join(one_line(said.text) for cells in each.row.cells.values() for said in cells)
        self.ledger.lose(place, WrongValue(message("The row names no site: {texts}.", texts=texts[:200])))

    def _tell_hidden_rows(self, part: Part) -> None:
        read = message("The row is hidden, and was read all the same; --without-hidden leaves it out.")
        left = message("The row is hidden, and was left out.")
        for number in sorted(part.sheet.hidden_rows):
            cells = part.sheet.rows[number] if number < len(part.sheet.rows) else ()
            if number > part.header.last_row and any(cell.text for cell in cells):
                what = read if self.wishes.with_hidden else left
                self.ledger.tell(Place(part.sheet.name, number), what, NoteKind.LEFT)
