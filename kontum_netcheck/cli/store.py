"""Opening the evidence store, and saying in one sentence why it can't be."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.inventory.loader import SUFFIXES, Loaded
from kontum_netcheck.model import InventoryText
from kontum_netcheck.store.fault import StoreError

if TYPE_CHECKING:
    from kontum_netcheck.store.store import Store


@contextmanager
def store_or_stop(shell: Shell) -> Iterator[None]:
    """A store's refusal inside ends the program with its sentence."""
    try:
        yield
    except StoreError as refused:
        raise shell.stop(refused.problem) from None


def open_store_or_stop(shell: Shell, store: str | None, *, writable: bool = True) -> "Store":
    """The store that was named, else the user's own; its warnings are told, a refusal ends the program."""
    from kontum_netcheck.store.store import Store

    with store_or_stop(shell):
        opened = Store.open(store, writable=writable, told=shell.tell)
    for warning in opened.warnings:
        shell.tell(warning)
    return opened


def inventory_text(loaded: Loaded) -> InventoryText | None:
    """The inventory as it was typed, to be kept with the evidence; None where it has changed since it was loaded."""
    from kontum_netcheck.store.bodies import inventory_hash

    path = Path(loaded.path)
    try:
        if path.is_dir():
            names = sorted(
                f for f in path.iterdir() if f.suffix.lower() in SUFFIXES and not f.name.startswith(".")
            )
            files = tuple((f.name, f.read_bytes().decode("utf-8")) for f in names)
        else:
            files = (("", path.read_bytes().decode("utf-8")),)
    except (OSError, UnicodeDecodeError):
        return None
    return InventoryText(loaded.content_hash, files) if inventory_hash(files) == loaded.content_hash else None
