"""What record is wanted, as typed: checked before the store is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from importlib.util import find_spec
from pathlib import Path

import typer

from kontum_netcheck.cli.output import check_writable
from kontum_netcheck.cli.record_place import sentence
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.inventory.places import fold
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import Message, WrongValue, message
from kontum_netcheck.plan.selection import UnknownWord, select
from kontum_netcheck.recording.moments import moment
from kontum_netcheck.report.official.contents import Subject
from kontum_netcheck.report.official.form import Form, form
from kontum_netcheck.wording import system_words

Narrowing = dict[str, list[str] | None]
"""The values of `--district`, `--site`, `--carrier`, `--probe` and `--skip`, by their names without the dashes."""

_WORD, _PDF = ".docx", ".pdf"
_MOST_TEMPLATE_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Typed:
    """The options as they were typed."""

    record: str | None = None
    template: Path | None = None
    participants: Sequence[str] = ()
    fill: Sequence[str] = ()
    evidence: Path | None = None
    outputs: Sequence[Path] = ()
    is_template_usual: bool = False  # named by the environment: for those records that take one

    @property
    def documents(self) -> tuple[Path, ...]:
        """The files that are records."""
        return tuple(file for file in self.outputs if file.suffix.lower() in (_WORD, _PDF))

    @property
    def wants_word(self) -> bool:
        """Whether one of them is for Word."""
        return any(file.suffix.lower() == _WORD for file in self.documents)

    @property
    def others(self) -> tuple[Path, ...]:
        """The files in the formats of every report."""
        return tuple(file for file in self.outputs if file not in self.documents)


@dataclass(frozen=True, slots=True)
class Order:
    """A record that can be made."""

    subject: Subject
    documents: tuple[Path, ...]
    evidence: Path | None
    template_file: Path | None  # None: the shipped one
    template: bytes
    form: Form
    issued_on: date

    @property
    def narrowing(self) -> Narrowing:
        """The options that select what it is about."""
        kind = "district" if self.subject.is_district else "site"
        nothing: Narrowing = dict.fromkeys(("district", "site", "carrier", "probe", "skip"))
        return nothing | {kind: [self.subject.word]}


def named_by_environment(context: typer.Context, parameter: str) -> bool:
    """Whether a variable of the environment gave the parameter its value."""
    source = context.get_parameter_source(parameter)
    return source is not None and source.name == "ENVIRONMENT"


def order_or_stop(shell: Shell, typed: Typed, inventory: Inventory, narrowing: Narrowing) -> Order | None:
    """The order; None where no record is asked for. What can't be done ends the program with one sentence.

    `narrowing` are the options that select a part of the inventory, by name: a record is about a whole place.
    """
    try:
        if typed.record is None:
            _refuse_without_record(typed)
            return None
        _refuse_what_cannot_be(typed, narrowing)
        subject = _subject(inventory, typed.record)
        file = typed.template if typed.wants_word else None
        template = b"" if file is None else _template(file)
        known = frozenset[str]() if file is None else _own_names(file, template)
        filled = form(typed.participants, typed.fill, known)
        day = _day(filled, inventory.zone)
        return Order(subject, typed.documents, typed.evidence, file, template, filled, day)
    except (UnknownWord, WrongValue) as wrong:
        raise shell.stop(wrong.problem if isinstance(wrong, UnknownWord) else sentence(wrong)) from None


def _refuse_without_record(typed: Typed) -> None:
    if typed.documents:
        raise WrongValue(
            message("{file} would be an official record.", file=str(typed.documents[0])),
            message("Say about what: --record SITE|DISTRICT."),
        )
    given = {
        "--template": typed.template and not typed.is_template_usual,
        "--participant": typed.participants,
        "--fill": typed.fill,
        "--evidence": typed.evidence,
    }
    for name, value in given.items():
        if value:
            raise WrongValue(
                message("{option} goes with an official record.", option=name),
                message("Say about what: --record SITE|DISTRICT."),
            )


def _refuse_what_cannot_be(typed: Typed, narrowing: Narrowing) -> None:
    narrowed_by = next((name for name, words in narrowing.items() if words), None)
    if narrowed_by is not None:
        raise WrongValue(
            message("{option} can't narrow an official record.", option=f"--{narrowed_by}"),
            message("It is about all of a site or a district: --record SITE|DISTRICT."),
        )
    if not typed.documents and typed.evidence is None:
        raise WrongValue(message("--record: name the file to write: -o FILE.docx or -o FILE.pdf."))
    suffixes = {file.suffix.lower() for file in typed.documents}
    for suffix in sorted(suffixes):
        if (lacking := missing_package(suffix)) is not None:
            raise WrongValue(lacking)
    if typed.template is not None and not typed.is_template_usual and not typed.wants_word:
        raise WrongValue(message("--template is for Word, and no .docx is asked for: -o FILE.docx."))
    for file in (*typed.documents, *(() if typed.evidence is None else (typed.evidence,))):
        problem = check_writable(file)
        if problem is not None:
            raise WrongValue(problem)


def missing_package(suffix: str) -> Message | None:
    """How to install what writes such a file; None where it is there."""
    module, extra = {_WORD: ("docxtpl", "record"), _PDF: ("typst", "pdf")}[suffix]
    if find_spec(module) is not None:
        return None
    return message(
        "A record as {suffix} needs one more package: pip install 'kontum-netcheck[{extra}]'.",
        suffix=suffix,
        extra=extra,
    )


def _subject(inventory: Inventory, word: str) -> Subject:
    """The site or the district of that id, code or name. WrongValue where it may be both."""
    sites = [site for site in inventory.sites if fold(word) in (fold(site.id), fold(site.name))]
    districts = [each for each in inventory.districts if fold(word) in (fold(each.code), fold(each.name))]
    if len(sites) + len(districts) > 1:
        found = (*(site.id for site in sites), *(district.code for district in districts))
        raise WrongValue(
            message("--record: {word} is the name of several.", word=word),
            message("Write which: {names}.", names=found),
        )
    if sites:
        return Subject(sites[0].id, sites[0].name, is_district=False)
    if not districts:
        select(inventory, sites=[word])  # it is none: so this raises, with the nearest
    district = districts[0]
    if not any(site.district == district.code for site in inventory.sites):
        raise WrongValue(message("--record: {district} has no exam site.", district=district.name))
    return Subject(district.code, district.name, is_district=True)


def _template(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_MOST_TEMPLATE_BYTES + 1)
    except OSError as refused:
        raise WrongValue(
            message("{file} could not be read: {reason}.", file=str(file), reason=system_words(refused))
        ) from None


def _own_names(file: Path, template: bytes) -> frozenset[str]:
    from kontum_netcheck.report.official.word import own_names

    try:
        return own_names(template)
    except WrongValue as wrong:
        raise in_template(file, wrong) from None


def in_template(file: Path, wrong: WrongValue) -> WrongValue:
    """What is wrong, with the name of the template that it is in."""
    return WrongValue(message("{file}: {problem}.", file=str(file), problem=wrong.problem), wrong.hint)


def _day(filled: Form, zone: tzinfo) -> date:
    """The day of issue: as filled in, else today."""
    typed = filled.filled.get("day")
    if typed is None:
        return datetime.now(zone).date()
    try:
        return moment(f"{typed} 00:00", zone, None).date()
    except WrongValue:
        raise WrongValue(message("--fill day: write a day: 27/06/2024 or 2024-06-27.")) from None
