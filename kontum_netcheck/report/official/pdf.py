"""The record as PDF, set by typst from the same text as the one for Word. No template: `record.typ` is its layout."""

import json
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

from kontum_netcheck.locale.language import Language
from kontum_netcheck.report.official.breaking import breakable
from kontum_netcheck.report.official.contents import Contents
from kontum_netcheck.report.official.gaps import with_gaps
from kontum_netcheck.report.official.words import WORDS

WANTED = "Times New Roman"
_AS_WIDE = (WANTED, "Liberation Serif", "Tinos")
"""The decree's type, then those of its widths that have every Vietnamese letter."""
_EMBEDDED, _MONO = "Libertinus Serif", "DejaVu Sans Mono"
"""Come inside the typst package."""
_MONO_CHARACTERS = 80  # that a line holds


@dataclass(frozen=True, slots=True)
class Pdf:
    """The file, and the type that it is set in."""

    content: bytes
    font: str


def render(data: Contents, language: Language, made_at: datetime) -> Pdf:
    """Set it. ImportError where the extra `pdf` is not installed. The same data and fonts give the same bytes."""
    import typst

    fonts = typst.Fonts()
    families = fonts.families()
    font = next((name for name in _AS_WIDE if name in families), _EMBEDDED)
    inputs = {
        "record": breakable(with_gaps(data))
        | {
            "evidence_sha256": data.evidence_sha256,  # is copied: nothing may stand in it
            "evidence_commands": breakable(data.evidence_commands, longest=_MONO_CHARACTERS),
        },
        "words": {name: language.say(word) for name, word in WORDS.items()},
        "language": language.code,
        "fonts": [font, _EMBEDDED],
        "mono": [_MONO],
    }
    layout = resources.files(__package__).joinpath("record.typ").read_bytes()
    content = typst.compile(
        layout,
        font_paths=fonts,
        format="pdf",
        sys_inputs={"data": json.dumps(inputs)},
        timestamp=int(made_at.timestamp()),
    )
    return Pdf(content, font)
