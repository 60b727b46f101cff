"""The head of a record: the issuing office, the national title, number, place and day, kind and title."""

from kontum_netcheck.report.official.drawing import WIDTH_MM, Drawing, in_cell, row, rule_below

_LEFT_MM = 65.0
_RIGHT_MM = WIDTH_MM - _LEFT_MM
_MOTTO_MM = {"Độc lập - Tự do - Hạnh phúc": 57.0}
"""How long the line below it is: as the text, at 13 points bold of a type as wide as Times New Roman."""


def draw(drawing: Drawing) -> None:
    """Two columns, then the kind and the title of the document in the middle."""
    words, widths = drawing.words, (_LEFT_MM, _RIGHT_MM)
    table = drawing.table(widths, ruled=False)
    left, right = row(table, widths, ("", ""))
    in_cell(left, "{{ agency_above }}", align="center", size_pt=12, gap_pt=0)
    in_cell(left, "{{ agency }}", bold=True, align="center", size_pt=12, gap_pt=0, more=True)
    rule_below(left, _LEFT_MM * 0.4, _LEFT_MM)
    in_cell(right, words["nation"], bold=True, align="center", size_pt=12, gap_pt=0)
    in_cell(right, words["motto"], bold=True, align="center", size_pt=13, gap_pt=0, more=True)
    rule_below(right, _MOTTO_MM.get(words["motto"], 72.0), _RIGHT_MM)
    left, right = row(table, widths, ("", ""))
    in_cell(left, f"{words['number']} {{{{ number }}}}", align="center", size_pt=13)
    in_cell(right, "{{ place_and_day }}", italic=True, align="center", size_pt=13)
    _titles(drawing)


def _titles(drawing: Drawing) -> None:
    widths = (WIDTH_MM,)
    table = drawing.table(widths, ruled=False)
    (cell,) = row(table, widths, ("",))
    in_cell(cell, drawing.words["kind"], bold=True, align="center", size_pt=14, gap_pt=8)
    in_cell(cell, "{{ title }}", bold=True, align="center", size_pt=14, gap_pt=0, more=True)
    rule_below(cell, 45.0, WIDTH_MM)
