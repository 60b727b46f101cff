"""What modem is it, and what can it do: asked in commands that touch no line."""

import re
from dataclasses import dataclass

from kontum_netcheck.net.modem.dialling import told, wake
from kontum_netcheck.net.modem.line import Code, Line
from kontum_netcheck.net.modem.patience import Patience

_CLASS = re.compile(r"\d+(?:\.\d+)?")
_QUESTIONS = ("I3", "I0", "+GMM", "+FMM?", "+FMDL?")
"""Where modems keep their name: none of it is the same everywhere."""


@dataclass(frozen=True, slots=True)
class About:
    """What a modem says of itself."""

    device: str
    names: tuple[str, ...]  # as it calls itself; foreign text
    classes: tuple[str, ...]  # of +FCLASS=?: "0" data, "1" and "1.0", "2" and "2.0" fax, "8" voice
    country: str | None  # T.35 code of +GCI, by which it knows the tones of a country; hexadecimal

    @property
    def fax_class(self) -> str | None:
        """The class in which it can call a fax and read its introduction."""
        return next((name for name in ("1", "2.0", "2") if name in self.classes), None)

    @property
    def page_class(self) -> str | None:
        """The class in which it can send a page."""
        return next((name for name in ("2.0", "2", "1") if name in self.classes), None)


def about(line: Line, patience: Patience) -> About:
    """Ask a modem. Raises PortFault where nobody answers."""
    wake(line, patience)
    names: dict[str, None] = {}
    for question in _QUESTIONS:
        reply = told(line, question, patience)
        if reply.code is Code.OK:
            names |= dict.fromkeys(text[:80] for text in reply.lines if any(map(str.isalpha, text)))
    country = told(line, "+GCI?", patience)
    return About(line.device, tuple(names), classes(line, patience), country.of("+GCI"))


def classes(line: Line, patience: Patience) -> tuple[str, ...]:
    """The service classes that it knows; only data where it doesn't know the question."""
    reply = told(line, "+FCLASS=?", patience)
    known = _CLASS.findall(" ".join(reply.lines)) if reply.code is Code.OK else []
    return tuple(dict.fromkeys(known)) or ("0",)
