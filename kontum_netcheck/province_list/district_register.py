"""The districts that a list names: known ones by their codes, others by a code of the list's or of their own. Pure."""

from dataclasses import dataclass, field

from kontum_netcheck.inventory.fields import slug_of
from kontum_netcheck.inventory.places import fold
from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.province_list.cells import Place, one_line
from kontum_netcheck.province_list.known_districts import level_of, recognise
from kontum_netcheck.province_list.listed import ListedDistrict
from kontum_netcheck.province_list.row import Ledger, Said

UNKNOWN = ListedDistrict("00", "Chưa rõ huyện", is_own_code=True)
"""Where sites stand whose district the list doesn't say."""

_MOST_CODE_CHARACTERS = 20


@dataclass(slots=True)
class Districts:
    """What has been named so far."""

    known: tuple[ListedDistrict, ...]
    ledger: Ledger
    named: dict[str, ListedDistrict] = field(default_factory=dict)  # by code
    _by_name: dict[str, str] = field(default_factory=dict)

    def code_of(self, name: Said | None, code: Said | None, *, under_commune: bool) -> str:
        """The code of the district that a row names by name or code or both."""
        if name is None and code is None:
            self._name(UNKNOWN)
            return UNKNOWN.code
        said = name or code
        assert said is not None
        text = one_line(said.text)
        remembered = self._by_name.get(fold(text))
        if remembered is not None:
            return remembered
        district = self._known(said.place, text, under_commune=under_commune) or self._other(
            said.place, text, code, under_commune=under_commune
        )
        if name is not None and code is not None and one_line(code.text) != district.code:
            other = one_line(code.text)
            differs = message(
                "{name} has the code {code}, and not {other}.",
                name=district.name,
                code=district.code,
                other=other,
            )
            self.ledger.lose(code.place, WrongValue(differs))
        self._name(district)
        self._by_name[fold(text)] = district.code
        return district.code

    def _known(self, place: Place, text: str, *, under_commune: bool) -> ListedDistrict | None:
        found = None if under_commune else recognise(text, self.known)
        if found is not None and found.is_guess:
            self.ledger.tell(
                place, message("“{value}” was read as {name}.", value=text, name=found.district.name)
            )
        return found.district if found else None

    def _other(self, place: Place, text: str, code: Said | None, *, under_commune: bool) -> ListedDistrict:
        level = level_of(text, under_commune=under_commune)
        name = text[:300]
        if (
            code is not None
            and 0 < len(own := one_line(code.text)) <= _MOST_CODE_CHARACTERS
            and own.isalnum()
        ):
            return ListedDistrict(own, name, level)
        stem = slug_of(text)[: _MOST_CODE_CHARACTERS - 3].strip("-") or "khu-vuc"
        taken = set(self.named) | {district.code for district in self.known}
        own = next(
            c for n in range(1, len(taken) + 2) if (c := stem if n == 1 else f"{stem}-{n}") not in taken
        )
        told = message(
            "“{value}” is not known here; until you write its official code, it has {code}.",
            value=text,
            code=own,
        )
        self.ledger.tell(place, told)
        return ListedDistrict(own, name, level, is_own_code=True)

    def _name(self, district: ListedDistrict) -> None:
        self.named.setdefault(district.code, district)

    def lose(self, place: Place) -> None:
        """Note that a site has no district."""
        wrong = WrongValue(
            message("The list doesn't say in which district the site is."),
            message("Write it in the file, or read the list again with --district."),
        )
        self.ledger.lose(place, wrong)
