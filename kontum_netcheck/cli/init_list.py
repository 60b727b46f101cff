"""`init --from LIST`: the province's Excel or CSV list becomes an inventory, and all that was odd in it is told."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kontum_netcheck.cli.output import write_whole
from kontum_netcheck.cli.record_place import sentence
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.model import Message, WrongValue, message
from kontum_netcheck.province_list.answers import province_in
from kontum_netcheck.province_list.cells import Place, Sheet, shown
from kontum_netcheck.province_list.listed import ProvinceList
from kontum_netcheck.province_list.notes import Note, NoteKind, Together, together
from kontum_netcheck.province_list.parts import Wishes
from kontum_netcheck.province_list.reading import read_list
from kontum_netcheck.province_list.separated import MAX_BYTES, sheet_of
from kontum_netcheck.province_list.whose import UnknownProvince
from kontum_netcheck.province_list.workbook import is_workbook, sheets_of
from kontum_netcheck.province_list.writing import inventory_text
from kontum_netcheck.wording import system_words

_TOLD_COUNT = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options of `init --from`, as typed."""

    sheets: tuple[str, ...]
    province: str | None
    district: str | None
    with_hidden: bool
    both_ways: bool


def write_from_list(shell: Shell, file: Path, source: Path, chosen: Chosen) -> None:
    """Read the list, tell what was not understood, and write the inventory. What can't be read ends the program."""
    try:
        province = province_in(chosen.province) if chosen.province is not None else None
    except WrongValue as wrong:
        raise shell.stop(sentence(wrong)) from None
    wishes = Wishes(
        province,
        chosen.district,
        chosen.sheets,
        with_hidden=chosen.with_hidden,
        both_ways=chosen.both_ways,
    )
    sheets, told = _sheets_or_stop(shell, source)
    listed = _listed_or_stop(shell, sheets, source, wishes)
    about = tuple(Note(NoteKind.READ, Place(source.name), each) for each in told)
    listed = replace(listed, notes=(*about, *listed.notes))
    text = inventory_text(listed, shell.language.say, file.name if str(file) != "-" else "sites.yaml")
    _tell(shell, listed)
    if str(file) == "-":
        shell.put(text)
        shell.tell(_summary(listed))
        return
    write_whole(file, text)
    shell.put_line(
        message(
            "{file} is written. {summary} Then: kontum-netcheck validate {file}",
            file=str(file),
            summary=_summary(listed),
        )
    )


def _sheets_or_stop(shell: Shell, source: Path) -> tuple[Sequence[Sheet], Iterable[Message]]:
    try:
        with source.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise WrongValue(message("It is larger than {most} bytes: no list is.", most=MAX_BYTES))
        if is_workbook(content):
            return sheets_of(content)
        sheet, told = sheet_of(content, source.name)
        return (sheet,), told
    except OSError as fault:
        raise shell.stop(
            message("{file} can't be read: {reason}.", file=str(source), reason=system_words(fault))
        ) from None
    except WrongValue as wrong:
        raise shell.stop(message("{file}: {problem}", file=str(source), problem=sentence(wrong))) from None


def _listed_or_stop(shell: Shell, sheets: Sequence[Sheet], source: Path, wishes: Wishes) -> ProvinceList:
    try:
        return read_list(sheets, source.name, wishes)
    except UnknownProvince as unknown:
        if sys.stdin is not None and sys.stdin.isatty() and shell.stderr.isatty():
            from kontum_netcheck.cli.init_wizard import ask_province

            return _listed_or_stop(shell, sheets, source, replace(wishes, province=ask_province(shell)))
        raise shell.stop(message("{file}: {problem}", file=str(source), problem=sentence(unknown))) from None
    except WrongValue as wrong:
        raise shell.stop(message("{file}: {problem}", file=str(source), problem=sentence(wrong))) from None


def _tell(shell: Shell, listed: ProvinceList) -> None:
    """All that was read in another form or left out, then all that was not understood."""
    notes = together(listed.notes)
    read = [each for each in notes if each.kind is not NoteKind.LOST]
    lost = [each for each in notes if each.kind is NoteKind.LOST]
    if read:
        shell.tell(message("How the list was read:"))
        _tell_some(shell, read)
    if lost:
        shell.tell(message("Not understood:"))
        _tell_some(shell, lost)


def _tell_some(shell: Shell, notes: Sequence[Together]) -> None:
    for note in notes[:_TOLD_COUNT]:
        problem = sentence(WrongValue(note.problem, note.hint))
        shell.tell(message("  {place}: {problem}", place=shown(note.places), problem=problem))
    if len(notes) > _TOLD_COUNT:
        shell.tell(message("  … and {count} more, which stand in the file.", count=len(notes) - _TOLD_COUNT))


def _summary(listed: ProvinceList) -> Message:
    counts = message(
        "Sites: {sites}, phones: {phones}, faxes: {faxes}, Internet lines: {lines}.",
        sites=len(listed.sites),
        phones=sum(len(site.phones) for site in listed.sites),
        faxes=sum(len(site.faxes) for site in listed.sites),
        lines=sum(len(site.lines) for site in listed.sites),
    )
    lost_count = sum(note.kind is NoteKind.LOST for note in listed.notes)
    if not lost_count:
        return counts
    return message(
        "{counts} Not understood: {lost}; they stand in the file behind (?).", counts=counts, lost=lost_count
    )
