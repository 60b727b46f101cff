"""What stands around the cells of every sheet: title, warnings, and what is printed at the foot of each page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kontum_netcheck.model import message
from kontum_netcheck.report import framing
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.measured import Measured
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.workbook.widths import in_rows

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from kontum_netcheck.report.workbook.styles import Styles

A4 = 9
_SHOWN_HEX = 16
_TITLE_POINTS = 20
_FOOTER_FONT = "&8 "  # 8 pt; the space keeps a digit that follows apart
_FOOTER_UNITS = 250  # Excel takes 255, marks included
_MARGINS_INCH = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6}


@dataclass(frozen=True, slots=True)
class Frame:
    """The report, its reader, and the sentences that stand on every sheet."""

    report: Report
    options: Options
    fingerprint: str  # SHA-256 of its lines of JSON
    title: str
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    measured: Mapping[str, str]  # by the id of the check, what it measured in words

    @classmethod
    def of(cls, report: Report, options: Options, fingerprint: str) -> "Frame":
        """The frame of a report."""
        nothing, measured = framing.nothing(report), Measured(options)
        return cls(
            report,
            options,
            fingerprint,
            options.text(framing.title(report)),
            tuple(map(options.text, framing.warnings(report))),
            tuple(map(options.text, (*report.run.notes, *([nothing] if nothing else [])))),
            {row.verdict.check.id: said for row in report.checks if (said := measured.of(row))},
        )

    @property
    def properties(self) -> dict[str, Any]:
        """The document's own: who made it and when, so that the same report gives the same bytes."""
        run = self.report.run
        return {
            "title": self.title,
            "author": self.options.text(run.operator) if run.operator else "",
            "comments": f"kontum-netcheck {run.tool_version}, SHA-256 {self.fingerprint}",
            "created": run.finished_at.replace(tzinfo=None, microsecond=0),
        }

    def begin(
        self, sheet: "Worksheet", styles: "Styles", room: int, column: int = 0, most: int | None = None
    ) -> int:
        """Title, warnings and notes at the top, from the first column in sight; returns the row that follows.

        Each on as many rows as it takes, or paper would cut it off. `room`: digits across what is printed; `most`:
        notes at most, where the rows stay in sight.
        """
        notes = list(self.notes if most is None else self.notes[:most])
        if len(notes) < len(self.notes):
            left = message("and {count} more notes: see the last sheet", count=len(self.notes) - len(notes))
            notes.append(self.options.text(left))
        lines = [(self.title, styles.title)]
        lines += [(row, styles.warning) for text in self.warnings for row in in_rows(text, room)]
        lines += [(row, styles.note) for text in notes for row in in_rows(text, room)]
        sheet.set_row(0, _TITLE_POINTS)
        for row, (text, style) in enumerate(lines):
            sheet.write_string(row, column, text, style)
        return len(lines)

    def print_set_up(self, sheet: "Worksheet", header_row: int | None = None) -> None:
        """A4 landscape, as wide as one page; the header on each page, at the foot the page and the hash."""
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(**_MARGINS_INCH)
        if header_row is not None:
            sheet.repeat_rows(header_row)
        page = self.options.text(message("Page {page} of {pages}", page="&P", pages="&N"))
        foot = f"&R{_FOOTER_FONT}{page} · SHA-256 {self.fingerprint[:_SHOWN_HEX]}…"
        who = self.title.replace("&", "&&")
        room = _FOOTER_UNITS - len(_FOOTER_FONT) - len(foot)
        sheet.set_footer(f"&L{_FOOTER_FONT}{_cut(who, room).rstrip('&')}{foot}", {"scale_with_doc": False})


def _cut(text: str, most_units: int) -> str:
    """At most so many UTF-16 units, by which Excel counts."""
    return text.encode("utf-16-le")[: 2 * most_units].decode("utf-16-le", "ignore")
