"""Where an inventory may stand before other words: which of them is it?"""

from collections.abc import Sequence
from pathlib import Path

from kontum_netcheck.inventory.loader import SUFFIXES


def inventory_of(words: Sequence[str]) -> tuple[Path | None, list[str]]:
    """The inventory, if the first word is one, and the rest. Sites and runs are words, an inventory is a file."""
    rest = list(words)
    return (Path(rest.pop(0)), rest) if rest and rest[0] and _is_inventory(rest[0]) else (None, rest)


def _is_inventory(word: str) -> bool:
    """It ends in .yaml, or is a folder of such files. A slash says nothing: SITE/SERVICE has one."""
    path = Path(word)
    if path.suffix.lower() in SUFFIXES:
        return True
    return path.is_dir() and any(file.suffix.lower() in SUFFIXES for file in path.iterdir())
