"""An inventory's data as typed, before it has types: its blocks and texts, however broken the rest is."""

from collections.abc import Iterator, Mapping
from typing import Any

from kontum_netcheck.inventory.document import Path

LINES: Mapping[str, str] = {"phones": "phone", "faxes": "fax"}
"""The sections whose items have a short form, a bare number, and the beginning of their usual ids."""

_YES = frozenset({"1", "true", "t", "yes", "y", "on"})  # as pydantic reads them


def text(block: Mapping[str, Any], key: str) -> str:
    """The text behind a key; empty where there is none."""
    value = block.get(key)
    return value.strip() if isinstance(value, str) else ""


def is_yes(block: object, key: str) -> bool:
    """Whether `key: true` stands there, however it is written."""
    return isinstance(block, dict) and text(block, key).lower() in _YES


def block(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The block behind a key; empty where there is none."""
    value = parent.get(key)
    return value if isinstance(value, dict) else {}


def blocks(parent: Mapping[str, Any], path: Path, section: str) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The items of a list that are blocks; a bare number is the short form of one."""
    items = parent.get(section)
    for place, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield (*path, section, place), item
        elif isinstance(item, str) and section in LINES:
            yield (*path, section, place), {"number": item}
        elif section in LINES:
            yield (*path, section, place), {}  # keeps the count that unnamed lines get their ids from


def lines(site: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, str, Mapping[str, Any]]]:
    """The phones and faxes of a site: where each stands, its id (given or by its place), and its block."""
    for section, kind in LINES.items():
        for place, (at, line) in enumerate(blocks(site, path, section), start=1):
            yield at, text(line, "id") or f"{kind}-{place}", line
