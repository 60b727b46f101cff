"""Writing an official record: the same facts for Word and as PDF, and beside them the evidence that they rest on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from kontum_netcheck.cli.concluding import selection_notes
from kontum_netcheck.cli.official_order import Order, in_template
from kontum_netcheck.cli.output import write_whole
from kontum_netcheck.cli.record_place import sentence
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.store import open_store_or_stop, store_or_stop
from kontum_netcheck.cli.stored import Judged
from kontum_netcheck.inventory.loader import Loaded
from kontum_netcheck.model import Evidence, KeptObservation, WrongValue, message
from kontum_netcheck.plan.selection import Selection
from kontum_netcheck.report.build import Report, build
from kontum_netcheck.report.official import template
from kontum_netcheck.report.official.contents import Contents, contents
from kontum_netcheck.report.official.evidence import EvidenceLines
from kontum_netcheck.report.options import Options
from kontum_netcheck.store.entries import encode
from kontum_netcheck.wording import system_words


def write_official(
    shell: Shell,
    loaded: Loaded,
    selection: Selection,
    judged: Judged,
    order: Order,
    store: str | None,
) -> bool:
    """Write the files; False where one could not be written (it is said which and why).

    What is wrong in the template ends the program.
    """
    whole = tuple(selection_notes(selection))  # that it is about a part: its title says so
    notes = tuple(note for note in judged.run.notes if note not in whole)
    report = build(judged.verdicts, replace(judged.run, notes=notes), loaded.inventory)
    evidence = _evidence(shell, store, judged.kept, judged.run.finished_at)
    options = Options(language=shell.language, zone=loaded.inventory.zone)
    data = contents(report, order.subject, order.form, evidence, order.issued_on, options)
    try:
        files = [(file, _document(shell, file, data, order, report)) for file in order.documents]
    except WrongValue as wrong:
        raise shell.stop(sentence(in_template(order.template_file or Path(template.NAME), wrong))) from None
    if order.evidence is not None:
        files.append((order.evidence, evidence.file))
    written = [_written(shell, file, content) for file, content in files]  # each is tried
    return all(written)


def _document(shell: Shell, file: Path, data: Contents, order: Order, report: Report) -> bytes:
    at, language = report.run.finished_at, shell.language
    if file.suffix.lower() == ".pdf":
        from kontum_netcheck.report.official import pdf

        made = pdf.render(data, language, at)
        if made.font != pdf.WANTED:
            shell.tell(
                message(
                    "{file} is set in {font}: this machine does not have {wanted}, which the decree names.",
                    file=str(file),
                    font=made.font,
                    wanted=pdf.WANTED,
                )
            )
        return made.content
    from kontum_netcheck.report.official import word

    own = order.template if order.template_file else template.shipped(language)
    return word.render(own, data, order.form.own)


def _evidence(
    shell: Shell, where: str | None, kept: Sequence[KeptObservation], until: datetime
) -> EvidenceLines:
    """The entries that were judged, with the countersignatures there were then."""
    with open_store_or_stop(shell, where, writable=False) as store, store_or_stop(shell):
        signed = store.countersignatures(each.id for each in kept)
    signatures = [one for each in signed.values() for one in each if one.at <= until]
    facts: list[Evidence] = [*kept, *signatures]
    return EvidenceLines.of([encode(fact).body for fact in facts])


def _written(shell: Shell, file: Path, content: bytes) -> bool:
    try:
        write_whole(file, content)
    except OSError as fault:
        shell.tell(
            message("{file} could not be written: {reason}.", file=str(file), reason=system_words(fault))
        )
        return False
    return True
