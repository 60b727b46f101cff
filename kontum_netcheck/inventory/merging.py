"""One file, or a folder of them put together; for every path, the file and place it came from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from kontum_netcheck.inventory.document import Document, Path
from kontum_netcheck.inventory.problem import InventoryError, shown_path
from kontum_netcheck.model import message


@dataclass
class Merged:
    """Lists of several files are joined, blocks merged key by key; other values must agree."""

    data: Any = None
    problems: list[InventoryError] = field(default_factory=list)
    _origins: dict[Path, tuple[Document, Path]] = field(default_factory=dict)

    def locate(self, path: Path, *, of_key: bool = False) -> tuple[str, int, int]:
        """File, line and column of what stands at `path`, or of its key, or of the nearest parent."""
        for size in range(len(path), -1, -1):
            if origin := self._origins.get(path[:size]):
                document, start = origin
                return document.file, *document.position(start + path[size:], of_key=of_key)
        return "", 0, 0

    def where(self, path: Path) -> str:
        """The path in words: ids instead of places in lists, which else count from 1."""
        return shown_path(list(_names(self.data, path)))


def merge(documents: Sequence[Document]) -> Merged:
    """Put the files together, in their order. What doesn't fit is in `problems`."""
    if len(documents) == 1:
        return Merged(documents[0].data, [], {(): (documents[0], ())})
    merged = Merged({}, [], {})
    for document in documents:
        if isinstance(document.data, dict):
            merged._origins.setdefault((), (document, ()))
            _add_block(merged, merged.data, (), document, document.data)
        elif document.data is not None:
            problem = message("This file isn't a block of keys with values.")
            merged.problems.append(InventoryError(document.file, 1, 1, "", problem))
    return merged


def _add_block(
    merged: Merged, into: dict[str, Any], path: Path, document: Document, block: dict[str, Any]
) -> None:
    """Merge one file's block into what earlier files had at the same path."""
    for key, value in block.items():
        here = (*path, key)
        before = into.get(key)
        merged._origins.setdefault(here, (document, here))
        if value is None:
            into.setdefault(key, None)
        elif isinstance(value, dict) and (before is None or isinstance(before, dict)):
            into[key] = {} if before is None else before
            _add_block(merged, into[key], here, document, value)
        elif isinstance(value, list) and (before is None or isinstance(before, list)):
            into[key] = [] if before is None else before
            for place, item in enumerate(value):
                merged._origins[(*here, len(into[key]))] = (document, (*here, place))
                into[key].append(item)
        elif before is None:
            into[key] = value
        elif before != value:
            first, first_line, _ = merged.locate(here)
            problem = message("{file}, line {line}, says otherwise.", file=first, line=first_line)
            line, column = document.position(here)
            merged.problems.append(
                InventoryError(document.file, line, column, shown_path(list(map(str, here))), problem)
            )


def _names(data: Any, path: Path) -> Iterator[str]:
    for part in path:
        if isinstance(data, dict):
            data = data.get(str(part))
            yield str(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
            name = (
                next((data[key] for key in ("id", "code") if data.get(key)), None)
                if isinstance(data, dict)
                else None
            )
            yield name if isinstance(name, str) else str(part + 1)
