"""How a reader wants a report."""

from dataclasses import dataclass
from datetime import UTC, tzinfo

from kontum_netcheck.locale.language import Language
from kontum_netcheck.report import By
from kontum_netcheck.report.live import Live
from kontum_netcheck.report.safe import visible

_NARROWEST = 40


@dataclass(frozen=True, slots=True)
class Options:
    """Language, view, and what the place of output can show."""

    language: Language
    by: By | None = None  # None: what the format shows best
    zone: tzinfo = UTC
    width: int = 80  # columns of the terminal; only `table` minds
    colour: bool = False
    csv_keys: bool = False  # csv for programs: machine keys and values, the same in every language
    live: Live | None = None  # a watch keeps the page current; only `html` minds

    @property
    def table_width(self) -> int:
        """`width`, but never narrower than a verdict and a few words."""
        return max(self.width, _NARROWEST)

    def text(self, cell: object) -> str:
        """A cell or a Message in the reader's language, on one line, safe to print anywhere."""
        return visible(self.language.show(cell, self.zone))
