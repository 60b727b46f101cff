"""Any value as text that Word and typst take as it is: one line, visible characters, valid XML 1.0."""

import re
from dataclasses import dataclass

from kontum_netcheck.report.options import Options

_NO_CHARACTER = re.compile(
    "[\ufdd0-\ufdef"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "]"
)
"""The noncharacters of Unicode: XML forbids U+FFFE and U+FFFF, and fonts have none of them."""


@dataclass(frozen=True, slots=True)
class Text:
    """Speaks the reader's language."""

    options: Options

    def say(self, value: object) -> str:
        """A Message, a cell or what somebody typed."""
        return self.plain(self.options.text(value))

    def plain(self, text: str) -> str:
        """A text that is in words already, without what no document can hold."""
        return _NO_CHARACTER.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
