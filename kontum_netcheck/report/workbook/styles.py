"""How cells look: fonts, colours with their words, and the ways to write numbers and days in one language."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kontum_netcheck.locale import LanguageCode
from kontum_netcheck.model import Readiness
from kontum_netcheck.report.options import Options

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_BASE: Mapping[str, Any] = {"font_name": "Arial", "font_size": 10, "valign": "top"}
_BOXED: Mapping[str, Any] = {"border": 1, "border_color": "#A6A6A6"}
_COLOURS: Mapping[Readiness, Mapping[str, Any]] = {
    Readiness.READY: {"bg_color": "#D9F2D9", "font_color": "#0B4A0B"},
    Readiness.DEGRADED: {"bg_color": "#FFEFBF", "font_color": "#5C3B00"},
    Readiness.NOT_CHECKED: {"bg_color": "#E4DDF2", "font_color": "#3D2470"},
    Readiness.NOT_READY: {"bg_color": "#F9D3D0", "font_color": "#7A0C05", "bold": True},
}
"""Dark on light, at least 7 : 1 (WCAG 2.2, AAA); the word always stands in the cell too."""

_LOCALE: Mapping[LanguageCode, str] = {"vi": "[$-42A]", "en": "[$-409]"}
_DAY: Mapping[LanguageCode, str] = {"vi": "dd/mm/yyyy", "en": "yyyy-mm-dd"}
_MOST_DIGITS = 6


class Styles:
    """The formats of one workbook, each made when it is first wanted."""

    def __init__(self, book: "Workbook", options: Options) -> None:
        self._book = book
        self._options = options
        code = self._code = options.language.code
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.text = self._format(text_wrap=True, num_format="@", **_BOXED)
        self.moment = self._format(num_format=f"{_LOCALE[code]}{_DAY[code]} hh:mm", align="left", **_BOXED)
        self.header = self._format(
            bold=True, text_wrap=True, align="center", bg_color="#1F3A5F", font_color="#FFFFFF",
            num_format="@", **_BOXED,
        )  # fmt: skip
        self.title = self._format(bold=True, font_size=14)
        self.heading = self._format(bold=True, font_size=12)
        self.warning = self._format(bold=True, font_color="#9C0006")
        self.note = self._format(italic=True)
        self.count = self._number(0)
        self._pattern: tuple[tuple[object, Format], ...] = (
            ("text", self.text),
            ("empty", self._format(**_BOXED)),
            ("moment", self.moment),
            *((digits, self._number(digits)) for digits in range(_MOST_DIGITS + 1)),
            *((readiness.key, self.verdict(readiness)) for readiness in Readiness),
        )

    @property
    def pattern(self) -> tuple[object, ...]:
        """What each cell of the pattern row is for: a word, a count of digits, the key of a verdict."""
        return tuple(purpose for purpose, _style in self._pattern)

    def write_pattern(self, sheet: "Worksheet", row: int) -> None:
        """An empty cell in every style that rows have."""
        for at, (_purpose, style) in enumerate(self._pattern):
            sheet.write_blank(row, at, None, style)

    @property
    def words(self) -> Mapping[Readiness, str]:
        """What the verdicts are called."""
        return {readiness: self._options.text(readiness) for readiness in Readiness}

    def _number(self, digits: int) -> "Format":
        """A number with that many places; Excel and LibreOffice write the point as the reader does."""
        places = "." + "0" * digits if digits else ""
        return self._format(num_format=f"{_LOCALE[self._code]}0{places}", align="right", indent=1, **_BOXED)

    def verdict(self, readiness: Readiness) -> "Format":
        """Text in the colour of a verdict."""
        return self._format(text_wrap=True, num_format="@", **_BOXED, **_COLOURS[readiness])

    def _format(self, **properties: Any) -> "Format":
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**_BASE, **properties})
        return self._made[key]
