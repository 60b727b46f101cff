"""The inventory of a watch: read again when its files change, and kept where the new ones have errors."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kontum_netcheck.cli.inventory import sentence_of
from kontum_netcheck.inventory.loader import SUFFIXES, Loaded, load
from kontum_netcheck.inventory.problem import InventoryErrors
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import Message, message
from kontum_netcheck.plan.selection import Selection, UnknownWord, select


@dataclass(frozen=True, slots=True)
class Words:
    """What is watched, as it was typed: ids are looked for again in each inventory."""

    district: Sequence[str] = ()
    site: Sequence[str] = ()
    carrier: Sequence[str] = ()
    probe: Sequence[str] = ()
    skip: Sequence[str] = ()
    at: str | None = None

    def select(self, inventory: Inventory) -> Selection:
        """The selection. Raises UnknownWord."""
        return select(
            inventory,
            districts=self.district,
            sites=self.site,
            carriers=self.carrier,
            probes=self.probe,
            skip=self.skip,
            at=self.at,
        )


_Signature = tuple[tuple[str, int, int], ...]


class LivingInventory:
    """What is watched now."""

    def __init__(self, loaded: Loaded, choose: Callable[[Inventory], Selection]) -> None:
        """`choose` turns the typed words into a selection, and raises UnknownWord."""
        self.loaded, self.selection = loaded, choose(loaded.inventory)
        self._choose = choose
        self._signature = _signature(Path(loaded.path))

    def refresh(self) -> Message | None:
        """Read it again where it has changed. What there is to say of that; None: nothing has changed."""
        path = Path(self.loaded.path)
        signature = _signature(path)
        if signature == self._signature:
            return None
        self._signature = signature
        try:
            loaded = load(path, os.environ)
            selection = self._choose(loaded.inventory)
        except InventoryErrors as faults:
            return _kept(len(faults.errors), sentence_of(faults.errors[0]))
        except UnknownWord as unknown:
            return _kept(1, unknown.problem)
        if loaded.content_hash == self.loaded.content_hash:
            return None
        self.loaded, self.selection = loaded, selection
        return message("The inventory has changed, and is watched as it is now.")


def _kept(count: int, first: Message) -> Message:
    return message(
        "The inventory has changed and has errors ({count}): it is watched as it was. {first}",
        count=count,
        first=first,
    )


def _signature(path: Path) -> _Signature:
    """Names, times and sizes of its files; a file that can't be looked at has changed, too."""
    try:
        files = sorted(f for f in path.iterdir() if f.suffix.lower() in SUFFIXES) if path.is_dir() else [path]
        return tuple((str(file), (found := file.stat()).st_mtime_ns, found.st_size) for file in files)
    except OSError:
        return ()
