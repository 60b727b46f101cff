"""Phones, faxes and the contact of a site, from the cells of its rows. Pure."""

from dataclasses import dataclass, field, replace

from kontum_netcheck.inventory.numbers import national
from kontum_netcheck.inventory.service_numbers import NumberKind, kind_of
from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.province_list.carriers import cut_carriers
from kontum_netcheck.province_list.listed import ListedContact, ListedNumber
from kontum_netcheck.province_list.number_cells import FoundNumber, Numbers, numbers_in
from kontum_netcheck.province_list.plain_values import name_in
from kontum_netcheck.province_list.plain_words import Leftover, says_nothing, yes_or_no
from kontum_netcheck.province_list.row import Ledger, Row, Said

_DUTY_ROOM = "duty-room"
_PHONE_KEYS = ("duty_phone", "phone", "phone_fax", "mobile")


@dataclass(slots=True)
class SiteNumbers:
    """The numbers of a site that is being read."""

    phones: list[ListedNumber] = field(default_factory=list)
    faxes: list[ListedNumber] = field(default_factory=list)
    contact: ListedContact | None = None

    def read(self, row: Row, site_id: str, ledger: Ledger) -> None:
        """Add what a row says."""
        self._read_contact(row, site_id, ledger)
        for key in _PHONE_KEYS:
            for said in row.all(key):
                self._read_phones(key, said, site_id, ledger)
        for said in row.all("fax"):
            numbers = _numbers(said, site_id, "faxes", ledger)
            _tell_words(numbers, said, site_id, "faxes", ledger)
            for found in numbers.found:
                _add(self.faxes, ListedNumber(found.e164, found.extension), said, ledger)
        self._read_about(row, site_id, ledger)

    def _read_phones(self, key: str, said: Said, site_id: str, ledger: Ledger) -> None:
        numbers = _numbers(said, site_id, "phones", ledger)
        _tell_words(numbers, said, site_id, "phones", ledger)
        unlabelled = [found for found in numbers.found if "fax" not in found.label]
        split = key == "phone_fax" and len(unlabelled) == 2 == len(numbers.found)
        for place, found in enumerate(numbers.found):
            is_fax = "fax" in found.label or (split and place == 1)
            role = _DUTY_ROOM if key == "duty_phone" or "truc" in found.label else found.title or None
            number = ListedNumber(found.e164, found.extension, role=None if is_fax else role)
            _add(self.faxes if is_fax else self.phones, number, said, ledger)
            if "fax" in found.label and key == "phone_fax" and "dt" in found.label:
                _add(self.phones, ListedNumber(found.e164, found.extension), said, ledger)
        if split:
            ledger.tell(
                said.place, message("Of two numbers under “phone/fax” the second was read as the fax.")
            )

    def _read_contact(self, row: Row, site_id: str, ledger: Ledger) -> None:
        names: list[str] = []
        found: list[tuple[Said, FoundNumber]] = []
        for said in (*row.all("contact"), *row.all("contact_phone")):
            if says_nothing(said.text):
                continue
            numbers = _numbers(said, site_id, "contact", ledger)
            names += [*numbers.words, *(number.title for number in numbers.found if number.title)]
            found += [(said, number) for number in numbers.found]
        name_cell = row.first("contact") or row.first("contact_phone")
        if name_cell is None or not (names or found):
            return
        said_name = Said(name_cell.place, ", ".join(dict.fromkeys(names)))
        name = ledger.try_(said_name, name_in, site_id, "contact")
        self._set_contact(name, found, name_cell, site_id, ledger)

    def _set_contact(
        self,
        name: str | None,
        found: list[tuple[Said, FoundNumber]],
        at: Said,
        site_id: str,
        ledger: Ledger,
    ) -> None:
        """The first name and number; the inventory has room for one, so others are told."""
        if self.contact is None:
            first = found.pop(0)[1] if found else None
            self.contact = ListedContact(
                name or "", first.e164 if first else None, first.extension if first else None
            )
        elif name and name != self.contact.name:
            another = message("A site has one contact, and this is another: {value}.", value=name)
            ledger.lose(at.place, WrongValue(another), site_id, "contact")
        for said, number in found:
            if self.contact.e164 is None:
                self.contact = replace(self.contact, e164=number.e164, extension=number.extension)
            elif number.e164 != self.contact.e164:
                more = message(
                    "A contact has one number, and this is another: {value}.", value=national(number.e164)
                )
                ledger.lose(said.place, WrongValue(more), site_id, "contact")

    def _read_about(self, row: Row, site_id: str, ledger: Ledger) -> None:
        """Loudspeaker, extension and carriers, which stand in columns of their own."""
        for key, numbers, section in (
            ("phone_carrier", self.phones, "phones"),
            ("fax_carrier", self.faxes, "faxes"),
        ):
            said = row.first(key)
            if said is not None and not says_nothing(said.text):
                _set_carrier(numbers, said, site_id, section, ledger)
        if (said := row.first("extension")) is not None and not says_nothing(said.text):
            digits = said.text.strip()
            if digits.isascii() and digits.isdigit() and len(digits) <= 6 and self.phones:
                self.phones[0] = replace(self.phones[0], extension=digits)
            else:
                wrong = WrongValue(message("“{value}” is no extension of a phone.", value=said.text))
                ledger.lose(said.place, wrong, site_id, "phones")
        if (said := row.first("loudspeaker")) is not None:
            self._set_loudspeaker(said, site_id, ledger)

    def _set_loudspeaker(self, said: Said, site_id: str, ledger: Ledger) -> None:
        has_one = yes_or_no(said.text)
        if has_one is None:
            wrong = WrongValue(
                message("“{value}” is neither yes nor no.", value=said.text), message("Write Có or Không.")
            )
            ledger.lose(said.place, wrong, site_id, "phones")
        if not has_one:
            return
        fixed = [at for at, phone in enumerate(self.phones) if kind_of(phone.e164) is NumberKind.FIXED]
        if not fixed:
            wrong = WrongValue(message("There is a loudspeaker, but no fixed phone that it belongs to."))
            ledger.lose(said.place, wrong, site_id, "phones")
            return
        duty = [at for at in fixed if self.phones[at].role == _DUTY_ROOM]
        at = (duty or fixed)[0]
        self.phones[at] = replace(self.phones[at], loudspeaker=True)
        if len(fixed) > 1 and not duty:
            told = message("Of several phones the first fixed one got the loudspeaker.")
            ledger.tell(said.place, told)


def _numbers(said: Said, site_id: str, section: str, ledger: Ledger) -> Numbers:
    """The numbers of a cell; what was mended or is wrong is noted."""
    numbers = numbers_in(said.text, ledger.area_code)
    for repair in dict.fromkeys(repair.text for repair in numbers.repairs):
        ledger.tell(said.place, next(each for each in numbers.repairs if each.text == repair))
    for wrong in numbers.wrong:
        ledger.lose(said.place, wrong, site_id, section)
    return numbers


def _tell_words(numbers: Numbers, said: Said, site_id: str, section: str, ledger: Ledger) -> None:
    titles = [found.title for found in numbers.found if found.title and section == "faxes"]
    if words_beside := [*numbers.words, *titles]:
        words = message("Beside the number stands: {words}.", words=", ".join(words_beside))
        ledger.lose(said.place, WrongValue(words), site_id, section)


def _add(numbers: list[ListedNumber], number: ListedNumber, said: Said, ledger: Ledger) -> None:
    if any(known.e164 == number.e164 for known in numbers):
        ledger.tell(said.place, message("The same number stood at a site twice; it is written once."))
    else:
        numbers.append(number)


def _set_carrier(numbers: list[ListedNumber], said: Said, site_id: str, section: str, ledger: Ledger) -> None:
    left = Leftover(said.text)
    carriers = cut_carriers(left)
    if len(carriers) != 1 or left.words() or not numbers:
        wrong = WrongValue(message("“{value}” is no carrier that is known here.", value=said.text))
        ledger.lose(said.place, wrong, site_id, section)
        return
    identifier = ledger.carrier(carriers[0])
    numbers[:] = [replace(number, carrier=number.carrier or identifier) for number in numbers]
