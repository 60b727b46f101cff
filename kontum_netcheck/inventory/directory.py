"""Every number of an inventory, in all its forms, and what is odd about it. Pure; works on data that is wrong, too."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kontum_netcheck.inventory.area_codes import Area, area_of, codes_of
from kontum_netcheck.inventory.as_typed import block, blocks, is_yes, lines, text
from kontum_netcheck.inventory.document import Path
from kontum_netcheck.inventory.duty_room import RoomPhone, candidates, lacking
from kontum_netcheck.inventory.numbers import national, parse, split_extension
from kontum_netcheck.inventory.service_numbers import NumberKind, kind_of, service_of
from kontum_netcheck.model import Message, WrongValue, message

CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Listed:
    """One number of the inventory, as typed and as understood."""

    path: Path
    site_id: str
    site: str
    district: str  # its code
    line: str  # phone-1, fax-1, contact
    use: str  # phone, fax, contact
    typed: str
    role: str = ""
    loudspeaker: bool = False
    e164: str | None = None  # None: it is no number that can be dialled
    extension: str | None = None
    oddities: tuple[Message, ...] = ()

    @property
    def national(self) -> str | None:
        """As people here write it."""
        return national(self.e164) if self.e164 else None

    @property
    def international(self) -> str | None:
        """As people abroad dial it: `+84 260 3000 002`."""
        return f"+84 {national(self.e164).removeprefix('0')}" if self.e164 else None

    @property
    def kind(self) -> NumberKind | None:
        """Fixed, mobile or service; None: nobody knows."""
        return kind_of(self.e164) if self.e164 else None

    @property
    def area(self) -> Area | None:
        """Where a fixed line is."""
        return area_of(self.e164.removeprefix("+84")) if self.e164 else None


def directory(data: Any) -> tuple[Listed, ...]:
    """All numbers of the data as typed, site by site: the contact's, then phones, then faxes."""
    if not isinstance(data, dict):
        return ()
    listed = [_understood(each) for each in _all(data)]
    own_codes = codes_of(text(block(data, "province"), "name"))
    uses = _uses(listed)
    return tuple(
        replace(each, oddities=(*each.oddities, *_oddities(each, own_codes, uses), *rules))
        for each, rules in zip(listed, _duty_rooms(listed), strict=True)
    )


def _all(data: Mapping[str, Any]) -> Iterator[Listed]:
    for path, site in blocks(data, (), "sites"):
        about = (text(site, "id"), text(site, "name"), text(site, "district"))
        contact = block(site, "contact")
        if "phone" in contact:
            yield Listed((*path, "contact", "phone"), *about, CONTACT, CONTACT, text(contact, "phone"))
        for at, line_id, line in lines(site, path):
            use = "phone" if at[-2] == "phones" else "fax"
            role, loud = text(line, "role"), is_yes(line, "loudspeaker")
            yield Listed((*at, "number"), *about, line_id, use, text(line, "number"), role, loud)


def _understood(each: Listed) -> Listed:
    """With the number, or with what is wrong with it and what to write."""
    try:
        number = parse(each.typed)
    except WrongValue as wrong:
        service = service_of(split_extension(each.typed)[0].replace(" ", ""))
        if service is not None:
            return replace(each, oddities=(message("not a line but {service}", service=service),))
        problem = wrong.problem
        if wrong.hint is not None:
            problem = message("{problem} {hint}", problem=problem, hint=wrong.hint)
        return replace(each, oddities=(problem,))
    return replace(each, e164=number.e164, extension=number.extension)


Uses = Mapping[tuple[str, str | None], Sequence[Listed]]


def _uses(listed: Sequence[Listed]) -> Uses:
    found: dict[tuple[str, str | None], list[Listed]] = {}
    for each in listed:
        if each.e164:
            found.setdefault((each.e164, each.extension), []).append(each)
    return found


def _oddities(each: Listed, own_codes: frozenset[str], uses: Uses) -> Iterator[Message]:
    if each.e164 is None:
        return
    if (service := service_of(each.e164.removeprefix("+84"))) is not None:
        yield message("{service}: no machine calls it", service=service)
    area = each.area
    if area is not None and own_codes and area.code not in own_codes:
        yield message("area code 0{code} is that of {province}", code=area.code, province=area.province)
    for other in uses[each.e164, each.extension]:
        if other.site_id != each.site_id:
            yield message("stands at {site} too ({line})", site=other.site or other.site_id, line=other.line)
        elif {each.use, other.use} == {"phone", "fax"}:
            yield message("phone and fax on one line ({line})", line=other.line)


def _duty_rooms(listed: Sequence[Listed]) -> Iterator[tuple[Message, ...]]:
    """For each number what its site's duty room lacks: told at the first phone that may stand there."""
    phones: dict[str, list[Listed]] = {}
    for each in listed:
        if each.use == "phone":
            phones.setdefault(each.site_id, []).append(each)
    told: dict[Path, Message] = {}
    for here in phones.values():
        rooms = [RoomPhone(phone.e164, phone.role, phone.loudspeaker) for phone in here]
        if (lack := lacking(rooms)) is not None:
            told[here[candidates(rooms)[0]].path] = lack
    for each in listed:
        yield (told[each.path],) if each.path in told else ()
