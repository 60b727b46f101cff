"""One site as a block of the inventory, with what was not understood beside the place where it belongs. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from kontum_netcheck.inventory.numbers import national
from kontum_netcheck.model import Message, message
from kontum_netcheck.province_list.cells import Place
from kontum_netcheck.province_list.listed import ListedLine, ListedNumber, ListedSite, Speed
from kontum_netcheck.province_list.notes import Note, NoteKind
from kontum_netcheck.province_list.yaml_text import address, beside, code, comment, scalar

_INDENT = "    "


class SiteWriter:
    """Writes sites. `say` puts sentences about cells into the reader's language."""

    def __init__(self, say: Callable[[Message], str], notes: Sequence[Note], *, has_portals: bool) -> None:
        self._say = say
        self._onsite = "[gateway, resolver, portals]" if has_portals else "[gateway, resolver]"
        self._lost: dict[tuple[str, str], list[Note]] = {}
        for note in notes:
            if note.kind is NoteKind.LOST and note.site_id:
                self._lost.setdefault((note.site_id, note.section), []).append(note)

    def lines(self, site: ListedSite) -> Iterator[str]:
        """The lines of the site's block."""
        head = f"  - id: {scalar(site.id)}"
        yield beside(head, self._say(_origin(site.places))) if site.places else head
        yield f"{_INDENT}name: {scalar(site.name)}"
        yield f"{_INDENT}district: {code(site.district_code)}"
        yield from self._facts(site)
        for remark in site.remarks:
            yield comment(self._say(remark), _INDENT)
        yield from self._lost_of(site, "", _INDENT)
        yield from self._contact(site)
        yield from self._numbers(site, "phones", site.phones)
        yield from self._numbers(site, "faxes", site.faxes)
        yield from self._internet(site)
        yield from self._checklist(site)

    def _facts(self, site: ListedSite) -> Iterator[str]:
        facts: Mapping[str, object] = {
            "role": site.role,
            "address": scalar(site.address) if site.address else None,
            "lat": site.latitude,
            "lon": site.longitude,
            "rooms": site.rooms,
            "candidates": site.candidates,
        }
        for key, value in facts.items():
            if value is not None:
                yield f"{_INDENT}{key}: {value}"

    def _lost_of(self, site: ListedSite, section: str, indent: str) -> Iterator[str]:
        for note in self._lost.get((site.id, section), ()):
            hint = f" {self._say(note.hint)}" if note.hint else ""
            yield comment(f"(?) {note.place}: {self._say(note.problem)}{hint}", indent)

    def _contact(self, site: ListedSite) -> Iterator[str]:
        contact = site.contact
        if contact is not None:
            parts = [f"name: {scalar(contact.name or 'Đầu mối')}"]
            parts += [f"phone: {number(contact.e164)}"] if contact.e164 else []
            parts += [f"extension: {code(contact.extension)}"] if contact.extension else []
            line = f"{_INDENT}contact: {{{', '.join(parts)}}}"
            nameless = self._say(message("(?) The list has no name."))
            yield line if contact.name else beside(line, nameless)
        yield from self._lost_of(site, "contact", _INDENT)

    def _numbers(self, site: ListedSite, section: str, numbers: Sequence[ListedNumber]) -> Iterator[str]:
        if numbers:
            yield f"{_INDENT}{section}:"
        for each in numbers:
            yield f"{_INDENT}  - {_number_item(each)}"
        yield from self._lost_of(site, section, _INDENT + ("  " if numbers else ""))

    def _internet(self, site: ListedSite) -> Iterator[str]:
        if site.lines:
            yield f"{_INDENT}internet:"
        has_onsite = False
        for line in site.lines:
            yield from self._line(line, is_first=not (has_onsite or line.is_backup))
            has_onsite = has_onsite or not line.is_backup
        yield from self._lost_of(site, "internet", _INDENT + ("  " if site.lines else ""))

    def _line(self, line: ListedLine, *, is_first: bool) -> Iterator[str]:
        inner = f"{_INDENT}    "
        yield f"{_INDENT}  - id: {line.id}"
        if line.carrier:
            yield f"{inner}carrier: {scalar(line.carrier)}"
        yield f"{inner}role: {'backup' if line.is_backup else 'primary'}"
        if line.speed is not None:
            yield _speed(line.speed, inner)
        if line.is_metered:
            yield beside(f"{inner}metered: true", "tính tiền theo dung lượng (its data volume costs money)")
        if line.targets:
            yield f"{inner}endpoints:"
            for probe, target in line.targets:
                yield f"{inner}  - {{{probe}: {address(target) if probe == 'ping' else scalar(target)}}}"
        else:
            yield beside(
                f"{inner}# endpoints: []", "địa chỉ hoặc tên máy để đo từ xa (to be asked from afar)"
            )
        if is_first:
            yield beside(f"{inner}onsite: {self._onsite}", "đo khi có người ở điểm thi (check --at)")

    def _checklist(self, site: ListedSite) -> Iterator[str]:
        if site.checklist:
            yield f"{_INDENT}checklist:"
        for item in site.checklist:
            yield f"{_INDENT}  - {{id: {item.id}, name: {scalar(item.name)}}}"
        yield from self._lost_of(site, "checklist", _INDENT)


def _origin(places: Sequence[Place]) -> Message:
    """`DS, rows 8, 9`: where the site stands in the list."""
    sheets = ", ".join(dict.fromkeys(place.sheet for place in places))
    rows = ", ".join(str(place.row + 1) for place in places[:5]) + (" …" if len(places) > 5 else "")
    return message("{sheet}, row {row}", sheet=sheets, row=rows)


def number(e164: str) -> str:
    """As people here write it; YAML takes it for text, for it has spaces."""
    written = national(e164)
    return written if " " in written and "+" not in written else code(written)


def _number_item(each: ListedNumber) -> str:
    parts = [f"number: {number(each.e164)}"]
    parts += [f"extension: {code(each.extension)}"] if each.extension else []
    parts += [f"carrier: {scalar(each.carrier)}"] if each.carrier else []
    parts += [f"role: {scalar(each.role)}"] if each.role else []
    parts += ["loudspeaker: true"] if each.loudspeaker else []
    return f"{{{', '.join(parts)}}}" if len(parts) > 1 else number(each.e164)


def _speed(speed: Speed, inner: str) -> str:
    down = f"{speed.down_mbit_per_s:.6f}".rstrip("0").rstrip(".")
    if speed.up_mbit_per_s is None:
        line = f"{inner}# committed_mbit_per_s: {{down: {down}, up: {down}}}"
        return beside(line, "(?) danh sách chỉ ghi một số (the list has one number)")
    up = f"{speed.up_mbit_per_s:.6f}".rstrip("0").rstrip(".")
    return f"{inner}committed_mbit_per_s: {{down: {down}, up: {up}}}"
