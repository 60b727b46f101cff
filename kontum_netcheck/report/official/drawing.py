"""Paragraphs and tables of a Word document, as the decree wants them set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
MONO = "Courier New"
BODY_PT = 13
TABLE_PT = 11
WIDTH_MM = 165.0  # of the text: 210 less the margins
_GAP_PT = 6  # between paragraphs, at least (Appendix I, part II, 5)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A document that grows, and the fixed words in its language."""

    document: "Document"
    words: Mapping[str, str]

    def page(self, *, left_mm: float, right_mm: float, top_mm: float, bottom_mm: float) -> None:
        """A4 upright with these margins; the body's type."""
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt

        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin, section.right_margin = Mm(left_mm), Mm(right_mm)
        section.top_margin, section.bottom_margin = Mm(top_mm), Mm(bottom_mm)
        section.header_distance, section.footer_distance = Mm(10), Mm(10)
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = FONT, Pt(BODY_PT)
        fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), FONT)

    def page_numbers(self, *, size_pt: float) -> None:
        """Centred in the upper margin, not on the first page (Appendix I, part I, 7)."""
        section = self.document.sections[0]
        section.different_first_page_header_footer = True
        paragraph = section.header.paragraphs[0]
        _aligned(paragraph, "center")
        for text in ("begin", "PAGE", "end"):
            _field(_run(paragraph, "", size_pt=size_pt), text)

    def line(
        self,
        text: str,
        *,
        bold: bool = False,
        mono: bool = False,
        keep: bool = False,
        indent_mm: float = 0.0,
        leader: bool = False,
    ) -> "Paragraph":
        """A paragraph over the whole width. `keep`: not parted from the next. `leader`: a tab is a dotted line."""
        from docx.shared import Mm

        paragraph = self.document.add_paragraph()
        _run(paragraph, text, bold=bold, mono=mono, size_pt=10 if mono else BODY_PT)
        spaced(paragraph, _GAP_PT, below_only=True)
        _aligned(paragraph, "left" if mono or leader or bold else "both")
        paragraph.paragraph_format.keep_with_next = keep
        paragraph.paragraph_format.left_indent = Mm(indent_mm)
        if leader:
            _leader(paragraph, WIDTH_MM)
        return paragraph

    def heading(self, text: str) -> None:
        """A numbered heading; it stays with what follows."""
        spaced(self.line(text, bold=True, keep=True), _GAP_PT)

    def labelled(self, label: str, text: str) -> None:
        """“Label: text”, with a dotted line up to the margin where the text is a tab."""
        paragraph = self.line(f"{label} {text}", leader=True)
        paragraph.paragraph_format.keep_with_next = False

    def each(self, loop: str, text: str, **how: Any) -> None:
        """A paragraph for each of a list."""
        self.line(f"{{%p for {loop} %}}")
        self.line(text, **how)
        self.line("{%p endfor %}")

    def table(self, widths_mm: Sequence[float], *, ruled: bool = True) -> "Table":
        """An empty table of these columns, whose widths stay as they are."""
        from docx.enum.table import WD_TABLE_ALIGNMENT
        from docx.shared import Mm

        table: Table = self.document.add_table(rows=0, cols=len(widths_mm))
        if ruled:
            table.style = "Table Grid"
        table.autofit = False
        table.alignment = WD_TABLE_ALIGNMENT.CENTER  # as wide as the text: so both edges stand at the margins
        for column, width in zip(table.columns, widths_mm, strict=True):
            column.width = Mm(width)
        return table


def row(
    table: "Table",
    widths_mm: Sequence[float],
    texts: Sequence[str],
    *,
    bold: bool = False,
    header: bool = False,
    align: str = "left",
    size_pt: float = TABLE_PT,
    merged: int = 0,
    keep: bool = False,
) -> "Sequence[_Cell]":
    """A row of texts. A header stands on each page; the first `merged` cells become one; no row is parted by a page.

    A header, and with `keep` any row, stays with the next one.
    """
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    added: Any = table.add_row()  # type: ignore[no-untyped-call]
    properties = added._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if header:
        properties.append(OxmlElement("w:tblHeader"))
    cells: Sequence[_Cell] = added.cells
    for cell, width in zip(cells, widths_mm, strict=True):
        cell.width = Mm(width)
    if merged:
        cells = (cells[0].merge(cells[merged - 1]), *cells[merged:])
    for cell, text in zip(cells, texts, strict=True):
        paragraph = in_cell(cell, text, bold=bold, align=align, size_pt=size_pt)
        paragraph.paragraph_format.keep_with_next = keep or header
    return cells


def in_cell(
    cell: "_Cell",
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    align: str = "left",
    size_pt: float = TABLE_PT,
    gap_pt: float = 1,
    more: bool = False,
) -> "Paragraph":
    """A paragraph of a cell: its first, or with `more` one below."""
    paragraph: Paragraph = cell.add_paragraph() if more else cell.paragraphs[0]
    _run(paragraph, text, bold=bold, italic=italic, size_pt=size_pt)
    spaced(paragraph, gap_pt)
    _aligned(paragraph, align)
    return paragraph


def spaced(paragraph: "Paragraph", gap_pt: float, *, below_only: bool = False) -> None:
    """So much above and below, single lines."""
    from docx.shared import Pt

    how = paragraph.paragraph_format
    how.space_before, how.space_after = Pt(0 if below_only else gap_pt), Pt(gap_pt)
    how.line_spacing = 1.0


def rule_below(cell: "_Cell", length_mm: float, width_mm: float) -> None:
    """A thin line of that length in the middle of a cell, below its text."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    paragraph = in_cell(cell, "", size_pt=2, gap_pt=2, more=True)  # below the dots of ạ and ụ
    side = Mm((width_mm - length_mm) / 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)


def _run(
    paragraph: "Paragraph",
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    mono: bool = False,
    size_pt: float = BODY_PT,
) -> Any:
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.bold, run.italic = bold or None, italic or None
    run.font.size = Pt(size_pt)
    if mono:
        run.font.name = MONO
    return run


def _aligned(paragraph: "Paragraph", how: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = WD_ALIGN_PARAGRAPH.from_xml(how)


def _leader(paragraph: "Paragraph", at_mm: float) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Mm

    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(at_mm), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _field(run: Any, text: str) -> None:
    """One part of a Word field: its beginning, its instruction or its end."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    if text in ("begin", "end"):
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), text)
    else:
        part = OxmlElement("w:instrText")
        part.text = text
    run._r.append(part)
