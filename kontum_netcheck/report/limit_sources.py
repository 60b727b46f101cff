"""Where limits come from, in the reader's language. The source itself stays as it is kept with the evidence. Pure."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from kontum_netcheck.model import Message, message

_SOURCES: Mapping[str, Message] = MappingProxyType(
    {
        each.text: each
        for each in (
            message("this project's own policy"),
            message("Cisco VoIP 1 %; 3 % own policy"),
            message("ITU-T G.107, R 70 and R 60"),
            message("ITU-T P.800, 3 is fair; a bad line that can be spoken on only degrades (project)"),
            message("ITU-T G.114, 150 ms one way, less QCVN 34's 50 ms; only degrades (project)"),
            message("RFC 3261, T1: later, telephones repeat what they sent"),
            message("VNNIC 10-15 Mbit/s; Pearson VUE 5; nothing is committed"),
            message("VNNIC 10-15 Mbit/s; Pearson VUE 3; nothing is committed"),
        )
    }
    | {"inventory": message("the inventory")}
)
_COMMITTED = re.compile(r"QCVN 34:2019, 0\.8 of the committed ([0-9.e+]+) Mbit/s; 0\.5: project")


def source_words(source: str) -> Message | str:
    """The words for a limit's source; a name that is the same in every language, or a person's own, stays."""
    if committed := _COMMITTED.fullmatch(source):
        return message(
            "QCVN 34:2019, 0.8 of the committed {speed} Mbit/s; 0.5: project", speed=float(committed[1])
        )
    return _SOURCES.get(source, source)
