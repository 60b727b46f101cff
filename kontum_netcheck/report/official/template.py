"""The shipped template for Word, drawn by python-docx: form 1.9 of Decree 30/2020/NĐ-CP with fields of docxtpl.

An office writes it out, edits it in Word and gives it back with `--template`. Sizes and margins: Appendix I, part I
(A4; margins top and bottom 20-25 mm, left 30-35, right 15-20) and part II (point sizes of each element).
"""

from io import BytesIO
from typing import TYPE_CHECKING

from kontum_netcheck.locale.language import Language
from kontum_netcheck.report.official import drawn_head, drawn_tables
from kontum_netcheck.report.official.drawing import Drawing
from kontum_netcheck.report.official.words import WORDS

NAME = "mau-bien-ban.docx"
"""What it is called where it is written out."""

if TYPE_CHECKING:
    from docx.document import Document


def shipped(language: Language) -> bytes:
    """The template in that language. ImportError where the extra `record` is not installed."""
    from docx import Document

    drawing = Drawing(Document(), {name: language.say(word) for name, word in WORDS.items()})
    _page(drawing)
    drawn_head.draw(drawing)
    _opening(drawing)
    drawn_tables.methods(drawing)
    drawn_tables.results(drawing)
    drawn_tables.limits(drawing)
    _conclusions(drawing)
    _evidence(drawing)
    drawn_tables.signatures(drawing)
    drawn_tables.recipients(drawing)
    return _saved(drawing.document)


def _saved(document: "Document") -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _page(drawing: Drawing) -> None:
    """A4, the margins, the page number centred at the top from page 2 on."""
    drawing.page(left_mm=30, right_mm=15, top_mm=20, bottom_mm=20)
    drawing.page_numbers(size_pt=13)


def _opening(drawing: Drawing) -> None:
    words = drawing.words
    drawing.each("note in notes", "{{ note }}", bold=True)
    drawing.labelled(words["began"], "{{ began }}")
    drawing.labelled(words["where"], "{{ where }}")
    drawing.line(words["participants"], bold=True, keep=True)
    drawing.each("p in participants", "{{ p.number }}. {{ p.name }}{% if p.post %}, {{ p.post }}{% endif %}")
    drawing.each("_ in more_participants", "\t", leader=True)
    drawing.labelled(words["chair"], "{{ chair }}")
    drawing.labelled(words["secretary"], "{{ secretary }}")
    drawing.line(words["content"], bold=True, keep=True)


def _conclusions(drawing: Drawing) -> None:
    words = drawing.words
    drawing.heading(words["conclusions"])
    drawing.line("{{ judged_at }} {{ conclusion }}", bold=True)
    drawing.line("{%p for site in sites %}")
    drawing.line("{{ site.summary }}")
    drawing.each("reason in site.reasons", "- {{ reason }}.", indent_mm=10)
    drawing.line("{%p endfor %}")
    drawing.labelled(words["remarks"], "{{ remarks }}")
    drawing.each("_ in more_remarks", "\t", leader=True)


def _evidence(drawing: Drawing) -> None:
    words = drawing.words
    drawing.heading(words["evidence"])
    drawing.line("{{ evidence_about }}")
    drawing.line("{{ evidence_definition }}")
    drawing.line(words["sha256"], bold=True, keep=True)
    drawing.line("{{ evidence_sha256 }}", mono=True)
    drawing.line(words["commands"], keep=True)
    drawing.each("command in evidence_commands", "{{ command }}", mono=True)
    drawing.labelled(words["closing"], "{{ ended }}")
