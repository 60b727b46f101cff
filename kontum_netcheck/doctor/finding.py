"""One thing that the doctor has looked at, how it stands, and what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from kontum_netcheck.model import Message, message


class Level(IntEnum):
    """One order; a whole is as good as its worst part. What was not looked at is no fault, and not fine."""

    OK = 0
    NOT_CHECKED = 1
    WARNING = 2
    PROBLEM = 3

    @property
    def key(self) -> str:
        """The word of machine formats."""
        return self.name.lower()


LEVEL_WORDS: Mapping[Level, Message] = MappingProxyType(
    {
        Level.OK: message("fine"),
        Level.NOT_CHECKED: message("not checked"),
        Level.WARNING: message("warning"),
        Level.PROBLEM: message("problem"),
    }
)
LEVEL_SYMBOLS: Mapping[Level, str] = MappingProxyType(
    {Level.OK: "✓", Level.NOT_CHECKED: "?", Level.WARNING: "!", Level.PROBLEM: "✗"}
)

NAMES: Mapping[str, Message] = MappingProxyType(
    {
        "own_link": message("own link"),
        "interfaces": message("interfaces"),
        "gateway": message("gateway"),
        "resolver": message("resolver"),
        "reference": message("reference"),
        "captive_portal": message("login page"),
        "clock": message("clock"),
        "ping": message("ping"),
        "permission": message("permission"),
        "certificates": message("certificates"),
        "inventory": message("inventory"),
        "folders": message("folders"),
        "language": message("language"),
        "versions": message("versions"),
        "host_name": message("address"),
        "echoes": message("echoes"),
        "path": message("path"),
        "path_mtu": message("path MTU"),
    }
)
"""The keys of findings (a contract of the JSON), and what people read."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`name` is a key of NAMES."""

    name: str
    level: Level
    message: Message
    advice: Message | None = None


def worst(findings: Iterable[Finding]) -> Level:
    """The level of the whole; `ok` where nothing was looked at."""
    return max((finding.level for finding in findings), default=Level.OK)
