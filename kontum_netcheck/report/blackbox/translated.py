"""One question as blackbox_exporter asks it, and what of it gets lost on the way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kontum_netcheck.model import Message

_RE2_SIGNS = re.compile(r"[\\.+*?()|\[\]{}^$]")


@dataclass(frozen=True, slots=True)
class Translated:
    """A module, and the targets that are asked by it."""

    module: Mapping[str, Any]  # as it stands in blackbox.yml
    targets: tuple[str, ...]
    weaker: tuple[Message, ...] = ()  # what blackbox_exporter can't ask


class CannotExport(Exception):
    """Raised where blackbox_exporter has no such question; carries why."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason.text)
        self.reason = reason


def escaped(text: str) -> str:
    """Text for Go's regular expressions (RE2): what means something there stands for itself."""
    return _RE2_SIGNS.sub(r"\\\g<0>", text)


def family(wanted: int | None) -> dict[str, Any]:
    """IPv4 or IPv6: the one that is wanted alone, else IPv4 first."""
    return {
        "preferred_ip_protocol": "ip6" if wanted == 6 else "ip4",
        "ip_protocol_fallback": wanted is None,
    }


def module(prober: str, timeout_s: float, details: Mapping[str, Any]) -> dict[str, Any]:
    """A module of that prober; what is None is left out."""
    kept = {name: value for name, value in details.items() if value is not None}
    return {"prober": prober, "timeout": f"{timeout_s:g}s", prober: kept}
