"""Finding and loading the inventory, and saying where one was looked for."""

import os
from collections.abc import Sequence
from pathlib import Path

from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.inventory.loader import Loaded, load
from kontum_netcheck.inventory.problem import InventoryError, InventoryErrors
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import Message, message
from kontum_netcheck.plan.selection import Selection, UnknownWord, select

DEFAULT = Path("sites.yaml")


def load_or_stop(shell: Shell, typed: Path | None, *, asks_here: bool = True) -> Loaded:
    """Load the inventory that was named, else ./sites.yaml; errors end the program with all of them said.

    The secrets that it names must be in the environment, unless others ask and have them in theirs (`asks_here`).
    """
    path = path_or_stop(shell, typed)
    try:
        return load(path, os.environ if asks_here else None)
    except InventoryErrors as faults:
        for error in faults.errors:
            shell.tell(sentence_of(error))
        raise shell.stop(
            message(
                "Errors in the inventory {path}: {count}. Nothing was asked.",
                count=len(faults.errors),
                path=str(path),
            )
        ) from None


def sentence_of(error: InventoryError) -> Message:
    """The error as linters write it, so that editors and terminals find the place."""
    problem = error.problem
    if error.hint is not None:
        problem = message("{problem} {hint}", problem=problem, hint=error.hint)
    if error.where:
        problem = message("{where}: {problem}", where=error.where, problem=problem)
    place = f"{error.file}:{error.line}:{error.column}" if error.line else error.file
    return message("{place}: {problem}", place=place, problem=problem)


def candidates(typed: Path | None) -> list[Path]:
    """Where the inventory may be, in order: as typed; else ./sites.yaml, $KONTUM_NETCHECK_INVENTORY."""
    named = os.environ.get("KONTUM_NETCHECK_INVENTORY")
    return [typed] if typed else [DEFAULT, *([Path(named)] if named else [])]


def path_or_stop(shell: Shell, typed: Path | None) -> Path:
    """The first of the candidates that is there. Where there is none, say how to start."""
    for path in candidates(typed):
        if path.exists():
            return path
    raise shell.stop(
        message(
            "There is no inventory: looked for {paths}. Name one, set KONTUM_NETCHECK_INVENTORY, "
            "write a starter with “kontum-netcheck init”, or see the sample: “kontum-netcheck demo”.",
            paths=", ".join(str(path.absolute()) for path in candidates(typed)),
        )
    )


def select_or_stop(
    shell: Shell,
    inventory: Inventory,
    *,
    district: Sequence[str] | None,
    site: Sequence[str] | None,
    carrier: Sequence[str] | None,
    probe: Sequence[str] | None,
    skip: Sequence[str] | None,
    at: str | None = None,
) -> Selection:
    """The typed words as a Selection; an unknown word ends the program with the nearest right one."""
    try:
        return select(
            inventory,
            districts=district or (),
            sites=site or (),
            carriers=carrier or (),
            probes=probe or (),
            skip=skip or (),
            at=at,
        )
    except UnknownWord as unknown:
        raise shell.stop(unknown.problem) from None
